// SPDX-License-Identifier: Apache-2.0
#include "sip/locate/explain.h"

#include <gtest/gtest.h>

#include "support/snapshot_builder.h"

namespace godwit::sip {
namespace {

TEST(ExplainTest, ALiteralNeedsNoWords) {
  Target target;
  target.via = Target::Via::literal;
  target.host = "192.0.2.1";
  EXPECT_EQ(explain(target), "literal address");
}

TEST(ExplainTest, ARecordIsNamedWithWhatOrderedIt) {
  Target target;
  target.via = Target::Via::srv;
  target.host = "sip1.example.org";
  target.priority = 10;
  target.weight = 60;
  EXPECT_EQ(explain(target), "SRV sip1.example.org, priority 10, weight 60");
  target.via = Target::Via::naptr;
  EXPECT_EQ(explain(target), "NAPTR, SRV sip1.example.org, priority 10, weight 60");
  target.via = Target::Via::address_record;
  EXPECT_EQ(explain(target), "address record sip1.example.org");
}

TEST(ExplainTest, ATranslatedAddressSaysWhatItStandsFor) {
  Target target;
  target.via = Target::Via::literal;
  target.synthesised_from = test::ip("192.0.2.1");
  EXPECT_EQ(explain(target), "literal address, NAT64 form of 192.0.2.1");
}

TEST(ExplainTest, TypesAndOutcomesOfQuestionsHaveNames) {
  EXPECT_EQ(to_string(net::DnsType::aaaa), "AAAA");
  EXPECT_EQ(to_string(net::DnsType::naptr), "NAPTR");
  EXPECT_EQ(to_string(net::DnsAnswer::Status::no_such_name), "no such name");
}

}  // namespace
}  // namespace godwit::sip
