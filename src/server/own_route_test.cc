// SPDX-License-Identifier: Apache-2.0
#include "server/own_route.h"

#include <gtest/gtest.h>

namespace godwit::server {
namespace {

class OwnRouteTest : public ::testing::Test {
 protected:
  OwnRouteTest() {
    for (const auto& action : sockets_.open()) {
      if (const auto* const udp = std::get_if<sip::OpenUdpFlow>(&action)) {
        (void)sockets_.on_opened({udp->flow, udp->local});
      }
    }
  }
  net::Flow flow(std::uint16_t port) const {
    return {*sockets_.udp(net::Family::v4),
            net::Transport::udp,
            {*net::IpAddress::parse("10.9.0.2"), 5060},
            {*net::IpAddress::parse("10.1.0.2"), port}};
  }
  sip::Uri route(const std::string& user = {}) const {
    return *sip::parse_uri("sip:" + (user.empty() ? "" : user + '@') + "example.org;lr");
  }
  OwnRoute read(const std::vector<sip::Uri>& taken) const {
    return read_own_route(taken, flow(1), tokens_, paths_);
  }

  SeededRandom random_{1};
  ServerOptions options_;
  ServerSockets sockets_{options_};
  StreamPool streams_{options_};
  PathFinder paths_{{options_, sockets_, streams_, random_}};
  FlowTokens tokens_{random_};
};

TEST_F(OwnRouteTest, TheLastOneIsOfTheSideThatTheRequestGoesTo) {
  EXPECT_EQ(read({}).came_by, CameBy::itself);
  EXPECT_EQ(read({route()}).came_by, CameBy::our_route);
  const auto far = route(tokens_.make(flow(2)));
  const auto own = route(tokens_.make(flow(1)));
  for (const auto& taken : {std::vector{own, far}, std::vector{route(), far}, std::vector{far}}) {
    const OwnRoute read_route = read(taken);
    ASSERT_TRUE(read_route.named);
    EXPECT_EQ(read_route.named->flow, flow(2));
  }
  EXPECT_FALSE(read({far, route()}).named);
}

TEST_F(OwnRouteTest, WhoNamesItsOwnFlowIsOnTheWayOut) {
  EXPECT_FALSE(read({route(tokens_.make(flow(1)))}).named);
}

TEST_F(OwnRouteTest, TellsAForgedTokenAndAFlowThatIsGone) {
  const FlowTokens foreign(random_);
  EXPECT_TRUE(read({route(foreign.make(flow(2))), route()}).forged);
  EXPECT_FALSE(read({route("alice")}).forged);
  net::Flow gone = flow(2);
  gone.transport = net::Transport::tcp;
  const OwnRoute dead = read({route(tokens_.make(gone))});
  ASSERT_TRUE(dead.named);
  EXPECT_FALSE(dead.named->flow);
}

}  // namespace
}  // namespace godwit::server
