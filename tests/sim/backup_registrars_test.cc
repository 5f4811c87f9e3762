// SPDX-License-Identifier: Apache-2.0
// An account that names several registrars is registered with the best that works.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>
#include <map>
#include <set>

#include "support/long_run.h"
#include "support/script_server.h"
#include "support/sim_server.h"
#include "support/sim_user_agent.h"
#include "support/sim_world.h"
#include "support/snapshot_builder.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr auto kFirst = "10.9.0.1";
constexpr auto kSecond = "10.9.0.2";

server::ServerOptions options_of(const std::string& name) {
  server::ServerOptions options;
  options.domain = "example.test";
  options.host_name = name;
  options.users = {{"alice", "wonderland"}};
  options.register_rate = 0;
  return options;
}

/// Alice, who roams, and two registrars of example.test that know nothing of each other.
class TwoRegistrars {
 public:
  explicit TwoRegistrars(Outbound outbound = Outbound::never, std::uint64_t seed = seed_of_run())
      : random(seed),
        a_(add_alice()),
        first(network, add_server("one", kFirst), options_of("one.example.test")),
        second(network, add_server("two", kSecond), options_of("two.example.test")),
        alice(network, a_, agent()) {
    network.set_swallower([this](const FakePacket& packet) {
      return dead.contains(to_string(packet.destination.address)) ||
             dead.contains(to_string(packet.source.address));
    });
    AccountOptions options;
    options.address_of_record = "sip:alice@example.test";
    options.registrar = "sip:one.example.test";
    options.backup_registrars = {"sip:two.example.test"};
    options.password = "wonderland";
    options.outbound = outbound;
    account = alice.add_account(options);
  }

  VirtualTime time;
  SeededRandom random;
  FakeNetwork network{time, random};

 private:
  FakeHost& a_;

 public:
  std::set<std::string> dead;  ///< addresses from and to which nothing comes through
  SimServer first;
  SimServer second;
  SimUserAgent alice;
  AccountId account;

  [[nodiscard]] bool registered_with(const std::string& name) const {
    const auto told = alice.last<RegistrationChanged>();
    return told && told->state == RegistrationState::registered &&
           told->registrar == "sip:" + name + ".example.test";
  }
  [[nodiscard]] bool wait_for(const std::string& name, Duration limit) {
    return time.run_until([&] { return registered_with(name); }, limit);
  }
  void change_network() {
    wifi_ = !wifi_;
    const std::string from = wifi_ ? "lte0" : "wifi0";
    a_.detach(from);
    time.after(300ms, [this] {
      a_.attach(wifi_ ? "wifi0" : "lte0", {wifi_ ? "10.1.0.2" : "10.2.0.2"});
    });
  }
  [[nodiscard]] std::string bindings() const {
    return std::to_string(first.bindings("alice").size()) + " and " +
           std::to_string(second.bindings("alice").size());
  }
  [[nodiscard]] std::string faults() const {
    std::string text;
    for (const auto* one : {&alice.faults(), &first.faults(), &second.faults()}) {
      for (const auto& fault : *one) text += fault + '\n';
    }
    return text;
  }

 private:
  static UserAgentOptions agent() {
    UserAgentOptions options;
    options.instance_id = kSomeInstance;
    return options;
  }
  FakeHost& add_alice() {
    auto& host = network.add_host("alice");
    host.add_interface("wifi0", {.delay = 5ms});
    host.add_interface("lte0", {.delay = 5ms});
    host.attach("wifi0", {"10.1.0.2"});
    return host;
  }
  FakeHost& add_server(const std::string& name, const std::string& at) {
    auto& host = network.add_host(name);
    host.add_interface("eth0", {.delay = 100us});
    host.attach("eth0", {at});
    network.add_name(name + ".example.test", {at});
    return host;
  }

  bool wifi_ = true;
};

class BackupRegistrarTest : public ::testing::TestWithParam<Outbound> {
 protected:
  void TearDown() override {
    EXPECT_EQ(world_.faults(), "");
    if (HasFailure()) std::cout << world_.alice.log();
  }
  TwoRegistrars world_{GetParam()};
};

TEST_P(BackupRegistrarTest, WhoAnswersFirstOfAllIsTheFirst) {
  world_.alice.start_registration(world_.account);
  ASSERT_TRUE(world_.wait_for("one", 1s));
  world_.time.run_for(600s);
  EXPECT_EQ(world_.bindings(), "1 and 0");
}

TEST_P(BackupRegistrarTest, TheSecondIsAskedAtOnceWhenTheFirstIsSilent) {
  world_.dead = {kFirst};
  world_.alice.start_registration(world_.account);
  ASSERT_TRUE(world_.wait_for("two", 33s));
  EXPECT_EQ(world_.bindings(), "0 and 1");
  for (const auto& told : world_.alice.all<RegistrationChanged>()) {
    EXPECT_NE(told.state, RegistrationState::failed);
  }
}

TEST_P(BackupRegistrarTest, ItGoesBackAndLeavesNothingBehind) {
  world_.alice.start_registration(world_.account);
  ASSERT_TRUE(world_.wait_for("one", 1s));
  world_.dead = {kFirst};
  ASSERT_TRUE(world_.wait_for("two", 300s));
  EXPECT_EQ(world_.bindings(), world_.first.bindings("alice").empty() ? "0 and 1" : "1 and 1");
  world_.time.run_for(20s);
  world_.dead.clear();
  ASSERT_TRUE(world_.wait_for("one", 130s));
  world_.time.run_for(1s);
  EXPECT_EQ(world_.bindings(), "1 and 0");
}

TEST_P(BackupRegistrarTest, WhoUnregistersAtTheSecondHasLeftBoth) {
  world_.dead = {kFirst};
  world_.alice.start_registration(world_.account);
  ASSERT_TRUE(world_.wait_for("two", 33s));
  world_.alice.shut_down();
  world_.time.run_for(1s);
  EXPECT_EQ(world_.bindings(), "0 and 0");
  EXPECT_TRUE(world_.time.run_until([&] { return world_.alice.has_nothing_to_do(); }, 40s));
}

TEST_P(BackupRegistrarTest, AllAreAskedBeforeItRests) {
  world_.dead = {kFirst, kSecond};
  world_.alice.start_registration(world_.account);
  world_.time.run_for(66s);
  const auto told = world_.alice.last<RegistrationChanged>();
  ASSERT_TRUE(told);
  EXPECT_EQ(told->state, RegistrationState::failed);
  world_.dead = {kFirst};
  EXPECT_TRUE(world_.wait_for("two", 80s));
  EXPECT_EQ(world_.bindings(), "0 and 1");
}

TEST_P(BackupRegistrarTest, NobodyIsLeftForWantOfANetwork) {
  world_.alice.start_registration(world_.account);
  ASSERT_TRUE(world_.wait_for("one", 1s));
  for (int i = 0; i < 6; ++i) {
    world_.change_network();
    world_.time.run_for(5s);
    EXPECT_TRUE(world_.registered_with("one"));
  }
  EXPECT_THAT(world_.second.bindings("alice"), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Outbound, BackupRegistrarTest,
                         ::testing::Values(Outbound::never, Outbound::always), [](const auto& row) {
                           return row.param == Outbound::never ? "by_uri" : "by_instance";
                         });

/// The first dies, the account goes to the second, the first comes back: with a change of network in between, at
/// any time.
TEST(BackupRegistrarAtEveryStepTest, EndsAtTheFirstWithOneBinding) {
  const Duration step = in_long_run() ? 1s : 13s;
  for (const auto outbound : {Outbound::never, Outbound::always}) {
    for (Duration at{}; at < 420s; at += step) {
      TwoRegistrars world(outbound);
      world.alice.start_registration(world.account);
      world.time.after(at, [&] { world.change_network(); });
      world.time.after(1s, [&] { world.dead = {kFirst}; });
      world.time.after(320s, [&] { world.dead.clear(); });
      world.time.run_for(300s);
      ASSERT_TRUE(world.registered_with("two")) << at / 1s << '\n' << world.alice.log();
      EXPECT_THAT(world.second.bindings("alice"), SizeIs(1)) << at / 1s;
      world.time.run_for(1000s);
      ASSERT_TRUE(world.registered_with("one")) << at / 1s << '\n' << world.alice.log();
      ASSERT_EQ(world.bindings(), "1 and 0") << at / 1s << '\n' << world.alice.log();
      ASSERT_EQ(world.faults(), "");
    }
  }
}

/// Registrars that do as they are told.
class MisbehavingRegistrarTest : public ::testing::Test {
 protected:
  MisbehavingRegistrarTest() {
    for (auto* const server : {&first, &second}) {
      server->listen(net::Transport::udp, {ip(server == &first ? kFirst : kSecond), 5060});
    }
  }
  void TearDown() override {
    EXPECT_THAT(alice.faults(), IsEmpty());
    if (HasFailure()) std::cout << alice.log();
  }
  void start(std::vector<std::string> backups = {"sip:two.example.test"},
             const std::string& registrar = "sip:one.example.test") {
    AccountOptions options;
    options.address_of_record = "sip:alice@example.test";
    options.registrar = registrar;
    options.backup_registrars = std::move(backups);
    options.password = "wonderland";
    account = alice.add_account(options);
    alice.start_registration(account);
  }
  void remove() {
    ASSERT_TRUE(alice.run([&](ua::Engine& e, TimePoint now) { return e.remove_account(account, now); }));
  }
  void modify(const AccountOptions& options) {
    ASSERT_TRUE(alice.run(
        [&](ua::Engine& e, TimePoint now) { return e.modify_account(account, options, now); }));
  }
  [[nodiscard]] RegistrationChanged told() const { return *alice.last<RegistrationChanged>(); }
  FakeHost& add(const std::string& name, const std::string& at) {
    auto& host = network.add_host(name);
    host.add_interface("eth0", {.delay = 1ms});
    host.attach("eth0", {at});
    network.add_name(name + ".example.test", {at});
    return host;
  }

  VirtualTime time;
  SeededRandom random{seed_of_run()};
  FakeNetwork network{time, random};
  ScriptServer first{network, add("one", kFirst), "first"};
  ScriptServer second{network, add("two", kSecond), "second"};
  SimUserAgent alice{network, add("alice", "10.1.0.2"), {}};
  AccountId account;
};

TEST_F(MisbehavingRegistrarTest, AServerErrorLeadsToTheNextAtOnce) {
  for (const int status : {500, 503, 408, 600, 603}) {
    first.on("REGISTER", {{.status = status}});
    start();
    time.run_for(200ms);
    EXPECT_EQ(told().state, RegistrationState::registered) << status;
    EXPECT_EQ(told().registrar, "sip:two.example.test") << status;
    remove();
    time.run_for(1s);
  }
}

TEST_F(MisbehavingRegistrarTest, ARefusalIsToldAndNobodyElseIsAsked) {
  for (const int status : {401, 403, 404, 604}) {
    first.on("REGISTER", {{.status = status}});
    start();
    time.run_for(100s);
    EXPECT_EQ(told().state, RegistrationState::failed) << status;
    EXPECT_EQ(told().status, status);
    EXPECT_EQ(told().registrar, "sip:one.example.test");
    remove();
  }
  EXPECT_EQ(second.count("REGISTER"), 0U);
}

TEST_F(MisbehavingRegistrarTest, EachHasACallIdOfItsOwnAndSeesTheNumbersRise) {
  first.once("REGISTER", {{.status = 500}});
  start();
  time.run_for(60s);
  ASSERT_EQ(told().registrar, "sip:one.example.test") << "it is back";
  const auto at_first = first.got("REGISTER");
  const auto at_second = second.got("REGISTER");
  ASSERT_THAT(at_first, SizeIs(2));
  ASSERT_THAT(at_second, SizeIs(2));
  EXPECT_EQ(at_first[0].message.call_id(), at_first[1].message.call_id());
  EXPECT_EQ(at_second[0].message.call_id(), at_second[1].message.call_id());
  EXPECT_NE(at_first[0].message.call_id(), at_second[0].message.call_id());
  EXPECT_LT(at_first[0].message.cseq().number, at_first[1].message.cseq().number);
  EXPECT_LT(at_second[0].message.cseq().number, at_second[1].message.cseq().number);
  EXPECT_EQ(at_first[1].message.uri(), "sip:one.example.test");
  EXPECT_EQ(at_second[0].message.uri(), "sip:two.example.test");
  EXPECT_THAT(std::string(*at_second[1].message.field(sip::Field::contact)), HasSubstr("expires=0"));
  EXPECT_GE(at_second[1].at, at_first[1].at) << "make before break";
}

TEST_F(MisbehavingRegistrarTest, WhoOnlyAnswersOptionsIsTriedLessAndLessOften) {
  first.on("REGISTER", {{.status = 500}});
  start();
  time.run_for(600s);
  EXPECT_EQ(told().registrar, "sip:two.example.test");
  EXPECT_LE(first.count("REGISTER"), 6U);
  EXPECT_GE(first.count("REGISTER"), 4U);
  for (const auto& all : alice.all<RegistrationChanged>()) {
    EXPECT_NE(all.state, RegistrationState::failed) << "the second has us all the time";
  }
}

TEST_F(MisbehavingRegistrarTest, RetryAfterIsObeyedByLooks) {
  first.on("REGISTER", {{.status = 503, .retry_after = 120s}});
  start();
  time.run_for(119s);
  EXPECT_EQ(first.count("REGISTER"), 1U);
  EXPECT_EQ(told().registrar, "sip:two.example.test");
  first.on("REGISTER", {});
  first.on("REGISTER", {{.status = 200}});
  time.run_for(10s);
  EXPECT_EQ(told().registrar, "sip:one.example.test");
}

TEST_F(MisbehavingRegistrarTest, ItStaysDuringACall) {
  first.once("REGISTER", {{.status = 500}});
  start();
  time.run_for(1s);
  const auto call = alice.dial(account, "sip:bob@example.test");
  ASSERT_TRUE(call);
  time.run_for(120s);
  EXPECT_EQ(second.count("INVITE"), 1U);
  EXPECT_EQ(first.count("INVITE"), 0U);
  EXPECT_EQ(told().registrar, "sip:two.example.test");
  alice.hang_up(*call);
  time.run_for(40s);
  EXPECT_EQ(told().registrar, "sip:one.example.test");
}

TEST_F(MisbehavingRegistrarTest, OtherOptionsLeaveItWhereItIs) {
  first.on("REGISTER", {{.status = 500}});
  start();
  time.run_for(1s);
  const auto before = second.count("REGISTER");
  auto options = *alice.engine().account_options(account);
  options.transfers = TransferPolicy::refuse;
  modify(options);
  time.run_for(1s);
  options.backup_registrars = {};
  options.registrar = "sip:two.example.test";
  modify(options);
  time.run_for(1s);
  EXPECT_EQ(second.count("REGISTER"), before) << "it is the same, whatever it is called";
  first.on("REGISTER", {{.status = 200}});
  options.registrar = "sip:one.example.test";
  modify(options);
  time.run_for(1s);
  EXPECT_EQ(second.count("REGISTER"), before + 1) << "it is left";
  EXPECT_EQ(first.count("REGISTER"), 2U);
  EXPECT_EQ(told().registrar, "sip:one.example.test");
}

TEST_F(MisbehavingRegistrarTest, ARedirectionIsFollowed) {
  first.on("REGISTER", {{.status = 302, .contact = "<sip:two.example.test>"}});
  start({});
  time.run_for(200ms);
  EXPECT_EQ(told().state, RegistrationState::registered);
  EXPECT_EQ(told().registrar, "sip:two.example.test");
  const auto registers = second.got("REGISTER");
  ASSERT_THAT(registers, SizeIs(1));
  EXPECT_EQ(registers[0].message.uri(), "sip:two.example.test");
  EXPECT_EQ(registers[0].message.call_id(), first.got("REGISTER")[0].message.call_id());
  time.run_for(600s);
  EXPECT_EQ(first.count("REGISTER"), 1U) << "refreshes go where the registration is";
}

TEST_F(MisbehavingRegistrarTest, ARedirectionForATimeEndsWithIt) {
  first.on("REGISTER", {{.status = 302, .contact = "<sip:two.example.test>;expires=100"}});
  start({});
  time.run_for(230s);
  EXPECT_EQ(second.count("REGISTER"), 1U);
  time.run_for(20s);
  EXPECT_EQ(first.count("REGISTER"), 2U);
  EXPECT_EQ(second.count("REGISTER"), 2U);
}

TEST_F(MisbehavingRegistrarTest, AUseProxyGoesThereWithTheRequestUri) {
  first.on("REGISTER", {{.status = 305, .contact = "<sip:two.example.test>"}});
  start({});
  time.run_for(200ms);
  ASSERT_THAT(second.got("REGISTER"), SizeIs(1));
  EXPECT_EQ(second.got("REGISTER")[0].message.uri(), "sip:one.example.test");
  EXPECT_EQ(told().state, RegistrationState::registered);
}

TEST_F(MisbehavingRegistrarTest, ALoopEnds) {
  first.on("REGISTER", {{.status = 302, .contact = "<sip:two.example.test>"}});
  second.on("REGISTER", {{.status = 302, .contact = "<sip:one.example.test>"}});
  start({});
  time.run_for(1s);
  EXPECT_EQ(told().state, RegistrationState::failed);
  EXPECT_LE(first.count("REGISTER") + second.count("REGISTER"), 4U);
  time.run_for(60s);
  EXPECT_LE(first.count("REGISTER") + second.count("REGISTER"), 20U);
}

TEST_F(MisbehavingRegistrarTest, WhoWeAreSentToAndFailsIsLeft) {
  first.once("REGISTER", {{.status = 302, .contact = "<sip:two.example.test>"}});
  second.on("REGISTER", {{.status = 500}});
  start({});
  time.run_for(1s);
  EXPECT_EQ(told().state, RegistrationState::registered);
  EXPECT_EQ(told().registrar, "sip:one.example.test");
}

TEST_F(MisbehavingRegistrarTest, NoSipsRegistrarSendsUsToSip) {
  first.listen(net::Transport::tls, {ip(kFirst), 5061}, {"one.example.test"});
  first.on("REGISTER", {{.status = 302, .contact = "<sip:two.example.test>"}});
  start({}, "sips:one.example.test");
  time.run_for(1s);
  EXPECT_EQ(second.count(), 0U);
  EXPECT_EQ(told().state, RegistrationState::failed);
  EXPECT_EQ(told().status, 302);
}

TEST_F(MisbehavingRegistrarTest, NoTlsFlowIsLeftForLess) {
  first.listen(net::Transport::tls, {ip(kFirst), 5061}, {"one.example.test"});
  first.on("REGISTER", {{.status = 302, .contact = "<sip:two.example.test;transport=tcp>"}});
  start({}, "sip:one.example.test;transport=tls");
  time.run_for(1s);
  EXPECT_EQ(second.count(), 0U);
  EXPECT_EQ(told().status, 302);
}

TEST_F(MisbehavingRegistrarTest, WhoWeAreSentToGetsNoDigestOfAnotherRealm) {
  first.on("REGISTER", {{.status = 302, .contact = "<sip:two.example.test>"}});
  second.on("REGISTER", {{.status = 401, .realm = "stranger.test"}});
  start({});
  time.run_for(5s);
  for (const auto& got : second.got("REGISTER")) {
    EXPECT_FALSE(got.message.field(sip::Field::authorization));
  }
  EXPECT_EQ(told().state, RegistrationState::failed);
}

TEST_F(MisbehavingRegistrarTest, WhoWeAreSentToMayAskForOurRealm) {
  first.on("REGISTER", {{.status = 302, .contact = "<sip:two.example.test>"}});
  second.ask_for_credentials("alice", "wonderland");
  start({});
  time.run_for(5s);
  EXPECT_EQ(told().state, RegistrationState::registered);
}

TEST_F(MisbehavingRegistrarTest, ARedirectionThatLeadsNowhereIsAFailure) {
  first.on("REGISTER", {{.status = 302}});
  start();
  time.run_for(1s);
  EXPECT_EQ(told().registrar, "sip:two.example.test");
  EXPECT_EQ(told().state, RegistrationState::registered);
}

}  // namespace
}  // namespace godwit::test
