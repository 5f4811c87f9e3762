// SPDX-License-Identifier: Apache-2.0
#include "server/gruu.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/server_shell.h"

namespace godwit::server {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;

class GruusTest : public ::testing::Test {
 protected:
  GruusTest() {
    gruus_.begin(desk_);
    gruus_.begin(mobile_);
  }
  std::optional<Gruus::Instance> read(const std::string& uri) const {
    return gruus_.read(*sip::parse_uri(uri));
  }
  SeededRandom random_{1};
  Gruus gruus_{"example.org", random_};
  const Gruus::Instance desk_{"bob", "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6"};
  const Gruus::Instance mobile_{"bob", "<odd; instance>"};
};

TEST_F(GruusTest, APublicOneIsTheAddressWithItsInstance) {
  EXPECT_EQ(gruus_.make_public(desk_), "sip:bob@example.org;gr=" + desk_.id);
  for (const auto& instance : {desk_, mobile_}) {
    EXPECT_EQ(read(gruus_.make_public(instance)), instance);
  }
  EXPECT_EQ(read("sip:bob@example.org;gr=URN:UUID:F81D4FAE-7dec-11d0-a765-00a0c91e6bf6"), desk_);
  EXPECT_EQ(read("sip:alice@example.org;gr=" + desk_.id), std::nullopt);
  EXPECT_EQ(read("sip:bob@example.org;gr=urn:uuid:other"), std::nullopt);
  EXPECT_EQ(read("sip:bob@example.org"), std::nullopt);
}

TEST_F(GruusTest, ATemporaryOneTellsNothingAndIsNeverTheSame) {
  const std::string one = gruus_.make_temporary(desk_).value_or("");
  const std::string other = gruus_.make_temporary(desk_).value_or("");
  EXPECT_NE(one, other);
  EXPECT_EQ(one.find("bob"), std::string::npos);
  EXPECT_EQ(read(one), desk_);
  EXPECT_EQ(read(other), desk_);
  EXPECT_EQ(read(*gruus_.make_temporary(mobile_)), mobile_);
}

TEST_F(GruusTest, WhatIsForgedOrOfAnotherProcessLeadsNowhere) {
  const std::string one = gruus_.make_temporary(desk_).value_or("");
  for (std::size_t i = one.find('-') + 1; i < one.find('@'); ++i) {
    std::string forged = one;
    forged[i] = forged[i] == 'A' ? 'B' : 'A';
    EXPECT_EQ(read(forged), std::nullopt) << forged;
  }
  Gruus restarted("example.org", random_);
  restarted.begin(desk_);
  EXPECT_EQ(restarted.read(*sip::parse_uri(one)), std::nullopt);
}

TEST_F(GruusTest, TemporaryOnesEndWithTheirPeriodAndPublicOnesNever) {
  const std::string temporary = gruus_.make_temporary(desk_).value_or("");
  gruus_.begin(desk_);
  EXPECT_EQ(read(temporary), std::nullopt);
  EXPECT_EQ(read(gruus_.make_public(desk_)), desk_);
  EXPECT_EQ(read(*gruus_.make_temporary(desk_)), desk_);
}

TEST_F(GruusTest, ForgetsWhoWasFirstKnownWhenThereAreTooMany) {
  const std::string temporary = gruus_.make_temporary(desk_).value_or("");
  for (std::size_t i = 0; i < Gruus::kMaxInstances; ++i) gruus_.begin({"b", std::to_string(i)});
  EXPECT_EQ(read(temporary), std::nullopt);
  EXPECT_EQ(read(gruus_.make_public(desk_)), std::nullopt);
  EXPECT_EQ(read("sip:b@example.org;gr=9999"), (Gruus::Instance{"b", "9999"}));
}

/// Bob has two phones; Alice calls one of them.
class GruuCallTest : public ::testing::Test {
 protected:
  static ServerOptions options() {
    ServerOptions o;
    o.domain = "example.org";
    o.users = {{"alice", "secret"}, {"bob", "hidden"}};
    return o;
  }
  static net::SocketAddress at(int network) {
    return {*net::IpAddress::parse("10." + std::to_string(network) + ".0.2"), 5060};
  }
  sip::Message sign_in(TestAgent& agent, const std::string& more, const std::string& supported) {
    sip::Message m = agent.registration();
    m.set(sip::Field::contact, agent.contact() + more);
    m.set(sip::Field::call_id, to_string(agent.at()));
    m.add(sip::Field::supported, supported);
    agent.send(m);
    const auto challenged = agent.answer();
    agent.renew(m);
    agent.authorize(m, *challenged, "hidden");
    agent.send(m);
    return *agent.answer();
  }
  static std::string instance(int number) {
    return ";+sip.instance=\"<urn:uuid:" + std::to_string(number) + ">\"";
  }
  static std::string gruu(const sip::Message& ok, const char* which) {
    const auto contact = sip::parse_name_addr(*ok.field(sip::Field::contact));
    const std::string* const value = find_parameter(contact->parameters, which);
    return value == nullptr ? std::string() : value->substr(1, value->size() - 2);
  }
  int call(const std::string& uri) {
    sip::Message m = alice_.invitation("bob");
    m.set_uri(uri);
    (void)alice_.call(m, "secret");
    const auto answer = alice_.answer();
    return answer ? answer->status() : 0;
  }

  ServerShell shell_{options()};
  TestAgent alice_{shell_, "alice", at(1)};
  TestAgent desk_{shell_, "bob", at(2)};
  TestAgent mobile_{shell_, "bob", at(3)};
};

TEST_F(GruuCallTest, ARequestToAGruuGoesToThatInstanceOnly) {
  const auto ok = sign_in(desk_, instance(1), "gruu");
  EXPECT_EQ(gruu(ok, "pub-gruu"), "sip:bob@example.org;gr=urn:uuid:1");
  (void)sign_in(mobile_, instance(2), "gruu");
  for (const char* const which : {"pub-gruu", "temp-gruu"}) {
    EXPECT_EQ(call(gruu(ok, which)), 0) << which;
    const auto heard = desk_.next();
    ASSERT_TRUE(heard) << which;
    EXPECT_EQ(heard->uri(), "sip:bob@" + to_string(desk_.at()));
    EXPECT_FALSE(mobile_.next());
  }
}

TEST_F(GruuCallTest, OnlyWhoAsksIsGivenOne) {
  EXPECT_EQ(gruu(sign_in(desk_, instance(1), "path"), "pub-gruu"), "");
  EXPECT_EQ(gruu(sign_in(mobile_, "", "gruu"), "pub-gruu"), "");
}

TEST_F(GruuCallTest, AllTemporaryOnesHoldWhileTheInstanceIsRegistered) {
  const std::string first = gruu(sign_in(desk_, instance(1), "gruu"), "temp-gruu");
  const std::string second = gruu(sign_in(desk_, instance(1), "gruu"), "temp-gruu");
  EXPECT_NE(first, second);
  EXPECT_EQ(call(first), 0);
  EXPECT_TRUE(desk_.next());
  shell_.advance(3601s);
  while (alice_.next() || desk_.next()) continue;
  EXPECT_EQ(call(second), 480);
  (void)sign_in(desk_, instance(1), "gruu");
  EXPECT_EQ(call(first), 404);
  EXPECT_EQ(call("sip:bob@example.org;gr=urn:uuid:1"), 0);
}

TEST_F(GruuCallTest, SaysWhoIsNotThereAndWhoNeverWas) {
  (void)sign_in(desk_, instance(1), "gruu");
  EXPECT_EQ(call("sip:bob@example.org;gr=urn:uuid:7"), 404);
  EXPECT_EQ(call("sip:gruu-AAAA@example.org;gr"), 404);
  (void)sign_in(mobile_, instance(2), "gruu");
  (void)sign_in(desk_, instance(1) + ";expires=0", "gruu");
  EXPECT_EQ(call("sip:bob@example.org;gr=urn:uuid:1"), 480);
  EXPECT_FALSE(mobile_.next());
}

TEST_F(GruuCallTest, OfAnInstanceThatMovedTheLatestContactCounts) {
  (void)sign_in(desk_, instance(1), "gruu");
  (void)sign_in(mobile_, instance(1), "gruu");
  EXPECT_EQ(call("sip:bob@example.org;gr=urn:uuid:1"), 0);
  EXPECT_TRUE(mobile_.next());
  EXPECT_FALSE(desk_.next());
}

TEST_F(GruuCallTest, AContactIsNoGruuOfOurs) {
  sip::Message m = desk_.registration();
  m.set(sip::Field::contact, "<sip:bob@example.org;gr=urn:uuid:1>");
  m.add(sip::Field::require, "gruu");
  desk_.send(m);
  const auto challenged = desk_.answer();
  desk_.renew(m);
  desk_.authorize(m, *challenged, "hidden");
  desk_.send(m);
  EXPECT_EQ(desk_.answer()->status(), 403);
  EXPECT_THAT(shell_.server.bindings("bob", shell_.now), IsEmpty());
}

// Within a dialog the instance counts, not the flow it had.
TEST_F(GruuCallTest, AGruuIsFollowedWhateverTheRouteSays) {
  (void)sign_in(desk_, instance(1) + ";reg-id=1", "gruu, outbound, path");
  (void)call("sip:bob@example.org");
  const auto heard = desk_.next();
  ASSERT_TRUE(heard);
  const auto routes = heard->values(sip::Field::record_route);
  ASSERT_EQ(routes.size(), 2U);
  sip::Message m =
      alice_.request("INFO", "sip:bob@example.org;gr=urn:uuid:1", "<sip:bob@example.org>;tag=t");
  m.add(sip::Field::route, routes[1]);
  m.add(sip::Field::route, routes[0]);
  (void)sign_in(mobile_, instance(1) + ";reg-id=1", "gruu, outbound, path");
  alice_.send(m);
  const auto info = mobile_.next();
  ASSERT_TRUE(info);
  EXPECT_EQ(info->uri(), "sip:bob@" + to_string(mobile_.at()));
  EXPECT_THAT(info->values(sip::Field::route), IsEmpty());
}

}  // namespace
}  // namespace godwit::server
