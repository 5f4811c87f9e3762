// SPDX-License-Identifier: Apache-2.0
// What tells of a move fits into one datagram, with keys for SRTP too: a call that is protected is heard
// again as soon as a plain one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <string>
#include <vector>

#include "sip/transport/request_size.h"
#include "support/sim_world.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

const std::vector<std::string> kAllSuites = {"AEAD_AES_256_GCM",        "AES_256_CM_HMAC_SHA1_80",
                                             "AES_256_CM_HMAC_SHA1_32", "AEAD_AES_128_GCM",
                                             "AES_CM_128_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_32"};

struct RefreshWay {
  const char* name;
  std::string from, to, bob;
};
const RefreshWay kToIpv6{"v4_to_v6", "10.1.0.2", "2001:db8:2::2", "2001:db8:3::2"};
const RefreshWay kWithinIpv6{"within_v6", "2001:db8:1::2", "2001:db8:2::2", "2001:db8:3::2"};

enum class Keys { plain, sdes, dtls };

WorldOptions refresh_options(const RefreshWay& way, Keys keys, const std::string& first_suite = {}) {
  WorldOptions options;
  options.seed = seed_of_run();
  options.alice_at = {way.from};
  options.bob_at = {way.bob};
  if (way.from.find(':') == std::string::npos) options.bob_at.emplace_back("10.3.0.2");
  if (keys == Keys::plain) return options;
  options.media_security = MediaSecurity::required;
  options.srtp_keying = keys == Keys::sdes ? SrtpKeying::sdes : SrtpKeying::dtls;
  options.srtp_suites = kAllSuites;
  const auto first = std::find(kAllSuites.begin(), kAllSuites.end(), first_suite);
  std::rotate(options.srtp_suites.begin(), options.srtp_suites.begin() + (first - kAllSuites.begin()),
              options.srtp_suites.end());
  return options;
}

/// A call with every codec of a usual account, and a move of one end.
struct MovedCall {
  HandoverReport report;
  std::string protection;
  std::vector<OnWire> refreshes;  // each copy of a request with an offer
};
MovedCall move_call(const WorldOptions& options, const RefreshWay& way) {
  MovedCall moved;
  SimWorld world(options);
  const auto speaking = [&](int hz) {
    auto call = world.speaking(hz);
    call.codecs = {"opus", "G722", "PCMU", "PCMA"};
    return call;
  };
  EXPECT_TRUE(world.register_both());
  world.bob.auto_answer(speaking(kBobTone));
  EXPECT_TRUE(world.alice.dial(world.alice_account, kBobUri, speaking(kAliceTone)));
  EXPECT_TRUE(world.both_hear(world.now(), 35s)) << world.story();
  world.run_for(2s);
  const auto at = world.now();
  world.break_to({way.to}, 0s);
  world.run_for(4s);
  EXPECT_THAT(world.alice.all<Reconnected>(at), SizeIs(1)) << world.story();
  EXPECT_TRUE(world.both_hear(world.now(), 1s, 20));
  EXPECT_EQ(world.faults(), "");
  if (const auto told = world.alice.last<Reconnected>()) moved.report = told->report;
  if (const auto told = world.alice.last<CallAnswered>()) moved.protection = told->protection;
  std::copy_if(world.wire().begin(), world.wire().end(), std::back_inserter(moved.refreshes),
               [&](const OnWire& one) {
                 return one.at >= at && one.host == "alice" && one.status == 0 &&
                        one.bytes.find("\r\nv=0") != std::string::npos;
               });
  return moved;
}

void expect_one_datagram(const MovedCall& moved, const std::string& name) {
  ASSERT_THAT(moved.refreshes, SizeIs(1)) << name;
  const auto& one = moved.refreshes[0];
  EXPECT_EQ(one.transport, net::Transport::udp) << name;
  EXPECT_LE(one.bytes.size(), sip::kLargestUdpRequest) << name << '\n' << one.bytes;
  EXPECT_THAT(one.bytes, HasSubstr("Proxy-Authorization:")) << "it was not asked first";
  ::testing::Test::RecordProperty("bytes_of_" + name, static_cast<int>(one.bytes.size()));
}

/// Sound under a new key may come a moment before the answer that tells the key: then it is heard with the
/// next packet.
constexpr auto kPacket = 20ms;

void expect_as_soon_as(const MovedCall& plain, const MovedCall& moved, const std::string& name) {
  EXPECT_EQ(moved.report.refresh_answered, plain.report.refresh_answered) << name;
  ASSERT_TRUE(moved.report.first_rtp_in && plain.report.first_rtp_in) << name;
  EXPECT_LE(*moved.report.first_rtp_in, *plain.report.first_rtp_in + kPacket) << name;
}

class RefreshSizeTest : public ::testing::TestWithParam<RefreshWay> {};
INSTANTIATE_TEST_SUITE_P(Ways, RefreshSizeTest,
                         ::testing::Values(kToIpv6, kWithinIpv6),
                         [](const auto& row) { return std::string(row.param.name); });

TEST_P(RefreshSizeTest, EverySuiteOfSdesTakesOneDatagramAndNoMoreTimeThanPlainSound) {
  const auto plain = move_call(refresh_options(GetParam(), Keys::plain), GetParam());
  expect_one_datagram(plain, "plain");
  for (const auto& suite : kAllSuites) {
    const auto sdes = move_call(refresh_options(GetParam(), Keys::sdes, suite), GetParam());
    EXPECT_EQ(sdes.protection, "SDES " + suite);
    expect_one_datagram(sdes, suite);
    for (const auto& other : kAllSuites) {
      if (other != suite) EXPECT_THAT(sdes.refreshes[0].bytes, Not(HasSubstr(' ' + other + ' ')));
    }
    expect_as_soon_as(plain, sdes, suite);
  }
}

TEST_P(RefreshSizeTest, DtlsTakesOneDatagramAndNoMoreTimeThanPlainSound) {
  const auto plain = move_call(refresh_options(GetParam(), Keys::plain), GetParam());
  const auto dtls = move_call(refresh_options(GetParam(), Keys::dtls), GetParam());
  EXPECT_EQ(dtls.protection, "DTLS");
  expect_one_datagram(dtls, "dtls");
  expect_as_soon_as(plain, dtls, "dtls");
}

}  // namespace
}  // namespace godwit::test
