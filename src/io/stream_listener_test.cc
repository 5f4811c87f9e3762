// SPDX-License-Identifier: Apache-2.0
#include "io/stream_listener.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/resource.h>

#include "io/stream_socket.h"
#include "support/serve_until.h"
#include "support/stream_ear.h"

namespace godwit::io {
namespace {

// No more descriptors than are open now, as long as it lives.
class NoMoreDescriptors {
 public:
  NoMoreDescriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const FileDescriptor next(::dup(0));
    rlimit now = before_;
    now.rlim_cur = static_cast<rlim_t>(next.get());
    ::setrlimit(RLIMIT_NOFILE, &now);
  }
  ~NoMoreDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  NoMoreDescriptors(const NoMoreDescriptors&) = delete;
  NoMoreDescriptors& operator=(const NoMoreDescriptors&) = delete;

 private:
  rlimit before_{};
};

class StreamListenerTest : public ::testing::TestWithParam<net::Family> {
 protected:
  void SetUp() override {
    if (!door_.listener) GTEST_SKIP() << "no loopback address of this family";
  }
  std::unique_ptr<StreamSocket> dial(const net::SocketAddress& to) {
    return StreamSocket::connect(loop_, {.remote = to}, ear_.handlers());
  }

  net::IpAddress loopback_ =
      *net::IpAddress::parse(GetParam() == net::Family::v4 ? "127.0.0.1" : "::1");
  Loop loop_;
  test::StreamDoor door_{loop_, loopback_};
  test::StreamEar ear_;
};

INSTANTIATE_TEST_SUITE_P(Families, StreamListenerTest,
                         ::testing::Values(net::Family::v4, net::Family::v6));

TEST_P(StreamListenerTest, ConnectionComesWithBothAddresses) {
  const auto caller = dial(door_.local());
  ASSERT_TRUE(test::serve_until(loop_, [&] { return ear_.opened == 1 && !door_.came.empty(); }));
  EXPECT_EQ(door_.came[0].local, door_.local());
  EXPECT_EQ(door_.came[0].remote, caller->local());
}

TEST_P(StreamListenerTest, ListenerOnEveryAddressTellsTheOneInUse) {
  test::StreamDoor wildcard(loop_, net::IpAddress::any(GetParam()));
  ASSERT_TRUE(wildcard.listener);
  const net::SocketAddress its_address{loopback_, wildcard.local().port};
  const auto caller = dial(its_address);
  ASSERT_TRUE(test::serve_until(loop_, [&] { return !wildcard.came.empty(); }));
  EXPECT_EQ(wildcard.came[0].local, its_address);
}

TEST_P(StreamListenerTest, TakenPortIsNamed) {
  const auto second = StreamListener::open(loop_, door_.local(), {}, [](AcceptedConnection) {});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::address_in_use);
  EXPECT_THAT(second.error().detail, ::testing::HasSubstr(to_string(door_.local())));
}

TEST_P(StreamListenerTest, PortIsFreeAgainAtOnce) {
  const auto caller = dial(door_.local());
  ASSERT_TRUE(test::serve_until(loop_, [&] { return !door_.came.empty(); }));
  const auto local = door_.local();
  door_.came.clear();  // closed here first: this end has to remember it
  door_.listener.reset();
  EXPECT_TRUE(StreamListener::open(loop_, local, {}, [](AcceptedConnection) {}));
}

TEST_P(StreamListenerTest, R35_OtherFamilyMayHaveTheSamePort) {
  const auto other = GetParam() == net::Family::v4 ? net::Family::v6 : net::Family::v4;
  test::StreamDoor wildcard(loop_, net::IpAddress::any(GetParam()));
  const auto second = StreamListener::open(
      loop_, {net::IpAddress::any(other), wildcard.local().port}, {}, [](AcceptedConnection) {});
  if (!second && second.error().code == std::errc::address_family_not_supported) {
    GTEST_SKIP() << second.error().detail;
  }
  EXPECT_TRUE(second) << second.error().detail;
}

TEST_P(StreamListenerTest, T61_SeveralListenersOfOneFamilyWorkAtOnce) {
  test::StreamDoor second(loop_, loopback_);
  test::StreamDoor third(loop_, loopback_);
  const auto to_second = dial(second.local());
  const auto to_third = dial(third.local());
  EXPECT_TRUE(
      test::serve_until(loop_, [&] { return second.came.size() == 1 && third.came.size() == 1; }));
  EXPECT_TRUE(door_.came.empty());
}

TEST_P(StreamListenerTest, ManyCallersAtOnceAreAllAccepted) {
  std::vector<std::unique_ptr<StreamSocket>> callers;
  for (int i = 0; i < 100; ++i) callers.push_back(dial(door_.local()));
  EXPECT_TRUE(test::serve_until(loop_, [&] { return door_.came.size() == 100; }));
}

TEST_P(StreamListenerTest, CallerWaitsWhileThereIsNoDescriptorLeft) {
  const auto caller = dial(door_.local());
  {
    const NoMoreDescriptors none;
    ASSERT_TRUE(test::serve_until(loop_, [&] { return ear_.opened == 1; }));
    loop_.poll({});
    EXPECT_TRUE(door_.came.empty());
  }
  EXPECT_TRUE(test::serve_until(loop_, [&] { return door_.came.size() == 1; }));
}

TEST_P(StreamListenerTest, ListenerMayBeDestroyedByItsOwnHandler) {
  std::optional<StreamListener> listener;
  int came = 0;
  listener.emplace(*StreamListener::open(loop_, {loopback_, 0}, {}, [&](AcceptedConnection) {
    ++came;
    listener.reset();
  }));
  const auto first = dial(listener->local());
  const auto second = dial(listener->local());
  ASSERT_TRUE(test::serve_until(loop_, [&] { return !listener; }));
  loop_.poll(std::chrono::milliseconds{5});
  EXPECT_EQ(came, 1);
}

TEST_P(StreamListenerTest, F34_HookSeesItBeforeItIsBound) {
  std::uint16_t port = 1;
  const auto hook = [&](int fd, SocketUse use) {
    EXPECT_EQ(use, SocketUse::sip_listener);
    sockaddr_in6 bound{};
    socklen_t size = sizeof bound;
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&bound), &size);
    port = bound.sin6_port;
  };
  EXPECT_TRUE(StreamListener::open(loop_, {loopback_, 0}, {SocketUse::sip_listener, {}, hook},
                                   [](AcceptedConnection) {}));
  EXPECT_EQ(port, 0);
}

}  // namespace
}  // namespace godwit::io
