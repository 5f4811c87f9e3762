// SPDX-License-Identifier: Apache-2.0
#include "server/path_finder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/server_shell.h"

namespace godwit::server {
namespace {

using namespace std::chrono_literals;
using net::Transport;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class PathFinderTest : public ::testing::TestWithParam<net::Family> {
 protected:
  PathFinderTest() {
    for (std::uint64_t id = 1; id <= 6; ++id) sockets_.on_opened({{id}, {}});
  }
  static net::IpAddress host(net::Family family, int number) {
    const std::string n = std::to_string(number);
    return *net::IpAddress::parse(family == net::Family::v4 ? "10.2.0." + n : "2001:db8:2::" + n);
  }
  net::IpAddress there(int number = 2) const { return host(GetParam(), number); }
  net::Family other() const {
    return GetParam() == net::Family::v4 ? net::Family::v6 : net::Family::v4;
  }
  net::SocketAddress here(std::uint16_t port = 5060) const {
    return ServerShell::address(GetParam(), port);
  }
  static sip::NextHop hop(const std::string& uri) { return sip::next_hop_of(*sip::parse_uri(uri)); }
  sip::NextHop literal(const std::string& more) const {
    return hop("sip:bob@" + to_uri_host(there()) + more);
  }
  /// Looks for a way, answering every question, and tells what was found so far.
  std::vector<PathFinder::Found> find(const sip::NextHop& hop, net::FlowId connection = {}) {
    ticket_ = finder_.find(hop, connection, now_);
    return settle();
  }
  std::vector<PathFinder::Found> settle() {
    for (int round = 0; round < 100; ++round) {
      const auto actions = finder_.take_actions();
      for (const auto& action : actions) answer(action);
      const auto next = finder_.next_deadline();
      if (actions.empty() && (!next || *next > now_)) break;
      if (actions.empty()) finder_.on_timeout(now_);
    }
    return finder_.take_found();
  }
  void answer(const sip::IoAction& action) {
    if (const auto* const route = std::get_if<sip::LookUpRoute>(&action)) {
      ++route_questions_;
      std::optional<net::RouteChoice> choice;
      const net::Family family = route->destination.family();
      if (no_way_.count(route->destination) == 0) {
        choice = net::RouteChoice{ServerShell::address(family).address, 2};
      }
      return finder_.on_route_found({route->destination, choice}, now_);
    }
    const auto& query = std::get<sip::QueryDns>(action);
    net::DnsAnswer answer;
    answer.status = net::DnsAnswer::Status::no_such_name;
    for (const net::IpAddress& address : names_[query.name]) {
      if ((query.type == net::DnsType::a) != address.is_v4()) continue;
      if (query.type != net::DnsType::a && query.type != net::DnsType::aaaa) continue;
      answer.status = net::DnsAnswer::Status::found;
      answer.addresses.push_back(address);
      answer.from_hosts_file = true;
    }
    finder_.on_dns_answered({query.name, query.type, answer}, now_);
  }
  /// The connections asked for since.
  std::vector<sip::OpenStream> opening() {
    std::vector<sip::OpenStream> out;
    for (const auto& action : streams_.take_actions()) {
      if (const auto* const open = std::get_if<sip::OpenStream>(&action)) out.push_back(*open);
    }
    return out;
  }
  std::vector<PathFinder::Found> opened(net::FlowId stream) {
    finder_.on_stream_opened(*streams_.on_opened({stream, here(40000)}, now_));
    return settle();
  }
  std::vector<PathFinder::Found> refused(net::FlowId stream) {
    streams_.on_closed(stream);
    finder_.on_stream_closed(stream, {Errc::unreachable, "refused"}, now_);
    return settle();
  }

  ServerOptions options_ = ServerShell::with_tls({});
  SeededRandom random_{1};
  ServerSockets sockets_{options_};
  StreamPool streams_{options_};
  PathFinder finder_{{options_, sockets_, streams_, random_}};
  PathFinder::Ticket ticket_;
  std::map<std::string, std::vector<net::IpAddress>> names_;
  std::set<net::IpAddress> no_way_;
  int route_questions_ = 0;
  TimePoint now_{1h};
};
INSTANTIATE_TEST_SUITE_P(Families, PathFinderTest,
                         ::testing::Values(net::Family::v4, net::Family::v6),
                         [](const auto& p) { return std::string(to_string(p.param)); });

TEST_P(PathFinderTest, OverUdpItTakesTheSourceAddressOfTheKernel) {
  const auto found = find(literal(":5080"));
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].ticket, ticket_);
  const net::FlowId socket{GetParam() == net::Family::v4 ? 1U : 2U};
  EXPECT_EQ(found[0].flow, (net::Flow{socket, Transport::udp, here(), {there(), 5080}}));
}

TEST_P(PathFinderTest, AsksOncePerDestinationWhileTheAnswerIsFresh) {
  (void)find(literal(":5080"));
  const int before = route_questions_;
  now_ += PathFinder::kFresh;
  EXPECT_THAT(find(literal(":5080")), SizeIs(1));
  EXPECT_EQ(route_questions_, before);
  now_ += 1ns;
  EXPECT_THAT(find(literal(":5080")), SizeIs(1));
  EXPECT_GT(route_questions_, before);
}

TEST_P(PathFinderTest, GoesOnToTheNextAddressOfAName) {
  names_["proxy.example.net"] = {there(2), there(3)};
  const auto first = find(hop("sip:proxy.example.net"));
  ASSERT_THAT(first, SizeIs(1));
  finder_.find_next(ticket_, now_);
  const auto second = settle();
  ASSERT_THAT(second, SizeIs(1));
  EXPECT_NE(first[0].flow->remote, second[0].flow->remote);
  finder_.find_next(ticket_, now_);
  const auto none = settle();
  ASSERT_THAT(none, SizeIs(1));
  EXPECT_FALSE(none[0].flow);
  finder_.find_next(ticket_, now_);
  EXPECT_THAT(settle(), IsEmpty());
}

TEST_P(PathFinderTest, PassesOverWhatHasNoWayOrIsNotServed) {
  names_["proxy.example.net"] = {host(other(), 2), there()};
  no_way_.insert(host(other(), 2));
  EXPECT_EQ(find(hop("sip:proxy.example.net")).at(0).flow->remote.address, there());
  no_way_.clear();
  now_ += 10s;
  for (const std::uint64_t id : {1, 3, 5}) {
    const std::uint64_t of_other = id + (other() == net::Family::v4 ? 0 : 1);
    sockets_.on_failed({{of_other}, std::nullopt, {Errc::no_network, ""}});
  }
  EXPECT_EQ(find(hop("sip:proxy.example.net")).at(0).flow->remote.address, there());
}

TEST_P(PathFinderTest, OpensAConnectionForAllWhoWantOne) {
  EXPECT_THAT(find(literal(":5080;transport=tcp")), IsEmpty());
  EXPECT_THAT(find(literal(":5080;transport=tcp")), IsEmpty());
  const auto asked = opening();
  ASSERT_THAT(asked, SizeIs(1));
  EXPECT_EQ(asked[0].remote, (net::SocketAddress{there(), 5080}));
  const auto found = opened(asked[0].flow);
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_EQ(found[0].flow->id, asked[0].flow);
  EXPECT_EQ(found[1].flow->named(), here());

  EXPECT_THAT(find(literal(":5080;transport=tcp")), SizeIs(1));
  EXPECT_THAT(opening(), IsEmpty());
}

// T34
TEST_P(PathFinderTest, T34_ARefusedConnectionMakesRoomForTheNextAtOnce) {
  names_["proxy.example.net"] = {there(2), there(3)};
  EXPECT_THAT(find(hop("sip:proxy.example.net;transport=tcp")), IsEmpty());
  const auto first = opening();
  ASSERT_THAT(first, SizeIs(1));
  EXPECT_THAT(refused(first[0].flow), IsEmpty());
  const auto second = opening();
  ASSERT_THAT(second, SizeIs(1));
  EXPECT_NE(first[0].remote, second[0].remote);
  const auto none = refused(second[0].flow);
  ASSERT_THAT(none, SizeIs(1));
  EXPECT_EQ(none[0].flow.error().code, Errc::unreachable);
}

// T31
TEST_P(PathFinderTest, T31_ASilentAddressKeepsTheNextWaitingForTheAttemptDelayOnly) {
  names_["proxy.example.net"] = {there(2), there(3)};
  EXPECT_THAT(find(hop("sip:proxy.example.net;transport=tcp")), IsEmpty());
  const auto first = opening();
  now_ += PathFinder::kAttemptDelay - 1ns;
  EXPECT_THAT(settle(), IsEmpty());
  EXPECT_THAT(opening(), IsEmpty());
  now_ += 1ns;
  EXPECT_THAT(settle(), IsEmpty());
  const auto second = opening();
  ASSERT_THAT(second, SizeIs(1));
  EXPECT_EQ(opened(second[0].flow).at(0).flow->id, second[0].flow);
  const auto after = streams_.take_actions();  // the loser is closed
  ASSERT_THAT(after, SizeIs(1));
  EXPECT_EQ(std::get<sip::CloseFlow>(after[0]).flow, first.at(0).flow);
}

// R21
TEST_P(PathFinderTest, ASecureHopAsksForProofOfTheDomain) {
  names_["example.net"] = {there()};
  EXPECT_THAT(find(hop("sips:bob@example.net")), IsEmpty());
  const auto asked = opening();
  ASSERT_THAT(asked, SizeIs(1));
  EXPECT_EQ(asked[0].transport, Transport::tls);
  EXPECT_EQ(asked[0].server_name, "example.net");
  EXPECT_EQ(asked[0].remote.port, 5061);
}

TEST_P(PathFinderTest, TakesTheConnectionItWasGivenAndThenTheUri) {
  const net::SocketAddress phone{there(), 40000};
  const net::FlowId connection{sip::kAcceptedFlows | 1};
  streams_.accept({{3}, connection, Transport::tcp, here(), phone}, now_);
  const auto target = hop("sip:bob@192.168.1.2:40000;transport=tcp");  // behind a NAT
  EXPECT_EQ(find(target, connection).at(0).flow->remote, phone);
  streams_.on_closed(connection);
  finder_.find_next(ticket_, now_);
  EXPECT_THAT(settle(), IsEmpty());
  EXPECT_THAT(opening(), SizeIs(1));
}

TEST_P(PathFinderTest, UsesTheConnectionOfWhoeverComesFromThere) {
  const net::SocketAddress phone{there(), 40000};
  for (const Transport transport : {Transport::tcp, Transport::tls}) {
    const net::FlowId connection{sip::kAcceptedFlows | static_cast<unsigned>(transport)};
    streams_.accept({{3}, connection, transport, here(), phone}, now_);
    const auto found = find(literal(":40000;transport=" + std::string(to_string(transport))));
    ASSERT_THAT(found, SizeIs(1));
    EXPECT_EQ(found[0].flow->id, connection);
  }
}

TEST_P(PathFinderTest, SaysWhyThereIsNoWay) {
  const auto error = [this](const sip::NextHop& hop) {
    const auto found = find(hop);
    return found.size() == 1 && !found[0].flow ? found[0].flow.error().code : std::error_code{};
  };
  EXPECT_EQ(error(hop("sip:nobody.example.net")), Errc::name_not_found);
  no_way_.insert(there());
  EXPECT_EQ(error(literal("")), Errc::no_network);
  EXPECT_EQ(error(hop(GetParam() == net::Family::v4 ? "sip:0.0.0.0" : "sip:[ff02::1]")),
            Errc::no_network);
}

TEST_P(PathFinderTest, EndsASearchThatIsNotWantedAnyMore) {
  EXPECT_THAT(find(literal(":5080;transport=tcp")), IsEmpty());
  finder_.give_up(ticket_);
  EXPECT_EQ(settle().at(0).flow.error().code, Errc::cancelled);
  EXPECT_THAT(find(literal(":5081;transport=tcp")), IsEmpty());
  const auto asked = opening();
  finder_.forget(ticket_);
  EXPECT_EQ(streams_.size(), 0U);
  finder_.give_up(ticket_);
  EXPECT_THAT(settle(), IsEmpty());
}

}  // namespace
}  // namespace godwit::server
