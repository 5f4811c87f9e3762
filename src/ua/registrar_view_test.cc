// SPDX-License-Identifier: Apache-2.0
#include "ua/registrar_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"

namespace godwit::ua {
namespace {

using Taken = RegistrarView::Taken;
using Extent = sip::RegInfo::Extent;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

sip::RegInfo::Contact contact_in_view(const std::string& id, bool active = true) {
  sip::RegInfo::Contact contact{.id = id, .uri = "sip:alice@10.1.0." + id};
  if (!active) contact.state = sip::RegInfo::State::terminated;
  return contact;
}

sip::RegInfo document_of(std::uint32_t version, Extent extent, std::vector<sip::RegInfo::Contact> contacts,
                         const std::string& aor = "sip:alice@core.test") {
  return {version, extent, {{"r", aor, sip::RegInfo::State::active, std::move(contacts)}}};
}

class RegistrarViewTest : public ::testing::Test {
 protected:
  std::vector<std::string> ids() const {
    std::vector<std::string> found;
    for (const auto& contact : view_.contacts()) found.push_back(contact.id);
    return found;
  }
  RegistrarView view_{*sip::parse_uri("sip:alice@core.test")};
};

TEST_F(RegistrarViewTest, PartialStatesChangeWhatTheFullOneSaid) {
  EXPECT_EQ(view_.take(document_of(0, Extent::full, {contact_in_view("1"), contact_in_view("2")}), "d"),
            Taken::news);
  EXPECT_TRUE(view_.told_all());
  EXPECT_EQ(view_.take(document_of(1, Extent::partial, {contact_in_view("3"), contact_in_view("1", false)}), "d"),
            Taken::news);
  EXPECT_THAT(ids(), ElementsAre("2", "3"));
  EXPECT_THAT(view_.told(), SizeIs(2));
  EXPECT_FALSE(view_.told_all());
}

TEST_F(RegistrarViewTest, AGapAsksOnceAndIsClosedByAFullState) {
  (void)view_.take(document_of(4, Extent::full, {contact_in_view("1")}), "d");
  EXPECT_EQ(view_.take(document_of(6, Extent::partial, {contact_in_view("2")}), "d"), Taken::gap);
  EXPECT_EQ(view_.take(document_of(7, Extent::partial, {contact_in_view("3")}), "d"), Taken::old);
  EXPECT_EQ(view_.take(document_of(5, Extent::partial, {contact_in_view("4")}), "d"), Taken::old)
      << "what was missing comes too late: more may be";
  EXPECT_THAT(ids(), ElementsAre("1"));
  EXPECT_EQ(view_.take(document_of(8, Extent::full, {contact_in_view("5")}), "d"), Taken::news);
  EXPECT_THAT(ids(), ElementsAre("5"));
  EXPECT_EQ(view_.take(document_of(9, Extent::partial, {contact_in_view("6")}), "d"), Taken::news);
}

TEST_F(RegistrarViewTest, WhatIsOlderOrComesTwiceIsNoNews) {
  (void)view_.take(document_of(2, Extent::full, {contact_in_view("1")}), "d");
  EXPECT_EQ(view_.take(document_of(2, Extent::partial, {contact_in_view("1", false)}), "d"), Taken::old);
  EXPECT_EQ(view_.take(document_of(1, Extent::partial, {contact_in_view("1", false)}), "d"), Taken::old);
  EXPECT_THAT(ids(), ElementsAre("1"));
}

// Kamailio does so: all of them are full, and come in the order of their CSeq.
TEST_F(RegistrarViewTest, FullStatesThatAllHaveOneVersionAreNewsEach) {
  (void)view_.take(document_of(0, Extent::full, {contact_in_view("1")}), "d");
  EXPECT_EQ(view_.take(document_of(0, Extent::full, {contact_in_view("2")}), "d"), Taken::news);
  EXPECT_THAT(ids(), ElementsAre("2"));
}

TEST_F(RegistrarViewTest, APartialStateIsNoBeginning) {
  EXPECT_EQ(view_.take(document_of(0, Extent::partial, {contact_in_view("1")}), "d"), Taken::gap);
  EXPECT_THAT(ids(), IsEmpty());
}

TEST_F(RegistrarViewTest, AnotherDialogBeginsToCountAnew) {
  (void)view_.take(document_of(70, Extent::full, {contact_in_view("1")}), "d");
  EXPECT_EQ(view_.take(document_of(0, Extent::full, {contact_in_view("2")}), "e"), Taken::news);
  EXPECT_THAT(ids(), ElementsAre("2"));
}

TEST_F(RegistrarViewTest, OtherAddressesOfRecordAreOfNoConcern) {
  (void)view_.take(document_of(0, Extent::full, {contact_in_view("1")}, "sip:bob@core.test"), "d");
  EXPECT_THAT(ids(), IsEmpty());
  (void)view_.take(document_of(1, Extent::full, {contact_in_view("1")}, "sip:alice@CORE.test"), "d");
  EXPECT_THAT(ids(), ElementsAre("1"));
}

TEST_F(RegistrarViewTest, NoMoreAreKeptThanTheLimit) {
  (void)view_.take(document_of(0, Extent::full, {}), "d");
  for (std::uint32_t i = 1; i <= 10 * limits::kRegInfoContacts; ++i) {
    (void)view_.take(document_of(i, Extent::partial, {contact_in_view(std::to_string(i))}), "d");
    EXPECT_EQ(view_.contacts().size(), std::min<std::size_t>(i, limits::kRegInfoContacts));
  }
}

}  // namespace
}  // namespace godwit::ua
