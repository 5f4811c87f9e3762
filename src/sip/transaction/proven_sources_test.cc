// SPDX-License-Identifier: Apache-2.0
#include "sip/transaction/proven_sources.h"

#include <gtest/gtest.h>

#include <string>

namespace godwit::sip {
namespace {

using namespace std::chrono_literals;

net::IpAddress address(std::size_t number) {
  return *net::IpAddress::parse("10." + std::to_string(number / 65'536) + '.' +
                                std::to_string(number / 256 % 256) + '.' +
                                std::to_string(number % 256));
}

TEST(ProvenSourcesTest, KnowsWhoWasProvenForTenMinutes) {
  ProvenSources sources;
  const TimePoint t0 = TimePoint{} + 1h;
  EXPECT_FALSE(sources.knows(address(1), t0));
  sources.prove(address(1), t0);
  EXPECT_TRUE(sources.knows(address(1), t0 + 10min));
  EXPECT_FALSE(sources.knows(address(1), t0 + 10min + 1ms));
  EXPECT_FALSE(sources.knows(address(2), t0));
}

TEST(ProvenSourcesTest, ForgetsTheOneNotHeardOfForLongest) {
  for (const auto more : {std::size_t{0}, std::size_t{1}, 9 * limits::kProvenSources}) {
    ProvenSources sources;
    TimePoint now = TimePoint{} + 1h;
    for (std::size_t i = 0; i < limits::kProvenSources + more; ++i) {
      sources.prove(address(i), now);
      now += 1us;
    }
    EXPECT_EQ(sources.knows(address(0), now), more == 0);
    EXPECT_TRUE(sources.knows(address(limits::kProvenSources + more - 1), now));
    EXPECT_TRUE(sources.knows(address(more), now));
  }
}

}  // namespace
}  // namespace godwit::sip
