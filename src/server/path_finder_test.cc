// SPDX-License-Identifier: Apache-2.0
#include "server/path_finder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace godwit::server {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class PathFinderTest : public ::testing::TestWithParam<net::Family> {
 protected:
  PathFinderTest() {
    finder_.open(net::Family::v4, net::FlowId{1}, 5060);
    finder_.open(net::Family::v6, net::FlowId{2}, 5060);
  }
  bool v4() const { return GetParam() == net::Family::v4; }
  net::IpAddress there() const {
    return *net::IpAddress::parse(v4() ? "10.2.0.2" : "2001:db8:2::2");
  }
  net::IpAddress other() const {
    return *net::IpAddress::parse(v4() ? "2001:db8:2::2" : "10.2.0.2");
  }
  net::IpAddress source() const {
    return *net::IpAddress::parse(v4() ? "10.9.0.2" : "2001:db8:9::2");
  }
  sip::Uri uri(const std::string& more = ":5080") const {
    return *sip::parse_uri("sip:bob@" + to_uri_host(there()) + more);
  }
  net::Flow flow(std::uint16_t port) const {
    return {net::FlowId{v4() ? 1U : 2U}, net::Transport::udp, {source(), 5060}, {there(), port}};
  }
  void answer_route() { finder_.on_route({there(), net::RouteChoice{source(), 2}}, now_); }

  PathFinder finder_;
  TimePoint now_{1h};
};
INSTANTIATE_TEST_SUITE_P(Families, PathFinderTest,
                         ::testing::Values(net::Family::v4, net::Family::v6),
                         [](const auto& p) { return std::string(to_string(p.param)); });

TEST_P(PathFinderTest, AsksTheKernelForTheSourceAddress) {
  finder_.find({7}, uri(), now_);
  const auto actions = finder_.take_actions();
  ASSERT_THAT(actions, SizeIs(1));
  EXPECT_EQ(std::get<sip::LookUpRoute>(actions[0]).destination, there());
  EXPECT_THAT(finder_.take_found(), IsEmpty());

  answer_route();
  const auto found = finder_.take_found();
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].ticket.value, 7U);
  EXPECT_EQ(found[0].flow, flow(5080));
}

TEST_P(PathFinderTest, AsksOncePerDestinationWhileTheAnswerIsFresh) {
  finder_.find({1}, uri(), now_);
  finder_.find({2}, uri(""), now_);
  EXPECT_THAT(finder_.take_actions(), SizeIs(1));
  answer_route();
  const auto found = finder_.take_found();
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_EQ(found[1].flow, flow(5060));

  finder_.find({3}, uri(), now_ + PathFinder::kFresh);
  EXPECT_THAT(finder_.take_actions(), IsEmpty());
  finder_.find({4}, uri(), now_ + PathFinder::kFresh + 1ns);
  EXPECT_THAT(finder_.take_actions(), SizeIs(1));
}

TEST_P(PathFinderTest, ResolvesANameAndTakesTheFirstAddressWithAWay) {
  finder_.find({1}, *sip::parse_uri("sip:proxy.example.net"), now_);
  const auto actions = finder_.take_actions();
  ASSERT_THAT(actions, SizeIs(1));
  EXPECT_EQ(std::get<sip::ResolveName>(actions[0]).name, "proxy.example.net");

  finder_.on_resolved({"proxy.example.net", {other(), there()}}, now_);
  finder_.on_route({other(), std::nullopt}, now_);
  answer_route();
  const auto found = finder_.take_found();
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].flow, flow(5060));
}

TEST_P(PathFinderTest, PassesOverAFamilyThatIsNotServed) {
  finder_.close(other().family());
  finder_.find({1}, *sip::parse_uri("sip:proxy.example.net"), now_);
  finder_.on_resolved({"proxy.example.net", {other(), there()}}, now_);
  answer_route();
  EXPECT_EQ(finder_.take_found().at(0).flow, flow(5060));
}

TEST_P(PathFinderTest, SaysWhyThereIsNoWay) {
  finder_.find({1}, *sip::parse_uri("sip:nobody.example.net"), now_);
  finder_.on_resolved({"nobody.example.net", {}}, now_);
  finder_.find({2}, uri(), now_);
  finder_.on_route({there(), std::nullopt}, now_);
  finder_.find({3}, *sip::parse_uri("sips:bob@example.net"), now_);
  finder_.find({4}, uri(";transport=tcp"), now_);
  finder_.find({5}, *sip::parse_uri(v4() ? "sip:0.0.0.0" : "sip:[ff02::1]"), now_);
  const auto found = finder_.take_found();
  ASSERT_THAT(found, SizeIs(5));
  EXPECT_EQ(found[0].flow.error().code, Errc::name_not_found);
  EXPECT_EQ(found[1].flow.error().code, Errc::no_network);
  EXPECT_EQ(found[2].flow.error().code, Errc::unsupported);
  EXPECT_EQ(found[3].flow.error().code, Errc::unsupported);
  EXPECT_EQ(found[4].flow.error().code, Errc::no_network);
}

}  // namespace
}  // namespace godwit::server
