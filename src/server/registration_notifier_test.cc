// SPDX-License-Identifier: Apache-2.0
#include "server/registration_notifier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "support/server_shell.h"

namespace godwit::server {
namespace {

using namespace std::chrono_literals;
using net::Transport;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;
using NotifiedEvent = sip::RegInfo::Event;
using NotifiedState = sip::RegInfo::State;

constexpr const char* kWatchingInstance = "urn:uuid:00000000-0000-1000-8000-000a95a0e128";

/// Alice's phone, which watches what becomes of her bindings, and another one of hers.
class RegistrationNotifierTest : public ::testing::TestWithParam<Transport> {
 protected:
  static ServerOptions options() {
    ServerOptions o;
    o.domain = "example.org";
    o.users = {{"alice", "secret"}, {"bob", "hidden"}};
    return ServerShell::with_tls(o);
  }
  static net::SocketAddress at(int network) {
    return {*net::IpAddress::parse("10." + std::to_string(network) + ".0.2"), 5070};
  }
  /// With the credentials of a fresh challenge. @return the last answer; NOTIFYs are left where they are.
  sip::Message authorized(TestAgent& agent, sip::Message m, const std::string& password = "secret") {
    agent.send(m);
    const auto answer = final_to(agent);
    if (answer.status() != 401) return answer;
    agent.renew(m);
    agent.authorize(m, answer, password);
    agent.send(m);
    return final_to(agent);
  }
  sip::Message final_to(TestAgent& agent) {
    while (auto m = agent.answer()) {
      if (m->status() != 0) return *m;
      notifies_.push_back(*m);
    }
    return sip::Message::response(600);
  }
  sip::Message subscription(TestAgent& agent, const std::string& user = "alice") {
    const auto uri = "sip:" + user + "@example.org";
    auto m = agent.request("SUBSCRIBE", uri, '<' + uri + '>');
    m.add(sip::Field::contact, agent.contact());
    m.add(sip::Field::event, "reg");
    m.add(sip::Field::expires, "600");
    m.add(sip::Field::accept, "application/reginfo+xml");
    return m;
  }
  /// The phone is told: the newest document.
  sip::RegInfo hears(int status = 200) {
    while (auto m = phone_.answer()) {
      if (m->status() == 0) notifies_.push_back(*m);
    }
    if (notifies_.empty()) return {.version = 999};
    notify_ = notifies_.front();
    notifies_.pop_front();
    auto answer = make_response(notify_, status, {});
    phone_.send(answer);
    EXPECT_EQ(notify_.method(), sip::Method::notify);
    EXPECT_EQ(notify_.field(sip::Field::content_type), "application/reginfo+xml");
    return sip::parse_reg_info(notify_.body()).value_or(sip::RegInfo{.version = 998});
  }
  sip::RegInfo watch() {
    accepted_ = authorized(phone_, subscription(phone_));
    EXPECT_EQ(accepted_.status(), 200);
    return hears();
  }
  sip::Message refresh(std::string_view expires = "600") {
    auto m = phone_.request("SUBSCRIBE", std::string(contact_of(accepted_)), "<sip:alice@example.org>");
    m.set(sip::Field::to, *accepted_.field(sip::Field::to));
    m.add(sip::Field::contact, phone_.contact());
    m.add(sip::Field::event, "reg");
    m.add(sip::Field::expires, expires);
    return m;
  }
  static std::string contact_of(const sip::Message& message) {
    return to_string(sip::parse_name_addr(*message.field(sip::Field::contact))->uri);
  }
  void bind(TestAgent& agent, const std::string& expires = "300") {
    auto m = agent.registration();
    m.set(sip::Field::call_id, "bindings-of-" + to_string(agent.at()));
    m.add(sip::Field::expires, expires);
    EXPECT_EQ(authorized(agent, m).status(), 200);
  }
  std::string state() const { return std::string(*notify_.field(sip::Field::subscription_state)); }

  ServerShell shell_{options()};
  TestAgent phone_{shell_, "alice", at(1), GetParam()};
  TestAgent other_{shell_, "alice", at(2)};
  std::deque<sip::Message> notifies_;
  sip::Message notify_ = sip::Message::response(600);
  sip::Message accepted_ = sip::Message::response(600);
};
INSTANTIATE_TEST_SUITE_P(Transports, RegistrationNotifierTest,
                         ::testing::Values(Transport::udp, Transport::tcp, Transport::tls),
                         [](const auto& p) { return std::string(to_string(p.param)); });

TEST_P(RegistrationNotifierTest, TellsAllFirstAndThenWhatChanges) {
  const auto first = watch();
  EXPECT_EQ(accepted_.field(sip::Field::expires), "600");
  EXPECT_THAT(state(), StartsWith("active;expires="));
  EXPECT_EQ(first.version, 0U);
  EXPECT_EQ(first.extent, sip::RegInfo::Extent::full);
  ASSERT_THAT(first.registrations, SizeIs(1));
  EXPECT_EQ(first.registrations[0].aor, "sip:alice@example.org");
  EXPECT_EQ(first.registrations[0].state, NotifiedState::init);
  EXPECT_THAT(first.registrations[0].contacts, IsEmpty());

  bind(other_);
  const auto second = hears();
  EXPECT_EQ(second.version, 1U);
  EXPECT_EQ(second.extent, sip::RegInfo::Extent::partial);
  ASSERT_THAT(second.registrations.at(0).contacts, SizeIs(1));
  const auto& bound = second.registrations[0].contacts[0];
  EXPECT_EQ(bound.uri, "sip:alice@10.2.0.2:5070");
  EXPECT_EQ(bound.event, NotifiedEvent::registered);
  EXPECT_EQ(bound.expires, 300s);
  EXPECT_EQ(bound.call_id, "bindings-of-10.2.0.2:5070");
  EXPECT_EQ(second.registrations[0].state, NotifiedState::active);

  bind(other_);
  EXPECT_EQ(hears().version, 999U) << "a refresh alone is not told";
  bind(other_, "0");
  const auto third = hears();
  EXPECT_EQ(third.version, 2U);
  ASSERT_THAT(third.registrations.at(0).contacts, SizeIs(1));
  EXPECT_EQ(third.registrations[0].contacts[0].id, bound.id);
  EXPECT_EQ(third.registrations[0].contacts[0].state, NotifiedState::terminated);
  EXPECT_EQ(third.registrations[0].contacts[0].event, NotifiedEvent::unregistered);
  EXPECT_EQ(third.registrations[0].state, NotifiedState::terminated);
}

TEST_P(RegistrationNotifierTest, WhatRunsOutIsToldWhenItDoes) {
  bind(other_, "100");
  ASSERT_THAT(watch().registrations.at(0).contacts, SizeIs(1));
  shell_.advance(60s);
  bind(other_, "100");
  shell_.advance(99s);
  EXPECT_EQ(hears().version, 999U);
  shell_.advance(2s);
  const auto told = hears();
  ASSERT_THAT(told.registrations.at(0).contacts, SizeIs(1));
  EXPECT_EQ(told.registrations[0].contacts[0].event, NotifiedEvent::expired);
}

TEST_P(RegistrationNotifierTest, WithAnInstanceItsGruusAreTold) {
  auto m = other_.registration();
  m.set(sip::Field::contact, other_.contact() + ";+sip.instance=\"<" + kWatchingInstance + ">\";reg-id=1");
  m.add(sip::Field::supported, "outbound");
  ASSERT_EQ(authorized(other_, m).status(), 200);
  const auto contact = watch().registrations.at(0).contacts.at(0);
  EXPECT_EQ(contact.instance, kWatchingInstance);
  EXPECT_EQ(contact.reg_id, 1U);
  EXPECT_THAT(contact.pub_gruu, HasSubstr("sip:alice@example.org;gr=urn"));
  EXPECT_THAT(contact.temp_gruu, HasSubstr("@example.org;gr"));
  EXPECT_EQ(contact.first_cseq, contact.cseq);
  // The same flow with another Contact is the same element.
  other_.renew(m);
  m.set(sip::Field::contact, "<sip:alice@10.8.0.8>;+sip.instance=\"<" + std::string(kWatchingInstance) +
                                 ">\";reg-id=1");
  ASSERT_EQ(authorized(other_, m).status(), 200);
  const auto moved = hears().registrations.at(0).contacts.at(0);
  EXPECT_EQ(moved.id, contact.id);
  EXPECT_EQ(moved.uri, "sip:alice@10.8.0.8");
  EXPECT_EQ(moved.first_cseq, contact.first_cseq);
  EXPECT_GT(moved.cseq, contact.cseq);
}

TEST_P(RegistrationNotifierTest, NobodyElseIsTold) {
  TestAgent bob(shell_, "bob", at(3));
  EXPECT_EQ(authorized(bob, subscription(bob, "alice"), "hidden").status(), 403);
  EXPECT_EQ(authorized(bob, subscription(bob, "nobody"), "hidden").status(), 404);
  EXPECT_EQ(authorized(phone_, subscription(phone_), "guess").status(), 401);
  EXPECT_EQ(shell_.server.registration_watchers(), 0U);
}

TEST_P(RegistrationNotifierTest, InsideTheDialogOneProvesItselfToo) {
  (void)watch();
  phone_.send(refresh("0"));
  EXPECT_EQ(final_to(phone_).status(), 401);
  EXPECT_EQ(shell_.server.registration_watchers(), 1U);
}

TEST_P(RegistrationNotifierTest, ARefreshTellsEverythingWhereItCameFrom) {
  (void)watch();
  bind(other_);
  notifies_.clear();  // that NOTIFY was lost
  while (phone_.answer()) {
  }
  EXPECT_EQ(authorized(phone_, refresh()).status(), 200);
  const auto told = hears();
  EXPECT_EQ(told.extent, sip::RegInfo::Extent::full);
  EXPECT_EQ(told.version, 2U);
  EXPECT_THAT(told.registrations.at(0).contacts, SizeIs(1));
}

TEST_P(RegistrationNotifierTest, EndsWithALastWord) {
  (void)watch();
  EXPECT_EQ(authorized(phone_, refresh("0")).status(), 200);
  (void)hears();
  EXPECT_EQ(state(), "terminated;reason=timeout");
  EXPECT_EQ(shell_.server.registration_watchers(), 0U);
  EXPECT_EQ(authorized(phone_, refresh()).status(), 481);

  (void)watch();
  shell_.advance(599s);
  EXPECT_EQ(hears().version, 999U);
  shell_.advance(2s);
  (void)hears();
  EXPECT_EQ(state(), "terminated;reason=timeout");
  EXPECT_EQ(shell_.server.registration_watchers(), 0U);
}

TEST_P(RegistrationNotifierTest, WhoDoesNotAnswerIsToldNothingMore) {
  (void)watch();
  bind(other_);
  (void)hears(481);
  EXPECT_EQ(shell_.server.registration_watchers(), 0U);
  (void)watch();
  bind(other_, "0");
  shell_.advance(33s);
  EXPECT_EQ(shell_.server.registration_watchers(), 0U);
}

TEST_P(RegistrationNotifierTest, OneNotifyAtATime) {
  (void)watch();
  bind(other_);
  TestAgent third(shell_, "alice", at(3));
  bind(third);
  ASSERT_THAT(hears().registrations.at(0).contacts, SizeIs(1));
  ASSERT_THAT(hears().registrations.at(0).contacts, SizeIs(1));
  EXPECT_EQ(hears().version, 999U);
}

TEST_P(RegistrationNotifierTest, WhatItCannotDoIsRefused) {
  auto m = subscription(phone_);
  m.set(sip::Field::expires, "30");
  const auto brief = authorized(phone_, m);
  EXPECT_EQ(brief.status(), 423);
  EXPECT_EQ(brief.field(sip::Field::min_expires), "60");
  m = subscription(phone_);
  m.set(sip::Field::accept, "application/pidf+xml");
  EXPECT_EQ(authorized(phone_, m).status(), 406);
  m = subscription(phone_);
  m.remove(sip::Field::contact);
  EXPECT_EQ(authorized(phone_, m).status(), 400);
}

TEST_P(RegistrationNotifierTest, NoUserHasMoreWatchersThanTheLimit) {
  for (std::size_t i = 0; i < 10 * limits::kWatchersOfOneUser; ++i) {
    auto m = subscription(phone_);
    m.set(sip::Field::call_id, "watch-" + std::to_string(i));
    const auto answer = authorized(phone_, m);
    EXPECT_EQ(answer.status(), i < limits::kWatchersOfOneUser ? 200 : 503) << i;
    if (answer.status() == 503) {
      EXPECT_EQ(answer.field(sip::Field::retry_after), "60");
    }
    while (hears().version != 999U) {
    }
  }
  EXPECT_EQ(shell_.server.registration_watchers(), limits::kWatchersOfOneUser);
}

TEST_P(RegistrationNotifierTest, OtherPackagesGoToTheUser) {
  auto m = subscription(phone_, "bob");
  m.set(sip::Field::event, "dialog");
  phone_.send(m);
  const auto answer = phone_.answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status(), 407) << "the proxy asks who calls";
}

}  // namespace
}  // namespace godwit::server
