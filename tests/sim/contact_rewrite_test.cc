// SPDX-License-Identifier: Apache-2.0
// A phone behind NATs that names what its registrar sees of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>

#include "support/address_of.h"
#include "support/sim_world.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;
using Method = ContactOptions::Method;

struct NatRow {
  const char* name;
  const char* inside;      ///< on wifi0
  const char* outside;     ///< its NAT
  const char* elsewhere;   ///< on lte0
  const char* outside_elsewhere;  ///< empty: no NAT there
  Method method;
  bool from_any_answer;
};
void PrintTo(const NatRow& row, std::ostream* out) { *out << row.name; }
constexpr NatRow kNats[] = {
    {"v4_one", "10.1.0.2", "203.0.113.1", "10.2.0.2", "203.0.113.9", Method::one_register, true},
    {"v4_two", "10.1.0.2", "203.0.113.1", "10.2.0.2", "203.0.113.9", Method::unregister_first, false},
    {"v4_late", "10.1.0.2", "203.0.113.1", "10.2.0.2", "203.0.113.9", Method::one_register, false},
    {"v4_out", "10.1.0.2", "203.0.113.1", "10.2.0.2", "", Method::unregister_first, true},
    {"v6_one", "fd00:1::2", "2001:db8:71::1", "fd00:2::2", "2001:db8:72::1", Method::one_register, true},
    {"v6_two", "fd00:1::2", "2001:db8:71::1", "fd00:2::2", "2001:db8:72::1", Method::unregister_first,
     false},
    {"v4_v6", "10.1.0.2", "203.0.113.1", "fd00:2::2", "2001:db8:72::1", Method::one_register, false},
    {"v6_v4", "fd00:1::2", "2001:db8:71::1", "10.2.0.2", "203.0.113.9", Method::unregister_first, false},
};

class NattedWorld {
 public:
  explicit NattedWorld(const NatRow& row) : row_(row), world(options(row)) {
    world.a.set_link("wifi0", {.delay = 25ms, .nat = ip(row.outside)});
    if (*row.outside_elsewhere != 0) {
      world.a.set_link("lte0", {.delay = 25ms, .nat = ip(row.outside_elsewhere)});
    }
    auto account = *world.alice.engine().account_options(world.alice_account);
    account.contact.rewrite = ContactOptions::Rewrite::as_needed;
    account.contact.method = row.method;
    account.contact.from_any_answer = row.from_any_answer;
    const auto done = world.alice.run([&](ua::Engine& engine, TimePoint now) {
      return engine.modify_account(world.alice_account, account, now);
    });
    EXPECT_TRUE(done);
  }
  [[nodiscard]] std::vector<std::string> bindings() const { return world.server.bindings("alice"); }
  [[nodiscard]] bool is_bound_once_at(const std::string& address, Duration limit) {
    const auto there = "sip:alice@" + net::to_uri_host(ip(address)) + ":";
    return world.time.run_until(
        [&] {
          const auto all = bindings();
          const auto info = world.alice.engine().account_info(world.alice_account);
          return all.size() == 1 && all[0].starts_with(there) &&
                 info->registration.state == RegistrationState::registered &&
                 info->registration.contact == all[0];
        },
        limit);
  }
  [[nodiscard]] std::string elsewhere() const {
    return *row_.outside_elsewhere != 0 ? row_.outside_elsewhere : row_.elsewhere;
  }

 private:
  static WorldOptions options(const NatRow& row) {
    WorldOptions options;
    options.alice_at = {row.inside};
    options.seed = seed_of_run();
    return options;
  }
  NatRow row_;

 public:
  SimWorld world;
};

class ContactRewriteSimTest : public ::testing::TestWithParam<NatRow> {};

INSTANTIATE_TEST_SUITE_P(Nats, ContactRewriteSimTest, ::testing::ValuesIn(kNats),
                         [](const auto& row) { return std::string(row.param.name); });

TEST_P(ContactRewriteSimTest, F18_TheOnlyBindingIsTheOutsideAndCallsComeThere) {
  NattedWorld natted(GetParam());
  auto& world = natted.world;
  ASSERT_TRUE(world.register_both());
  ASSERT_TRUE(natted.is_bound_once_at(GetParam().outside, 1s)) << ::testing::PrintToString(natted.bindings());
  EXPECT_LE(world.sent("alice", "REGISTER"), GetParam().method == Method::one_register ? 3U : 4U);
  world.alice.auto_answer(world.speaking(kAliceTone));
  ASSERT_TRUE(world.bob.dial(world.bob_account, kAliceUri, world.speaking(kBobTone)));
  world.run_for(2s);
  EXPECT_THAT(world.bob.all<CallAnswered>(), SizeIs(1));
  world.run_for(1h);
  EXPECT_TRUE(natted.is_bound_once_at(GetParam().outside, 1s)) << "refreshes change nothing";
  EXPECT_EQ(world.faults(), "");
  world.alice.shut_down();
  world.run_for(5s);
  EXPECT_THAT(natted.bindings(), IsEmpty());
}

// From the first packet until all is said, in steps that fall between any two messages.
TEST_P(ContactRewriteSimTest, F18_AChangeOfNetworkAtEachStepLeavesTheNewBindingAlone) {
  for (auto after = 0ms; after <= 480ms; after += 20ms) {
    NattedWorld natted(GetParam());
    auto& world = natted.world;
    world.alice.start_registration(world.alice_account);
    world.run_for(after);
    world.break_to({GetParam().elsewhere}, 300ms);
    world.run_for(300ms);
    ASSERT_TRUE(natted.is_bound_once_at(natted.elsewhere(), 2s))
        << after / 1ms << " ms: " << ::testing::PrintToString(natted.bindings()) << world.story();
    world.run_for(10s);
    ASSERT_TRUE(natted.is_bound_once_at(natted.elsewhere(), 1s)) << after / 1ms << " ms, later";
    ASSERT_EQ(world.faults(), "") << after / 1ms << " ms";
  }
}

TEST_P(ContactRewriteSimTest, F18_ACallGoesOnThroughAChangeAtEachStepOfTheRewriting) {
  for (auto after = 0ms; after <= 480ms; after += 80ms) {
    NattedWorld natted(GetParam());
    auto& world = natted.world;
    ASSERT_TRUE(world.register_both());
    world.alice.auto_answer(world.speaking(kAliceTone));
    ASSERT_TRUE(world.bob.dial(world.bob_account, kAliceUri, world.speaking(kBobTone)));
    world.run_for(after);
    world.break_to({GetParam().elsewhere}, 300ms);
    world.run_for(300ms);
    EXPECT_TRUE(natted.is_bound_once_at(natted.elsewhere(), 2s)) << after / 1ms;
    world.run_for(8s);
    for (const auto call : world.bob.engine().calls()) world.bob.hang_up(call);
    world.run_for(5s);
    EXPECT_THAT(world.alice.engine().calls(), IsEmpty()) << after / 1ms << " ms: the BYE finds her";
    ASSERT_EQ(world.faults(), "") << after / 1ms << " ms";
  }
}

constexpr auto kOneKeepAlive = 26s;  // 25 s, and the way there and back

TEST_P(ContactRewriteSimTest, ANatThatStartsAnewIsFollowedWithTheNextKeepAlive) {
  NattedWorld natted(GetParam());
  auto& world = natted.world;
  ASSERT_TRUE(world.register_both());
  ASSERT_TRUE(natted.is_bound_once_at(GetParam().outside, 1s));
  world.run_for(1min);
  const auto before = natted.bindings();
  world.a.forget_mappings("wifi0");
  world.run_for(kOneKeepAlive);
  EXPECT_TRUE(natted.is_bound_once_at(GetParam().outside, 1s));
  EXPECT_NE(natted.bindings(), before);
  world.alice.auto_answer(world.speaking(kAliceTone));
  ASSERT_TRUE(world.bob.dial(world.bob_account, kAliceUri, world.speaking(kBobTone)));
  world.run_for(2s);
  EXPECT_THAT(world.bob.all<CallAnswered>(), SizeIs(1));
  EXPECT_EQ(world.faults(), "");
}

TEST_P(ContactRewriteSimTest, TheFarEndOfACallHearsOfANatThatStartsAnew) {
  NattedWorld natted(GetParam());
  auto& world = natted.world;
  ASSERT_TRUE(world.register_both());
  ASSERT_TRUE(natted.is_bound_once_at(GetParam().outside, 1s));
  world.alice.auto_answer(world.speaking(kAliceTone));
  ASSERT_TRUE(world.bob.dial(world.bob_account, kAliceUri, world.speaking(kBobTone)));
  world.run_for(5s);
  world.a.forget_mappings("wifi0");
  world.run_for(kOneKeepAlive);
  for (const auto call : world.bob.engine().calls()) world.bob.hang_up(call);
  world.run_for(1s);
  EXPECT_THAT(world.alice.engine().calls(), IsEmpty()) << "the BYE finds her";
  EXPECT_EQ(world.faults(), "");
}

// Once a minute at most, and once more with each refresh.
TEST_P(ContactRewriteSimTest, ANatThatStartsAnewAllTheTimeIsNotChased) {
  NattedWorld natted(GetParam());
  auto& world = natted.world;
  ASSERT_TRUE(world.register_both());
  world.run_for(1min);
  const auto before = world.sent("alice", "REGISTER");
  for (int i = 0; i < 600; ++i) {
    world.a.forget_mappings("wifi0");
    world.run_for(1s);
  }
  EXPECT_GE(world.sent("alice", "REGISTER"), before + 5);
  EXPECT_LE(world.sent("alice", "REGISTER"), before + 4 * 12);
  EXPECT_TRUE(natted.is_bound_once_at(GetParam().outside, 1min));
}

// A registrar that sends calls to where a REGISTER came from, whatever its Contact says.
TEST(SeenByAnyAnswerTest, AContactThatStaysIsRegisteredAnewOnce) {
  WorldOptions options;
  options.seed = seed_of_run();
  SimWorld world(options);
  world.a.set_link("wifi0", {.delay = 25ms, .nat = ip("203.0.113.1")});
  ASSERT_TRUE(world.register_both());
  world.run_for(1min);
  const auto before = world.sent("alice", "REGISTER");
  const auto bindings = world.server.bindings("alice");
  world.a.forget_mappings("wifi0");
  world.run_for(kOneKeepAlive);
  const auto after = world.sent("alice", "REGISTER");
  EXPECT_GT(after, before);
  EXPECT_LE(after, before + 2) << "one, and perhaps a challenge";
  world.run_for(1min);
  EXPECT_EQ(world.sent("alice", "REGISTER"), after);
  EXPECT_EQ(world.server.bindings("alice"), bindings);
}

}  // namespace
}  // namespace godwit::test
