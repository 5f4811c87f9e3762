// SPDX-License-Identifier: Apache-2.0
#include "ua/identity.h"

#include <gtest/gtest.h>

namespace godwit::ua {
namespace {

TEST(Identity, TakesTheRegistrarFromTheAddressOfRecord) {
  const auto identity = read_identity(AccountId{1}, {.address_of_record = "sip:alice@example.org"});
  ASSERT_TRUE(identity);
  EXPECT_EQ(sip::to_string(identity->registrar), "sip:example.org");
  EXPECT_EQ(identity->hop, (NextHop{{"example.org", 0, {}, false}, identity->id}));
  EXPECT_FALSE(identity->outbound);
}

TEST(Identity, SendsEverythingThroughTheOutboundProxyAsALooseRoute) {
  const auto identity =
      read_identity(AccountId{1}, {.address_of_record = "sip:alice@example.org",
                                   .outbound_proxy = "sip:[2001:DB8::1]:5080"});
  ASSERT_TRUE(identity);
  EXPECT_EQ(identity->hop, (NextHop{{"2001:db8::1", 5080, {}, false}, identity->id}));
  EXPECT_TRUE(sip::has_parameter(identity->outbound->parameters, "lr"));
}

TEST(Identity, NamesTheOptionThatCannotBeRead) {
  const auto no_user = read_identity(AccountId{1}, {.address_of_record = "sip:example.org"});
  ASSERT_FALSE(no_user);
  EXPECT_NE(no_user.error().detail.find("address_of_record"), std::string::npos);
  const auto bad = read_identity(
      AccountId{1}, {.address_of_record = "sip:alice@example.org", .registrar = "sip:exa mple"});
  ASSERT_FALSE(bad);
  EXPECT_NE(bad.error().detail.find("registrar"), std::string::npos);
}

TEST(Identity, ReadsOptionsAsPeopleWriteThem) {
  const auto identity = read_identity(
      AccountId{1}, {.address_of_record = "\"Alice A.\" <sip:alice@example.org>",
                     .registrar = "example.net",
                     .outbound_proxy = "192.0.2.1:5080"});
  ASSERT_TRUE(identity) << identity.error().detail;
  EXPECT_EQ(identity->address_of_record.display_name, "Alice A.");
  EXPECT_EQ(sip::to_string(identity->registrar), "sip:example.net");
  EXPECT_EQ(identity->hop, (NextHop{{"192.0.2.1", 5080, {}, false}, identity->id}));
  EXPECT_TRUE(identity->warnings.empty());
}

TEST(Identity, TellsWhatItLeftOut) {
  const auto identity =
      read_identity(AccountId{1}, {.address_of_record = "sip:alice@example.org?subject=x"});
  ASSERT_TRUE(identity);
  ASSERT_EQ(identity->warnings.size(), 1U);
  EXPECT_EQ(identity->warnings[0].find("address_of_record: "), 0U);
}

TEST(Identity, NobodysFromSaysNothingOfAnybody) {  // RFC 3323 section 4.1.1.3, RFC 2606
  EXPECT_EQ(sip::to_string(anonymous("a73k")), "<sip:anonymous@anonymous.invalid>;tag=a73k");
}

class ContactFamily : public ::testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(ContactFamily, IsTheFlowsLocalAddress) {
  const auto identity = *read_identity(AccountId{1}, {.address_of_record = "sip:alice@example.org"});
  net::Flow flow;
  flow.local = {*net::IpAddress::parse(GetParam().first), 5070};
  EXPECT_EQ(sip::to_string(contact_on(flow, identity)), GetParam().second);
}

INSTANTIATE_TEST_SUITE_P(
    Families, ContactFamily,
    ::testing::Values(std::pair{"192.0.2.7", "<sip:alice@192.0.2.7:5070>"},
                      std::pair{"2001:db8::7", "<sip:alice@[2001:db8::7]:5070>"}));

}  // namespace
}  // namespace godwit::ua
