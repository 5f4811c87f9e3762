// SPDX-License-Identifier: Apache-2.0
#include "lab/extra_round_trips.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace godwit::lab {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

ChangeMark break_between(const char* from, const char* to) {
  ChangeMark mark;
  mark.kind = "break";
  mark.from = *net::IpAddress::parse(from);
  mark.to = *net::IpAddress::parse(to);
  return mark;
}

TEST(ExtraRoundTrips, WithinAFamilyThereIsOne) {
  ChangeFigures figures;
  figures.refreshes = 1;
  EXPECT_THAT(explain_round_trips("udp", break_between("10.1.0.2", "10.2.0.2"), figures, {}),
              ElementsAre(HasSubstr("one round trip to the peer")));
}

TEST(ExtraRoundTrips, AcrossFamiliesTheAnswerTellsWhereTo) {
  ChangeFigures figures;
  figures.refreshes = 1;
  EXPECT_THAT(explain_round_trips("udp", break_between("10.1.0.2", "2001:db8::2"), figures, {}),
              ElementsAre(HasSubstr("another IP family")));
}

TEST(ExtraRoundTrips, AConnectionHasToBeOpened) {
  ChangeFigures figures;
  figures.refreshes = 1;
  const auto mark = break_between("10.1.0.2", "10.2.0.2");
  EXPECT_THAT(explain_round_trips("tcp", mark, figures, {}),
              ElementsAre(HasSubstr("one round trip"), HasSubstr("one round trip to the server")));
  EXPECT_THAT(explain_round_trips("tls", mark, figures, {}),
              ElementsAre(HasSubstr("one round trip"), HasSubstr("two round trips to the server")));
}

TEST(ExtraRoundTrips, OfANatItIsAskedWhatItMakesOfUs) {
  ChangeFigures figures;
  figures.refreshes = 1;
  auto mark = break_between("10.1.0.2", "10.2.0.2");
  mark.outside = *net::IpAddress::parse("10.77.0.1");
  EXPECT_THAT(explain_round_trips("udp", mark, figures, {}),
              ElementsAre(HasSubstr("one round trip"), HasSubstr("STUN server")));
  mark.to = mark.from;
  EXPECT_THAT(explain_round_trips("udp", mark, figures, {}),
              ElementsAre(HasSubstr("one round trip"), HasSubstr("keep-alive"),
                          HasSubstr("STUN server")));
}

TEST(ExtraRoundTrips, ThroughANat64ThePeerStaysWhereItWas) {
  ChangeFigures figures;
  figures.refreshes = 1;
  auto mark = break_between("10.1.0.2", "2001:db8:2::2");
  mark.outside = *net::IpAddress::parse("10.64.0.2");
  EXPECT_THAT(explain_round_trips("udp", mark, figures, {}),
              ElementsAre(HasSubstr("one round trip to the peer"), HasSubstr("DNS server"),
                          HasSubstr("STUN server")));
}

TEST(ExtraRoundTrips, EachMoreHasItsReason) {
  ChangeFigures figures;
  figures.refreshes = 2;
  figures.registers_challenged = 1;
  figures.redials = 1;
  const nlohmann::json told = {{"retry_reasons", {"491 Request Pending"}}};
  EXPECT_THAT(explain_round_trips("udp", break_between("10.1.0.2", "10.2.0.2"), figures, told),
              ElementsAre(HasSubstr("one round trip"), HasSubstr("one REGISTER"),
                          HasSubstr("491 Request Pending"), HasSubstr("one call was dialled")));
}

TEST(ExtraRoundTrips, WhereNothingWasToldThereIsNone) {
  EXPECT_THAT(explain_round_trips("udp", break_between("10.1.0.2", "10.1.0.2"), {}, {}),
              ElementsAre(HasSubstr("no round trip")));
}

}  // namespace
}  // namespace godwit::lab
