// SPDX-License-Identifier: Apache-2.0
#include "io/resolver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <optional>

#include "support/address_of.h"
#include "support/loopback_dns.h"
#include "support/serve_until.h"

namespace godwit::io {
namespace {

namespace dns = test::dns;
using namespace std::chrono_literals;
using net::DnsType;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Status = net::DnsAnswer::Status;

using test::ip;

class ResolverTest : public ::testing::Test {
 protected:
  ResolverTest() {
    std::ofstream(hosts_) << "10.9.0.2 sip.example.org\n2001:db8:9::2 sip.example.org\n";
    options_.hosts_file = hosts_;
    options_.servers = {server_.address()};
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

  // Knows an address of a name, of either family.
  void know(const std::string& name, std::string_view address) {
    const auto type = ip(address).is_v4() ? dns::kA : dns::kAaaa;
    server_.on(name, type).answer(dns::address(dns::kOwner, 60, address));
  }
  net::DnsAnswer query(Resolver& resolver, const std::string& name, DnsType type) {
    std::optional<net::DnsAnswer> answer;
    resolver.query(name, type, [&](const net::DnsAnswer& told) { answer = told; });
    EXPECT_FALSE(answer) << "answered from inside the call";
    EXPECT_TRUE(test::serve_until(loop_, [&] { return answer.has_value(); }));
    return answer.value_or(net::DnsAnswer{});
  }

  std::string hosts_ = ::testing::TempDir() + "godwit-hosts-" +
                       ::testing::UnitTest::GetInstance()->current_test_info()->name();
  Loop loop_;
  test::LoopbackDns server_{loop_};
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
  know("both.example.org", "192.0.2.1");
  know("both.example.org", "2001:db8::1");
  EXPECT_THAT(resolve("both.example.org."), ElementsAre(ip("2001:db8::1"), ip("192.0.2.1")));
}

TEST_F(ResolverTest, OneFamilyAloneIsAnAnswer) {
  know("v4.example.org", "192.0.2.1");
  EXPECT_THAT(resolve("v4.example.org"), ElementsAre(ip("192.0.2.1")));
}

TEST_F(ResolverTest, T22_SilentFamilyIsNotWaitedForLong) {
  know("v4.example.org", "192.0.2.1");
  server_.on("v4.example.org", dns::kAaaa).silent = true;
  const auto start = loop_.now();
  EXPECT_THAT(resolve("v4.example.org"), ElementsAre(ip("192.0.2.1")));
  EXPECT_GE(loop_.now() - start, 45ms);
  EXPECT_LT(loop_.now() - start, 1s);
}

TEST_F(ResolverTest, SilentServerMeansNotFoundInTime) {
  server_.dead = true;
  options_.timeout = 100ms;
  EXPECT_THAT(resolve("nobody.example.org"), IsEmpty());
}

TEST_F(ResolverTest, UnknownNameIsNotFound) {
  EXPECT_THAT(resolve("nobody.example.org"), IsEmpty());
}

TEST_F(ResolverTest, DnsCannotPointAtOurselves) {
  know("evil.example.org", "127.0.0.1");
  know("evil.example.org", "fe80::1");
  EXPECT_THAT(resolve("evil.example.org"), IsEmpty());
}

TEST_F(ResolverTest, UnreadableNameIsNotFound) {
  EXPECT_THAT(resolve(""), IsEmpty());
  EXPECT_THAT(resolve(std::string(300, 'a')), IsEmpty());
  EXPECT_THAT(resolve("a..b"), IsEmpty());
  EXPECT_EQ(server_.queries(), 0);
}

TEST_F(ResolverTest, NameIsAskedForAsItIsNotBelowAnyDomain) {
  know("v4", "192.0.2.1");
  EXPECT_THAT(resolve("V4."), ElementsAre(ip("192.0.2.1")));
  EXPECT_EQ(server_.queries(), 2);
}

TEST_F(ResolverTest, HostsFileSaysWhichFamilyANameHasNot) {
  std::ofstream(hosts_) << "10.9.0.2 sip.example.org\n";
  Resolver resolver(loop_, options_);
  net::DnsAnswer expected{Status::found, {ip("10.9.0.2")}, {}, {}, 0s, true};
  EXPECT_EQ(resolver.find_locally("SIP.example.org.", DnsType::a), expected);
  expected = {Status::no_data, {}, {}, {}, 0s, true};
  EXPECT_EQ(resolver.find_locally("sip.example.org", DnsType::aaaa), expected);
  EXPECT_EQ(resolver.find_locally("sip.example.org", DnsType::srv), std::nullopt);
  EXPECT_EQ(resolver.find_locally("other.example.org", DnsType::a), std::nullopt);
}

TEST_F(ResolverTest, HostsFileIsReadAgainWhenItChanges) {
  Resolver resolver(loop_, options_);
  EXPECT_FALSE(resolver.find_locally("new.example.org", DnsType::a));
  std::ofstream(hosts_) << "10.9.0.3 new.example.org\n";
  EXPECT_TRUE(resolver.find_locally("new.example.org", DnsType::a));
}

TEST_F(ResolverTest, LocalhostNeverLeavesTheHost) {
  options_.hosts_file = hosts_ + "-that-is-not-there";
  Resolver resolver(loop_, options_);
  for (const auto* name : {"localhost", "LOCALHOST.", "sip.localhost"}) {
    EXPECT_EQ(resolver.find_locally(name, DnsType::a)->addresses, std::vector{ip("127.0.0.1")});
    EXPECT_EQ(resolver.find_locally(name, DnsType::aaaa)->addresses, std::vector{ip("::1")});
    EXPECT_EQ(resolver.find_locally(name, DnsType::srv)->status, Status::no_data);
    EXPECT_EQ(resolver.find_locally(name, DnsType::naptr)->status, Status::no_data);
  }
}

TEST_F(ResolverTest, SameQuestionTwiceAtATimeIsOne) {
  know("v4.example.org", "192.0.2.1");
  Resolver resolver(loop_, options_);
  int answers = 0;
  const auto count = [&](const net::DnsAnswer& answer) {
    EXPECT_THAT(answer.addresses, ElementsAre(ip("192.0.2.1")));
    ++answers;
  };
  resolver.query("v4.example.org", DnsType::a, count);
  resolver.query("V4.Example.org.", DnsType::a, count);
  EXPECT_TRUE(test::serve_until(loop_, [&] { return answers == 2; }));
  EXPECT_EQ(server_.queries(), 1);
  query(resolver, "v4.example.org", DnsType::a);
  EXPECT_EQ(server_.queries(), 2);
}

TEST_F(ResolverTest, T28_SlowNameDoesNotDelayAnother) {
  know("slow.example.org", "192.0.2.1");
  know("quick.example.org", "192.0.2.2");
  server_.on("slow.example.org", dns::kA).delay = 300ms;
  Resolver resolver(loop_, options_);
  bool slow_answered = false;
  resolver.query("slow.example.org", DnsType::a, [&](const auto&) { slow_answered = true; });
  const auto start = loop_.now();
  EXPECT_EQ(query(resolver, "quick.example.org", DnsType::a).status, Status::found);
  EXPECT_LT(loop_.now() - start, 200ms);
  EXPECT_FALSE(slow_answered);
  EXPECT_TRUE(test::serve_until(loop_, [&] { return slow_answered; }));
}

TEST_F(ResolverTest, T21_DeadFirstServerIsPaidForOnce) {
  test::LoopbackDns dead(loop_, "::1");
  dead.dead = true;
  options_.servers = {dead.address(), server_.address()};
  know("v4.example.org", "192.0.2.1");
  Resolver resolver(loop_, options_);
  auto start = loop_.now();
  EXPECT_EQ(query(resolver, "v4.example.org", DnsType::a).status, Status::found);
  EXPECT_LT(loop_.now() - start, 1s);
  start = loop_.now();
  EXPECT_EQ(query(resolver, "v4.example.org", DnsType::a).status, Status::found);
  EXPECT_LT(loop_.now() - start, 300ms);
  EXPECT_EQ(dead.queries(), 1);
}

TEST_F(ResolverTest, NetworkChangeAsksTheNewServersWhatIsStillOpen) {
  const std::string resolv_conf = hosts_ + "-resolv.conf";
  options_.servers.clear();
  options_.resolv_conf = resolv_conf;
  server_.dead = true;
  test::LoopbackDns other(loop_, "::1");
  other.on("v4.example.org", dns::kA).answer(dns::address(dns::kOwner, 60, "192.0.2.1"));
  std::ofstream(resolv_conf) << "nameserver " << server_.address() << '\n';

  Resolver resolver(loop_, options_);
  std::optional<net::DnsAnswer> answer;
  resolver.query("v4.example.org", DnsType::a, [&](const auto& told) { answer = told; });
  ASSERT_TRUE(test::serve_until(loop_, [&] { return server_.queries() > 0; }));
  std::ofstream(resolv_conf) << "nameserver " << other.address() << '\n';
  resolver.reread();
  EXPECT_TRUE(test::serve_until(loop_, [&] { return answer.has_value(); }));
  EXPECT_EQ(answer->status, Status::found);
  EXPECT_EQ(query(resolver, "v4.example.org", DnsType::a).status, Status::found);
  std::filesystem::remove(resolv_conf);
}

TEST_F(ResolverTest, DestroyedResolverAnswersNobody) {
  know("v4.example.org", "192.0.2.1");
  bool answered = false;
  {
    Resolver resolver(loop_, options_);
    for (const auto* name : {"v4.example.org", "localhost"}) {
      resolver.resolve(name, [&](const auto&) { answered = true; });
    }
    resolver.query("a..b", DnsType::a, [&](const auto&) { answered = true; });
  }
  loop_.poll(5ms);
  loop_.poll(5ms);
  EXPECT_FALSE(answered);
}

TEST_F(ResolverTest, MayBeDestroyedByAnAnswer) {
  know("both.example.org", "192.0.2.1");
  know("both.example.org", "2001:db8::1");
  auto resolver = std::make_unique<Resolver>(loop_, options_);
  resolver->resolve("both.example.org", [&](const auto&) { resolver.reset(); });
  EXPECT_TRUE(test::serve_until(loop_, [&] { return !resolver; }));
}

TEST_F(ResolverTest, MayBeDestroyedByTheFirstOfTwoWhoAsked) {
  know("v4.example.org", "192.0.2.1");
  auto resolver = std::make_unique<Resolver>(loop_, options_);
  int answers = 0;
  for (int i = 0; i < 2; ++i) {
    resolver->query("v4.example.org", DnsType::a, [&](const auto&) {
      ++answers;
      resolver.reset();
    });
  }
  EXPECT_TRUE(test::serve_until(loop_, [&] { return !resolver; }));
  loop_.poll({});
  EXPECT_EQ(answers, 1);
}

}  // namespace
}  // namespace godwit::io
