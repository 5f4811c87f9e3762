// SPDX-License-Identifier: Apache-2.0
#include "io/stream_ports.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "io/built_transports.h"
#include "support/bytes_of.h"
#include "support/certificates.h"
#include "support/serve_until.h"
#include "support/stream_ear.h"

namespace godwit::io {
namespace {

using test::bytes_of;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr net::FlowId kListener{1};
constexpr net::FlowId kFirstFlow{2};
constexpr net::FlowId kSecondFlow{3};

struct Case {
  std::string_view address;
  net::Transport transport;
};

class StreamPortsTest : public ::testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    const bool tls = GetParam().transport == net::Transport::tls;
    if (tls ? !kTlsBuilt : !kTcpBuilt) GTEST_SKIP() << "not built in";
    ASSERT_TRUE(test::Certificates::get().made());
    const auto local = listen(kListener);
    ASSERT_TRUE(local) << local.error().detail;
    door_ = *local;
  }
  Result<net::SocketAddress> listen(net::FlowId id, std::uint16_t port = 0) {
    return ports_.listen({id, GetParam().transport, {loopback_, port}, tls_, intent_});
  }
  void dial(net::FlowId flow) {
    ASSERT_TRUE(ports_.open(
        {flow, GetParam().transport, {{}, 0}, door_, "sip.example.org", tls_, intent_}));
  }
  template <class T>
  [[nodiscard]] std::vector<T> told() const {
    std::vector<T> all;
    for (const auto& input : inputs_) {
      if (const auto* one = std::get_if<T>(&input)) all.push_back(*one);
    }
    return all;
  }
  // Both ends are known. @return the accepted one.
  sip::StreamAccepted meet(net::FlowId flow) {
    const std::size_t before = told<sip::StreamAccepted>().size();
    const std::size_t opened = told<sip::FlowOpened>().size();
    dial(flow);
    EXPECT_TRUE(test::serve_until(loop_, [&] {
      return told<sip::StreamAccepted>().size() > before && told<sip::FlowOpened>().size() > opened;
    }));
    const auto all = told<sip::StreamAccepted>();
    return all.empty() ? sip::StreamAccepted{} : all.back();
  }
  void send(net::FlowId flow, std::string text) {
    EXPECT_TRUE(ports_.send({flow, {}, {}, bytes_of(std::move(text))}));
  }

  net::IpAddress loopback_ = *net::IpAddress::parse(GetParam().address);
  std::shared_ptr<const TlsOptions> tls_ =
      std::make_shared<const TlsOptions>(test::Certificates::get().showing("server"));
  net::SocketIntent intent_;
  net::SocketAddress door_;
  Loop loop_;
  std::vector<sip::IoInput> inputs_;
  std::vector<std::string> tapped_;
  std::vector<SocketUse> shown_;
  StreamPorts ports_{loop_, options(),
                     [this](sip::IoInput input) { inputs_.push_back(std::move(input)); }};

  StreamPorts::Options options() {
    StreamPorts::Options options;
    options.on_socket = [this](int, SocketUse use) { shown_.push_back(use); };
    options.tap = [this](const TappedMessage& message) {
      tapped_.push_back((message.sent ? "> " : "< ") + std::string(message.bytes));
    };
    return options;
  }
};

std::string name_of(const ::testing::TestParamInfo<Case>& info) {
  return std::string(to_string(info.param.transport)) +
         (info.param.address == "::1" ? "_v6" : "_v4");
}

INSTANTIATE_TEST_SUITE_P(Kinds, StreamPortsTest,
                         ::testing::Values(Case{"127.0.0.1", net::Transport::tcp},
                                           Case{"::1", net::Transport::tcp},
                                           Case{"127.0.0.1", net::Transport::tls},
                                           Case{"::1", net::Transport::tls}),
                         name_of);

TEST_P(StreamPortsTest, StreamIsOpenedAndAcceptedWithItsAddresses) {
  const auto accepted = meet(kFirstFlow);
  EXPECT_EQ(accepted.listener, kListener);
  EXPECT_EQ(accepted.transport, GetParam().transport);
  EXPECT_NE(accepted.flow.value & sip::kAcceptedFlows, 0U);
  EXPECT_EQ(accepted.local, door_);
  const auto opened = told<sip::FlowOpened>();
  ASSERT_THAT(opened, SizeIs(1));
  EXPECT_EQ(opened[0].flow, kFirstFlow);
  EXPECT_EQ(opened[0].local, accepted.remote);
}

TEST_P(StreamPortsTest, BytesGoBothWaysAndTheTapSeesThemInClear) {
  const auto accepted = meet(kFirstFlow);
  send(kFirstFlow, "OPTIONS");
  ASSERT_TRUE(test::serve_until(loop_, [&] { return told<sip::StreamReceived>().size() == 1; }));
  send(accepted.flow, "200");
  ASSERT_TRUE(test::serve_until(loop_, [&] { return told<sip::StreamReceived>().size() == 2; }));
  const auto received = told<sip::StreamReceived>();
  EXPECT_EQ(received[0].flow, accepted.flow);
  EXPECT_EQ(received[0].bytes, "OPTIONS");
  EXPECT_EQ(received[1].flow, kFirstFlow);
  EXPECT_THAT(tapped_, ElementsAre("> OPTIONS", "< OPTIONS", "> 200", "< 200"));
}

TEST_P(StreamPortsTest, F34_EverySocketIsShownOnce) {
  meet(kFirstFlow);
  meet(kSecondFlow);
  EXPECT_THAT(shown_,
              ElementsAre(SocketUse::sip_listener, SocketUse::sip_stream, SocketUse::sip_stream,
                          SocketUse::sip_stream, SocketUse::sip_stream));
}

TEST_P(StreamPortsTest, ClosedStreamTellsNothingMoreButTheFarEndHearsItAll) {
  const auto accepted = meet(kFirstFlow);
  send(kFirstFlow, "BYE");
  ports_.close(kFirstFlow);
  EXPECT_FALSE(ports_.send({kFirstFlow, {}, {}, bytes_of("late")}));
  ASSERT_TRUE(test::serve_until(loop_, [&] { return !told<sip::FlowFailed>().empty(); }));
  EXPECT_EQ(told<sip::StreamReceived>().at(0).bytes, "BYE");
  const auto failed = told<sip::FlowFailed>();
  ASSERT_THAT(failed, SizeIs(1));
  EXPECT_EQ(failed[0].flow, accepted.flow);
  EXPECT_EQ(failed[0].error.code, Errc::connection_closed);
  EXPECT_FALSE(failed[0].remote);
}

TEST_P(StreamPortsTest, RefusalIsTheFailureOfTheFlow) {
  ports_.close(kListener);
  dial(kFirstFlow);
  EXPECT_THAT(inputs_, IsEmpty());
  ASSERT_TRUE(test::serve_until(loop_, [&] { return !inputs_.empty(); }));
  const auto failed = told<sip::FlowFailed>();
  ASSERT_THAT(failed, SizeIs(1));
  EXPECT_EQ(failed[0].flow, kFirstFlow);
  EXPECT_EQ(failed[0].error.code, Errc::unreachable);
}

TEST_P(StreamPortsTest, AcceptedStreamsOutliveTheirListener) {
  const auto accepted = meet(kFirstFlow);
  ports_.close(kListener);
  send(accepted.flow, "NOTIFY");
  ASSERT_TRUE(test::serve_until(loop_, [&] { return !told<sip::StreamReceived>().empty(); }));
  EXPECT_EQ(told<sip::StreamReceived>()[0].bytes, "NOTIFY");
}

TEST_P(StreamPortsTest, TakenPortFailsTheListener) {
  const auto second = listen(kSecondFlow, door_.port);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::address_in_use);
}

TEST_P(StreamPortsTest, MayBeClosedFromInsideEachInput) {
  std::optional<StreamPorts> ports;
  int heard = 0;
  ports.emplace(loop_, StreamPorts::Options{}, [&](const sip::IoInput& input) {
    ++heard;
    if (const auto* opened = std::get_if<sip::FlowOpened>(&input)) ports->close(opened->flow);
  });
  ASSERT_TRUE(
      ports->open({kFirstFlow, GetParam().transport, {{}, 0}, door_, "sip.example.org", tls_, {}}));
  ASSERT_TRUE(test::serve_until(loop_, [&] { return heard > 0; }));
  ASSERT_TRUE(test::serve_until(loop_, [&] { return !told<sip::FlowFailed>().empty(); }));
  EXPECT_EQ(heard, 1);
}

TEST_P(StreamPortsTest, T104_DestroyedAtAnyMomentTellsNothing) {
  std::optional<StreamPorts> ports;
  for (int rounds = 0; rounds < 12; ++rounds) {
    ports.emplace(loop_, StreamPorts::Options{}, [](const sip::IoInput&) {});
    ASSERT_TRUE(ports->open(
        {kFirstFlow, GetParam().transport, {{}, 0}, door_, "sip.example.org", tls_, {}}));
    for (int i = 0; i < rounds; ++i) loop_.poll(std::chrono::milliseconds{1});
    if (rounds % 2 == 1) ports->close(kFirstFlow);
    ports.reset();
  }
  loop_.poll(std::chrono::milliseconds{5});
}

class TcpPortsTest : public StreamPortsTest {};
INSTANTIATE_TEST_SUITE_P(Tcp, TcpPortsTest,
                         ::testing::Values(Case{"127.0.0.1", net::Transport::tcp}), name_of);

TEST_P(TcpPortsTest, AcceptedStreamsHaveALimit) {
  std::vector<std::unique_ptr<test::StreamEar>> callers;
  for (std::size_t i = 0; i <= limits::kAcceptedStreams; ++i) {
    callers.push_back(std::make_unique<test::StreamEar>());
    callers.back()->stream =
        StreamSocket::connect(loop_, {.remote = door_}, callers.back()->handlers());
    ASSERT_TRUE(test::serve_until(loop_, [&] {
      return callers.back()->opened > 0 &&
             told<sip::StreamAccepted>().size() == std::min(i + 1, limits::kAcceptedStreams);
    }));
  }
  ASSERT_TRUE(test::serve_until(loop_, [&] { return !callers.back()->ends.empty(); }));
  EXPECT_THAT(callers.front()->ends, IsEmpty());
  callers.front()->stream.reset();
  ASSERT_TRUE(test::serve_until(loop_, [&] { return !told<sip::FlowFailed>().empty(); }));
  meet(kFirstFlow);
}

class TlsPortsTest : public StreamPortsTest {};
INSTANTIATE_TEST_SUITE_P(Tls, TlsPortsTest,
                         ::testing::Values(Case{"127.0.0.1", net::Transport::tls}), name_of);

TEST_P(TlsPortsTest, WrongNameFailsTheFlowAndTheListenerNeverTellsOfIt) {
  ASSERT_TRUE(
      ports_.open({kFirstFlow, net::Transport::tls, {{}, 0}, door_, "sip.example.net", tls_, {}}));
  ASSERT_TRUE(test::serve_until(loop_, [&] { return !inputs_.empty(); }));
  loop_.poll(std::chrono::milliseconds{5});
  ASSERT_THAT(inputs_, SizeIs(1));
  EXPECT_EQ(told<sip::FlowFailed>().at(0).error.code, Errc::certificate_rejected);
}

TEST_P(TlsPortsTest, ListenerWithoutCertificateIsRefused) {
  tls_ = std::make_shared<const TlsOptions>();
  const auto local = listen(kSecondFlow);
  ASSERT_FALSE(local);
  EXPECT_EQ(local.error().code, Errc::tls_failed);
}

TEST_P(TlsPortsTest, StreamWhoseCertificatesCannotBeReadIsNotTried) {
  tls_ = std::make_shared<const TlsOptions>(TlsOptions{.ca_file = "/gone/ca.pem"});
  const auto tried = ports_.open({kFirstFlow, net::Transport::tls, {{}, 0}, door_, "x", tls_, {}});
  ASSERT_FALSE(tried);
  EXPECT_EQ(tried.error().code, Errc::tls_failed);
}

}  // namespace
}  // namespace godwit::io
