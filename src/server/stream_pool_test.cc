// SPDX-License-Identifier: Apache-2.0
#include "server/stream_pool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "support/server_shell.h"

namespace godwit::server {
namespace {

using namespace std::chrono_literals;
using net::Transport;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class StreamPoolTest : public ::testing::TestWithParam<net::Family> {
 protected:
  net::SocketAddress here(std::uint16_t port = 5060) const {
    return ServerShell::address(GetParam(), port);
  }
  net::SocketAddress there(std::uint16_t port) const {
    return {*net::IpAddress::parse(GetParam() == net::Family::v4 ? "10.2.0.2" : "2001:db8:2::2"),
            port};
  }
  net::FlowId accept(std::uint16_t port, Transport transport = Transport::tcp) {
    const net::FlowId id{sip::kAcceptedFlows | port};
    EXPECT_TRUE(pool_.accept({{3}, id, transport, here(), there(port)}, now_));
    return id;
  }

  ServerOptions options_ = ServerShell::with_tls({});
  StreamPool pool_{options_};
  TimePoint now_{1h};
};
INSTANTIATE_TEST_SUITE_P(Families, StreamPoolTest,
                         ::testing::Values(net::Family::v4, net::Family::v6),
                         [](const auto& p) { return std::string(to_string(p.param)); });

TEST_P(StreamPoolTest, OpensAConnectionOnceAndNamesItByOurPort) {
  const StreamEnd end{Transport::tls, there(5061), "example.net"};
  const auto id = pool_.reach(end, now_);
  ASSERT_TRUE(id);
  EXPECT_EQ(pool_.reach(end, now_), id);
  const auto actions = pool_.take_actions();
  ASSERT_THAT(actions, SizeIs(1));
  const auto& open = std::get<sip::OpenStream>(actions[0]);
  EXPECT_EQ(open.server_name, "example.net");
  EXPECT_NE(open.tls, nullptr);
  EXPECT_TRUE(open.local.address.is_unspecified());
  EXPECT_EQ(pool_.find(end), std::nullopt);

  const auto flow = pool_.on_opened({*id, here(40000)}, now_);
  ASSERT_TRUE(flow);
  EXPECT_EQ(flow->named(), here(5061));
  EXPECT_EQ(pool_.find(end), flow);
  EXPECT_FALSE(pool_.on_opened({{77}, here()}, now_));
}

// A connection to the same address that has proven to be somebody else is no way there.
TEST_P(StreamPoolTest, T33_TellsConnectionsApartByWhatTheyHaveProven) {
  const auto one = pool_.reach({Transport::tls, there(5061), "example.net"}, now_);
  const auto other = pool_.reach({Transport::tls, there(5061), "example.com"}, now_);
  EXPECT_NE(one, other);
  (void)accept(40000, Transport::tls);
  EXPECT_EQ(pool_.find({Transport::tls, there(40000), "example.net"}), std::nullopt);
  EXPECT_TRUE(pool_.find({Transport::tls, there(40000), {}}));
}

TEST_P(StreamPoolTest, UsesWhatOthersOpenedUntilItIsClosed) {
  const StreamEnd end{Transport::tcp, there(40000), {}};
  const net::FlowId id = accept(40000);
  ASSERT_TRUE(pool_.find(end));
  EXPECT_EQ(pool_.find(end)->local, here());
  EXPECT_EQ(pool_.reach(end, now_), id);
  EXPECT_TRUE(pool_.on_closed(id));
  EXPECT_FALSE(pool_.on_closed(id));
  EXPECT_EQ(pool_.find(end), std::nullopt);
  EXPECT_THAT(pool_.on_bytes(id, "\r\n\r\n", now_), IsEmpty());
}

TEST_P(StreamPoolTest, FindsWhatIsIdle) {
  const net::FlowId id = accept(40000);
  now_ += 10s;
  EXPECT_THAT(pool_.on_bytes(id, "\r\n\r\n", now_), SizeIs(1));
  now_ += StreamPool::kIdle - 1ns;
  EXPECT_THAT(pool_.on_bytes(id, "OPTIONS sip:a SIP/2.0\r\n", now_), IsEmpty());
  EXPECT_THAT(pool_.take_idle(now_), IsEmpty());
  EXPECT_EQ(pool_.next_deadline(), now_ + 1ns);
  now_ += 1ns;
  EXPECT_THAT(pool_.take_idle(now_), ElementsAre(id));
  pool_.keep(id, now_);  // somebody registered by it
  EXPECT_EQ(pool_.next_deadline(), now_ + StreamPool::kIdle);
  now_ += StreamPool::kIdle;
  EXPECT_THAT(pool_.take_idle(now_), ElementsAre(id));
  pool_.close(id);
  EXPECT_EQ(pool_.next_deadline(), std::nullopt);
  EXPECT_THAT(pool_.take_actions(), SizeIs(1));
}

TEST_P(StreamPoolTest, WhoSaysNothingAtAllIsIdleSoon) {
  const net::FlowId first = accept(40000);
  const auto opening = pool_.reach({Transport::tcp, there(5080), {}}, now_);
  now_ += StreamPool::kFirstWord - 1ns;
  const net::FlowId second = accept(40001);
  EXPECT_THAT(pool_.on_bytes(first, "OPTIONS sip:a SIP/2.0\r\n", now_), IsEmpty());
  EXPECT_THAT(pool_.take_idle(now_), IsEmpty());
  now_ += 1ns;
  EXPECT_THAT(pool_.take_idle(now_), ElementsAre(*opening, first));
  EXPECT_EQ(pool_.next_deadline(), now_ - 1ns + StreamPool::kFirstWord);
  (void)second;
}

TEST_P(StreamPoolTest, TakesNoMoreThanItsLimit) {
  static_assert(limits::kServerStreams < 50'000);
  for (std::size_t i = 0; i < limits::kServerStreams; ++i) {
    (void)accept(static_cast<std::uint16_t>(1024 + i));
  }
  for (std::size_t i = 0; i < 9 * limits::kServerStreams; ++i) {
    const net::FlowId id{sip::kAcceptedFlows | (100'000 + i)};
    EXPECT_FALSE(pool_.accept({{3}, id, Transport::tcp, here(), there(1)}, now_));
  }
  EXPECT_EQ(pool_.size(), limits::kServerStreams);
  EXPECT_THAT(pool_.take_actions(), SizeIs(9 * limits::kServerStreams));
  EXPECT_EQ(pool_.reach({Transport::tcp, there(1), {}}, now_), std::nullopt);
}

}  // namespace
}  // namespace godwit::server
