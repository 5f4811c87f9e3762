// SPDX-License-Identifier: Apache-2.0
#include "server/registrar.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "support/server_shell.h"

namespace godwit::server {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// The registrar as agents meet it: through the whole server.
class RegistrarTest : public ::testing::TestWithParam<net::Family> {
 protected:
  static ServerOptions options() {
    ServerOptions o;
    o.domain = "example.org";
    o.users = {{"alice", "secret"}, {"bob", "hidden"}};
    return o;
  }
  net::SocketAddress at(std::uint16_t port = 5070) const {
    const bool v4 = GetParam() == net::Family::v4;
    return {*net::IpAddress::parse(v4 ? "10.1.0.2" : "2001:db8:1::2"), port};
  }
  std::string contact(std::uint16_t port) const {
    return "<sip:alice@" + to_string(at(port)) + '>';
  }

  /// Sends it with a fresh nonce's credentials and returns the last answer.
  sip::Message authorized(sip::Message m, const std::string& password = "secret") {
    alice_.send(m);
    auto answer = alice_.answer();
    if (answer->status() != 401) return *answer;
    alice_.renew(m);
    alice_.authorize(m, *answer, password);
    alice_.send(m);
    return *alice_.answer();
  }
  sip::Message registration(std::vector<std::string> contacts, const std::string& expires = {}) {
    sip::Message m = alice_.registration();
    m.remove(sip::Field::contact);
    for (const std::string& c : contacts) m.add(sip::Field::contact, c);
    if (!expires.empty()) m.add(sip::Field::expires, expires);
    return m;
  }
  std::vector<std::string> bound() const {
    std::vector<std::string> out;
    for (const Binding& b : shell_.server.bindings("alice", shell_.now)) {
      out.push_back('<' + to_string(b.contact) + '>');
    }
    return out;
  }

  ServerShell shell_{options()};
  TestAgent alice_{shell_, "alice", at()};
};
INSTANTIATE_TEST_SUITE_P(Families, RegistrarTest,
                         ::testing::Values(net::Family::v4, net::Family::v6),
                         [](const auto& p) { return std::string(to_string(p.param)); });

TEST_P(RegistrarTest, ChallengesThenBindsAndSaysForHowLong) {
  const auto ok = authorized(registration({contact(5070)}, "300"));
  EXPECT_EQ(ok.status(), 200);
  EXPECT_THAT(ok.values(sip::Field::contact), ElementsAre(contact(5070) + ";expires=300"));
  EXPECT_FALSE(ok.to_tag().empty());
  EXPECT_THAT(bound(), ElementsAre(contact(5070)));
}

TEST_P(RegistrarTest, AnswersFromTheAddressItWasAskedAt) {
  (void)authorized(registration({contact(5070)}));
  EXPECT_EQ(shell_.last_from.address, ServerShell::address(GetParam()).address);
}

TEST_P(RegistrarTest, ChallengesAWrongPasswordAgain) {
  EXPECT_EQ(authorized(registration({contact(5070)}), "guess").status(), 401);
  EXPECT_THAT(bound(), IsEmpty());
}

TEST_P(RegistrarTest, LetsNobodyTouchTheBindingsOfAnother) {
  sip::Message m = registration({contact(5070)});
  m.set(sip::Field::to, "<sip:bob@example.org>");
  EXPECT_EQ(authorized(m).status(), 403);
  m = registration({contact(5070)});
  m.set(sip::Field::to, "<sip:nobody@example.org>");
  EXPECT_EQ(authorized(m).status(), 404);
  m = registration({contact(5070)});
  m.set(sip::Field::to, "<sip:alice@example.net>");
  EXPECT_EQ(authorized(m).status(), 404);
}

// docs/network-change.md: the agent moves, answers the challenge it had before, and needs no second
// round trip; the old binding goes with the same request.
TEST_P(RegistrarTest, AnAgentThatMovedIsBelievedOnItsOldChallenge) {
  sip::Message m = registration({contact(5070)});
  alice_.send(m);
  const auto challenged = alice_.answer();
  alice_.renew(m);
  alice_.authorize(m, *challenged, "secret", 1);
  alice_.send(m);
  ASSERT_EQ(alice_.answer()->status(), 200);

  const net::SocketAddress elsewhere{
      *net::IpAddress::parse(GetParam() == net::Family::v4 ? "2001:db8:5::9" : "10.5.0.9"), 5070};
  TestAgent moved(shell_, "alice", elsewhere);
  sip::Message again = moved.registration();
  again.set(sip::Field::cseq, "99 REGISTER");
  again.add(sip::Field::contact, contact(5070) + ";expires=0");
  moved.authorize(again, *challenged, "secret", 2);
  moved.send(again);
  const auto ok = moved.answer();
  ASSERT_TRUE(ok);
  EXPECT_EQ(ok->status(), 200);
  EXPECT_THAT(bound(), ElementsAre(moved.contact()));
  EXPECT_THAT(ok->values(sip::Field::contact), SizeIs(1));
}

TEST_P(RegistrarTest, AReplayIsAskedAnewAsStale) {
  sip::Message m = registration({contact(5070)});
  alice_.send(m);
  const auto challenged = alice_.answer();
  alice_.renew(m);
  alice_.authorize(m, *challenged, "secret", 1);
  alice_.send(m);
  (void)alice_.answer();
  alice_.renew(m);
  alice_.send(m);
  const auto refused = alice_.answer();
  EXPECT_EQ(refused->status(), 401);
  EXPECT_TRUE(sip::parse_challenge(*refused->field(sip::Field::www_authenticate))->stale);
}

TEST_P(RegistrarTest, EachContactHasItsOwnLifetime) {
  const auto ok =
      authorized(registration({contact(5070) + ";expires=120;q=0.5", contact(5080)}, "600"));
  EXPECT_THAT(ok.values(sip::Field::contact),
              ElementsAre(contact(5080) + ";expires=600", contact(5070) + ";q=0.5;expires=120"));
  shell_.advance(120s);
  EXPECT_THAT(bound(), ElementsAre(contact(5080)));
}

TEST_P(RegistrarTest, ListsWhatIsLeftOfEachLifetime) {
  (void)authorized(registration({contact(5070)}, "300"));
  shell_.advance(100s);
  const auto fetched = authorized(registration({}));
  EXPECT_EQ(fetched.status(), 200);
  EXPECT_THAT(fetched.values(sip::Field::contact), ElementsAre(contact(5070) + ";expires=200"));
}

TEST_P(RegistrarTest, GrantsNoMoreThanTheLongestAndThatByDefault) {
  EXPECT_THAT(authorized(registration({contact(5070)}, "99999")).values(sip::Field::contact),
              ElementsAre(contact(5070) + ";expires=3600"));
  EXPECT_THAT(authorized(registration({contact(5070)})).values(sip::Field::contact),
              ElementsAre(contact(5070) + ";expires=3600"));
  EXPECT_THAT(authorized(registration({contact(5070)}, "soon")).values(sip::Field::contact),
              ElementsAre(contact(5070) + ";expires=3600"));
  EXPECT_THAT(
      authorized(registration({contact(5070)}, "99999999999999")).values(sip::Field::contact),
      ElementsAre(contact(5070) + ";expires=3600"));
}

TEST_P(RegistrarTest, RefusesATooShortLifetimeAndSaysTheShortest) {
  const auto refused = authorized(registration({contact(5070)}, "59"));
  EXPECT_EQ(refused.status(), 423);
  EXPECT_EQ(refused.field(sip::Field::min_expires), "60");
  EXPECT_EQ(authorized(registration({contact(5070)}, "60")).status(), 200);
}

TEST_P(RegistrarTest, RemovesOneOrAll) {
  (void)authorized(registration({contact(5070), contact(5080)}));
  (void)authorized(registration({contact(5070) + ";expires=0"}));
  EXPECT_THAT(bound(), ElementsAre(contact(5080)));
  const auto ok = authorized(registration({"*"}, "0"));
  EXPECT_EQ(ok.status(), 200);
  EXPECT_THAT(ok.values(sip::Field::contact), IsEmpty());
  EXPECT_THAT(bound(), IsEmpty());
}

TEST_P(RegistrarTest, WantsTheStarAloneAndWithoutLifetime) {
  (void)authorized(registration({contact(5070)}));
  EXPECT_EQ(authorized(registration({"*"}, "60")).status(), 400);
  EXPECT_EQ(authorized(registration({"*"})).status(), 400);
  EXPECT_EQ(authorized(registration({"*", contact(5080)}, "0")).status(), 400);
  EXPECT_THAT(bound(), ElementsAre(contact(5070)));
}

TEST_P(RegistrarTest, RefusesAContactThatCannotBeCalled) {
  EXPECT_EQ(authorized(registration({"<mailto:alice@example.org>"})).status(), 400);
}

TEST_P(RegistrarTest, RefusesRequestsOutOfOrderAndFullTables) {
  (void)authorized(registration({contact(5070)}));
  sip::Message late = registration({contact(5080), contact(5070)});
  alice_.send(late);
  const auto challenged = alice_.answer();
  alice_.authorize(late, *challenged, "secret");
  late.remove_first(sip::Field::via);
  late.prepend(sip::Field::via, "SIP/2.0/UDP " + to_string(at()) + ";branch=z9hG4bKlate");
  late.set(sip::Field::cseq, "1 REGISTER");
  alice_.send(late);
  EXPECT_EQ(alice_.answer()->status(), 500);
  EXPECT_THAT(bound(), ElementsAre(contact(5070)));

  std::vector<std::string> many;
  for (std::uint16_t i = 0; i < kMaxBindingsPerUser; ++i) {
    many.push_back(contact(static_cast<std::uint16_t>(7000 + i)));
  }
  EXPECT_EQ(authorized(registration(many)).status(), 403);
}

TEST_P(RegistrarTest, SupportsNoExtensionThatIsRequiredButPathAndOutbound) {
  sip::Message m = registration({contact(5070)});
  m.add(sip::Field::require, "path, foo");
  m.add(sip::Field::require, "outbound, pref");
  const auto refused = authorized(m);
  EXPECT_EQ(refused.status(), 420);
  EXPECT_EQ(refused.field(sip::Field::unsupported), "foo, pref");
  m = registration({contact(5070)});
  m.add(sip::Field::require, "path");
  EXPECT_EQ(authorized(m).status(), 200);
}

TEST_P(RegistrarTest, KeepsThePathOfABindingAndTellsItToWhoKnowsOfIt) {  // RFC 3327 section 5.3
  sip::Message m = registration({contact(5070)});
  m.add(sip::Field::path, "<sip:edge.example.org;lr>, <sip:core.example.org;lr>");
  const auto silent = authorized(m);
  EXPECT_EQ(silent.status(), 200);
  EXPECT_EQ(silent.count(sip::Field::path), 0U);
  m = registration({contact(5070)});
  m.add(sip::Field::path, "<sip:edge.example.org;lr>, <sip:core.example.org;lr>");
  m.add(sip::Field::supported, "gruu, path");
  EXPECT_THAT(authorized(m).values(sip::Field::path),
              ElementsAre("<sip:edge.example.org;lr>", "<sip:core.example.org;lr>"));
  const auto bindings = shell_.server.bindings("alice", shell_.now);
  ASSERT_EQ(bindings.size(), 1U);
  ASSERT_EQ(bindings[0].path.size(), 2U);
  EXPECT_EQ(to_string(bindings[0].path[0].uri), "sip:edge.example.org;lr");
  EXPECT_FALSE(bindings[0].connection);
  // The next REGISTER brings its own, or none.
  EXPECT_EQ(authorized(registration({contact(5070)})).status(), 200);
  EXPECT_TRUE(shell_.server.bindings("alice", shell_.now)[0].path.empty());
}

TEST_P(RegistrarTest, RefusesAPathThatDoesNotReadOrIsTooLong) {
  sip::Message bad = registration({contact(5070)});
  bad.add(sip::Field::path, "<tel:+491>");
  EXPECT_EQ(authorized(bad).status(), 400);
  for (const std::size_t count : {limits::kPaths, limits::kPaths + 1, 10 * limits::kPaths}) {
    sip::Message m = registration({contact(5070)});
    for (std::size_t i = 0; i < count; ++i) m.add(sip::Field::path, "<sip:edge.example.org;lr>");
    EXPECT_EQ(authorized(m).status(), count <= limits::kPaths ? 200 : 400) << count;
  }
}

TEST_P(RegistrarTest, SaysWhenToComeAgainWhenThereAreTooManyBindings) {
  constexpr int kUsers = kMaxBindings / kMaxBindingsPerUser;
  ServerOptions many = options();
  for (int i = 0; i <= kUsers; ++i) many.users["u" + std::to_string(i)] = "secret";
  ServerShell shell(many);
  const auto bind = [&](int user) {
    TestAgent agent(shell, "u" + std::to_string(user), at());
    auto m = agent.registration();
    for (int i = 1; i < static_cast<int>(kMaxBindingsPerUser); ++i) {
      m.add(sip::Field::contact, contact(static_cast<std::uint16_t>(6000 + i)));
    }
    agent.send(m);
    agent.renew(m);
    agent.authorize(m, *agent.answer(), "secret");
    agent.send(m);
    return *agent.answer();
  };
  for (int i = 0; i < kUsers; ++i) ASSERT_EQ(bind(i).status(), 200) << i;
  const auto refused = bind(kUsers);
  EXPECT_EQ(refused.status(), 503);
  EXPECT_EQ(refused.field(sip::Field::retry_after), "60");
}

}  // namespace
}  // namespace godwit::server
