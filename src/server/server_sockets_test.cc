// SPDX-License-Identifier: Apache-2.0
#include "server/server_sockets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace godwit::server {
namespace {

using net::Family;
using net::Transport;
using ::testing::SizeIs;

class ServerSocketsTest : public ::testing::Test {
 protected:
  void opened(std::uint64_t id) { EXPECT_TRUE(sockets_.on_opened({{id}, {}})); }
  void failed(std::uint64_t id, const std::string& why) {
    EXPECT_TRUE(sockets_.on_failed({{id}, std::nullopt, {Errc::address_in_use, why}}));
  }

  ServerOptions options_;
  ServerSockets sockets_{options_};
};

TEST_F(ServerSocketsTest, OpensOnlyWhatIsServed) {
  EXPECT_THAT(sockets_.open(), SizeIs(4));
  options_.udp = false;
  EXPECT_THAT(ServerSockets(options_).open(), SizeIs(2));
}

TEST_F(ServerSocketsTest, ServesWhatIsOpen) {
  EXPECT_FALSE(sockets_.serves(Family::v4));
  EXPECT_EQ(sockets_.udp(Family::v6), std::nullopt);
  opened(2);
  opened(3);
  EXPECT_TRUE(sockets_.serves(Transport::udp, Family::v6));
  EXPECT_EQ(sockets_.udp(Family::v6), net::FlowId{2});
  EXPECT_EQ(sockets_.udp(Family::v4), std::nullopt);
  EXPECT_TRUE(sockets_.serves(Transport::tcp, Family::v4));
  EXPECT_TRUE(sockets_.serves(Family::v4));
  EXPECT_FALSE(sockets_.on_opened({{1000}, {}}));
  EXPECT_EQ(sockets_.name({4}), "tcp [::]:5060");
}

TEST_F(ServerSocketsTest, FailsWhenATransportHasNoSocketLeft) {
  opened(1);
  opened(2);
  failed(4, "[::]:5060");
  EXPECT_EQ(sockets_.failed(), std::nullopt);
  failed(3, "0.0.0.0:5060");
  ASSERT_TRUE(sockets_.failed());
  EXPECT_EQ(sockets_.failed()->detail, "[::]:5060");
  EXPECT_FALSE(sockets_.on_failed({{1000}, std::nullopt, {}}));
}

}  // namespace
}  // namespace godwit::server
