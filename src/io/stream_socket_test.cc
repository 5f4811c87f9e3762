// SPDX-License-Identifier: Apache-2.0
#include "io/stream_socket.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <asio/io_context.hpp>

#include "base/limits.h"
#include "io/sockaddr.h"
#include "support/serve_until.h"
#include "support/stream_ear.h"

namespace godwit::io {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

int option(int fd, std::pair<int, int> level_and_name) {
  int value = -1;
  socklen_t size = sizeof value;
  EXPECT_EQ(::getsockopt(fd, level_and_name.first, level_and_name.second, &value, &size), 0);
  return value;
}

// Differs from place to place.
std::string long_text(std::size_t size) {
  std::string text;
  while (text.size() < size) text += std::to_string(text.size()) + " ";
  text.resize(size);
  return text;
}

class StreamSocketTest : public ::testing::TestWithParam<net::Family> {
 protected:
  void SetUp() override {
    if (!door_.listener) GTEST_SKIP() << "no loopback address of this family";
  }

  void dial(test::StreamEar& ear, const net::SocketAddress& to) {
    ear.stream = StreamSocket::connect(loop_, {.remote = to}, ear.handlers());
  }
  // Connected, the far end a bare descriptor.
  void meet(test::StreamEar& ear) {
    const std::size_t before = door_.came.size();
    dial(ear, door_.local());
    ASSERT_TRUE(
        test::serve_until(loop_, [&] { return ear.opened > 0 && door_.came.size() > before; }));
  }
  [[nodiscard]] int far_end() const { return door_.came.back().fd.get(); }
  void say(std::string_view text) const {
    ASSERT_EQ(::send(far_end(), text.data(), text.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(text.size()));
  }

  net::IpAddress loopback_ =
      *net::IpAddress::parse(GetParam() == net::Family::v4 ? "127.0.0.1" : "::1");
  Loop loop_;
  test::StreamDoor door_{loop_, loopback_};
  test::StreamEar ear_;
};

INSTANTIATE_TEST_SUITE_P(Families, StreamSocketTest,
                         ::testing::Values(net::Family::v4, net::Family::v6));

TEST_P(StreamSocketTest, BytesGoBothWays) {
  meet(ear_);
  test::StreamEar far;
  far.stream = StreamSocket::adopt(loop_, std::move(door_.came[0]), {}, far.handlers());
  ear_.stream->write("ping");
  far.stream->write("pong");
  ASSERT_TRUE(
      test::serve_until(loop_, [&] { return ear_.heard == "pong" && far.heard == "ping"; }));
  EXPECT_EQ(far.opened, 0) << "an adopted one is open from the start";
}

TEST_P(StreamSocketTest, NothingIsToldFromInsideACall) {
  dial(ear_, door_.local());
  EXPECT_EQ(ear_.opened, 0);
  EXPECT_EQ(ear_.stream->local().port, 0);
  ASSERT_TRUE(test::serve_until(loop_, [&] { return ear_.opened == 1; }));
  EXPECT_EQ(ear_.stream->local().address, loopback_);
  EXPECT_NE(ear_.stream->local().port, 0);
}

TEST_P(StreamSocketTest, WhatIsWrittenWhileItConnectsFollows) {
  dial(ear_, door_.local());
  ear_.stream->write("early");
  ASSERT_TRUE(test::serve_until(loop_, [&] { return !door_.came.empty() && ear_.opened == 1; }));
  EXPECT_EQ(test::read_now(far_end()), "early");
}

TEST_P(StreamSocketTest, RefusalIsUnreachable) {
  const auto nobody = door_.local();
  door_.listener.reset();
  dial(ear_, nobody);
  EXPECT_THAT(ear_.ends, IsEmpty()) << "never from inside the call";
  ASSERT_TRUE(test::serve_until(loop_, [&] { return !ear_.ends.empty(); }));
  EXPECT_EQ(ear_.end_code(), Errc::unreachable);
  EXPECT_THAT(ear_.ends[0].detail, HasSubstr(to_string(nobody)));
  EXPECT_EQ(ear_.opened, 0);
}

TEST_P(StreamSocketTest, CloseOfTheFarEndComesAfterItsLastBytes) {
  meet(ear_);
  say("last words");
  door_.came.clear();
  ASSERT_TRUE(test::serve_until(loop_, [&] { return !ear_.ends.empty(); }));
  EXPECT_EQ(ear_.heard, "last words");
  EXPECT_EQ(ear_.end_code(), Errc::connection_closed);
}

TEST_P(StreamSocketTest, FarEndThatOnlyStopsSendingHasClosedToo) {
  meet(ear_);
  ASSERT_EQ(::shutdown(far_end(), SHUT_WR), 0);
  ASSERT_TRUE(test::serve_until(loop_, [&] { return !ear_.ends.empty(); }));
  EXPECT_EQ(ear_.end_code(), Errc::connection_closed);
}

TEST_P(StreamSocketTest, ResetIsToldOnce) {
  meet(ear_);
  test::reset(door_.came[0].fd);
  ear_.stream->write("into the void");
  ASSERT_TRUE(test::serve_until(loop_, [&] { return !ear_.ends.empty(); }));
  EXPECT_TRUE(ear_.end_code() == std::errc::connection_reset ||
              ear_.end_code() == std::errc::broken_pipe)
      << ear_.ends[0].detail;
  ear_.stream->write("again");
  loop_.poll(std::chrono::milliseconds{5});
  EXPECT_THAT(ear_.ends, SizeIs(1));
}

TEST_P(StreamSocketTest, WhatCameBeforeAResetIsHeard) {
  meet(ear_);
  say("503");
  test::reset(door_.came[0].fd);
  ear_.stream->write("too late");
  ASSERT_TRUE(test::serve_until(loop_, [&] { return !ear_.ends.empty(); }));
  EXPECT_EQ(ear_.heard, "503");
}

TEST_P(StreamSocketTest, SourceAddressIsTheOneAskedFor) {
  const auto source = *net::IpAddress::parse(loopback_.is_v4() ? "127.0.0.2" : "::1");
  ear_.stream = StreamSocket::connect(loop_, {{source, 0}, door_.local(), {}}, ear_.handlers());
  ASSERT_TRUE(test::serve_until(loop_, [&] { return !door_.came.empty() && ear_.opened == 1; }));
  EXPECT_EQ(door_.came[0].remote.address, source);
  EXPECT_EQ(ear_.stream->local(), door_.came[0].remote);
}

TEST_P(StreamSocketTest, SourceThatIsNotOursIsRefused) {
  const auto gone = *net::IpAddress::parse(loopback_.is_v4() ? "198.51.100.7" : "2001:db8:dead::7");
  ear_.stream = StreamSocket::connect(loop_, {{gone, 0}, door_.local(), {}}, ear_.handlers());
  ASSERT_TRUE(test::serve_until(loop_, [&] { return !ear_.ends.empty(); }));
  EXPECT_EQ(ear_.end_code(), std::errc::address_not_available);
}

TEST_P(StreamSocketTest, NobodyAnswersWithinTheLimit) {
  // A listener with a full queue of one drops what comes.
  const FileDescriptor deaf(::socket(loopback_.is_v4() ? AF_INET : AF_INET6,
                                     SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  ASSERT_EQ(::listen(deaf.get(), 0), 0);  // bound by the system
  net::SocketAddress to = *local_address(deaf.get());
  to.address = loopback_;
  test::StreamEar first;
  test::StreamEar second;
  dial(first, to);
  dial(second, to);
  ASSERT_TRUE(test::serve_until(loop_, [&] { return first.opened + second.opened > 0; }));
  StreamRoute route{.remote = to};
  route.connect_limit = std::chrono::milliseconds{30};
  ear_.stream = StreamSocket::connect(loop_, route, ear_.handlers());
  ASSERT_TRUE(test::serve_until(loop_, [&] { return !ear_.ends.empty(); }));
  EXPECT_EQ(ear_.end_code(), Errc::timed_out) << ear_.ends[0].detail;
}

TEST_P(StreamSocketTest, MegabyteReachesASlowReaderWholeAndInOrder) {
  meet(ear_);
  const std::string text = long_text(limits::kStreamSendQueue);
  for (std::size_t at = 0; at < text.size(); at += 16 * 1024) {
    ear_.stream->write(std::string_view(text).substr(at, 16 * 1024));
  }
  std::string read;
  ASSERT_TRUE(test::serve_until(loop_, [&] {
    for (int i = 0; i < 20; ++i) read += test::read_now(far_end(), 3000);
    return read.size() == text.size() || !ear_.ends.empty();
  })) << read.size();
  EXPECT_TRUE(read == text);
}

TEST_P(StreamSocketTest, QueueHasALimit) {
  for (const std::size_t size :
       {limits::kStreamSendQueue, limits::kStreamSendQueue + 1, 10 * limits::kStreamSendQueue}) {
    test::StreamEar ear;
    dial(ear, door_.local());
    ear.stream->write(std::string(size, 'x'));  // it connects: all of it waits
    EXPECT_THAT(ear.ends, IsEmpty());
    ASSERT_TRUE(test::serve_until(loop_, [&] { return ear.opened > 0 || !ear.ends.empty(); }));
    loop_.poll({});
    const bool fits = size <= limits::kStreamSendQueue;
    EXPECT_EQ(ear.end_code(), fits ? std::error_code{} : make_error_code(Errc::limit_reached));
  }
}

TEST_P(StreamSocketTest, StreamThatIsFullOfBytesLeavesOthersTheirTurn) {
  test::StreamEar other;
  meet(ear_);
  meet(other);
  const std::string text(512 * 1024, 'x');
  for (const auto& connection : door_.came) {
    ASSERT_GT(::send(connection.fd.get(), text.data(), text.size(), MSG_DONTWAIT), 200'000);
  }
  std::vector<std::string> turns;
  const auto count_turns = [&](test::StreamEar& ear, const char* name) {
    if (ear.heard.empty()) return;
    if (turns.empty() || turns.back() != name) turns.emplace_back(name);
    ear.heard.clear();
  };
  for (int i = 0; i < 100; ++i) {
    loop_.context().poll_one();
    count_turns(ear_, "a");
    count_turns(other, "b");
  }
  EXPECT_GE(turns.size(), 4U);
}

TEST_P(StreamSocketTest, FinishSendsWhatIsQueuedFirst) {
  meet(ear_);
  const std::string text = long_text(limits::kStreamSendQueue);
  ear_.stream->write(text);
  int gone = 0;
  ear_.stream->finish([&] { ++gone; });
  EXPECT_EQ(gone, 0) << "never from inside the call";
  std::string read;
  ASSERT_TRUE(test::serve_until(loop_, [&] {
    read += test::read_now(far_end(), 50'000);
    return test::at_end(far_end());
  }));
  EXPECT_TRUE(read == text);
  EXPECT_EQ(gone, 0) << "the far end has not said goodbye";
  door_.came.clear();
  EXPECT_TRUE(test::serve_until(loop_, [&] { return gone == 1; }));
  EXPECT_THAT(ear_.ends, IsEmpty()) << "nothing else is told";
}

TEST_P(StreamSocketTest, FinishWaitsTwoSecondsForAFarEndThatDoesNotRead) {
  meet(ear_);
  ear_.stream->write(long_text(limits::kStreamSendQueue));
  const TimePoint start = loop_.now();
  std::optional<TimePoint> gone;
  ear_.stream->finish([&] { gone = loop_.now(); });
  ASSERT_TRUE(test::serve_until(loop_, [&] { return gone.has_value(); }));
  EXPECT_GE(*gone - start, std::chrono::milliseconds{1900});
  EXPECT_LE(*gone - start, std::chrono::milliseconds{3000});
}

TEST_P(StreamSocketTest, FinishOfAnUnconnectedOneIsSoonOver) {
  dial(ear_, door_.local());
  int gone = 0;
  ear_.stream->finish([&] { ++gone; });
  EXPECT_EQ(gone, 0);
  ASSERT_TRUE(test::serve_until(loop_, [&] { return gone == 1; }));
  loop_.poll(std::chrono::milliseconds{5});
  EXPECT_EQ(ear_.opened, 0);
}

TEST_P(StreamSocketTest, BytesLeaveAtOnceAndSilenceIsFoundWithinTenSeconds) {
  int fd = -1;
  StreamRoute route{.remote = door_.local()};
  route.setup.hook = [&](int shown, SocketUse use) {
    fd = shown;
    EXPECT_EQ(use, SocketUse::sip_stream);
  };
  ear_.stream = StreamSocket::connect(loop_, route, ear_.handlers());
  EXPECT_EQ(option(fd, {IPPROTO_TCP, TCP_NODELAY}), 1);
  EXPECT_EQ(option(fd, {IPPROTO_TCP, TCP_USER_TIMEOUT}), 10'000);
  EXPECT_EQ(option(fd, {SOL_SOCKET, SO_KEEPALIVE}), 1);
}

TEST_P(StreamSocketTest, T104_DestroyedInEveryStateTellsNothingMore) {
  test::StreamEar connecting;
  dial(connecting, door_.local());
  connecting.stream.reset();

  test::StreamEar failing;
  const auto gone = *net::IpAddress::parse(loopback_.is_v4() ? "198.51.100.7" : "2001:db8:dead::7");
  failing.stream = StreamSocket::connect(loop_, {{gone, 0}, door_.local(), {}}, failing.handlers());
  failing.stream.reset();

  meet(ear_);
  say("unheard");
  ear_.stream->write(std::string(2 * limits::kStreamSendQueue, 'x'));
  ear_.stream.reset();

  test::StreamEar finishing;
  meet(finishing);
  finishing.stream->finish([] { FAIL() << "the stream is gone"; });
  finishing.stream.reset();

  loop_.poll(std::chrono::milliseconds{20});
  EXPECT_EQ(connecting.opened, 0);
  EXPECT_THAT(failing.ends, IsEmpty());
  EXPECT_EQ(ear_.heard, "");
  EXPECT_THAT(ear_.ends, IsEmpty());
}

TEST_P(StreamSocketTest, T104_MayBeDestroyedByEachOfItsHandlers) {
  for (const std::string_view where : {"open", "bytes", "end"}) {
    bool destroyed = false;
    const auto destroy = [&](std::string_view here) {
      if (here != where) return;
      ear_.stream.reset();
      destroyed = true;
    };
    StreamHandlers handlers{.on_open = [&] { destroy("open"); },
                            .on_bytes = [&](std::string_view) { destroy("bytes"); },
                            .on_end = [&](const Error&) { destroy("end"); }};
    const std::size_t before = door_.came.size();
    ear_.stream = StreamSocket::connect(loop_, {.remote = door_.local()}, std::move(handlers));
    ASSERT_TRUE(test::serve_until(loop_, [&] { return door_.came.size() > before; }));
    say(std::string(100'000, 'x'));
    door_.came.back().fd.close();
    ASSERT_TRUE(test::serve_until(loop_, [&] { return destroyed; })) << where;
    loop_.poll(std::chrono::milliseconds{2});
  }
}

TEST_P(StreamSocketTest, MayBeFinishedByItsOwnHandler) {
  int gone = 0;
  StreamHandlers handlers{.on_open = [] {},
                          .on_bytes =
                              [&](std::string_view) {
                                ear_.stream->write("bye");
                                ear_.stream->finish([&] {
                                  ++gone;
                                  ear_.stream.reset();
                                });
                              },
                          .on_end = [](const Error&) { FAIL() << "it said goodbye itself"; }};
  ear_.stream = StreamSocket::connect(loop_, {.remote = door_.local()}, std::move(handlers));
  ASSERT_TRUE(test::serve_until(loop_, [&] { return !door_.came.empty(); }));
  say("leave");
  std::string read;
  ASSERT_TRUE(
      test::serve_until(loop_, [&] { return (read += test::read_now(far_end())) == "bye"; }));
  door_.came.clear();
  EXPECT_TRUE(test::serve_until(loop_, [&] { return gone == 1 && !ear_.stream; }));
}

TEST_P(StreamSocketTest, TenThousandShortConnectionsLeakNothing) {
  const std::size_t before = test::open_descriptors();
  for (int i = 0; i < 10'000; ++i) {
    test::StreamEar ear;
    dial(ear, door_.local());
    ASSERT_TRUE(test::serve_until(loop_, [&] { return ear.opened > 0 && !door_.came.empty(); }));
    test::reset(door_.came[0].fd);
    door_.came.clear();
  }
  loop_.poll({});
  EXPECT_EQ(test::open_descriptors(), before);
}

}  // namespace
}  // namespace godwit::io
