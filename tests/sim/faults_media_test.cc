// SPDX-License-Identifier: Apache-2.0
// What befalls sound during a change of network (network-change, "Media"), at every step of a call's life.
#include <gtest/gtest.h>

#include <chrono>
#include <ostream>

#include "support/long_run.h"
#include "support/move_case.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;

struct MediaFault {
  std::string_view name;
  Duration (*change)(SimWorld&) = nullptr;
  void (*world)(WorldOptions&) = nullptr;
};
void PrintTo(const MediaFault& fault, std::ostream* out) {
  *out << fault.name;
}

Duration moves_over(SimWorld& world) {
  world.break_to({"10.2.0.2"}, 0ms);
  return {};
}

Duration both_carry(SimWorld& world) {
  world.a.attach("lte0", {"10.2.0.2"}, 50);
  world.time.after(3s, [&world] { world.a.detach("wifi0"); });
  return 3s;
}

Duration slower(SimWorld& world) {
  world.a.set_link("lte0", {.delay = 175ms});
  return both_carry(world);
}

Duration faster(SimWorld& world) {
  world.a.set_link("lte0", {.delay = 25ms});
  return both_carry(world);
}

// Packet types 200 to 207 of RTCP stand where RTP has marker and payload type (RFC 5761 section 4).
Duration without_reports(SimWorld& world) {
  world.network.set_swallower([](const FakePacket& packet) {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(packet.bytes[at]); };
    return packet.bytes.size() > 1 && (byte(0) & 0xC0U) == 0x80U && byte(1) >= 200 && byte(1) <= 207;
  });
  return moves_over(world);
}

constexpr MediaFault kMediaFaults[] = {
    {"old_path_delivers_for_3_s", both_carry},
    {"new_path_is_150_ms_slower", slower},
    {"new_path_is_150_ms_faster", faster, [](WorldOptions& world) { world.access.delay = 175ms; }},
    {"reports_are_blocked", without_reports},
    {"protected_by_sdes", moves_over,
     [](WorldOptions& world) { world.media_security = MediaSecurity::required; }},
    {"protected_by_dtls", moves_over,
     [](WorldOptions& world) {
       world.media_security = MediaSecurity::required;
       world.srtp_keying = SrtpKeying::dtls;
     }},
};

class MediaFaultTest : public ::testing::TestWithParam<MediaFault> {};

TEST_P(MediaFaultTest, EndsWellWhateverACallIsDoing) {
  constexpr net::Transport kBy[] = {net::Transport::udp, net::Transport::tcp, net::Transport::tls};
  const auto& fault = GetParam();
  auto turn = seed_of_run() + fault.name.size();
  for (const auto& moment : call_moments()) {
    ++turn;
    for (std::size_t by = 0; by < std::size(kBy); ++by) {
      if (!in_long_run() && by != turn % std::size(kBy)) continue;
      MoveCase move;
      move.moment = &moment;
      move.transport = kBy[by];
      move.change = fault.change;
      if (fault.world != nullptr) move.world = fault.world;
      move.seed = seed_of_run();
      const auto wrong = play(move);
      ASSERT_TRUE(wrong.empty()) << fault.name << ": " << wrong;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Media, MediaFaultTest, ::testing::ValuesIn(kMediaFaults),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace godwit::test
