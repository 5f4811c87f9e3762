// SPDX-License-Identifier: Apache-2.0
#include "ua/account_changes.h"

#include <gtest/gtest.h>

namespace godwit::ua {
namespace {

AccountOptions alice_at_core() {
  AccountOptions options;
  options.address_of_record = "sip:alice@core.test";
  return options;
}

AccountChanges changes(const AccountOptions& from, const AccountOptions& to) {
  const AccountId id{1};
  const auto was = read_identity(id, from);
  const auto is = read_identity(id, to);
  return changes_between({from, *was, from.bind.value_or(BindOptions{}), from.tls.value_or(TlsOptions{})},
                         {to, *is, to.bind.value_or(BindOptions{}), to.tls.value_or(TlsOptions{})});
}

TEST(AccountChangesTest, AnotherSpellingIsNoChange) {
  auto other = alice_at_core();
  other.address_of_record = "\"Alice\" <sip:alice@CORE.test>";
  other.registrar = "sip:core.test";
  other.display_name = "A.";
  other.bind.emplace();
  other.tls.emplace();
  const auto found = changes(alice_at_core(), other);
  EXPECT_FALSE(found.registrar || found.way || found.sockets || found.tls || found.credentials ||
               found.contact || found.watch_messages || found.dialog_watchers);
}

TEST(AccountChangesTest, HowAnswersAreTakenIsNotWhatContactSays) {
  auto other = alice_at_core();
  other.contact.method = ContactOptions::Method::unregister_first;
  other.contact.from_any_answer = false;
  EXPECT_FALSE(changes(alice_at_core(), other).contact);
  other.contact.rewrite = ContactOptions::Rewrite::always;
  EXPECT_TRUE(changes(alice_at_core(), other).contact);
}

TEST(AccountChangesTest, WhetherFlowsAreAskedForIsNoOtherWay) {
  auto other = alice_at_core();
  other.outbound = Outbound::always;
  EXPECT_TRUE(changes(alice_at_core(), other).outbound);
  EXPECT_FALSE(changes(alice_at_core(), other).way);
  EXPECT_FALSE(changes(other, other).outbound);
}

TEST(AccountChangesTest, ARegistrarElsewhereIsAnotherWayToo) {
  auto other = alice_at_core();
  other.registrar = "sip:edge.test";
  EXPECT_TRUE(changes(alice_at_core(), other).registrar);
  EXPECT_TRUE(changes(alice_at_core(), other).way);
}

TEST(AccountChangesTest, TheSecondProxyIsPartOfTheWay) {
  auto two = alice_at_core();
  two.outbound_proxies = {"sip:one.test", "sip:two.test"};
  auto others = two;
  others.outbound_proxies.back() = "sip:three.test";
  EXPECT_TRUE(changes(two, others).way);
  EXPECT_FALSE(changes(two, others).registrar);
}

TEST(AccountChangesTest, WhoeverChoosesSourcesCanOnlyBeAsked) {
  auto choosing = alice_at_core();
  choosing.bind.emplace();
  choosing.bind->choose = [](const std::string&) { return std::string("10.1.0.2"); };
  EXPECT_TRUE(changes(alice_at_core(), choosing).sockets);
  EXPECT_FALSE(changes(choosing, choosing).sockets);
}

TEST(AccountChangesTest, PublicAddressesOfAnAccountAreThoseOfSound) {
  auto other = alice_at_core();
  other.bind.emplace();
  other.bind->public_address_v4 = "203.0.113.5";
  EXPECT_FALSE(changes(alice_at_core(), other).sockets);
}

}  // namespace
}  // namespace godwit::ua
