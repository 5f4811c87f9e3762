// SPDX-License-Identifier: Apache-2.0
#include "ua/flow_selector.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "support/address_of.h"

namespace godwit::ua {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::ip;

NextHop hop_to(std::string_view uri, AccountId account = {}) {
  return {sip::next_hop_of(*sip::parse_uri(uri)), account};
}

class FlowSelectorTest : public ::testing::Test {
 protected:
  void SetUp() override { make(); }
  void make() { flows_ = std::make_unique<FlowSelector>(out_, options_, random_); }

  /// What was asked of the shell since the last look.
  template <class T>
  std::vector<T> taken() {
    std::vector<T> out;
    for (const auto& action : out_.take()) {
      const auto* io = std::get_if<sip::IoAction>(&action);
      if (io == nullptr) continue;
      if (const auto* one = std::get_if<T>(io)) out.push_back(*one);
    }
    return out;
  }
  bool pending(const NextHop& hop) {
    return std::holds_alternative<FlowSelector::Pending>(flows_->flow_to(hop, now_));
  }
  Error refused(const NextHop& hop) {
    const auto choice = flows_->flow_to(hop, now_);
    EXPECT_TRUE(std::holds_alternative<Error>(choice));
    const auto* error = std::get_if<Error>(&choice);
    return error != nullptr ? *error : Error{};
  }
  net::Flow ready(const NextHop& hop) {
    const auto choice = flows_->flow_to(hop, now_);
    EXPECT_TRUE(std::holds_alternative<net::Flow>(choice));
    const auto* flow = std::get_if<net::Flow>(&choice);
    return flow != nullptr ? *flow : net::Flow{};
  }
  /// Answers every question, until nothing is asked any more: names stand in the hosts file.
  void serve(const NextHop& hop) {
    static_cast<void>(flows_->flow_to(hop, now_));
    for (int round = 0; round < 10; ++round) {
      const auto actions = out_.take();
      for (const auto& action : actions) {
        if (const auto* io = std::get_if<sip::IoAction>(&action)) answer(*io);
      }
      static_cast<void>(flows_->flow_to(hop, now_));
    }
  }
  void answer(const sip::IoAction& action) {
    if (const auto* query = std::get_if<sip::QueryDns>(&action)) answer_dns(*query);
    if (const auto* wanted = std::get_if<sip::LookUpRoute>(&action)) {
      flows_->on_route_found({wanted->destination, routes_[wanted->destination]}, now_);
    }
    if (const auto* open = std::get_if<sip::OpenUdpFlow>(&action)) {
      opened_udp_.push_back(*open);
      flows_->on_flow_opened({open->flow, {open->local.address, 5070}}, now_);
    }
    if (const auto* open = std::get_if<sip::OpenStream>(&action)) streams_.push_back(*open);
    if (std::holds_alternative<sip::CloseFlow>(action)) ++closed_;
  }
  void answer_dns(const sip::QueryDns& query) {
    net::DnsAnswer told;
    told.status = net::DnsAnswer::Status::no_data;
    told.from_hosts_file = true;
    for (const auto& address : names_[query.name]) {
      const bool fits = address.is_v4() == (query.type == net::DnsType::a);
      if (!fits || (query.type != net::DnsType::a && query.type != net::DnsType::aaaa)) continue;
      told.status = net::DnsAnswer::Status::found;
      told.addresses.push_back(address);
    }
    flows_->on_dns_answered({query.name, query.type, told}, now_);
  }
  void route(std::string_view destination, std::string_view source) {
    routes_[ip(destination)] = net::RouteChoice{ip(source), 2};
  }
  void both_families() {
    names_["core.test"] = {ip("192.0.2.1"), ip("2001:db8::1")};
    route("192.0.2.1", "10.1.0.2");
    route("2001:db8::1", "2001:db8:1::2");
  }
  void wait(Duration span) {
    now_ += span;
    flows_->on_timeout(now_);
  }

  Outbox out_;
  UserAgentOptions options_;
  SeededRandom random_{1};
  std::unique_ptr<FlowSelector> flows_;
  TimePoint now_{seconds{100}};
  std::map<std::string, std::vector<net::IpAddress>> names_;
  std::map<net::IpAddress, std::optional<net::RouteChoice>> routes_;
  std::vector<sip::OpenUdpFlow> opened_udp_;
  std::vector<sip::OpenStream> streams_;
  int closed_ = 0;
  NextHop hop_ = hop_to("sip:core.test:5060");
};

TEST_F(FlowSelectorTest, AskForNameRouteAndSocketUntilThereIsAFlow) {
  names_["core.test"] = {ip("192.0.2.1")};
  route("192.0.2.1", "10.1.0.2");
  EXPECT_TRUE(pending(hop_));
  serve(hop_);
  const auto flow = ready(hop_);
  EXPECT_EQ(net::to_string(flow.local), "10.1.0.2:5070");
  EXPECT_EQ(net::to_string(flow.remote), "192.0.2.1:5060");
  EXPECT_TRUE(flows_->take_probes().empty()) << "the only one needs no probe";
}

TEST_F(FlowSelectorTest, T37_SeveralUdpServersAreProbedAndTheFirstThatAnswersIsTaken) {
  both_families();
  serve(hop_);
  const auto first = flows_->take_probes();
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].flow.remote.address, ip("2001:db8::1"));
  wait(milliseconds{250});
  serve(hop_);
  const auto second = flows_->take_probes();
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(second[0].flow.remote.address, ip("192.0.2.1"));
  EXPECT_TRUE(pending(hop_));
  flows_->on_probed(second[0].id, std::nullopt, now_);
  EXPECT_EQ(ready(hop_).remote.address, ip("192.0.2.1"));
  EXPECT_EQ(flows_->take_ended_probes(), std::vector{first[0].id});
}

TEST_F(FlowSelectorTest, T51_WhatAnsweredLatelyIsTakenUnprobed) {
  both_families();
  serve(hop_);
  wait(milliseconds{250});
  serve(hop_);
  const auto probes = flows_->take_probes();
  flows_->on_probed(probes.back().id, std::nullopt, now_);
  ASSERT_EQ(ready(hop_).remote.address, ip("192.0.2.1"));
  flows_->on_answered(hop_, now_);

  flows_->give_up_on(hop_, {Errc::timed_out, "no answer"}, std::nullopt, now_);
  flows_->reselect(hop_);
  const auto other = hop_to("sip:core.test:5060", AccountId{7});
  serve(other);
  EXPECT_FALSE(flows_->take_probes().empty()) << "what failed since is probed again";
}

TEST_F(FlowSelectorTest, LeavesOutWhatNoRouteLeadsTo) {
  both_families();
  routes_[ip("2001:db8::1")] = std::nullopt;
  serve(hop_);
  EXPECT_EQ(ready(hop_).remote.address, ip("192.0.2.1"));
}

TEST_F(FlowSelectorTest, SticksToItsChoiceUntilToldToChooseAnew) {
  names_["core.test"] = {ip("192.0.2.1")};
  route("192.0.2.1", "10.1.0.2");
  serve(hop_);
  const auto before = ready(hop_);
  flows_->on_route_found({ip("192.0.2.1"), net::RouteChoice{ip("10.2.0.2"), 3}}, now_);
  EXPECT_EQ(ready(hop_), before);
  flows_->steer(hop_, ip("10.2.0.2"), ip("192.0.2.1"));
  serve(hop_);
  EXPECT_EQ(ready(hop_).local.address, ip("10.2.0.2"));
}

TEST_F(FlowSelectorTest, OpensEveryLaterSocketOnThePortOfTheFirst) {
  const auto literal = hop_to("sip:192.0.2.1:5060");
  route("192.0.2.1", "10.1.0.2");
  serve(literal);
  flows_->steer(literal, ip("10.2.0.2"), ip("192.0.2.1"));
  serve(literal);
  ASSERT_EQ(opened_udp_.size(), 2U);
  EXPECT_FALSE(opened_udp_[0].fallback_to_any_port) << "a port that was asked for is not exchanged";
  EXPECT_EQ(net::to_string(opened_udp_[1].local), "10.2.0.2:5070");
  EXPECT_TRUE(opened_udp_[1].fallback_to_any_port);
}

TEST_F(FlowSelectorTest, T34_AStreamThatIsRefusedGivesWayToTheNextAtOnce) {
  both_families();
  const auto tcp = hop_to("sip:core.test:5060;transport=tcp");
  serve(tcp);
  ASSERT_EQ(streams_.size(), 1U);
  EXPECT_EQ(streams_[0].remote.address, ip("2001:db8::1"));
  flows_->on_flow_failed(streams_[0].flow, {Errc::unreachable, "connection refused"}, now_);
  serve(tcp);
  ASSERT_EQ(streams_.size(), 2U);
  EXPECT_EQ(streams_[1].remote.address, ip("192.0.2.1"));
  flows_->on_flow_opened({streams_[1].flow, {ip("10.1.0.2"), 40'000}}, now_);
  const auto flow = ready(tcp);
  EXPECT_EQ(flow.transport, net::Transport::tcp);
  EXPECT_EQ(net::to_string(flow.local), "10.1.0.2:40000");
}

TEST_F(FlowSelectorTest, T30_TheStreamThatLosesIsClosed) {
  both_families();
  const auto tcp = hop_to("sip:core.test:5060;transport=tcp");
  serve(tcp);
  wait(milliseconds{250});
  serve(tcp);
  ASSERT_EQ(streams_.size(), 2U);
  flows_->on_flow_opened({streams_[1].flow, {ip("10.1.0.2"), 40'000}}, now_);
  serve(tcp);
  EXPECT_EQ(ready(tcp).remote.address, ip("192.0.2.1"));
  EXPECT_EQ(closed_, 1);
}

TEST_F(FlowSelectorTest, T40_TheNextAttemptWaitsAsLongAsTheFirstHasTakenBefore) {
  both_families();
  const auto tcp = hop_to("sip:core.test:5060;transport=tcp");
  serve(tcp);
  now_ += milliseconds{60};
  flows_->on_flow_opened({streams_[0].flow, {ip("2001:db8:1::2"), 40'000}}, now_);
  const auto first = ready(tcp);
  flows_->on_flow_failed(first.id, {Errc::connection_closed, ""}, now_);
  flows_->reselect(tcp);
  serve(tcp);
  ASSERT_EQ(streams_.size(), 2U);
  wait(milliseconds{121});
  serve(tcp);
  EXPECT_EQ(streams_.size(), 3U) << "twice 60 ms, not 250 ms";
}

TEST_F(FlowSelectorTest, OnlyAccountsThatWantTheSameConnectionShareIt) {
  names_["core.test"] = {ip("192.0.2.1")};
  route("192.0.2.1", "10.1.0.2");
  const auto tcp = [](std::uint64_t account) {
    return hop_to("sip:core.test:5060;transport=tcp", AccountId{account});
  };
  AccountOptions as_somebody;
  as_somebody.tls = TlsOptions{};
  as_somebody.tls->certificate_file = "somebody.pem";
  flows_->add_account(AccountId{1}, {});
  flows_->add_account(AccountId{2}, {});
  flows_->add_account(AccountId{3}, as_somebody);
  EXPECT_FALSE(flows_->would_connect(tcp(1), now_)) << "nothing is known of the server yet";
  serve(tcp(1));
  EXPECT_FALSE(flows_->would_connect(tcp(2), now_)) << "it is being made";
  serve(tcp(2));
  ASSERT_EQ(streams_.size(), 1U);
  flows_->on_flow_opened({streams_[0].flow, {ip("10.1.0.2"), 40'000}}, now_);
  EXPECT_EQ(ready(tcp(1)).id, ready(tcp(2)).id);
  EXPECT_TRUE(flows_->would_connect(tcp(3), now_));
  serve(tcp(3));
  EXPECT_EQ(streams_.size(), 2U) << "who shows another certificate";
  serve(tcp(0));
  EXPECT_EQ(streams_.size(), 3U) << "who is no account";

  flows_->remove_account(AccountId{1});
  EXPECT_THAT(flows_->unused(), ::testing::IsEmpty());
  flows_->remove_account(AccountId{2});
  EXPECT_THAT(flows_->unused(), ::testing::ElementsAre(streams_[0].flow));
}

TEST_F(FlowSelectorTest, ALiteralThatAnOpenStreamLeadsToIsReachedByIt) {
  names_["core.test"] = {ip("192.0.2.1")};
  route("192.0.2.1", "10.1.0.2");
  flows_->add_account(AccountId{1}, {});
  const auto server = hop_to("sip:core.test:5060;transport=tcp", AccountId{1});
  serve(server);
  flows_->on_flow_opened({streams_[0].flow, {ip("10.1.0.2"), 40'000}}, now_);
  const auto flow = ready(server);
  EXPECT_EQ(ready(hop_to("sip:192.0.2.1:5060;transport=tcp", AccountId{1})).id, flow.id);
  EXPECT_TRUE(pending(hop_to("sip:192.0.2.1:5060;transport=tcp", AccountId{2})));
}

TEST_F(FlowSelectorTest, AHopThatFollowsAnotherGoesItsWayAlsoToAnotherNetwork) {
  names_["core.test"] = {ip("192.0.2.1")};
  route("192.0.2.1", "10.1.0.2");
  const auto server = hop_to("sips:core.test:5061", AccountId{1});
  const auto in_dialog = hop_to("sip:edge.core.test:5061;transport=tls", AccountId{1});
  serve(server);
  flows_->on_flow_opened({streams_[0].flow, {ip("10.1.0.2"), 40'000}}, now_);
  const auto flow = ready(server);
  flows_->follow(in_dialog, server);
  EXPECT_EQ(ready(in_dialog), flow);
  EXPECT_EQ(flows_->link_of(in_dialog)->remote, ip("192.0.2.1"));

  flows_->steer(in_dialog, ip("10.2.0.2"), ip("192.0.2.1"));
  serve(in_dialog);
  ASSERT_EQ(streams_.size(), 2U);
  EXPECT_EQ(streams_[1].server_name, "core.test") << "no name of its own is to be proven";
  EXPECT_EQ(streams_[1].local.address, ip("10.2.0.2"));
}

TEST_F(FlowSelectorTest, T41_AServerThatIsGivenUpOnIsFollowedByTheNext) {
  both_families();
  const auto tcp = hop_to("sip:core.test:5060;transport=tcp");
  serve(tcp);
  flows_->on_flow_opened({streams_[0].flow, {ip("2001:db8:1::2"), 40'000}}, now_);
  ASSERT_EQ(ready(tcp).remote.address, ip("2001:db8::1"));
  EXPECT_TRUE(flows_->give_up_on(tcp, {Errc::rejected, "503"}, seconds{5}, now_));
  serve(tcp);
  flows_->on_flow_opened({streams_[1].flow, {ip("10.1.0.2"), 40'001}}, now_);
  EXPECT_EQ(ready(tcp).remote.address, ip("192.0.2.1"));
  EXPECT_FALSE(flows_->give_up_on(tcp, {Errc::rejected, "503"}, std::nullopt, now_));
}

TEST_F(FlowSelectorTest, T40_AnErrorListsEachServerThatWasTried) {
  both_families();
  const auto tcp = hop_to("sip:core.test:5060;transport=tcp");
  serve(tcp);
  flows_->on_flow_failed(streams_[0].flow, {Errc::unreachable, "connection refused"}, now_);
  serve(tcp);
  flows_->on_flow_failed(streams_[1].flow, {Errc::unreachable, "no route to host"}, now_);
  const auto error = refused(tcp);
  EXPECT_EQ(error.detail,
            "no server of core.test answers: tcp [2001:db8::1]:5060 (connection refused), "
            "tcp 192.0.2.1:5060 (no route to host)");
}

TEST_F(FlowSelectorTest, T33_TlsAsksForTheDomainNotForTheServersName) {
  names_["core.test"] = {ip("192.0.2.1")};
  route("192.0.2.1", "10.1.0.2");
  serve(hop_to("sips:core.test:5061"));
  ASSERT_EQ(streams_.size(), 1U);
  EXPECT_EQ(streams_[0].transport, net::Transport::tls);
  EXPECT_EQ(streams_[0].server_name, "core.test");
  ASSERT_TRUE(streams_[0].tls);
}

TEST_F(FlowSelectorTest, F33_AnAccountIsBoundToItsInterface) {
  names_["core.test"] = {ip("192.0.2.1")};
  route("192.0.2.1", "10.1.0.2");
  AccountOptions account;
  account.bind.emplace();
  account.bind->interface = "wlan0";
  account.bind->dscp = 46;
  flows_->add_account(AccountId{3}, account);
  net::NetworkSnapshot network;
  network.interfaces.push_back({4, "wlan0", true, false, {{ip("10.7.0.9"), 24, false, false, false}}});
  network.routes[ip("192.0.2.1")] = net::RouteChoice{ip("10.1.0.2"), 2};
  static_cast<void>(flows_->on_network(network, now_));
  const auto bound = hop_to("sip:core.test:5060", AccountId{3});
  serve(bound);
  EXPECT_EQ(ready(bound).local.address, ip("10.7.0.9"));
  EXPECT_EQ(opened_udp_[0].intent, (net::SocketIntent{"wlan0", 46}));
}

TEST_F(FlowSelectorTest, F35_ARouteThatChangedSilentlyIsFoundWhenItIsAskedFor) {
  const auto literal = hop_to("sip:192.0.2.1:5060");
  route("192.0.2.1", "10.1.0.2");
  serve(literal);
  flows_->check_source(literal);
  EXPECT_TRUE(pending(literal)) << "until the kernel has answered";
  serve(literal);
  EXPECT_EQ(ready(literal).local.address, ip("10.1.0.2"));
  route("192.0.2.1", "10.2.0.2");
  flows_->check_source(literal);
  serve(literal);
  EXPECT_EQ(ready(literal).local.address, ip("10.2.0.2"));
  EXPECT_EQ(opened_udp_.size(), 2U);
}

TEST_F(FlowSelectorTest, F37_ABindingIsAskedAgainOnEveryChange) {
  std::string wanted = "10.1.0.2";
  AccountOptions account;
  account.bind.emplace().choose = [&](const std::string&) { return wanted; };
  flows_->add_account(AccountId{3}, account);
  const auto bound = hop_to("sip:192.0.2.1:5060", AccountId{3});
  route("192.0.2.1", "10.1.0.2");
  serve(bound);
  EXPECT_FALSE(flows_->rebind(bound));
  wanted = "10.1.0.3";
  EXPECT_TRUE(flows_->rebind(bound));
  serve(bound);
  EXPECT_EQ(ready(bound).local.address, ip("10.1.0.3"));
  const auto unbound = hop_to("sip:192.0.2.1:5060");
  serve(unbound);
  EXPECT_FALSE(flows_->rebind(unbound)) << "where nothing is bound the network's plan decides";
}

TEST_F(FlowSelectorTest, F13_ThePublicAddressIsWhatMessagesName) {
  options_.transport.bind.public_address_v4 = "203.0.113.5";
  make();
  const auto literal = hop_to("sip:192.0.2.1:5060");
  route("192.0.2.1", "10.1.0.2");
  serve(literal);
  EXPECT_EQ(net::to_string(ready(literal).named()), "203.0.113.5:5070");
}

TEST_F(FlowSelectorTest, ClosesSocketsWhoseAddressIsGone) {
  const auto literal = hop_to("sip:192.0.2.1:5060");
  route("192.0.2.1", "10.1.0.2");
  serve(literal);
  const auto flow = ready(literal);
  net::NetworkSnapshot nothing;
  nothing.routes[ip("192.0.2.1")] = std::nullopt;
  routes_[ip("192.0.2.1")] = std::nullopt;
  EXPECT_EQ(flows_->on_network(nothing, now_), std::vector{flow.id});
  serve(literal);
  EXPECT_EQ(closed_, 1);
  EXPECT_EQ(refused(literal).code, Errc::no_network);
  EXPECT_EQ(flows_->link_of(literal)->local, ip("10.1.0.2")) << "a plan has to know the old way";
}

TEST_F(FlowSelectorTest, SaysWhenANameIsUnknown) {
  serve(hop_);
  EXPECT_EQ(refused(hop_).code, Errc::name_not_found);
}

TEST_F(FlowSelectorTest, SaysWhoIsToBlame) {
  EXPECT_EQ(who_refused({make_error_code(Errc::address_in_use), ""}), Who::local);
  EXPECT_EQ(who_refused({make_error_code(Errc::no_network), ""}), Who::network);
  EXPECT_EQ(who_refused({make_error_code(Errc::certificate_rejected), ""}), Who::identity);
}

}  // namespace
}  // namespace godwit::ua
