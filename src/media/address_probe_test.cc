// SPDX-License-Identifier: Apache-2.0
#include "media/address_probe.h"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <span>
#include <string>

#include "support/address_of.h"

namespace godwit::media {
namespace {

using namespace std::chrono_literals;
using test::ip;

constexpr PathId kAskedPath{7};
const net::SocketAddress kAskedServer{ip("192.0.2.1"), 3478};
const net::SocketAddress kOutside{ip("198.51.100.1"), 40000};

class AddressProbeTest : public ::testing::Test {
 protected:
  AddressProbeTest() { probe_.ask(kAskedPath, kAskedServer, random_, now_); }

  std::string request() {
    const auto packet = probe_.poll();
    if (!packet) return {};
    EXPECT_EQ(packet->path, kAskedPath);
    EXPECT_EQ(packet->to, kAskedServer);
    return {reinterpret_cast<const char*>(packet->bytes.data()), packet->bytes.size()};
  }
  std::optional<AddressSeen> answer(const std::string& request, const net::SocketAddress& from,
                                    PathId path = kAskedPath) {
    auto message = stun::answer_binding(*stun::parse_message(request), kOutside);
    const auto bytes = stun::write_message(*message);
    return probe_.on_packet({path, Channel::rtp, from, std::as_bytes(std::span(bytes)), now_});
  }

  TimePoint now_{1000s};
  SeededRandom random_{1};
  AddressProbe probe_;
};

TEST_F(AddressProbeTest, AsksAtOnceAndTellsTheAddressAndTheRoundTrip) {
  const auto asked = request();
  EXPECT_EQ(request(), "") << "once";
  now_ += 40ms;
  const auto seen = answer(asked, kAskedServer);
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->path, kAskedPath);
  EXPECT_EQ(seen->address, kOutside);
  EXPECT_EQ(seen->round_trip, Duration{40ms});
  EXPECT_FALSE(probe_.next_deadline());
  EXPECT_FALSE(answer(asked, kAskedServer)) << "a second answer";
}

TEST_F(AddressProbeTest, AsksAgainAndThenMeasuresNothing) {
  const auto asked = request();
  now_ += 500ms;
  EXPECT_EQ(probe_.next_deadline(), now_);
  probe_.on_timeout(now_);
  EXPECT_EQ(request(), asked);
  const auto seen = answer(asked, kAskedServer);
  ASSERT_TRUE(seen);
  EXPECT_FALSE(seen->round_trip);
}

TEST_F(AddressProbeTest, BelievesNobodyButWhoWasAskedThere) {
  const auto asked = request();
  EXPECT_FALSE(answer(asked, {ip("192.0.2.2"), 3478}));
  EXPECT_FALSE(answer(asked, kAskedServer, PathId{8}));
  auto forged = asked;
  forged.resize(stun::kHeaderBytes);
  forged[2] = forged[3] = 0;  // no attributes
  forged.back() = static_cast<char>(forged.back() + 1);
  EXPECT_FALSE(answer(forged, kAskedServer)) << "another transaction";
  EXPECT_TRUE(answer(asked, kAskedServer));
}

TEST_F(AddressProbeTest, GivesUpWithItsPathAndInTheEnd) {
  probe_.remove(kAskedPath);
  EXPECT_EQ(request(), "");
  probe_.ask(kAskedPath, kAskedServer, random_, now_);
  int sends = 0;
  while (const auto due = probe_.next_deadline()) {
    if (!request().empty()) ++sends;
    probe_.on_timeout(*due);
  }
  EXPECT_EQ(sends, stun::BindingClient::kSends);
}

}  // namespace
}  // namespace godwit::media
