// SPDX-License-Identifier: Apache-2.0
#include "ua/binding_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ua/identity.h"

namespace godwit::ua {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const Asked kAsked{"sip:alice@10.1.0.2:5070", {"sip:alice@10.7.0.2:5070"}, 300s};

sip::Message listing(const std::vector<std::string>& contacts, const char* expires = nullptr) {
  const auto request = start_request({sip::Method::register_, "sip:core.test", {}, {}, "one", 1});
  auto response = sip::make_response(request, 200, "far-tag");
  for (const auto& contact : contacts) response.add(sip::Field::contact, contact);
  if (expires != nullptr) response.add(sip::Field::expires, expires);
  return response;
}
std::optional<std::chrono::seconds> lifetime(const std::vector<std::string>& contacts,
                                             const char* expires = nullptr) {
  return read_grant(listing(contacts, expires), kAsked).lifetime;
}

TEST(BindingList, OursLivesAsItsOwnParameterSays) {
  EXPECT_EQ(lifetime({"<sip:alice@10.1.0.2:5070>;expires=111"}, "222"), 111s);
  EXPECT_EQ(lifetime({"<sip:alice@10.1.0.2:5070>"}, "222"), 222s);
  EXPECT_EQ(lifetime({"<sip:alice@10.1.0.2:5070>"}), 300s);
  EXPECT_EQ(lifetime({}, "222"), 222s);
  EXPECT_EQ(lifetime({}), 300s);
}

TEST(BindingList, NamedTwiceItLivesTheShorterTime) {
  EXPECT_EQ(lifetime({"<sip:alice@10.1.0.2:5070>;expires=900", "<sip:alice@10.1.0.2:5070>;expires=90"}),
            90s);
}

TEST(BindingList, WhatLivesForNoTimeIsNotThere) {
  EXPECT_FALSE(lifetime({"<sip:alice@10.1.0.2:5070>;expires=0"}, "222"));
  EXPECT_FALSE(lifetime({"<sip:alice@10.1.0.2:5070>"}, "0"));
  EXPECT_FALSE(lifetime({}, "0"));
}

TEST(BindingList, RewrittenOnTheWayItLivesAsTheBriefestThatIsNamed) {
  const auto granted = read_grant(
      listing({"<sip:alice@192.0.2.9>;expires=80", "<sip:alice@192.0.2.8>;expires=70"}), kAsked);
  EXPECT_FALSE(granted.listed);
  EXPECT_EQ(granted.lifetime, 70s);
  EXPECT_EQ(granted.others.size(), 2U);
}

TEST(BindingList, TellsOursOfOldFromThoseOfOthers) {
  const auto granted = read_grant(
      listing({"<sip:alice@10.1.0.2:5070>;expires=100", "<sip:alice@10.7.0.2:5070>;expires=50",
               "\"Desk\" <sip:alice@192.0.2.9>;expires=80;+sip.instance=\"<urn:uuid:1>\"",
               "<sip:alice@192.0.2.8>;expires=0", "not a contact <"}),
      kAsked);
  EXPECT_TRUE(granted.listed);
  EXPECT_THAT(granted.old, ElementsAre("sip:alice@10.7.0.2:5070"));
  EXPECT_THAT(granted.others, ElementsAre(Binding{"sip:alice@192.0.2.9", 80s, "urn:uuid:1"}));
}

TEST(BindingList, OursIsWhatHasOurInstanceAndRegId) {
  const Asked ours{kAsked.contact, kAsked.old, 300s, "urn:uuid:1", 2};
  const auto granted = read_grant(
      listing({"<sip:x@192.0.2.7>;expires=90;reg-id=2;+sip.instance=\"<urn:uuid:1>\"",
               "<sip:x@192.0.2.8>;expires=80;reg-id=1;+sip.instance=\"<urn:uuid:1>\"",
               "<sip:x@192.0.2.9>;expires=70;reg-id=2;+sip.instance=\"<urn:uuid:2>\""}),
      ours);
  EXPECT_TRUE(granted.listed);
  EXPECT_EQ(granted.lifetime, 90s);
  EXPECT_THAT(granted.others, ElementsAre(Binding{"sip:x@192.0.2.9", 70s, "urn:uuid:2"}))
      << "our other flow is nobody else's";
}

TEST(BindingList, ReadsAllThatAreThere) {
  EXPECT_THAT(read_bindings(listing({"<sip:a@10.0.0.1>;expires=4294967295", "<sip:b@10.0.0.2>",
                                     "<sip:c@10.0.0.3>;expires=0"},
                                    "60")),
              ElementsAre(Binding{"sip:a@10.0.0.1", 4294967295s, ""}, Binding{"sip:b@10.0.0.2", 60s, ""}));
  EXPECT_THAT(read_bindings(listing({})), IsEmpty());
}

}  // namespace
}  // namespace godwit::ua
