// SPDX-License-Identifier: Apache-2.0
#include "io/core_ports.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "io/built_transports.h"
#include "support/bytes_of.h"
#include "support/loopback_dns.h"
#include "support/serve_until.h"

namespace godwit::io {
namespace {

using test::bytes_of;
using ::testing::SizeIs;

constexpr net::FlowId kFirst{1};
constexpr net::FlowId kSecond{2};

class CorePortsTest : public ::testing::TestWithParam<std::string_view> {
 protected:
  net::SocketAddress open(net::FlowId flow, std::uint16_t port = 0, bool fallback = false) {
    ports_.execute(sip::OpenUdpFlow{flow, {loopback_, port}, fallback});
    const auto answers = ports_.take_answers();
    EXPECT_THAT(answers, SizeIs(1));
    const auto* opened = std::get_if<sip::FlowOpened>(&answers.at(0));
    return opened != nullptr ? opened->local : net::SocketAddress{};
  }

  template <class T>
  const T* told() const {
    return inputs_.empty() ? nullptr : std::get_if<T>(&inputs_.front());
  }

  net::IpAddress loopback_ = *net::IpAddress::parse(GetParam());
  Loop loop_;
  std::vector<sip::IoInput> inputs_;
  std::vector<std::string> tapped_;
  std::vector<SocketUse> shown_;
  CorePorts ports_{
      loop_,
      {.tap =
           [this](const TappedMessage& message) {
             tapped_.push_back((message.sent ? "> " : "< ") + std::string(message.bytes));
           },
       .on_socket = [this](int, SocketUse use) { shown_.push_back(use); }},
      [this](sip::IoInput input) { inputs_.push_back(std::move(input)); }};
};

INSTANTIATE_TEST_SUITE_P(Families, CorePortsTest, ::testing::Values("127.0.0.1", "::1"));

TEST_P(CorePortsTest, DatagramGoesFromFlowToFlow) {
  const auto from = open(kFirst);
  const auto to = open(kSecond);
  ports_.execute(sip::SendMessage{kFirst, loopback_, to, bytes_of("OPTIONS")});
  ASSERT_TRUE(test::serve_until(loop_, [&] { return !inputs_.empty(); }));
  const auto* received = told<sip::DatagramReceived>();
  ASSERT_NE(received, nullptr);
  EXPECT_EQ(received->flow, kSecond);
  EXPECT_EQ(received->local, to);
  EXPECT_EQ(received->remote, from);
  EXPECT_EQ(received->bytes, "OPTIONS");
  EXPECT_THAT(tapped_, ::testing::ElementsAre("> OPTIONS", "< OPTIONS"));
}

TEST_P(CorePortsTest, IcmpIsAFailureOfTheFlowTowardOneRemote) {
  open(kFirst);
  const auto nobody = open(kSecond);
  ports_.execute(sip::CloseFlow{kSecond});
  ports_.execute(sip::SendMessage{kFirst, loopback_, nobody, bytes_of("OPTIONS")});
  ASSERT_TRUE(test::serve_until(loop_, [&] { return !inputs_.empty(); }));
  const auto* failed = told<sip::FlowFailed>();
  ASSERT_NE(failed, nullptr);
  EXPECT_EQ(failed->flow, kFirst);
  EXPECT_EQ(failed->remote, nobody);
}

TEST_P(CorePortsTest, SendingFromAnAddressThatIsGoneFailsTheFlowItself) {
  open(kFirst);
  const auto gone = *net::IpAddress::parse(loopback_.is_v4() ? "198.51.100.7" : "2001:db8:dead::7");
  ports_.execute(sip::SendMessage{kFirst, gone, {loopback_, 9}, bytes_of("OPTIONS")});
  const auto answers = ports_.take_answers();
  ASSERT_THAT(answers, SizeIs(1));
  const auto& failed = std::get<sip::FlowFailed>(answers[0]);
  EXPECT_EQ(failed.remote, std::nullopt) << failed.error.detail;
}

TEST_P(CorePortsTest, SendingOnAClosedFlowFailsIt) {
  ports_.execute(sip::SendMessage{kFirst, loopback_, {loopback_, 9}, bytes_of("OPTIONS")});
  const auto answers = ports_.take_answers();
  ASSERT_THAT(answers, SizeIs(1));
  EXPECT_EQ(std::get<sip::FlowFailed>(answers[0]).flow, kFirst);
}

TEST_P(CorePortsTest, TakenPortFailsUnlessAnyPortWillDo) {
  const auto taken = open(kFirst);
  ports_.execute(sip::OpenUdpFlow{kSecond, taken, false});
  const auto answers = ports_.take_answers();
  EXPECT_EQ(std::get<sip::FlowFailed>(answers.at(0)).error.code, Errc::address_in_use);

  EXPECT_NE(open(kSecond, taken.port, true).port, taken.port);
}

TEST_P(CorePortsTest, RouteIsFoundInTheSameTurn) {
  ports_.execute(sip::LookUpRoute{loopback_});
  const auto answers = ports_.take_answers();
  const auto& found = std::get<sip::RouteFound>(answers.at(0));
  EXPECT_EQ(found.destination, loopback_);
  ASSERT_TRUE(found.choice);
  EXPECT_EQ(found.choice->source, loopback_);
}

TEST_P(CorePortsTest, AddressesOfTheHostsFileAreToldInTheSameTurn) {
  ports_.execute(sip::QueryDns{"localhost", net::DnsType::a});
  const auto answers = ports_.take_answers();
  const auto& answered = std::get<sip::DnsAnswered>(answers.at(0));
  EXPECT_EQ(answered.name, "localhost");
  EXPECT_EQ(answered.type, net::DnsType::a);
  EXPECT_EQ(answered.answer.addresses, std::vector{*net::IpAddress::parse("127.0.0.1")});
  EXPECT_TRUE(answered.answer.from_hosts_file);
}

TEST_P(CorePortsTest, DnsAnswersAreToldLaterUnderTheNameThatWasAsked) {
  test::LoopbackDns server(loop_, std::string(GetParam()));
  server.on("example.org", test::dns::kSrv)
      .answer(test::dns::srv(test::dns::name("example.org"), 60, 1, 2, 5060, test::dns::name("")));
  CorePorts ports(loop_,
                  {.resolver = {.servers = {server.address()}},
                   .on_socket = [this](int, SocketUse use) { shown_.push_back(use); }},
                  [this](sip::IoInput input) { inputs_.push_back(std::move(input)); });
  ports.execute(sip::QueryDns{"Example.org", net::DnsType::srv});
  EXPECT_THAT(ports.take_answers(), SizeIs(0));
  ASSERT_TRUE(test::serve_until(loop_, [&] { return !inputs_.empty(); }));
  const auto* answered = told<sip::DnsAnswered>();
  ASSERT_NE(answered, nullptr);
  EXPECT_EQ(answered->name, "Example.org");
  EXPECT_THAT(answered->answer.services, SizeIs(1));
  EXPECT_THAT(shown_, ::testing::ElementsAre(SocketUse::dns));
}

TEST_P(CorePortsTest, StreamIsListenedForOpenedUsedAndClosed) {
  if (!kTcpBuilt) GTEST_SKIP() << "TCP is not built in";
  ports_.execute(sip::OpenListener{kFirst, net::Transport::tcp, {loopback_, 0}, {}, {}});
  const auto answers = ports_.take_answers();
  const auto door = std::get<sip::FlowOpened>(answers.at(0)).local;
  ports_.execute(sip::OpenStream{kSecond, net::Transport::tcp, {}, door, {}, {}, {}});
  EXPECT_THAT(ports_.take_answers(), SizeIs(0)) << "not known yet";
  ASSERT_TRUE(test::serve_until(loop_, [&] { return inputs_.size() == 2; }));
  ports_.execute(sip::SendMessage{kSecond, loopback_, door, bytes_of("OPTIONS")});
  ports_.execute(sip::CloseFlow{kSecond});
  ASSERT_TRUE(test::serve_until(loop_, [&] { return inputs_.size() == 4; }));
  EXPECT_EQ(std::get<sip::StreamReceived>(inputs_[2]).bytes, "OPTIONS");
  EXPECT_EQ(std::get<sip::FlowFailed>(inputs_[3]).error.code, Errc::connection_closed);
  EXPECT_THAT(tapped_, ::testing::ElementsAre("> OPTIONS", "< OPTIONS"));
  EXPECT_THAT(shown_, ::testing::ElementsAre(SocketUse::sip_listener, SocketUse::sip_stream,
                                             SocketUse::sip_stream));
}

TEST_P(CorePortsTest, F31_TransportThatIsNotBuiltInIsUnsupported) {
  const auto tls = std::make_shared<const TlsOptions>();
  ports_.execute(sip::OpenUdpFlow{kFirst, {loopback_, 0}});
  ports_.execute(sip::OpenListener{kFirst, net::Transport::tcp, {loopback_, 0}, {}, {}});
  ports_.execute(sip::OpenListener{kSecond, net::Transport::tls, {loopback_, 0}, tls, {}});
  const auto answers = ports_.take_answers();
  ASSERT_THAT(answers, SizeIs(3));
  const auto is_unsupported = [](const sip::IoInput& answer) {
    const auto* failed = std::get_if<sip::FlowFailed>(&answer);
    return failed != nullptr && failed->error.code == Errc::unsupported;
  };
  EXPECT_EQ(is_unsupported(answers[0]), !kUdpBuilt);
  EXPECT_EQ(is_unsupported(answers[1]), !kTcpBuilt);
  EXPECT_EQ(is_unsupported(answers[2]), !kTlsBuilt);
}

// What the socket is marked with, and the interface it is bound to.
std::pair<int, std::string> intent_of(int fd, bool v4) {
  int mark = 0;
  socklen_t size = sizeof mark;
  ::getsockopt(fd, v4 ? IPPROTO_IP : IPPROTO_IPV6, v4 ? IP_TOS : IPV6_TCLASS, &mark, &size);
  std::array<char, IF_NAMESIZE> name{};
  socklen_t length = name.size();
  ::getsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name.data(), &length);
  return {mark >> 2, name.data()};
}

TEST_P(CorePortsTest, F13_IntentOfASocketIsThereAgainAfterEachRebind) {
  std::vector<std::pair<int, std::string>> seen;
  const bool v4 = loopback_.is_v4();
  const auto hook = [&](int fd, SocketUse) { seen.push_back(intent_of(fd, v4)); };
  CorePorts ports(loop_, {.on_socket = hook}, [](const sip::IoInput&) {});
  const net::SocketIntent intent{"lo", 26};
  for (int round = 0; round < 3; ++round) {
    ports.execute(sip::OpenUdpFlow{kFirst, {loopback_, 0}, false, intent});
    ports.execute(sip::CloseFlow{kFirst});
    ports.execute(
        sip::OpenStream{kSecond, net::Transport::tcp, {}, {loopback_, 9}, {}, {}, intent});
    ports.execute(sip::CloseFlow{kSecond});
  }
  EXPECT_THAT(seen, ::testing::AllOf(SizeIs((kUdpBuilt ? 3 : 0) + (kTcpBuilt ? 3 : 0)),
                                     ::testing::Each(std::pair(26, std::string("lo")))));
}

}  // namespace
}  // namespace godwit::io
