// SPDX-License-Identifier: Apache-2.0
#include "ua/account_table.h"

#include <gtest/gtest.h>

#include <set>

#include "support/engine_bench.h"

namespace godwit::ua {
namespace {

using namespace std::chrono_literals;
using test::EngineBench;

/// Accounts of an engine, each bound for another time.
class AccountTableTest : public ::testing::Test {
 protected:
  AccountTableTest() : bench_(all_at_once()) {
    bench_.route("10.9.0.1", "10.1.0.2");
  }
  static UserAgentOptions all_at_once() {
    auto options = EngineBench::without_keep_alives();
    options.registration_rate = 0;
    return options;
  }
  AccountId bind(const std::string& user, std::chrono::seconds lifetime) {
    const auto account = *bench_.engine.add_account(
        {.address_of_record = "sip:" + user + "@core.test"}, bench_.now);
    EXPECT_TRUE(bench_.engine.start_registration(account, lifetime, bench_.now));
    bench_.drain();
    EXPECT_EQ(asked(), user);
    return account;
  }
  /// Who registers next, answered 200; empty: nobody.
  std::string asked() {
    const auto request = bench_.next_request("REGISTER");
    if (!request) return {};
    bench_.answer(*request, 200, [&](sip::Message& ok) {
      ok.add(sip::Field::contact, std::string(*request->message.field(sip::Field::contact)));
    });
    return sip::parse_name_addr(*request->message.field(sip::Field::to))->uri.user;
  }

  EngineBench bench_;
};

TEST_F(AccountTableTest, TheFirstOfAllDeadlinesIsKept) {
  bind("late", 3000s);
  const auto early = bind("early", 100s);
  bind("middle", 1000s);
  const TimePoint begin = bench_.now;
  bench_.advance(60s);  // what the requests have left is over
  EXPECT_EQ(bench_.engine.next_deadline(), begin + 80s);
  ASSERT_TRUE(bench_.engine.remove_account(early, bench_.now));
  bench_.drain();
  EXPECT_EQ(asked(), "early") << "it goes away";
  bench_.advance(begin + 800s - bench_.now - 1ms);
  EXPECT_EQ(asked(), "");
  bench_.advance(1ms);
  EXPECT_EQ(asked(), "middle");
}

TEST_F(AccountTableTest, OnlyWhoseTimeHasComeRegistersAnew) {
  bind("late", 3000s);
  bind("early", 100s);
  bench_.advance(80s);
  EXPECT_EQ(asked(), "early");
  EXPECT_EQ(asked(), "");
  bench_.advance(79s);
  EXPECT_EQ(asked(), "");
  bench_.advance(1s);
  EXPECT_EQ(asked(), "early");
}

TEST_F(AccountTableTest, AMoveConcernsAll) {
  for (int i = 0; i < 50; ++i) bind("user" + std::to_string(i), 3000s);
  bench_.remove_addresses();
  bench_.add_address("10.2.0.2", 3);
  bench_.route("10.9.0.1", "10.2.0.2");
  bench_.observe();
  std::set<std::string> moved;
  while (true) {
    const auto user = asked();
    if (user.empty()) break;
    moved.insert(user);
  }
  EXPECT_EQ(moved.size(), 50U);
  EXPECT_EQ(bench_.events_of<NetworkChangeFinished>().size(), 1U);
}

}  // namespace
}  // namespace godwit::ua
