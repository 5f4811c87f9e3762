// SPDX-License-Identifier: Apache-2.0
#include "ua/flow_selector.h"

#include <gtest/gtest.h>

namespace godwit::ua {
namespace {

net::IpAddress ip(std::string_view text) { return *net::IpAddress::parse(text); }

class FlowSelectorTest : public ::testing::Test {
 protected:
  /// The requests that left since the last look, as io actions.
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
    return std::holds_alternative<FlowSelector::Pending>(flows_.flow_to(hop));
  }
  net::Flow ready(const NextHop& hop) {
    const auto choice = flows_.flow_to(hop);
    EXPECT_TRUE(std::holds_alternative<net::Flow>(choice));
    const auto* flow = std::get_if<net::Flow>(&choice);
    return flow != nullptr ? *flow : net::Flow{};
  }
  void resolve(std::vector<std::string> addresses) {
    sip::NameResolved resolved{"core.test", {}};
    for (const auto& address : addresses) resolved.addresses.push_back(ip(address));
    flows_.on_name_resolved(resolved);
  }
  void route(std::string_view destination, std::string_view source) {
    flows_.on_route_found({ip(destination), net::RouteChoice{ip(source), 2}});
  }
  void open_all() {
    for (const auto& open : taken<sip::OpenUdpFlow>()) {
      flows_.on_flow_opened({open.flow, {open.local.address, 5070}});
    }
  }

  Outbox out_;
  FlowSelector flows_{out_, 0};
  NextHop hop_{"core.test", 5060};
};

TEST_F(FlowSelectorTest, ResolvesRoutesAndOpensOneAfterTheOther) {
  EXPECT_TRUE(pending(hop_));
  ASSERT_EQ(taken<sip::ResolveName>().size(), 1U);
  resolve({"192.0.2.1"});
  EXPECT_TRUE(pending(hop_));
  EXPECT_EQ(taken<sip::LookUpRoute>().at(0).destination, ip("192.0.2.1"));
  route("192.0.2.1", "10.1.0.2");
  EXPECT_TRUE(pending(hop_));
  open_all();
  const auto flow = ready(hop_);
  EXPECT_EQ(net::to_string(flow.local), "10.1.0.2:5070");
  EXPECT_EQ(net::to_string(flow.remote), "192.0.2.1:5060");
}

TEST_F(FlowSelectorTest, PrefersIPv6AndFallsBackToWhatHasARoute) {
  static_cast<void>(flows_.flow_to(hop_));
  resolve({"192.0.2.1", "2001:db8::1"});
  static_cast<void>(flows_.flow_to(hop_));
  flows_.on_route_found({ip("2001:db8::1"), std::nullopt});
  route("192.0.2.1", "10.1.0.2");
  static_cast<void>(flows_.flow_to(hop_));
  open_all();
  EXPECT_EQ(ready(hop_).remote.address, ip("192.0.2.1"));

  flows_.reselect(hop_);
  route("2001:db8::1", "2001:db8:1::2");
  static_cast<void>(flows_.flow_to(hop_));
  open_all();
  EXPECT_EQ(ready(hop_).remote.address, ip("2001:db8::1"));
}

TEST_F(FlowSelectorTest, SticksToItsChoiceUntilToldToChooseAnew) {
  static_cast<void>(flows_.flow_to(hop_));
  resolve({"192.0.2.1"});
  static_cast<void>(flows_.flow_to(hop_));
  route("192.0.2.1", "10.1.0.2");
  static_cast<void>(flows_.flow_to(hop_));
  open_all();
  const auto before = ready(hop_);
  route("192.0.2.1", "10.2.0.2");
  EXPECT_EQ(ready(hop_), before);
  flows_.reselect(hop_);
  static_cast<void>(flows_.flow_to(hop_));
  open_all();
  EXPECT_EQ(ready(hop_).local.address, ip("10.2.0.2"));
}

TEST_F(FlowSelectorTest, OpensEveryLaterSocketOnThePortOfTheFirst) {
  const NextHop literal{"192.0.2.1", 5060};
  static_cast<void>(flows_.flow_to(literal));
  route("192.0.2.1", "10.1.0.2");
  static_cast<void>(flows_.flow_to(literal));
  open_all();
  flows_.steer(literal, ip("10.2.0.2"), ip("192.0.2.1"));
  static_cast<void>(flows_.flow_to(literal));
  const auto opened = taken<sip::OpenUdpFlow>();
  ASSERT_EQ(opened.size(), 1U);
  EXPECT_EQ(net::to_string(opened[0].local), "10.2.0.2:5070");
  EXPECT_TRUE(opened[0].fallback_to_any_port);
}

TEST_F(FlowSelectorTest, APortThatWasAskedForIsNotExchangedForAnother) {
  const NextHop literal{"192.0.2.1", 5060};
  static_cast<void>(flows_.flow_to(literal));
  route("192.0.2.1", "10.1.0.2");
  static_cast<void>(flows_.flow_to(literal));
  const auto opened = taken<sip::OpenUdpFlow>();
  ASSERT_EQ(opened.size(), 1U);
  EXPECT_FALSE(opened[0].fallback_to_any_port);
  EXPECT_EQ(who_refused({make_error_code(Errc::address_in_use), ""}), Who::local);
  EXPECT_EQ(who_refused({make_error_code(Errc::no_network), ""}), Who::network);
}

TEST_F(FlowSelectorTest, ClosesSocketsWhoseAddressIsGone) {
  const NextHop literal{"192.0.2.1", 5060};
  static_cast<void>(flows_.flow_to(literal));
  route("192.0.2.1", "10.1.0.2");
  static_cast<void>(flows_.flow_to(literal));
  open_all();
  const auto flow = ready(literal);
  net::NetworkSnapshot nothing;
  nothing.routes[ip("192.0.2.1")] = std::nullopt;
  EXPECT_EQ(flows_.on_network(nothing), std::vector{flow.id});
  EXPECT_EQ(taken<sip::CloseFlow>().size(), 1U);
  EXPECT_TRUE(std::holds_alternative<Error>(flows_.flow_to(literal)));
  EXPECT_EQ(flows_.link_of(literal)->local, ip("10.1.0.2")) << "a plan has to know the old way";
}

TEST_F(FlowSelectorTest, SaysWhenANameIsUnknown) {
  static_cast<void>(flows_.flow_to(hop_));
  resolve({});
  const auto choice = flows_.flow_to(hop_);
  ASSERT_TRUE(std::holds_alternative<Error>(choice));
  EXPECT_EQ(std::get<Error>(choice).code, Errc::name_not_found);
}

TEST_F(FlowSelectorTest, NeverAdvertisesALinkLocalOr464XlatSource) {
  const NextHop literal{"192.0.2.1", 5060};
  static_cast<void>(flows_.flow_to(literal));
  route("192.0.2.1", "192.0.0.4");
  EXPECT_TRUE(std::holds_alternative<Error>(flows_.flow_to(literal)));
}

}  // namespace
}  // namespace godwit::ua
