// SPDX-License-Identifier: Apache-2.0
#include "ua/flow_book.h"

#include <gtest/gtest.h>

#include "support/address_of.h"
#include "support/snapshot_builder.h"

namespace godwit::ua {
namespace {

using test::at;
using test::ip;
using test::SnapshotBuilder;

class FlowBookTest : public ::testing::Test {
 protected:
  FlowBookTest() {
    stream_.source = ip("10.1.0.2");
    stream_.remote = at("10.9.0.1:5060");
    stream_.group = FlowGroupId{1};
  }
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
  net::FlowId open_udp(const char* local) {
    const auto id = book_.udp_from(at(local).address, {});
    book_.on_opened({id, at(local)});
    return id;
  }
  net::FlowId open_stream(const StreamWish& wish, const char* local) {
    const auto id = book_.stream_to(wish, {}, nullptr);
    book_.on_opened({id, at(local)});
    return id;
  }
  net::FlowId accept(const char* local, const char* remote) {
    const net::FlowId id{sip::kAcceptedFlows | ++accepted_};
    book_.on_accepted({net::FlowId{1}, id, net::Transport::tcp, at(local), at(remote)});
    return id;
  }
  void listen_on(const char* address, ListenOptions::Transport transport) {
    options_.transport.listeners.push_back({transport, address});
  }

  Outbox out_;
  UserAgentOptions options_;
  FlowBook book_{out_, options_};
  StreamWish stream_;
  net::NetworkSnapshot network_ = SnapshotBuilder().has("eth0", "10.1.0.2");
  std::uint64_t accepted_ = 0;
};

TEST_F(FlowBookTest, OneSocketServesEveryDestinationOfASource) {
  const auto first = book_.udp_from(ip("10.1.0.2"), {});
  EXPECT_EQ(book_.udp_from(ip("10.1.0.2"), {}), first);
  EXPECT_NE(book_.udp_from(ip("10.1.0.3"), {}), first);
  EXPECT_NE(book_.udp_from(ip("10.1.0.2"), {"eth0", 46}), first) << "another intent";
  EXPECT_EQ(taken<sip::OpenUdpFlow>().size(), 3U);
}

TEST_F(FlowBookTest, AFlowIsThereOnceItsSocketIsOpen) {
  const auto id = book_.udp_from(ip("10.1.0.2"), {});
  EXPECT_FALSE(book_.flow(id, at("10.9.0.1:5060")));
  book_.on_opened({id, at("10.1.0.2:5070")});
  const auto flow = book_.flow(id, at("10.9.0.1:5060"));
  ASSERT_TRUE(flow);
  EXPECT_EQ(flow->local, at("10.1.0.2:5070"));
  EXPECT_EQ(flow->remote, at("10.9.0.1:5060"));
  EXPECT_EQ(flow->named(), flow->local);
}

// F13: the port outlives the socket.
TEST_F(FlowBookTest, LaterSocketsWantThePortOfTheFirst) {
  const auto id = open_udp("10.1.0.2:5070");
  book_.close(id);
  static_cast<void>(taken<sip::OpenUdpFlow>());
  static_cast<void>(book_.udp_from(ip("10.2.0.2"), {}));
  const auto opened = taken<sip::OpenUdpFlow>();
  ASSERT_EQ(opened.size(), 1U);
  EXPECT_EQ(opened[0].local, at("10.2.0.2:5070"));
  EXPECT_TRUE(opened[0].fallback_to_any_port);
}

TEST_F(FlowBookTest, APortThatIsTakenIsToldUntilItIsForgotten) {
  const auto id = book_.udp_from(ip("10.1.0.2"), {});
  book_.on_failed(id, {make_error_code(Errc::address_in_use), "taken"});
  ASSERT_NE(book_.error_of(id), nullptr);
  EXPECT_EQ(book_.udp_from(ip("10.1.0.2"), {}), id);
  book_.forget_failures();
  EXPECT_EQ(book_.error_of(id), nullptr);
  EXPECT_NE(book_.udp_from(ip("10.1.0.2"), {}), id);
}

TEST_F(FlowBookTest, ASocketThatFailsAfterItWasOpenedIsClosed) {
  const auto id = open_udp("10.1.0.2:5070");
  book_.on_failed(id, {make_error_code(Errc::unreachable), "the address is gone"});
  EXPECT_EQ(taken<sip::CloseFlow>().size(), 1U);
  const auto other = book_.udp_from(ip("10.2.0.2"), {});
  book_.on_failed(other, {make_error_code(Errc::address_in_use), "never opened"});
  EXPECT_TRUE(taken<sip::CloseFlow>().empty());
}

TEST_F(FlowBookTest, AStreamIsReusedForTheSameWishOnly) {
  const auto first = open_stream(stream_, "10.1.0.2:40000");
  EXPECT_EQ(book_.stream_to(stream_, {}, nullptr), first);
  EXPECT_EQ(book_.stream_for(stream_, {}), first);
  for (const auto change : {0, 1, 2, 3}) {
    auto other = stream_;
    if (change == 0) other.group = FlowGroupId{2};
    if (change == 1) other.transport = net::Transport::tls;
    if (change == 2) other.remote = at("10.9.0.1:5062");
    if (change == 3) other.server_name = "core.test";
    EXPECT_FALSE(book_.stream_for(other, {})) << change;
    EXPECT_NE(book_.stream_to(other, {}, nullptr), first) << change;
  }
}

TEST_F(FlowBookTest, AStreamThatFailedIsForgottenAndOpenedAnew) {
  const auto id = open_stream(stream_, "10.1.0.2:40000");
  book_.on_failed(id, {Errc::connection_closed, "closed"});
  EXPECT_EQ(book_.size(), 0U);
  EXPECT_FALSE(book_.stream(id));
  EXPECT_NE(book_.stream_to(stream_, {}, nullptr), id);
}

TEST_F(FlowBookTest, AStreamIsBoundToItsSourceAndToTheIntent) {
  static_cast<void>(book_.stream_to(stream_, {"wlan0", 46}, nullptr));
  const auto opened = taken<sip::OpenStream>();
  ASSERT_EQ(opened.size(), 1U);
  EXPECT_EQ(opened[0].local, at("10.1.0.2:0"));
  EXPECT_EQ(opened[0].intent, (net::SocketIntent{"wlan0", 46}));
}

TEST_F(FlowBookTest, StreamsInADialogAreSharedWithinAGroupOnly) {
  const auto ours = open_stream(stream_, "10.1.0.2:40000");
  const auto theirs = accept("10.1.0.2:5060", "10.9.0.7:40001");
  const auto tcp = net::Transport::tcp;
  EXPECT_EQ(book_.stream_with(tcp, stream_.remote, FlowGroupId{1}), ours);
  EXPECT_FALSE(book_.stream_with(tcp, stream_.remote, FlowGroupId{2}));
  EXPECT_FALSE(book_.stream_with(net::Transport::tls, stream_.remote, FlowGroupId{1}));
  EXPECT_EQ(book_.stream_with(tcp, at("10.9.0.7:40001"), FlowGroupId{2}), theirs);
}

TEST_F(FlowBookTest, WhatOthersOpenedIsNotOursToRetire) {
  const auto udp = open_udp("10.1.0.2:5070");
  const auto stream = open_stream(stream_, "10.1.0.2:40000");
  const auto theirs = accept("10.1.0.2:5060", "10.9.0.7:40001");
  const auto not_open_yet = book_.udp_from(ip("10.1.0.9"), {});
  EXPECT_TRUE(book_.is_ours(udp));
  EXPECT_TRUE(book_.is_ours(stream));
  EXPECT_FALSE(book_.is_ours(theirs));
  EXPECT_FALSE(book_.is_ours(not_open_yet));
}

// T56
TEST_F(FlowBookTest, T56_AStreamIsNamedByTheListenerOfItsTransportAndFamily) {
  listen_on("0.0.0.0:5060", ListenOptions::Transport::tcp);
  listen_on("[::]:5062", ListenOptions::Transport::tcp);
  book_.open_listeners(network_);
  for (const auto& listener : taken<sip::OpenListener>()) {
    book_.on_opened({listener.listener, listener.local});
  }
  const auto stream = open_stream(stream_, "10.1.0.2:40000");
  EXPECT_EQ(book_.stream(stream)->named(), at("10.1.0.2:5060"));
  auto v6 = stream_;
  v6.remote = at("[2001:db8::1]:5060");
  const auto over_v6 = open_stream(v6, "[2001:db8:1::2]:40001");
  EXPECT_EQ(book_.stream(over_v6)->named(), at("[2001:db8:1::2]:5062"));
  auto tls = stream_;
  tls.transport = net::Transport::tls;
  const auto over_tls = open_stream(tls, "10.1.0.2:40002");
  EXPECT_EQ(book_.stream(over_tls)->named(), at("10.1.0.2:40002")) << "nobody listens for TLS";
  const auto udp = open_udp("10.1.0.2:5070");
  EXPECT_EQ(book_.flow(udp, stream_.remote)->named(), at("10.1.0.2:5070"));
}

// T57: two listeners of one family, each for its own address.
TEST_F(FlowBookTest, T57_AStreamIsNamedByTheListenerOnItsOwnAddress) {
  network_ = SnapshotBuilder().has("eth0", "10.1.0.2").has("eth1", "10.4.0.2");
  listen_on("10.1.0.2:5060", ListenOptions::Transport::tcp);
  listen_on("10.4.0.2:5064", ListenOptions::Transport::tcp);
  book_.open_listeners(network_);
  for (const auto& listener : taken<sip::OpenListener>()) {
    book_.on_opened({listener.listener, listener.local});
  }
  EXPECT_EQ(book_.stream(open_stream(stream_, "10.1.0.2:40000"))->named(), at("10.1.0.2:5060"));
  stream_.source = ip("10.4.0.2");
  EXPECT_EQ(book_.stream(open_stream(stream_, "10.4.0.2:40001"))->named(), at("10.4.0.2:5064"));
}

TEST_F(FlowBookTest, F13_ThePublicAddressIsThatOfTheFamily) {
  options_.transport.bind.public_address_v4 = "203.0.113.5";
  const auto v4 = open_udp("10.1.0.2:5070");
  const auto v6 = open_udp("[2001:db8:1::2]:5070");
  EXPECT_EQ(book_.flow(v4, at("10.9.0.1:5060"))->named(), at("203.0.113.5:5070"));
  EXPECT_EQ(book_.flow(v6, at("[2001:db8::1]:5060"))->named(), at("[2001:db8:1::2]:5070"));
}

TEST_F(FlowBookTest, ListenersComeWithTheirAddressAndAreOpenedOnce) {
  listen_on("10.4.0.2:5060", ListenOptions::Transport::tcp);
  listen_on("0.0.0.0:5061", ListenOptions::Transport::tls);
  book_.open_listeners(network_);
  const auto first = taken<sip::OpenListener>();
  ASSERT_EQ(first.size(), 1U) << "10.4.0.2 is not there";
  EXPECT_EQ(first[0].transport, net::Transport::tls);
  EXPECT_TRUE(first[0].tls);
  book_.open_listeners(network_);
  EXPECT_TRUE(taken<sip::OpenListener>().empty());
  network_ = SnapshotBuilder().has("eth0", "10.1.0.2").has("eth1", "10.4.0.2");
  book_.open_listeners(network_);
  EXPECT_EQ(taken<sip::OpenListener>().size(), 1U);
}

TEST_F(FlowBookTest, F30_WithoutListenersNoChangeOpensOne) {
  book_.open_listeners(network_);
  static_cast<void>(book_.on_network(SnapshotBuilder().has("eth0", "10.2.0.2")));
  book_.open_listeners(SnapshotBuilder().has("eth0", "10.2.0.2"));
  EXPECT_TRUE(taken<sip::OpenListener>().empty());
}

TEST_F(FlowBookTest, WhatStoodOnAnAddressThatIsGoneIsClosed) {
  listen_on("0.0.0.0:5060", ListenOptions::Transport::tcp);
  book_.open_listeners(network_);
  const auto udp = open_udp("10.1.0.2:5070");
  const auto stream = open_stream(stream_, "10.1.0.2:40000");
  const auto accepted = accept("10.1.0.2:5060", "10.9.0.7:40001");
  static_cast<void>(out_.take());
  EXPECT_EQ(book_.on_network(SnapshotBuilder().has("eth0", "10.2.0.2")),
            (std::vector{udp, stream, accepted}));
  EXPECT_EQ(taken<sip::CloseFlow>().size(), 3U);
  EXPECT_EQ(book_.take_closed().size(), 3U);
  EXPECT_TRUE(book_.take_closed().empty());
  EXPECT_EQ(book_.size(), 1U) << "who listens on every address goes on";
}

TEST_F(FlowBookTest, WhatIsHeldToAnInterfaceServesWhoDoesNotMind) {
  const net::SocketIntent held{"lte0", 0};
  const auto id = book_.udp_from(ip("10.2.0.2"), held);
  EXPECT_EQ(book_.udp_from(ip("10.2.0.2"), {}), id);
  EXPECT_NE(book_.udp_from(ip("10.2.0.2"), {"wifi0", 0}), id);
  EXPECT_NE(book_.udp_from(ip("10.2.0.2"), {"", 46}), id);
  EXPECT_TRUE(book_.is_held_to(id, "lte0"));
  EXPECT_FALSE(book_.is_held_to(id, "wifi0"));
  const auto stream = book_.stream_to(stream_, held, nullptr);
  EXPECT_EQ(book_.stream_to(stream_, {}, nullptr), stream);
}

TEST_F(FlowBookTest, WhatMayLeaveByAnyInterfaceIsNoUseToWhoIsHeldToOne) {
  const auto free = book_.udp_from(ip("10.2.0.2"), {});
  EXPECT_NE(book_.udp_from(ip("10.2.0.2"), {"lte0", 0}), free);
  const auto stream = book_.stream_to(stream_, {}, nullptr);
  EXPECT_NE(book_.stream_to(stream_, {"lte0", 0}, nullptr), stream);
}

}  // namespace
}  // namespace godwit::ua
