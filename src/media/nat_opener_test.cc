// SPDX-License-Identifier: Apache-2.0
#include "media/nat_opener.h"

#include <gtest/gtest.h>

#include <string>

#include "stun/message.h"

namespace godwit::media {
namespace {

using namespace std::chrono_literals;

const Target kFarEnd{PathId{1}, *net::SocketAddress::parse("192.0.2.1:4000")};
const net::SocketAddress kReports = *net::SocketAddress::parse("192.0.2.1:4001");

class NatOpenerTest : public ::testing::Test {
 protected:
  /// Where indications go now.
  std::string sent() {
    std::string all;
    while (const auto transmit = opener_.poll()) {
      const std::string bytes(reinterpret_cast<const char*>(transmit->bytes.data()), transmit->bytes.size());
      const auto message = stun::parse_message(bytes);
      EXPECT_TRUE(message && message->kind == stun::Class::indication);
      all += net::to_string(transmit->to) + (transmit->channel == Channel::rtp ? " " : "(RTCP) ");
    }
    return all;
  }
  SeededRandom random_{1};
  NatOpener opener_;
  TimePoint now_{1000s};
};

TEST_F(NatOpenerTest, SpeaksToWhomIsWaitedForEverLessOften) {
  opener_.expect_nat(random_);
  opener_.wait_for(kFarEnd, {}, now_);
  EXPECT_EQ(sent(), "192.0.2.1:4000 ");
  int count = 0;
  for (const auto end = now_ + 11s; opener_.next_deadline() && *opener_.next_deadline() < end; ++count) {
    now_ = *opener_.next_deadline();
    opener_.on_timeout(now_);
    opener_.wait_for(kFarEnd, {}, now_);
    EXPECT_EQ(sent(), "192.0.2.1:4000 ");
  }
  EXPECT_EQ(count, 8) << "after 0.1, 0.3, 0.7, 1.5, 3.1 s, then every 2 s";
}

TEST_F(NatOpenerTest, ReportsThatComeApartHaveADoorOfTheirOwn) {
  opener_.expect_nat(random_);
  opener_.wait_for(kFarEnd, kReports, now_);
  EXPECT_EQ(sent(), "192.0.2.1:4000 192.0.2.1:4001(RTCP) ");
}

TEST_F(NatOpenerTest, WhoWaitsForNobodyOrHasNoNatSaysNothing) {
  opener_.wait_for(kFarEnd, {}, now_);
  EXPECT_EQ(sent(), "");
  EXPECT_FALSE(opener_.next_deadline());
  opener_.expect_nat(random_);
  opener_.wait_for(kFarEnd, {}, now_);
  opener_.wait_for({}, {}, now_);
  EXPECT_EQ(sent(), "");
  EXPECT_FALSE(opener_.next_deadline());
}

}  // namespace
}  // namespace godwit::media
