// SPDX-License-Identifier: Apache-2.0
#include "sip/locate/dns_cache.h"

#include <gtest/gtest.h>

#include <string>

#include "base/limits.h"
#include "support/fake_clock.h"
#include "support/snapshot_builder.h"

namespace godwit::sip {
namespace {

using namespace std::chrono_literals;
using Status = net::DnsAnswer::Status;

const DnsQuestion kQuestion{"example.org", net::DnsType::a};

net::DnsAnswer answer(Status status, std::chrono::seconds ttl) {
  net::DnsAnswer out;
  out.status = status;
  out.ttl = ttl;
  if (status == Status::found) out.addresses = {test::ip("192.0.2.1")};
  return out;
}

class DnsCacheTest : public ::testing::Test {
 protected:
  [[nodiscard]] bool knows(const DnsQuestion& question = kQuestion) const {
    return cache_.find(question, clock_.now()).has_value();
  }

  FakeClock clock_;
  DnsCache cache_;
};

TEST_F(DnsCacheTest, R11_AnAnswerLivesAsLongAsItsTtl) {
  cache_.put(kQuestion, answer(Status::found, 2s), clock_.now());
  clock_.advance(2s - 1ns);
  ASSERT_TRUE(knows());
  EXPECT_TRUE(cache_.find(kQuestion, clock_.now())->fresh);
  clock_.advance(1ns);
  EXPECT_FALSE(knows());
}

TEST_F(DnsCacheTest, R11_NegativeAnswersLiveToo) {
  cache_.put(kQuestion, answer(Status::no_such_name, 60s), clock_.now());
  ASSERT_TRUE(knows());
  EXPECT_EQ(cache_.find(kQuestion, clock_.now())->answer.status, Status::no_such_name);
}

TEST_F(DnsCacheTest, R11_WithoutATtlAnAnswerIsNotKept) {
  cache_.put(kQuestion, answer(Status::found, 10s), clock_.now());
  cache_.put(kQuestion, answer(Status::found, 0s), clock_.now());
  EXPECT_FALSE(knows());
}

TEST_F(DnsCacheTest, AFailureReplacesNothing) {
  cache_.put(kQuestion, answer(Status::found, 10s), clock_.now());
  cache_.put(kQuestion, answer(Status::failed, 10s), clock_.now());
  EXPECT_EQ(cache_.find(kQuestion, clock_.now())->answer.status, Status::found);
}

TEST_F(DnsCacheTest, NothingIsBelievedForLongerThanADay) {
  cache_.put(kQuestion, answer(Status::found, 1'000'000s), clock_.now());
  cache_.put({"other.org", net::DnsType::a}, answer(Status::no_data, 1'000'000s), clock_.now());
  clock_.advance(3h);
  EXPECT_FALSE(knows({"other.org", net::DnsType::a}));
  EXPECT_TRUE(knows());
  clock_.advance(21h);
  EXPECT_FALSE(knows());
}

TEST_F(DnsCacheTest, EachTypeOfANameStandsForItself) {
  cache_.put(kQuestion, answer(Status::found, 10s), clock_.now());
  EXPECT_FALSE(knows({"example.org", net::DnsType::aaaa}));
}

TEST_F(DnsCacheTest, WhatIsKeptOutlivesItsTtlUntilItIsAnsweredAnew) {
  cache_.keep(kQuestion, answer(Status::found, 1s));
  clock_.advance(1h);
  ASSERT_TRUE(knows());
  EXPECT_FALSE(cache_.find(kQuestion, clock_.now())->fresh);
  cache_.put(kQuestion, answer(Status::failed, 0s), clock_.now());
  EXPECT_TRUE(knows());
  cache_.put(kQuestion, answer(Status::found, 5s), clock_.now());
  EXPECT_TRUE(cache_.find(kQuestion, clock_.now())->fresh);
}

TEST_F(DnsCacheTest, HoldsItsLimitAndForgetsWhatWouldEndFirst) {
  const auto number = [](std::size_t i) {
    return DnsQuestion{std::to_string(i) + ".example.org", net::DnsType::a};
  };
  cache_.put(number(0), answer(Status::found, 5s), clock_.now());
  for (std::size_t i = 1; i < limits::kDnsAnswers; ++i) {
    cache_.put(number(i), answer(Status::found, 10s), clock_.now());
  }
  EXPECT_EQ(cache_.size(), limits::kDnsAnswers);
  EXPECT_TRUE(knows(number(0)));

  cache_.put(number(limits::kDnsAnswers), answer(Status::found, 10s), clock_.now());
  EXPECT_EQ(cache_.size(), limits::kDnsAnswers);
  EXPECT_FALSE(knows(number(0)));

  for (std::size_t i = 0; i < limits::kDnsAnswers * 10; ++i) {
    cache_.put(number(i), answer(Status::found, 10s), clock_.now());
    cache_.keep({"kept" + std::to_string(i), net::DnsType::a}, answer(Status::found, 1s));
  }
  EXPECT_EQ(cache_.size(), limits::kDnsAnswers);
}

TEST_F(DnsCacheTest, WhatHasRunOutMakesRoomFirst) {
  for (std::size_t i = 0; i < limits::kDnsAnswers; ++i) {
    cache_.put({std::to_string(i), net::DnsType::a}, answer(Status::found, 1s), clock_.now());
  }
  clock_.advance(1s);
  cache_.put(kQuestion, answer(Status::found, 1s), clock_.now());
  EXPECT_EQ(cache_.size(), 1U);
}

}  // namespace
}  // namespace godwit::sip
