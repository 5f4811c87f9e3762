// SPDX-License-Identifier: Apache-2.0
#include "server/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tuple>

#include "base/limits.h"
#include "support/server_shell.h"

namespace godwit::server {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

ServerOptions options() {
  ServerOptions o;
  o.domain = "example.org";
  o.users = {{"alice", "secret"}};
  return o;
}

TEST(Server, OpensOneWildcardSocketPerTransportAndFamily) {
  SeededRandom random(1);
  Server server(ServerShell::with_tls(options()), random, TimePoint{});
  server.start(TimePoint{});
  const auto actions = server.take_actions();
  ASSERT_THAT(actions, SizeIs(6));
  EXPECT_EQ(to_string(std::get<sip::OpenUdpFlow>(actions[0]).local), "0.0.0.0:5060");
  EXPECT_EQ(to_string(std::get<sip::OpenUdpFlow>(actions[1]).local), "[::]:5060");
  EXPECT_FALSE(std::get<sip::OpenUdpFlow>(actions[0]).fallback_to_any_port);
  EXPECT_EQ(to_string(std::get<sip::OpenListener>(actions[2]).local), "0.0.0.0:5060");
  EXPECT_EQ(to_string(std::get<sip::OpenListener>(actions[3]).local), "[::]:5060");
  EXPECT_EQ(std::get<sip::OpenListener>(actions[3]).tls, nullptr);
  const auto& tls = std::get<sip::OpenListener>(actions[5]);
  EXPECT_EQ(tls.transport, net::Transport::tls);
  EXPECT_EQ(to_string(tls.local), "[::]:5061");
  EXPECT_EQ(tls.tls->certificate_file, "server.pem");
  EXPECT_THAT(server.take_actions(), IsEmpty());
  EXPECT_EQ(server.next_deadline(), std::nullopt);
}

TEST(Server, ServesTheFamilyThatIsThereAndFailsWithoutAny) {
  SeededRandom random(1);
  Server server(options(), random, TimePoint{});
  server.start(TimePoint{});
  const Error taken{Errc::address_in_use, "[::]:5060"};
  server.on_input(sip::FlowOpened{{1}, {net::IpAddress(), 5060}}, TimePoint{});
  server.on_input(sip::FlowFailed{{2}, std::nullopt, taken}, TimePoint{});
  EXPECT_TRUE(server.serves(net::Family::v4));
  EXPECT_FALSE(server.serves(net::Family::v6));
  EXPECT_EQ(server.failed(), std::nullopt);

  server.on_input(sip::FlowFailed{{1}, std::nullopt, {Errc::no_network, "gone"}}, TimePoint{});
  EXPECT_EQ(server.failed(), taken);
  server.on_input(sip::FlowFailed{{9}, std::nullopt, taken}, TimePoint{});
  server.on_timeout(TimePoint{});
}

class ServerTest : public ::testing::TestWithParam<net::Family> {
 protected:
  net::SocketAddress at() const {
    return {*net::IpAddress::parse(GetParam() == net::Family::v4 ? "10.1.0.2" : "2001:db8:1::2"),
            5070};
  }
  static ServerOptions logged(std::string& log) {
    ServerOptions o = options();
    o.log = [&log](const LogRecord& record) { log += record.message + '\n'; };
    return o;
  }
  std::string log_;
  ServerShell shell_{logged(log_)};
  TestAgent alice_{shell_, "alice", at()};
};
INSTANTIATE_TEST_SUITE_P(Families, ServerTest, ::testing::Values(net::Family::v4, net::Family::v6),
                         [](const auto& p) { return std::string(to_string(p.param)); });

TEST_P(ServerTest, TellsWhatItCanDo) {
  for (const std::string& uri :
       {std::string("sip:example.org"), "sip:" + to_string(ServerShell::address(GetParam()))}) {
    alice_.send(alice_.request("OPTIONS", uri, "<sip:example.org>"));
    const auto ok = alice_.answer();
    ASSERT_TRUE(ok);
    EXPECT_EQ(ok->status(), 200);
    EXPECT_THAT(std::string(ok->field(sip::Field::allow).value_or("")), HasSubstr("REGISTER"));
  }
}

TEST_P(ServerTest, RegistersAlsoWhenItIsNamedInARoute) {
  sip::Message m = alice_.registration();
  m.add(sip::Field::route, "<sip:example.org;lr>");
  alice_.send(m);
  EXPECT_EQ(alice_.answer()->status(), 401);
}

TEST_P(ServerTest, DoesNotRegisterForOtherDomains) {
  sip::Message m = alice_.registration();
  m.set_uri("sip:example.net");
  m.set(sip::Field::from, "<sip:x@example.net>;tag=1");
  alice_.send(m);
  EXPECT_EQ(alice_.answer()->status(), 403);
}

TEST_P(ServerTest, CountsWhatIsNoMessageAndGoesOn) {
  shell_.receive(at(), "hello\r\n\r\n");
  EXPECT_EQ(shell_.server.malformed(), 1U);
  alice_.send(alice_.request("OPTIONS", "sip:example.org", "<sip:example.org>"));
  EXPECT_TRUE(alice_.answer());
}

TEST_P(ServerTest, CountsRequestsAndNotTheirCopies) {
  alice_.sign_in("secret");  // two REGISTERs
  const auto query = alice_.request("OPTIONS", "sip:example.org", "<sip:example.org>");
  alice_.send(query);
  alice_.send(query);
  EXPECT_EQ(shell_.server.counters().requests, 3U);
  EXPECT_EQ(shell_.server.counters().registrations, 1U);
}

TEST_P(ServerTest, AnswersAMalformedRequestOnceAndKeepsNothingOfIt) {
  sip::Message m = alice_.registration();
  m.set(sip::Field::cseq, "7 INVITE");
  alice_.send(m);
  const auto refused = alice_.answer();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status(), 400);
  EXPECT_FALSE(refused->to_tag().empty());
  EXPECT_EQ(shell_.server.malformed(), 1U);
  EXPECT_THAT(log_, HasSubstr("answered 400"));
  shell_.advance(40s);
  EXPECT_FALSE(alice_.next());
  EXPECT_EQ(shell_.server.next_deadline(), std::nullopt);
}

TEST_P(ServerTest, NamesWhatItCannotReadByItsStatus) {
  const std::string request = alice_.registration().write();
  const std::string other = "REGISTER sip:example.org SIP/7.0" + request.substr(request.find('\r'));
  shell_.receive(at(), other);
  EXPECT_EQ(alice_.answer()->status(), 505);
  sip::Message far = alice_.registration();
  far.set_uri("sip:" + std::string(limits::kUriBytes, 'a') + "@example.org");
  alice_.send(far);
  EXPECT_EQ(alice_.answer()->status(), 414);
}

TEST_P(ServerTest, TellsTheStoryInItsLogWithoutSecrets) {
  alice_.sign_in("secret");
  EXPECT_THAT(log_, HasSubstr("serving example.org"));
  EXPECT_THAT(log_, HasSubstr("bound to sip:alice@" + to_string(at())));
  EXPECT_THAT(log_, ::testing::Not(HasSubstr("secret")));
}

TEST_P(ServerTest, ComesToRestAfterwards) {
  alice_.sign_in("secret");
  shell_.advance(64s);
  EXPECT_EQ(shell_.server.next_deadline(), std::nullopt);
}

/// What comes by connections.
class ServerStreamTest : public ::testing::TestWithParam<std::tuple<net::Transport, net::Family>> {
 protected:
  static net::Transport transport() { return std::get<0>(GetParam()); }
  static net::SocketAddress at() {
    const bool v4 = std::get<1>(GetParam()) == net::Family::v4;
    return {*net::IpAddress::parse(v4 ? "10.1.0.2" : "2001:db8:1::2"), 40'000};
  }
  int answer_status() {
    const auto m = alice_.answer();
    return m ? m->status() : 0;
  }

  ServerShell shell_{ServerShell::with_tls(options())};
  TestAgent alice_{shell_, "alice", at(), transport()};
};
INSTANTIATE_TEST_SUITE_P(Transports, ServerStreamTest,
                         ::testing::Combine(::testing::Values(net::Transport::tcp,
                                                              net::Transport::tls),
                                            ::testing::Values(net::Family::v4, net::Family::v6)),
                         [](const auto& p) {
                           return std::string(to_string(std::get<0>(p.param))) + '_' +
                                  std::string(to_string(std::get<1>(p.param)));
                         });

TEST_P(ServerStreamTest, AnswersAPingWithAPong) {
  alice_.send_by(alice_.connect(), "\r\n\r\n");
  EXPECT_EQ(shell_.pongs[alice_.at()], 1);
}

TEST_P(ServerStreamTest, TakesMessagesInPieces) {
  const std::string bytes =
      alice_.request("OPTIONS", "sip:example.org", "<sip:example.org>").write();
  for (const char c : bytes) alice_.send_by(alice_.connect(), std::string(1, c));
  EXPECT_EQ(answer_status(), 200);
}

TEST_P(ServerStreamTest, AnswersAndClosesWhatCannotBeReadAnyFurther) {
  std::string bytes = alice_.request("OPTIONS", "sip:example.org", "<sip:example.org>").write();
  bytes.replace(bytes.find("Content-Length: 0"), 17, "Content-Length: x");
  alice_.send_by(alice_.connect(), bytes);
  EXPECT_EQ(answer_status(), 400);
  EXPECT_THAT(shell_.closed, ElementsAre(alice_.connection()));
  EXPECT_EQ(shell_.server.connections(), 0U);
  EXPECT_EQ(shell_.server.malformed(), 1U);
}

TEST_P(ServerStreamTest, ClosesWhatIsNoSipWithoutAWord) {
  alice_.send_by(alice_.connect(), "GET / HTTP/1.1\r\n\r\n");
  EXPECT_THAT(shell_.sent, IsEmpty());
  EXPECT_THAT(shell_.closed, SizeIs(1));
}

TEST_P(ServerStreamTest, AnswersAMalformedRequestAndGoesOn) {
  sip::Message m = alice_.registration();
  m.set(sip::Field::cseq, "7 INVITE");
  alice_.send(m);
  EXPECT_EQ(answer_status(), 400);
  EXPECT_THAT(shell_.closed, IsEmpty());
  alice_.send(alice_.request("OPTIONS", "sip:example.org", "<sip:example.org>"));
  EXPECT_EQ(answer_status(), 200);
}

TEST_P(ServerStreamTest, RegistersByTheConnection) {
  alice_.sign_in("secret");
  const auto bindings = shell_.server.bindings("alice", shell_.now);
  ASSERT_THAT(bindings, SizeIs(1));
  ASSERT_TRUE(bindings[0].connection);
  EXPECT_EQ(bindings[0].connection->id, alice_.connection());
  EXPECT_EQ(shell_.server.connections(), 1U);
}

TEST_P(ServerStreamTest, TellsItsOpenConnections) {
  EXPECT_THAT(shell_.server.flows(), IsEmpty());
  (void)alice_.connect();
  const auto flows = shell_.server.flows();
  ASSERT_THAT(flows, SizeIs(1));
  EXPECT_EQ(flows[0].transport, transport());
  EXPECT_EQ(flows[0].remote, at());
  shell_.hang_up(alice_.connection());
  EXPECT_THAT(shell_.server.flows(), IsEmpty());
}

TEST_P(ServerStreamTest, ClosesAnIdleConnectionUnlessSomebodyRegisteredByIt) {
  TestAgent other(shell_, "nobody", {at().address, 40'001}, transport());
  alice_.sign_in("secret");
  (void)other.connect();
  shell_.advance(StreamPool::kFirstWord);
  EXPECT_THAT(shell_.closed, ElementsAre(other.connection()));
  shell_.advance(2h);  // the binding has expired
  EXPECT_EQ(shell_.server.connections(), 0U);
}

}  // namespace
}  // namespace godwit::server
