// SPDX-License-Identifier: Apache-2.0
#include "server/response_path.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tuple>

#include "support/server_shell.h"

namespace godwit::server {
namespace {

using net::Transport;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// Somebody calls by a connection, and it is gone before the answer.
class ResponsePathTest : public ::testing::TestWithParam<std::tuple<Transport, net::Family>> {
 protected:
  static ServerOptions options() {
    ServerOptions o;
    o.domain = "example.org";
    o.users = {{"bob", "hidden"}};
    return ServerShell::with_tls(o);
  }
  static Transport transport() { return std::get<0>(GetParam()); }
  static net::SocketAddress at(int network, std::uint16_t port) {
    const std::string n = std::to_string(network);
    const bool v4 = std::get<1>(GetParam()) == net::Family::v4;
    return {*net::IpAddress::parse(v4 ? "10." + n + ".0.2" : "2001:db8:" + n + "::2"), port};
  }
  /// Carol's INVITE reaches Bob; then her connection ends.
  void ring_and_lose(const std::string& sent_by) {
    bob_.sign_in("hidden");
    sip::Message m = carol_.invitation("bob");
    m.set(sip::Field::from, "<sip:carol@example.net>;tag=1");
    m.remove_first(sip::Field::via);
    m.prepend(sip::Field::via, "SIP/2.0/" + std::string(via_transport(transport())) + ' ' +
                                   sent_by + ";branch=z9hG4bKcarol");
    carol_.send(m);
    const auto at_bob = bob_.next();
    ASSERT_TRUE(at_bob);
    at_bob_ = *at_bob;
    while (carol_.next()) continue;
    shell_.hang_up(carol_.connection());
  }
  std::vector<net::SocketAddress> tried() const {
    std::vector<net::SocketAddress> out;
    for (const auto& stream : shell_.opened) out.push_back(stream.remote);
    return out;
  }

  ServerShell shell_{options()};
  TestAgent carol_{shell_, "carol", at(1, 40'000), transport()};
  TestAgent bob_{shell_, "bob", at(2, 5060)};
  sip::Message at_bob_ = sip::Message::request("INVITE", "sip:nobody");
};
INSTANTIATE_TEST_SUITE_P(Transports, ResponsePathTest,
                         ::testing::Combine(::testing::Values(Transport::tcp, Transport::tls),
                                            ::testing::Values(net::Family::v4, net::Family::v6)),
                         [](const auto& p) {
                           return std::string(to_string(std::get<0>(p.param))) + '_' +
                                  std::string(to_string(std::get<1>(p.param)));
                         });

// RFC 3261 §18.2.2
TEST_P(ResponsePathTest, T49_ANewConnectionLeadsBackToTheSource) {
  ring_and_lose("phone.example.net:5070");
  EXPECT_THAT(tried(), IsEmpty());
  shell_.listening.insert(at(1, 5070));
  bob_.respond(at_bob_, 486);
  const auto answer = shell_.take(at(1, 5070));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status(), 486);
  EXPECT_THAT(tried(), SizeIs(1));
}

// RFC 3263 §5
TEST_P(ResponsePathTest, T49_OtherwiseTheNameAndPortOfTheVia) {
  ring_and_lose("phone.example.net:5070");
  shell_.names["phone.example.net"] = {at(7, 0).address};
  shell_.listening.insert(at(7, 5070));
  bob_.respond(at_bob_, 486);
  EXPECT_TRUE(shell_.take(at(7, 5070)));
  EXPECT_THAT(tried(), ::testing::ElementsAre(at(1, 5070), at(7, 5070)));
}

TEST_P(ResponsePathTest, T49_OtherwiseTheServiceOfTheNameInTheVia) {
  ring_and_lose("phone.example.net");
  net::DnsAnswer services;
  services.status = net::DnsAnswer::Status::found;
  services.services = {{10, 0, 5080, "edge.example.net"}};
  const bool secure = transport() == Transport::tls;
  const std::string service = secure ? "_sips._tcp" : "_sip._tcp";
  shell_.zone[{service + ".phone.example.net", net::DnsType::srv}] = services;
  shell_.names["edge.example.net"] = {at(8, 0).address};
  shell_.listening.insert(at(8, 5080));
  bob_.respond(at_bob_, 486);
  EXPECT_TRUE(shell_.take(at(8, 5080)));
  EXPECT_EQ(shell_.opened.back().server_name, secure ? "phone.example.net" : "");
}

TEST_P(ResponsePathTest, T49_AnAnswerThatNobodyTakesIsDropped) {
  ring_and_lose(to_string(carol_.at()));
  bob_.respond(at_bob_, 486);
  EXPECT_THAT(tried(), ::testing::ElementsAre(carol_.at()));
  EXPECT_THAT(shell_.sent, SizeIs(1));  // the ACK to Bob
  EXPECT_EQ(shell_.server.forwarding(), 0U);
}

}  // namespace
}  // namespace godwit::server
