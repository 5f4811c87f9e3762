// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/established_call.h"

namespace godwit::ua {
namespace {

using test::EngineBench;
using test::EstablishedCall;
using namespace std::chrono_literals;

/// The last words of a call that ended while the network changed.
class PartingsTest : public ::testing::Test {
 protected:
  EngineBench& bench() { return call_.bench; }
  void lose_network() {
    bench().remove_addresses();
    was_ = std::exchange(bench().routes, {});
    bench().observe();
  }
  void find_network(const std::string& address) {
    bench().add_address(address, 3);
    for (const auto& [destination, choice] : was_) {
      bench().route(net::to_string(destination), address);
    }
    bench().observe();
  }
  /// At once there is another network: the BYE that leaves by it.
  std::optional<EngineBench::Sent> bye_from_another_network() {
    bench().remove_addresses();
    was_ = std::exchange(bench().routes, {});
    find_network("10.2.0.2");
    bench().advance(2s);
    return call_.next("BYE");
  }
  void hang_up() {
    ASSERT_TRUE(bench().engine.hang_up(call_.call, bench().now));
    bench().drain();
    ASSERT_TRUE(call_.ended()) << "for the user it is over at once";
  }

  EstablishedCall call_;
  std::map<net::IpAddress, std::optional<net::RouteChoice>> was_;
};

TEST_F(PartingsTest, WhoHangsUpWithoutANetworkSaysSoWhenThereIsOne) {
  lose_network();
  hang_up();
  bench().advance(20s);
  EXPECT_FALSE(call_.next("BYE"));
  find_network("10.2.0.2");
  bench().advance(2s);
  const auto bye = call_.next("BYE");
  ASSERT_TRUE(bye);
  EXPECT_EQ(net::to_string(bye->local.address), "10.2.0.2");
}

TEST_F(PartingsTest, AByeThatItsNetworkTookAlongIsSaidAgain) {
  hang_up();
  const auto first = call_.next("BYE");
  ASSERT_TRUE(first);
  const auto again = bye_from_another_network();
  ASSERT_TRUE(again);
  EXPECT_EQ(net::to_string(again->local.address), "10.2.0.2");
  EXPECT_EQ(again->message.cseq().number, first->message.cseq().number + 1);
}

TEST_F(PartingsTest, AByeThatNobodyWasThereToTakeIsSaidAgain) {
  hang_up();
  const auto bye = call_.next("BYE");
  ASSERT_TRUE(bye);
  bench().feed(sip::IoInput{
      sip::FlowFailed{bench().flow_at(bye->local), bye->to, Error{Errc::unreachable, "ICMP"}}});
  bench().advance(490ms);
  EXPECT_FALSE(call_.next("BYE"));
  bench().advance(20ms);
  EXPECT_TRUE(call_.next("BYE"));
}

TEST_F(PartingsTest, AByeDownAFlowThatFailedIsSaidAgainBeforeLong) {
  hang_up();
  auto bye = call_.next("BYE");
  ASSERT_TRUE(bye);
  const auto first = bye->message.cseq().number;
  for (const Duration pause : {500ms, 1000ms, 2000ms}) {
    bench().answer(*bye, 430);
    bench().advance(pause - 10ms);
    EXPECT_FALSE(call_.next("BYE")) << "the peer's new flow takes a while";
    bench().advance(20ms);
    bye = call_.next("BYE");
    ASSERT_TRUE(bye);
  }
  EXPECT_EQ(bye->message.cseq().number, first + 3);
  bench().answer(*bye, 430);
  bench().advance(2min);
  EXPECT_FALSE(call_.next("BYE")) << "for ever it is not";
}

TEST_F(PartingsTest, AByeIsSaidAgainWhereItsSocketKnewOfTheLossBeforeUs) {
  hang_up();
  const auto first = call_.next("BYE");
  ASSERT_TRUE(first);
  bench().feed(sip::IoInput{
      sip::FlowFailed{bench().flow_at(first->local),
                      std::nullopt,
                      {std::make_error_code(std::errc::address_not_available), "gone"}}});
  const auto again = bye_from_another_network();
  ASSERT_TRUE(again);
  EXPECT_EQ(net::to_string(again->local.address), "10.2.0.2");
}

// RFC 3261 §9.1 has a CANCEL wait for a 1xx, which has nowhere to come any more.
TEST_F(PartingsTest, ACancelThatItsNetworkTookAlongLeavesByTheNextOne) {
  const auto call = *bench().engine.dial(call_.account, "bob", {}, bench().now);
  bench().drain();
  const auto invite = call_.next("INVITE");
  ASSERT_TRUE(invite);
  ASSERT_TRUE(bench().engine.hang_up(call, bench().now));
  bench().drain();
  EXPECT_FALSE(call_.next("CANCEL"));
  lose_network();
  bench().advance(5s);
  find_network("10.2.0.2");
  const auto cancel = call_.next("CANCEL");
  ASSERT_TRUE(cancel);
  EXPECT_EQ(net::to_string(cancel->local.address), "10.2.0.2");
  EXPECT_EQ(cancel->message.field(sip::Field::via), invite->message.field(sip::Field::via));
}

TEST_F(PartingsTest, NobodyWaitsForANetworkForEver) {
  lose_network();
  hang_up();
  bench().advance(61s);
  EXPECT_TRUE(bench().engine.idle());
  find_network("10.2.0.2");
  bench().advance(2s);
  EXPECT_FALSE(call_.next("BYE"));
}

TEST_F(PartingsTest, WhoLeavesDoesNotWaitForANetwork) {
  lose_network();
  hang_up();
  EXPECT_FALSE(bench().engine.idle());
  bench().engine.shut_down(bench().now);
  bench().drain();
  EXPECT_TRUE(bench().engine.idle());
}

}  // namespace
}  // namespace godwit::ua
