// SPDX-License-Identifier: Apache-2.0
#include "sip/locate/naptr_choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"

namespace godwit::sip {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using enum net::Transport;

const std::vector<net::Transport> kAll{udp, tcp, tls};

/// RFC 3263 §4.1, the example.
std::vector<net::NaptrRecord> example() {
  return {{50, 50, "s", "SIPS+D2T", "", "_sips._tcp.example.com"},
          {90, 50, "s", "SIP+D2T", "", "_sip._tcp.example.com"},
          {100, 50, "s", "SIP+D2U", "", "_sip._udp.example.com"}};
}

TEST(NaptrChoiceTest, R3_OrderDecidesAndThenPreference) {
  auto records = example();
  records.push_back({90, 10, "s", "SIP+D2U", "", "_sip._udp.preferred.example.com"});
  EXPECT_THAT(choose_pointers(records, kAll),
              ElementsAre(ServicePointer{50, tls, "_sips._tcp.example.com"},
                          ServicePointer{90, udp, "_sip._udp.preferred.example.com"},
                          ServicePointer{90, tcp, "_sip._tcp.example.com"},
                          ServicePointer{100, udp, "_sip._udp.example.com"}));
}

TEST(NaptrChoiceTest, T8_WhatIsNotSupportedIsPassedOver) {
  EXPECT_EQ(choose_pointers(example(), {udp, tcp}).front().transport, tcp);
}

TEST(NaptrChoiceTest, R3_SipsKeepsOnlySips) {
  EXPECT_THAT(choose_pointers(example(), {tls}),
              ElementsAre(ServicePointer{50, tls, "_sips._tcp.example.com"}));
}

TEST(NaptrChoiceTest, T11_OtherFlagsExpressionsAndServicesAreIgnored) {
  EXPECT_THAT(choose_pointers({{1, 1, "u", "SIP+D2U", "", "a.example.org"},
                               {1, 1, "a", "SIP+D2U", "", "b.example.org"},
                               {1, 1, "", "SIP+D2U", "", "c.example.org"},
                               {1, 1, "s", "SIP+D2U", "!^.*$!sip:x@example.org!", ""},
                               {1, 1, "s", "SIP+D2U", "!a!b!", "d.example.org"},
                               {1, 1, "s", "SIPS+D2U", "", "e.example.org"},
                               {1, 1, "s", "SIP+D2S", "", "f.example.org"},
                               {1, 1, "s", "E2U+sip", "", "g.example.org"},
                               {1, 1, "s", "SIP+D2U", "", ""}},
                              kAll),
              IsEmpty());
}

TEST(NaptrChoiceTest, FlagsAndServicesAreReadInAnyCase) {
  EXPECT_THAT(choose_pointers({{1, 1, "S", "sip+d2u", "", "a.example.org"}}, kAll),
              ElementsAre(ServicePointer{1, udp, "a.example.org"}));
}

TEST(NaptrChoiceTest, HoldsItsLimitAndKeepsTheBest) {
  for (const std::size_t count :
       {limits::kPointers, limits::kPointers + 1, limits::kPointers * 10}) {
    std::vector<net::NaptrRecord> records;
    for (std::size_t i = 0; i < count; ++i) {
      records.push_back(
          {static_cast<std::uint16_t>(count - i), 1, "s", "SIP+D2U", "", "a.example.org"});
    }
    const auto chosen = choose_pointers(records, kAll);
    ASSERT_EQ(chosen.size(), limits::kPointers);
    EXPECT_EQ(chosen.front().order, 1);
  }
}

}  // namespace
}  // namespace godwit::sip
