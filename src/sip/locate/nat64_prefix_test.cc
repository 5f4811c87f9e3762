// SPDX-License-Identifier: Apache-2.0
#include "sip/locate/nat64_prefix.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/random.h"
#include "support/address_of.h"

namespace godwit::sip {
namespace {

using test::ip;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Nat64Prefix prefix(const std::string& network, int length) {
  return {ip(network), length};
}

std::vector<Nat64Prefix> found(const std::vector<std::string>& records) {
  std::vector<net::IpAddress> addresses;
  for (const auto& record : records) addresses.push_back(ip(record));
  return find_nat64_prefixes(addresses);
}

struct LayoutRow {
  Nat64Prefix prefix;
  std::string address;
};

// RFC 6052 §2.4, table 2: 192.0.2.33 under each length. Tables 1 and 3 have the well-known prefix.
class Nat64LayoutTest : public ::testing::TestWithParam<LayoutRow> {};

TEST_P(Nat64LayoutTest, SynthesisesAsTheTableOfTheRfc) {
  EXPECT_EQ(synthesise(GetParam().prefix, ip("192.0.2.33")), ip(GetParam().address));
}

TEST_P(Nat64LayoutTest, ExtractsAsTheTableOfTheRfc) {
  EXPECT_EQ(extract_v4(GetParam().prefix, ip(GetParam().address)), ip("192.0.2.33"));
}

TEST_P(Nat64LayoutTest, R38_FindsThePrefixByTheWellKnownAddresses) {
  for (const auto* known : {"192.0.0.170", "192.0.0.171"}) {
    const auto record = synthesise(GetParam().prefix, ip(known));
    ASSERT_TRUE(record);
    EXPECT_THAT(find_nat64_prefixes({*record}), ElementsAre(GetParam().prefix));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Rfc6052, Nat64LayoutTest,
    ::testing::Values(LayoutRow{prefix("2001:db8::", 32), "2001:db8:c000:221::"},
                      LayoutRow{prefix("2001:db8:100::", 40), "2001:db8:1c0:2:21::"},
                      LayoutRow{prefix("2001:db8:122::", 48), "2001:db8:122:c000:2:2100::"},
                      LayoutRow{prefix("2001:db8:122:300::", 56), "2001:db8:122:3c0:0:221::"},
                      LayoutRow{prefix("2001:db8:122:344::", 64), "2001:db8:122:344:c0:2:2100::"},
                      LayoutRow{prefix("2001:db8:122:344::", 96), "2001:db8:122:344::192.0.2.33"}));

TEST(Nat64PrefixTest, WellKnownPrefixCarriesGlobalAddresses) {
  EXPECT_EQ(synthesise(prefix("64:ff9b::", 96), ip("8.8.4.4")), ip("64:ff9b::8.8.4.4"));
}

TEST(Nat64PrefixTest, WellKnownPrefixMustNotCarryOthers) {
  for (const auto* text :
       {"0.1.2.3", "10.1.2.3", "100.64.0.1", "100.127.255.255", "172.16.0.1", "172.31.255.255",
        "192.0.0.171", "192.0.2.33", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.19.255.255",
        "198.51.100.1", "203.0.113.1", "240.0.0.1", "255.255.255.255"}) {
    EXPECT_EQ(synthesise(prefix("64:ff9b::", 96), ip(text)), std::nullopt) << text;
    EXPECT_TRUE(synthesise(prefix("2001:db8:64::", 96), ip(text))) << text;
  }
  for (const auto* text : {"9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0",
                           "172.15.255.255", "172.32.0.0", "198.17.0.1", "198.20.0.0"}) {
    EXPECT_TRUE(synthesise(prefix("64:ff9b::", 96), ip(text))) << text;
  }
}

TEST(Nat64PrefixTest, NoPrefixCarriesAddressesOfTheHostOrTheLink) {
  for (const auto* text : {"0.0.0.0", "127.0.0.1", "169.254.1.1", "224.0.0.1"}) {
    EXPECT_EQ(synthesise(prefix("2001:db8:64::", 96), ip(text)), std::nullopt) << text;
  }
}

TEST(Nat64PrefixTest, RefusesWhatIsNoPrefixOrOfTheOtherFamily) {
  EXPECT_EQ(synthesise(prefix("2001:db8::", 33), ip("8.8.8.8")), std::nullopt);
  EXPECT_EQ(synthesise(prefix("192.0.2.0", 96), ip("8.8.8.8")), std::nullopt);
  EXPECT_EQ(synthesise(prefix("2001:db8::", 96), ip("2001:db8::1")), std::nullopt);
  EXPECT_EQ(extract_v4(prefix("2001:db8::", 96), ip("8.8.8.8")), std::nullopt);
  EXPECT_EQ(extract_v4(prefix("2001:db8::", 96), ip("2001:db9::808:808")), std::nullopt);
}

TEST(Nat64PrefixTest, T93_SeveralPrefixesKeepTheirOrder) {
  EXPECT_THAT(found({"2001:db8:2::c000:ab", "2001:db8:1::c000:aa", "2001:db8:2::c000:aa",
                     "2001:db8:1::c000:ab"}),
              ElementsAre(prefix("2001:db8:2::", 96), prefix("2001:db8:1::", 96)));
}

TEST(Nat64PrefixTest, T95_AnswersWithoutTheWellKnownAddressesShowNothing) {
  EXPECT_THAT(found({"2001:db8::1", "2001:db8::c000:a9", "::", "2001:db8:64::192.0.0.172"}),
              IsEmpty());
  EXPECT_THAT(found({"192.0.0.170"}), IsEmpty());
  EXPECT_THAT(found({"::ffff:192.0.0.170"}), IsEmpty());
  EXPECT_THAT(found({}), IsEmpty());
}

TEST(Nat64PrefixTest, NoPrefixThatCannotBeRoutedIsBelieved) {
  EXPECT_THAT(found({"::192.0.0.170", "fe80::192.0.0.170", "ff0e::192.0.0.170"}), IsEmpty());
}

TEST(Nat64PrefixTest, R38_OnlyPlacesOfRfc6052Count) {
  // At octet 2, at octet 10, and over the reserved octet.
  EXPECT_THAT(found({"2001:c000:aa::1"}), IsEmpty());
  EXPECT_THAT(found({"2001:db8::c000:aa:0"}), IsEmpty());
  EXPECT_THAT(found({"2001:db8:0:c0:0:aa00::"}), IsEmpty());
  EXPECT_THAT(found({"2001:db8:0:c0:100:aa::"}), IsEmpty());
}

TEST(Nat64PrefixTest, R38_AnAmbiguousRecordIsDecidedByTheOtherAddress) {
  // The prefix 2001:db8:c000:aa::/96 itself looks like 192.0.0.170 under 2001:db8::/32.
  EXPECT_THAT(found({"2001:db8:c000:aa::c000:aa", "2001:db8:c000:aa::c000:ab"}),
              ElementsAre(prefix("2001:db8:c000:aa::", 96)));
  EXPECT_THAT(found({"2001:db8:c000:aa::c000:ab", "2001:db8:c000:aa::c000:aa"}),
              ElementsAre(prefix("2001:db8:c000:aa::", 96)));
}

TEST(Nat64PrefixTest, R38_AnAmbiguousRecordAloneShowsNothing) {
  EXPECT_THAT(found({"2001:db8:c000:aa::c000:aa"}), IsEmpty());
  // At octet 2, where no prefix ends.
  EXPECT_THAT(found({"2001:c000:aa::c000:aa"}), IsEmpty());
  EXPECT_THAT(found({"2001:c000:aa::c000:aa", "2001:c000:aa::c000:ab"}),
              ElementsAre(prefix("2001:c000:aa::", 96)));
}

TEST(Nat64PrefixTest, R38_ValuesPartedByTheReservedOctetCountToo) {
  EXPECT_THAT(found({"2001:db8:0:c0:0:aa:c000:aa"}), IsEmpty());  // /56 or /96
  EXPECT_THAT(found({"c000:aa:0:c0:0:aa::"}), IsEmpty());         // at octet 0, and /56
  EXPECT_THAT(found({"c000:aa:0:c0:0:aa::", "c000:aa:0:c0:0:ab::"}),
              ElementsAre(prefix("c000:aa::", 56)));
}

TEST(Nat64PrefixTest, WhatIsSynthesisedIsExtractedAgain) {
  SeededRandom random(6052);
  for (int round = 0; round < 5'000; ++round) {
    const auto bits = random.u32();
    const auto v4 = net::IpAddress::v4(
        {static_cast<std::uint8_t>(bits >> 24), static_cast<std::uint8_t>(bits >> 16),
         static_cast<std::uint8_t>(bits >> 8), static_cast<std::uint8_t>(bits)});
    for (const int length : {32, 40, 48, 56, 64, 96}) {
      const Nat64Prefix chosen = prefix("2001:db8::", length);
      const auto v6 = synthesise(chosen, v4);
      if (!v6) continue;
      EXPECT_EQ(extract_v4(chosen, *v6), v4);
      EXPECT_EQ(v6->bytes()[8], 0);
    }
  }
}

TEST(Nat64PrefixTest, AnyRecordsWhateverAreReadWithoutHarm) {
  SeededRandom random(7050);
  for (int round = 0; round < 5'000; ++round) {
    std::vector<net::IpAddress> records;
    for (int i = 0; i < 4; ++i) {
      std::array<std::uint8_t, 16> bytes{};
      for (auto& byte : bytes) {
        constexpr std::array<std::uint8_t, 5> kOctets{0, 192, 170, 171, 0x20};
        byte = kOctets[random.below(kOctets.size())];
      }
      records.push_back(net::IpAddress::v6(bytes));
    }
    for (const auto& shown : find_nat64_prefixes(records)) {
      EXPECT_TRUE(synthesise(shown, ip("192.0.0.170"))) << to_string(shown.network);
    }
  }
}

}  // namespace
}  // namespace godwit::sip
