// SPDX-License-Identifier: Apache-2.0
#include "io/resolver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <optional>

#include "io/udp_socket.h"
#include "support/serve_until.h"

namespace godwit::io {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::uint16_t kTypeAaaa = 28;

net::IpAddress ip(std::string_view text) {
  return *net::IpAddress::parse(text);
}

void append_u16(std::string& out, std::size_t value) {
  out += static_cast<char>(value >> 8U);
  out += static_cast<char>(value & 0xffU);
}

// A name server on loopback that knows one address of each type, or keeps silent about it.
class NameServer {
 public:
  explicit NameServer(Loop& loop) {
    UdpHandlers handlers;
    handlers.on_datagram = [this](const Datagram& question) { answer(question); };
    handlers.on_unreachable = [](const net::SocketAddress&, std::error_code) {};
    socket_.emplace(*UdpSocket::open(loop, {ip("127.0.0.1"), 0}, {}, std::move(handlers)));
  }

  std::optional<net::IpAddress> a;
  std::optional<net::IpAddress> aaaa;
  bool silent_about_missing = false;

  [[nodiscard]] std::string address() const { return to_string(socket_->local()); }

 private:
  void answer(const Datagram& question) {
    std::string reply(reinterpret_cast<const char*>(question.bytes.data()), question.bytes.size());
    const std::size_t end_of_name = reply.find('\0', 12);
    const auto type =
        static_cast<std::uint16_t>(static_cast<unsigned char>(reply[end_of_name + 2]));
    reply.resize(end_of_name + 5);
    const auto& address = type == kTypeAaaa ? aaaa : a;
    if (!address && silent_about_missing) return;
    reply[2] = static_cast<char>(0x81);  // an answer, recursion desired
    reply[3] = static_cast<char>(0x80);  // and available, no error
    reply[7] = address ? 1 : 0;
    reply[11] = 0;  // no additional records
    if (address) append_record(reply, type, *address);
    socket_->send({}, question.remote, std::as_bytes(std::span(reply)));
  }

  static void append_record(std::string& reply, std::uint16_t type, const net::IpAddress& address) {
    append_u16(reply, 0xc00c);  // the name of the question
    append_u16(reply, type);
    append_u16(reply, 1);  // IN
    append_u16(reply, 0);
    append_u16(reply, 60);  // time to live
    append_u16(reply, address.bytes().size());
    reply.append(reinterpret_cast<const char*>(address.bytes().data()), address.bytes().size());
  }

  std::optional<UdpSocket> socket_;
};

class ResolverTest : public ::testing::Test {
 protected:
  ResolverTest() {
    std::ofstream(hosts_) << "10.9.0.2 sip.example.org\n2001:db8:9::2 sip.example.org\n";
    options_.hosts_file = hosts_;
    options_.servers = server_.address();
  }
  ~ResolverTest() override { std::filesystem::remove(hosts_); }

  std::vector<net::IpAddress> resolve(const std::string& name) {
    Resolver resolver(loop_, options_);
    std::optional<std::vector<net::IpAddress>> answer;
    resolver.resolve(name, [&](std::vector<net::IpAddress> addresses) {
      EXPECT_FALSE(answer) << "answered twice";
      answer = std::move(addresses);
    });
    EXPECT_FALSE(answer) << "answered from inside the call";
    EXPECT_TRUE(test::serve_until(loop_, [&] { return answer.has_value(); }));
    loop_.poll({});
    return answer.value_or(std::vector<net::IpAddress>{});
  }

  std::string hosts_ = ::testing::TempDir() + "godwit-hosts-" +
                       ::testing::UnitTest::GetInstance()->current_test_info()->name();
  Loop loop_;
  NameServer server_{loop_};
  ResolverOptions options_;
};

TEST_F(ResolverTest, HostsFileComesFirst) {
  EXPECT_THAT(resolve("SIP.example.org"), ElementsAre(ip("10.9.0.2"), ip("2001:db8:9::2")));
}

TEST_F(ResolverTest, LiteralsAndLocalhostNeedNobody) {
  EXPECT_THAT(resolve("192.0.2.7"), ElementsAre(ip("192.0.2.7")));
  EXPECT_THAT(resolve("[2001:db8::7]"), ElementsAre(ip("2001:db8::7")));
  EXPECT_THAT(resolve("localhost"), ElementsAre(ip("::1"), ip("127.0.0.1")));
}

TEST_F(ResolverTest, BothFamiliesComeByDns) {
  server_.a = ip("192.0.2.1");
  server_.aaaa = ip("2001:db8::1");
  EXPECT_THAT(resolve("both.example.org."), ElementsAre(ip("2001:db8::1"), ip("192.0.2.1")));
}

TEST_F(ResolverTest, OneFamilyAloneIsAnAnswer) {
  server_.a = ip("192.0.2.1");
  EXPECT_THAT(resolve("v4.example.org."), ElementsAre(ip("192.0.2.1")));
}

TEST_F(ResolverTest, SilentFamilyIsNotWaitedForLong) {
  server_.aaaa = ip("2001:db8::1");
  server_.silent_about_missing = true;
  const auto start = loop_.now();
  EXPECT_THAT(resolve("v6.example.org."), ElementsAre(ip("2001:db8::1")));
  EXPECT_GE(loop_.now() - start, 45ms);
  EXPECT_LT(loop_.now() - start, 1s);
}

TEST_F(ResolverTest, SilentServerMeansNotFoundInTime) {
  server_.silent_about_missing = true;
  options_.timeout = 100ms;
  EXPECT_THAT(resolve("nobody.example.org."), IsEmpty());
}

TEST_F(ResolverTest, UnknownNameIsNotFound) {
  EXPECT_THAT(resolve("nobody.example.org."), IsEmpty());
}

TEST_F(ResolverTest, DnsCannotPointAtOurselves) {
  server_.a = ip("127.0.0.1");
  server_.aaaa = ip("fe80::1");
  EXPECT_THAT(resolve("evil.example.org."), IsEmpty());
}

TEST_F(ResolverTest, UnreadableNameIsNotFound) {
  EXPECT_THAT(resolve(""), IsEmpty());
  EXPECT_THAT(resolve(std::string(300, 'a')), IsEmpty());
  EXPECT_THAT(resolve("a..b"), IsEmpty());
}

TEST_F(ResolverTest, DestroyedResolverAnswersNobody) {
  server_.a = ip("192.0.2.1");
  bool answered = false;
  {
    Resolver resolver(loop_, options_);
    for (const auto* name : {"v4.example.org.", "localhost"}) {
      resolver.resolve(name, [&](const auto&) { answered = true; });
    }
  }
  loop_.poll(5ms);
  loop_.poll(5ms);
  EXPECT_FALSE(answered);
}

TEST_F(ResolverTest, MayBeDestroyedByAnAnswer) {
  server_.a = ip("192.0.2.1");
  server_.aaaa = ip("2001:db8::1");
  auto resolver = std::make_unique<Resolver>(loop_, options_);
  resolver->resolve("both.example.org.", [&](const auto&) { resolver.reset(); });
  EXPECT_TRUE(test::serve_until(loop_, [&] { return !resolver; }));
}

}  // namespace
}  // namespace godwit::io
