// SPDX-License-Identifier: Apache-2.0
#include "server/flow_token.h"

#include <gtest/gtest.h>

#include "sip/message/uri.h"

namespace godwit::server {
namespace {

class FlowTokenTest : public ::testing::TestWithParam<net::Family> {
 protected:
  net::Flow flow(std::uint64_t id = 7, net::Transport transport = net::Transport::tcp) const {
    const bool v4 = GetParam() == net::Family::v4;
    return {net::FlowId{id},
            transport,
            {*net::IpAddress::parse(v4 ? "10.9.0.2" : "2001:db8:9::2"), 5060},
            {*net::IpAddress::parse(v4 ? "10.1.0.2" : "2001:db8:1::2"), 40'000}};
  }
  SeededRandom random_{1};
  FlowTokens tokens_{random_};
};
INSTANTIATE_TEST_SUITE_P(Families, FlowTokenTest,
                         ::testing::Values(net::Family::v4, net::Family::v6),
                         [](const auto& p) { return std::string(to_string(p.param)); });

TEST_P(FlowTokenTest, NamesAFlowAndNoOther) {
  for (const auto transport : {net::Transport::udp, net::Transport::tcp, net::Transport::tls}) {
    const net::Flow accepted = flow(std::uint64_t{1} << 63U | 5U, transport);
    EXPECT_EQ(tokens_.read(tokens_.make(accepted)), accepted);
    EXPECT_NE(tokens_.make(accepted), tokens_.make(flow(5, transport)));
  }
}

TEST_P(FlowTokenTest, StandsInTheUserPartOfAUriAsItIs) {
  const std::string token = tokens_.make(flow());
  EXPECT_TRUE(FlowTokens::is_token(token));
  EXPECT_LT(token.size(), 100U);
  const auto uri = sip::parse_uri("sip:" + token + "@edge.example.org;lr");
  ASSERT_TRUE(uri);
  EXPECT_EQ(uri->user, token);
  EXPECT_EQ(to_string(*uri), "sip:" + token + "@edge.example.org;lr");
}

TEST_P(FlowTokenTest, IsRefusedWhenAnythingOfItWasChanged) {
  const std::string token = tokens_.make(flow());
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string forged = token;
    forged[i] = forged[i] == 'A' ? 'B' : 'A';
    EXPECT_EQ(tokens_.read(forged), std::nullopt) << i;
    EXPECT_EQ(tokens_.read(token.substr(0, i)), std::nullopt) << i;
  }
  EXPECT_EQ(tokens_.read(token + "AAAA"), std::nullopt);
}

TEST_P(FlowTokenTest, OfAnotherProcessIsNone) {
  const FlowTokens restarted(random_);
  EXPECT_EQ(restarted.read(tokens_.make(flow())), std::nullopt);
  EXPECT_FALSE(FlowTokens::is_token("alice"));
}

}  // namespace
}  // namespace godwit::server
