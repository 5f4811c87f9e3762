// SPDX-License-Identifier: Apache-2.0
#include "lab/figures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace godwit::lab {
namespace {

using ::testing::ElementsAre;

constexpr std::int64_t kT0 = 1000 * kNsPerSecond;

net::SocketAddress seen_at(const char* address, std::uint16_t port = 40000) {
  return {*net::IpAddress::parse(address), port};
}

Moment moment(double ms) {
  const auto ns = kT0 + static_cast<std::int64_t>(ms * kNsPerMs);
  return {ns, ns};
}

ChangeMark break_change(double down_ms = 0) {
  ChangeMark change;
  change.kind = "break";
  change.from = *net::IpAddress::parse("10.1.0.2");
  change.to = *net::IpAddress::parse("10.2.0.2");
  change.down_ms = static_cast<int>(down_ms);
  change.begun = moment(-down_ms);
  change.coming = moment(-0.1);
  change.t0 = moment(0);
  change.from_gone = moment(-down_ms);
  change.end_wall_ns = moment(5000).wall_ns;
  return change;
}

SeenRtp rtp(double ms, bool sent, const net::SocketAddress& from, const net::SocketAddress& to) {
  SeenRtp packet;
  packet.at = {moment(ms).wall_ns, sent, from, to};
  packet.ssrc = 1;
  // The clock of the stream ticks with real time, whatever becomes of the packets.
  packet.timestamp = static_cast<std::uint32_t>((ms + 10000) / 20) * 160;
  return packet;
}

SeenSip sip(double ms, bool sent, const char* a_address, SipView message) {
  const auto a = seen_at(a_address, 5060);
  const auto core = seen_at("10.8.0.2", 5060);
  return {{moment(ms).wall_ns, sent, sent ? a : core, sent ? core : a}, std::move(message)};
}

SipView request(const char* method, const char* branch, bool in_dialog = true) {
  SipView view;
  view.request = true;
  view.method = method;
  view.branch = branch;
  view.in_dialog = in_dialog;
  return view;
}

SipView response(int status, const char* method, const char* branch) {
  SipView view;
  view.status = status;
  view.method = method;
  view.branch = branch;
  view.from_uri = "sip:alice@godwit.test";
  return view;
}

// B hears A without a pause but for what was under way; A hears B again 105 ms after t0.
Evidence moved_call() {
  Evidence seen;
  for (int ms = -2000; ms < 4000; ms += 20) {
    const double phase = ms + 5;
    const char* const source = phase < 0 ? "10.1.0.2" : "10.2.0.2";
    seen.a.rtp.push_back(rtp(phase, true, seen_at(source), seen_at("10.9.0.2")));
    seen.b.rtp.push_back(rtp(phase + 50, false, seen_at(source), seen_at("10.9.0.2")));
    const char* const target = phase < 100 ? "10.1.0.2" : "10.2.0.2";
    seen.a.rtp.push_back(rtp(phase, false, seen_at("10.9.0.2"), seen_at(target)));
  }
  seen.a.sip = {
      sip(1, true, "10.2.0.2", request("UPDATE", "u1")),
      sip(1.2, true, "10.2.0.2", request("REGISTER", "r1", false)),
      sip(51, false, "10.2.0.2", response(200, "REGISTER", "r1")),
      sip(101, false, "10.2.0.2", response(200, "UPDATE", "u1")),
  };
  return seen;
}

TEST(Figures, OfAChangeAreReadFromTheCaptures) {
  const ChangeFigures figures = read_figures(moved_call(), {break_change()}, 0);
  EXPECT_EQ(figures.refresh_sent_ms, 1);
  EXPECT_EQ(figures.refresh_method, "UPDATE");
  EXPECT_EQ(figures.refresh_answered_ms, 101);
  EXPECT_NEAR(*figures.registered_ms, 51, 1e-6);
  EXPECT_EQ(figures.registers, 1);
  EXPECT_EQ(figures.registers_challenged, 0);
  EXPECT_EQ(figures.first_rtp_out_ms, 5);
  EXPECT_EQ(figures.first_rtp_out_at_peer_ms, 55);
  EXPECT_EQ(figures.first_rtp_in_ms, 105);
  EXPECT_EQ(figures.gap_out_ms, 20);
  EXPECT_EQ(figures.gap_in_ms, 120);
  EXPECT_EQ(figures.lost_out, 0);
  EXPECT_EQ(figures.lost_in, 5);
}

TEST(Figures, OfACallThatWasSilentByItselfAreHowSoonItHasSound) {
  ChangeMark held = break_change();
  held.sound_asked = moment(2500);
  Evidence seen = moved_call();
  std::erase_if(seen.a.rtp, [](const SeenRtp& rtp) {
    return rtp.at.time_ns > moment(0).wall_ns && rtp.at.time_ns < moment(2600).wall_ns;
  });
  std::erase_if(seen.b.rtp, [](const SeenRtp& rtp) {
    return rtp.at.time_ns > moment(0).wall_ns && rtp.at.time_ns < moment(2650).wall_ns;
  });
  const auto figures = read_figures(seen, {held}, 0);
  EXPECT_NEAR(*figures.sound_in_ms, 105, 20);
  EXPECT_NEAR(*figures.sound_out_ms, 155, 20);
  EXPECT_FALSE(figures.gap_in_ms);
  EXPECT_FALSE(figures.lost_out);
  EXPECT_EQ(figures.registers, 1);
  EXPECT_FALSE(read_figures(moved_call(), {break_change()}, 0).sound_in_ms);
}

TEST(Figures, NothingReachesThePeerWhereItWas) {
  ChangeMark both = break_change();
  both.peer_to = *net::IpAddress::parse("10.9.0.3");
  Evidence seen = moved_call();
  for (SeenRtp& rtp : seen.b.rtp) {
    if (rtp.at.time_ns > moment(300).wall_ns) rtp.at.destination.address = *both.peer_to;
  }
  const auto figures = read_figures(seen, {both}, 0);
  EXPECT_NEAR(*figures.first_rtp_out_at_peer_ms, 315, 20);
  EXPECT_NEAR(*figures.lost_out, 15, 2);
}

TEST(Figures, LossDuringTheDownTimeIsNotCounted) {
  Evidence seen = moved_call();
  ChangeMark change = break_change(100);
  const ChangeFigures figures = read_figures(seen, {change}, 0);
  EXPECT_EQ(figures.lost_in, 5);  // ten are missing, five of them for want of a network
}

TEST(Figures, RetransmissionsAreNotCountedTwiceButChallengesAre) {
  Evidence seen = moved_call();
  seen.a.sip.push_back(sip(300, true, "10.2.0.2", request("REGISTER", "r1", false)));
  seen.a.sip.push_back(sip(400, true, "10.2.0.2", request("REGISTER", "r2", false)));
  seen.a.sip.push_back(sip(450, false, "10.2.0.2", response(401, "REGISTER", "r2")));
  const ChangeFigures figures = read_figures(seen, {break_change()}, 0);
  EXPECT_EQ(figures.registers, 2);
  EXPECT_EQ(figures.registers_challenged, 1);
}

TEST(Figures, ACallDialledAnewIsToldFromARefresh) {
  Evidence seen = moved_call();
  SipView invite = request("INVITE", "i1", false);
  SipView answer = response(200, "INVITE", "i1");
  invite.call_id = answer.call_id = "another";
  seen.a.sip.push_back(sip(110, true, "10.2.0.2", invite));
  seen.a.sip.push_back(sip(260, false, "10.2.0.2", answer));
  const ChangeFigures figures = read_figures(seen, {break_change()}, 0);
  EXPECT_EQ(figures.redials, 1);
  EXPECT_EQ(figures.refresh_answered_ms, 101);
  EXPECT_EQ(figures.redial_answered_ms, 260);
}

TEST(Figures, ShownCountWhereTheyEnd) {
  const std::vector<ChangeMark> changes = {break_change()};
  const Shown all = shown_within(moved_call(), changes, {kT0, kT0 + kNsPerSecond});
  EXPECT_EQ(all.received_ms, 120);
  EXPECT_EQ(all.sent_ms, 20);
  EXPECT_EQ(all.lost_in, 5);
  const Shown early = shown_within(moved_call(), changes, {kT0, kT0 + 50 * kNsPerMs});
  EXPECT_FALSE(early.received_ms);
}

TEST(Figures, LossIsCountedFromTheLastFrameBeforeTheStretch) {
  const std::vector<ChangeMark> changes = {break_change()};
  const Stretch late{kT0 + 15 * kNsPerMs, kT0 + kNsPerSecond};
  EXPECT_EQ(shown_within(moved_call(), changes, late).lost_in, 5);
}

TEST(Figures, WhatCameAsTheAddressWentMayHaveBeenDelivered) {
  const std::vector<ChangeMark> changes = {break_change()};
  Evidence seen = moved_call();
  const auto first_after = std::find_if(seen.a.rtp.begin(), seen.a.rtp.end(), [](const SeenRtp& p) {
    return !p.at.sent && p.at.time_ns > kT0;
  });
  SeenRtp meanwhile = rtp(0, false, seen_at("10.9.0.2"), seen_at("10.1.0.2"));
  meanwhile.at.destination.address = changes[0].from;
  meanwhile.at.time_ns = changes[0].from_gone->wall_ns + kNsPerMs / 2;
  seen.a.rtp.insert(first_after, meanwhile);
  const Shown shown = shown_within(seen, changes, {kT0 - kNsPerSecond, kT0 + kNsPerSecond});
  EXPECT_LT(shown.received_late_ms, shown.received_ms);
}

TEST(Figures, WhatNeverHappenedIsEmpty) {
  Evidence seen = moved_call();
  seen.a.sip.clear();
  std::erase_if(seen.a.rtp, [](const SeenRtp& p) { return !p.at.sent && p.at.time_ns > kT0; });
  const ChangeFigures figures = read_figures(seen, {break_change()}, 0);
  EXPECT_FALSE(figures.refresh_sent_ms);
  EXPECT_FALSE(figures.registered_ms);
  EXPECT_FALSE(figures.first_rtp_in_ms);
  EXPECT_FALSE(figures.lost_in);
}

TEST(Figures, PacketsToAnAddressThatIsGoneWereNotReceived) {
  const std::vector<ChangeMark> changes = {break_change()};
  const Evidence seen = moved_call();
  for (const SeenRtp* const packet : received_by_a(seen, changes)) {
    EXPECT_EQ(packet->at.destination.address,
              packet->at.time_ns < kT0 ? changes[0].from : changes[0].to);
  }
}

TEST(Figures, AnAddressThatReturnsReceivesAgain) {
  ChangeMark flap = break_change(2000);
  flap.to = flap.from;
  Evidence seen;
  for (int ms = -2500; ms < 3000; ms += 20) {
    seen.a.rtp.push_back(rtp(ms, false, seen_at("10.9.0.2"), seen_at("10.1.0.2")));
  }
  const ChangeFigures figures = read_figures(seen, {flap}, 0);
  EXPECT_EQ(figures.first_rtp_in_ms, 0);
  EXPECT_EQ(figures.lost_in, 0);
  EXPECT_EQ(figures.gap_in_ms, 2020);
}

TEST(Figures, ANewStreamIsCountedByTheClock) {
  Evidence seen = moved_call();
  for (SeenRtp& packet : seen.a.rtp) {
    if (packet.at.sent || packet.at.time_ns < kT0) continue;
    packet.ssrc = 2;
    packet.timestamp += 777'777;
  }
  EXPECT_EQ(read_figures(seen, {break_change()}, 0).lost_in, 5);
}

TEST(Bindings, AreThoseOfTheLastAnswer) {
  Evidence seen = moved_call();
  seen.a.sip[2].message.contacts = {"sip:alice@10.1.0.2", "sip:alice@10.2.0.2"};
  EXPECT_THAT(last_bindings(seen, "alice@", kT0 + kNsPerSecond),
              ElementsAre("sip:alice@10.1.0.2", "sip:alice@10.2.0.2"));
  EXPECT_TRUE(last_bindings(seen, "bob@", kT0 + kNsPerSecond).empty());
}

}  // namespace
}  // namespace godwit::lab
