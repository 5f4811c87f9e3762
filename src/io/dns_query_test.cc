// SPDX-License-Identifier: Apache-2.0
#include "io/dns_query.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <asio/io_context.hpp>
#include <filesystem>
#include <iterator>
#include <set>

#include "base/limits.h"
#include "io/system_random.h"
#include "support/address_of.h"
#include "support/loopback_dns.h"
#include "support/serve_until.h"

namespace godwit::io {
namespace {

namespace dns = test::dns;
using namespace std::chrono_literals;
using net::DnsType;
using ::testing::ElementsAre;
using ::testing::SizeIs;
using Status = net::DnsAnswer::Status;
using test::LoopbackDns;

using test::ip;

// What came of a question, and when.
struct Outcome {
  net::DnsAnswer answer;
  std::optional<net::SocketAddress> server;
  Duration took{};
};

class DnsQueryTest : public ::testing::Test {
 protected:
  Outcome ask(const std::string& name, DnsType type) {
    std::optional<Outcome> outcome;
    const TimePoint start = loop_.now();
    const DnsQuery query(loop_, random_, {name, type}, {servers_, hook_, timeout_},
                         [&](net::DnsAnswer answer, std::optional<net::SocketAddress> server) {
                           EXPECT_FALSE(outcome) << "answered twice";
                           outcome = Outcome{std::move(answer), server, loop_.now() - start};
                         });
    EXPECT_FALSE(outcome) << "answered from inside the constructor";
    EXPECT_TRUE(test::serve_until(loop_, [&] { return outcome.has_value(); }));
    loop_.poll({});
    return outcome.value_or(Outcome{});
  }
  Outcome ask_a() { return ask("a.example.org", DnsType::a); }

  static void know_a(LoopbackDns& server, std::string_view address = "192.0.2.1") {
    server.on("a.example.org", dns::kA).answer(dns::address(dns::kOwner, 60, address));
  }

  Loop loop_;
  SystemRandom random_;
  LoopbackDns first_{loop_};
  LoopbackDns second_{loop_, "::1"};
  std::vector<net::SocketAddress> servers_{first_.local()};
  SocketHook hook_;
  Duration timeout_ = 5s;
};

TEST_F(DnsQueryTest, AllTypesAreAnsweredWithTheirTtl) {
  know_a(first_);
  first_.on("a.example.org", dns::kAaaa).answer(dns::address(dns::kOwner, 61, "2001:db8::1"));
  first_.on("_sip._udp.example.org", dns::kSrv)
      .answer(dns::srv(dns::kOwner, 62, 1, 2, 5070, dns::name("a.example.org")));
  first_.on("example.org", dns::kNaptr)
      .answer(dns::record(dns::kOwner, dns::kNaptr, 63,
                          dns::u16(10) + dns::u16(20) + dns::counted("s") +
                              dns::counted("SIP+D2U") + dns::counted("") +
                              dns::name("_sip._udp.example.org")));

  const auto a = ask_a();
  EXPECT_THAT(a.answer.addresses, ElementsAre(ip("192.0.2.1")));
  EXPECT_EQ(a.answer.ttl, 60s);
  EXPECT_EQ(a.server, first_.local());
  const auto aaaa = ask("a.example.org", DnsType::aaaa).answer;
  EXPECT_THAT(aaaa.addresses, ElementsAre(ip("2001:db8::1")));
  EXPECT_EQ(aaaa.ttl, 61s);
  const auto srv = ask("_sip._udp.example.org", DnsType::srv).answer;
  EXPECT_THAT(srv.services, ElementsAre(net::SrvRecord{1, 2, 5070, "a.example.org"}));
  EXPECT_EQ(srv.ttl, 62s);
  const auto naptr = ask("example.org", DnsType::naptr).answer;
  EXPECT_THAT(naptr.pointers,
              ElementsAre(net::NaptrRecord{10, 20, "s", "SIP+D2U", "", "_sip._udp.example.org"}));
  EXPECT_EQ(naptr.ttl, 63s);
}

// T24, and what the answers about names say.
TEST_F(DnsQueryTest, T24_EachRefusalHasItsMeaning) {
  const auto status = [&](std::uint16_t code) {
    first_.on("a.example.org", dns::kA) = LoopbackDns::Reply{}.code(code);
    return ask_a().answer.status;
  };
  EXPECT_EQ(status(dns::kNoSuchName), Status::no_such_name);
  EXPECT_EQ(status(dns::kServerFailure), Status::failed);
  EXPECT_EQ(status(dns::kRefused), Status::failed);
  EXPECT_EQ(status(0), Status::no_data);
}

TEST_F(DnsQueryTest, NoIsKeptAsLongAsTheZoneSays) {
  first_.on("a.example.org", dns::kA)
      .code(dns::kNoSuchName)
      .authority(dns::soa(dns::name("example.org"), 900, 70));
  EXPECT_EQ(ask_a().answer.ttl, 70s);
}

TEST_F(DnsQueryTest, T18_AliasIsFollowedAlsoWhereTheAnswerEnds) {
  first_.on("a.example.org", dns::kA)
      .answer(dns::cname(dns::kOwner, 30, dns::name("b.example.net")));
  first_.on("b.example.net", dns::kA)
      .answer(dns::cname(dns::kOwner, 90, dns::name("c.example.net")))
      .answer(dns::address(dns::name("c.example.net"), 60, "192.0.2.1"));
  const auto outcome = ask_a();
  EXPECT_THAT(outcome.answer.addresses, ElementsAre(ip("192.0.2.1")));
  EXPECT_EQ(outcome.answer.ttl, 30s);
}

TEST_F(DnsQueryTest, AliasesInACircleEndSoon) {
  first_.on("a.example.org", dns::kA)
      .answer(dns::cname(dns::kOwner, 30, dns::name("b.example.org")));
  first_.on("b.example.org", dns::kA)
      .answer(dns::cname(dns::kOwner, 30, dns::name("a.example.org")));
  EXPECT_EQ(ask_a().answer.status, Status::failed);
  EXPECT_EQ(first_.queries(), static_cast<int>(limits::kDnsAliases) + 1);
}

TEST_F(DnsQueryTest, T20_TruncatedAnswerIsAskedForOverTcp) {
  know_a(first_);
  first_.on("a.example.org", dns::kA).only_tcp = true;
  EXPECT_THAT(ask_a().answer.addresses, ElementsAre(ip("192.0.2.1")));
  EXPECT_EQ(first_.tcp_queries(), 1);
}

TEST_F(DnsQueryTest, T19_LargeAnswersAreReadWhole) {
  auto& reply = first_.on("_sip._udp.example.org", dns::kSrv);
  reply.only_tcp = true;
  for (std::size_t i = 0; i < 200; ++i) {
    reply.answer(
        dns::srv(dns::kOwner, 60, i, 1, 5060, dns::name("a-rather-long-name.example.org")));
  }
  EXPECT_THAT(ask("_sip._udp.example.org", DnsType::srv).answer.services, SizeIs(200));
}

TEST_F(DnsQueryTest, LongAnswersNeedNoTcp) {
  auto& reply = first_.on("_sip._udp.example.org", dns::kSrv);
  for (std::size_t i = 0; i < 20; ++i) {  // 800 bytes
    reply.answer(dns::srv(dns::kOwner, 60, i, 1, 5060, dns::name("pbx.example.org")));
  }
  EXPECT_THAT(ask("_sip._udp.example.org", DnsType::srv).answer.services, SizeIs(20));
  EXPECT_EQ(first_.tcp_queries(), 0);
}

TEST_F(DnsQueryTest, ServerThatDoesNotKnowOptionsIsAskedWithout) {
  know_a(first_);
  first_.on("a.example.org", dns::kA).lie =
      [&](const std::string& right) -> std::vector<std::string> {
    const bool with_options = first_.last_query().at(11) != 0;
    if (!with_options) return {right};
    std::string refusal = right.substr(0, right.find(dns::kOwner));
    refusal[3] = '\x81';  // format error
    refusal[7] = 0;       // no answers
    return {refusal};
  };
  EXPECT_THAT(ask_a().answer.addresses, ElementsAre(ip("192.0.2.1")));
}

TEST_F(DnsQueryTest, T21_DeadFirstServerCostsLessThanASecond) {
  servers_ = {first_.local(), second_.local()};
  first_.dead = true;
  know_a(second_);
  const auto outcome = ask_a();
  EXPECT_THAT(outcome.answer.addresses, ElementsAre(ip("192.0.2.1")));
  EXPECT_EQ(outcome.server, second_.local());
  EXPECT_LT(outcome.took, 1s);
}

TEST_F(DnsQueryTest, ServerThatIsNotThereCostsNothing) {
  const auto nobody = LoopbackDns(loop_, "::1").local();
  servers_ = {nobody, first_.local()};
  know_a(first_);
  const auto outcome = ask_a();
  EXPECT_EQ(outcome.server, first_.local());
  EXPECT_LT(outcome.took, 300ms);
}

TEST_F(DnsQueryTest, ServerThatFailsIsPassedOver) {
  servers_ = {first_.local(), second_.local()};
  know_a(second_);
  for (const std::uint16_t code : {dns::kServerFailure, dns::kRefused}) {
    first_.on("a.example.org", dns::kA).code(code);
    const auto outcome = ask_a();
    EXPECT_THAT(outcome.answer.addresses, ElementsAre(ip("192.0.2.1")));
    EXPECT_LT(outcome.took, 300ms);
  }
}

TEST_F(DnsQueryTest, SlowServerIsListenedToWhileAnotherIsAsked) {
  servers_ = {first_.local(), second_.local()};
  know_a(first_);
  first_.on("a.example.org", dns::kA).delay = 600ms;
  second_.dead = true;
  const auto outcome = ask_a();
  EXPECT_EQ(outcome.server, first_.local());
  EXPECT_GE(outcome.took, 550ms);
  EXPECT_LT(outcome.took, 1s);
}

TEST_F(DnsQueryTest, SilenceIsAFailureInTime) {
  first_.dead = true;
  timeout_ = 100ms;
  const auto outcome = ask_a();
  EXPECT_EQ(outcome.answer.status, Status::failed);
  EXPECT_GE(outcome.took, 95ms);
  EXPECT_LT(outcome.took, 1s);
}

TEST_F(DnsQueryTest, WithoutServersItFails) {
  servers_.clear();
  EXPECT_EQ(ask_a().answer.status, Status::failed);
}

TEST_F(DnsQueryTest, UnreachableServersAreAFailureAtOnce) {
  servers_ = {{ip("fe80::53"), 9}, {ip("fe80::54"), 9}};  // without a zone there is no way
  const auto outcome = ask_a();
  EXPECT_EQ(outcome.answer.status, Status::failed);
  EXPECT_LT(outcome.took, 1s);
}

// A lie before the truth: whoever does not see our question can only guess.
TEST_F(DnsQueryTest, AnswersToNoQuestionOfOursArePassedOver) {
  know_a(first_);
  first_.on("a.example.org", dns::kA).lie = [](const std::string& right) {
    std::string other_id = right;
    other_id[0] = static_cast<char>(~other_id[0]);
    std::string other_name = right;
    other_name[dns::kQuestionName + 1] = 'b';
    other_name.back() = 9;
    other_id.back() = 9;
    return std::vector<std::string>{"", "\1", other_id, other_name, right};
  };
  const auto outcome = ask_a();
  EXPECT_THAT(outcome.answer.addresses, ElementsAre(ip("192.0.2.1")));
  EXPECT_LT(outcome.took, 300ms);
}

TEST_F(DnsQueryTest, UnreadableAnswerIsAFailureAndAnotherServerIsAsked) {
  know_a(first_);
  first_.on("a.example.org", dns::kA).lie = [](const std::string& right) {
    std::string circle = right;
    const std::size_t owner = right.find(dns::kOwner);
    circle.replace(owner, 2, dns::pointer(owner));  // a name that points at itself
    return std::vector{circle};
  };
  EXPECT_EQ(ask_a().answer.status, Status::failed);

  servers_ = {first_.local(), second_.local()};
  know_a(second_, "192.0.2.2");
  const auto outcome = ask_a();
  EXPECT_THAT(outcome.answer.addresses, ElementsAre(ip("192.0.2.2")));
  EXPECT_EQ(outcome.server, second_.local());
}

TEST_F(DnsQueryTest, RestartAsksOtherServers) {
  first_.dead = true;
  know_a(second_);
  std::optional<net::SocketAddress> by;
  DnsQuery query(
      loop_, random_, {"a.example.org", DnsType::a}, {servers_, {}, 5s},
      [&](const net::DnsAnswer&, std::optional<net::SocketAddress> server) { by = server; });
  ASSERT_TRUE(test::serve_until(loop_, [&] { return first_.queries() > 0; }));
  query.restart({second_.local()});
  ASSERT_TRUE(test::serve_until(loop_, [&] { return by.has_value(); }));
  EXPECT_EQ(by, second_.local());
}

TEST_F(DnsQueryTest, HookSeesEachSocketBeforeItIsConnected) {
  know_a(first_);
  first_.on("a.example.org", dns::kA).only_tcp = true;
  std::vector<bool> connected;
  hook_ = [&](int descriptor, SocketUse use) {
    EXPECT_EQ(use, SocketUse::dns);
    SystemAddress peer;
    connected.push_back(::getpeername(descriptor, peer.get(), &peer.size) == 0);
  };
  EXPECT_EQ(ask_a().answer.status, Status::found);
  EXPECT_THAT(connected, ElementsAre(false, false));  // UDP, then TCP
}

TEST_F(DnsQueryTest, IdsAreHardToGuess) {
  know_a(first_);
  std::set<std::string> ids;
  for (int i = 0; i < 8; ++i) {
    ask_a();
    ids.insert(first_.last_query().substr(0, 2));
  }
  EXPECT_GE(ids.size(), 7U);
}

TEST_F(DnsQueryTest, DestroyedQuestionAnswersNobody) {
  know_a(first_);
  bool answered = false;
  {
    const DnsQuery query(loop_, random_, {"a.example.org", DnsType::a}, {servers_, {}, 5s},
                         [&](const auto&, const auto&) { answered = true; });
  }
  loop_.poll(5ms);
  loop_.poll(5ms);
  EXPECT_FALSE(answered);
}

std::ptrdiff_t open_descriptors() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  return std::distance(begin(all), end(all));
}

// UDP, then a connection, then TCP: destroyed after each wake-up of the loop on the way.
TEST_F(DnsQueryTest, T104_DestroyedAtAnyPointItAnswersNobodyAndLeavesNothingOpen) {
  know_a(first_);
  first_.on("a.example.org", dns::kA).only_tcp = true;
  ask_a();
  bool answered = false;
  for (int steps = 0; !answered; ++steps) {
    ASSERT_LT(steps, 1000);
    const auto before = open_descriptors();
    {
      const DnsQuery query(loop_, random_, {"a.example.org", DnsType::a}, {servers_, {}, 5s},
                           [&](const auto&, const auto&) { answered = true; });
      for (int i = 0; i < steps && !answered; ++i) loop_.context().poll_one();
    }
    const bool in_time = answered;
    loop_.poll(1ms);
    EXPECT_EQ(answered, in_time) << "after " << steps << " steps";
    // The server keeps its end of each connection.
    EXPECT_LE(open_descriptors(), before + 1);
  }
}

}  // namespace
}  // namespace godwit::io
