// SPDX-License-Identifier: Apache-2.0
#include "support/sim_shell.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sip/auth/digest.h"
#include "support/script_server.h"
#include "support/snapshot_builder.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;
using net::DnsType;
using net::Transport;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

struct Shells {
  const char* a;
  const char* b;
  const char* foreign;  // of the other family
};
constexpr Shells kShellsV4{"10.1.0.2", "10.3.0.2", "2001:db8:3::2"};
constexpr Shells kShellsV6{"2001:db8:1::2", "2001:db8:3::2", "10.3.0.2"};
constexpr net::FlowId kFlow{1};

/// A shell whose core is the test, and a scripted server.
class SimShellTest : public ::testing::TestWithParam<Shells> {
 protected:
  void SetUp() override {
    a_.add_interface("eth0", link_);
    a_.attach("eth0", {GetParam().a});
    b_.add_interface("eth0", link_);
    b_.attach("eth0", {GetParam().b});
  }
  template <class Input>
  std::vector<Input> told() const {
    std::vector<Input> out;
    for (const auto& input : told_) {
      if (const auto* one = std::get_if<Input>(&input)) out.push_back(*one);
    }
    return out;
  }
  [[nodiscard]] net::SocketAddress local() const { return {ip(GetParam().a), 0}; }
  [[nodiscard]] net::SocketAddress remote(Transport transport) const {
    const bool tls = transport == Transport::tls;
    return {ip(GetParam().b), tls ? std::uint16_t{5061} : std::uint16_t{5060}};
  }
  /// Opens flow 1 to the server. @return the flow, once it is open.
  net::Flow open(Transport transport) {
    if (transport == Transport::udp) {
      shell_.perform(sip::OpenUdpFlow{kFlow, local()});
    } else {
      sip::OpenStream wanted{kFlow, transport, {}, remote(transport), "example.test", tls_, {}};
      shell_.perform(wanted);
      time_.run_for(1s);
    }
    const auto opened = told<sip::FlowOpened>();
    EXPECT_THAT(opened, SizeIs(1));
    return {kFlow, transport, opened.at(0).local, remote(transport)};
  }
  sip::Message request(std::string_view method, const net::Flow& flow) {
    auto request = sip::Message::request(method, "sip:example.test");
    const auto branch = "z9hG4bK" + std::to_string(++branch_);
    request.add(sip::Field::via, to_string(sip::via_for(flow, branch)));
    request.add(sip::Field::max_forwards, "70");
    request.add(sip::Field::from, "<sip:alice@example.test>;tag=1");
    request.add(sip::Field::to, "<sip:example.test>");
    request.add(sip::Field::call_id, "call");
    request.add(sip::Field::cseq, "1 " + std::string(method));
    return request;
  }
  void send(const net::Flow& flow, const std::string& bytes) {
    shell_.perform(sip::SendMessage{flow.id, flow.local.address, flow.remote,
                                    std::make_shared<const std::string>(bytes)});
  }
  /// What came back, all of it.
  [[nodiscard]] std::string heard() const {
    std::string text;
    for (const auto& datagram : told<sip::DatagramReceived>()) text += datagram.bytes;
    for (const auto& piece : told<sip::StreamReceived>()) text += piece.bytes;
    return text;
  }
  void serve(Transport transport) {
    server_.listen(transport, remote(transport), {"example.test"});
  }
  sip::DnsAnswered ask(const std::string& name, DnsType type, Duration within) {
    told_.clear();
    shell_.perform(sip::QueryDns{name, type});
    time_.run_until([&] { return !told_.empty(); }, within);
    const auto answered = told<sip::DnsAnswered>();
    EXPECT_THAT(answered, SizeIs(1));
    return answered.at(0);
  }

  LinkOptions link_{.delay = 5ms};
  VirtualTime time_;
  SeededRandom random_{7};
  FakeNetwork network_{time_, random_};
  FakeHost& a_ = network_.add_host("a");
  FakeHost& b_ = network_.add_host("b");
  ScriptServer server_{network_, b_, "b"};
  std::shared_ptr<const TlsOptions> tls_ = std::make_shared<TlsOptions>();
  std::vector<sip::IoInput> told_;
  std::vector<std::string> faults_;
  SimShell shell_{network_,
                  a_,
                  {.tell = [this](sip::IoInput input) { told_.push_back(std::move(input)); },
                   .note = [](const std::string&) {},
                   .blame = [this](std::string fault) { faults_.push_back(std::move(fault)); },
                   .leaves = {}}};
  int branch_ = 0;
};

TEST_P(SimShellTest, CarriesRequestsAndAnswersOverEveryTransport) {
  for (const auto transport : {Transport::udp, Transport::tcp, Transport::tls}) {
    told_.clear();
    serve(transport);
    std::vector<Transport> seen;
    network_.set_tap(
        [&](const FakeHost&, const FakePacket& packet) { seen.push_back(packet.transport); });
    const auto flow = open(transport);
    send(flow, request("OPTIONS", flow).write());
    time_.run_for(1s);
    EXPECT_THAT(heard(), HasSubstr("SIP/2.0 200 OK")) << to_string(transport);
    EXPECT_THAT(seen, ElementsAre(transport, transport));
    shell_.perform(sip::CloseFlow{kFlow});
    time_.run_for(1s);
  }
  EXPECT_EQ(server_.count("OPTIONS"), 3U);
  EXPECT_EQ(server_.accepted(), 2U);
  EXPECT_EQ(server_.connected(), 0U);
  EXPECT_THAT(faults_, IsEmpty());
}

TEST_P(SimShellTest, BlamesWhatIsUntrueToItsFlowOverEveryTransport) {  // INV
  for (const auto transport : {Transport::udp, Transport::tcp, Transport::tls}) {
    told_.clear();
    faults_.clear();
    serve(transport);
    const auto flow = open(transport);
    auto untrue = flow;
    untrue.local.address = ip(GetParam().foreign);
    send(flow, request("OPTIONS", untrue).write());
    EXPECT_THAT(faults_, ElementsAre(HasSubstr("Via says"))) << to_string(transport);
    shell_.perform(sip::CloseFlow{kFlow});
    send(flow, request("OPTIONS", flow).write());
    EXPECT_THAT(faults_, SizeIs(2)) << "a closed flow";
  }
}

TEST_P(SimShellTest, TellsWhyAStreamDoesNotOpen) {
  sip::OpenStream wanted{kFlow, Transport::tls, {}, remote(Transport::tls), "other.test", tls_, {}};
  shell_.perform(wanted);
  time_.run_for(1s);
  EXPECT_EQ(told<sip::FlowFailed>().at(0).error.code, std::errc::connection_refused);
  serve(Transport::tls);
  shell_.perform(wanted);
  time_.run_for(1s);
  EXPECT_EQ(told<sip::FlowFailed>().at(1).error.code, make_error_code(Errc::certificate_rejected));
  a_.detach("eth0");
  shell_.perform(wanted);
  EXPECT_EQ(told<sip::FlowFailed>().at(2).error.code, std::errc::network_unreachable);
  EXPECT_EQ(shell_.open_streams(), 0U);
}

TEST_P(SimShellTest, TellsOfTheFarEndsClosing) {
  serve(Transport::tcp);
  const auto flow = open(Transport::tcp);
  server_.close_connections();
  time_.run_for(1s);
  const auto failed = told<sip::FlowFailed>();
  ASSERT_THAT(failed, SizeIs(1));
  EXPECT_EQ(failed[0].error.code, make_error_code(Errc::connection_closed));
  EXPECT_FALSE(failed[0].remote);
  send(flow, request("OPTIONS", flow).write());
  EXPECT_THAT(faults_, IsEmpty()) << "the core may not know yet";
}

TEST_P(SimShellTest, TakesConnectionsUnderIdsOfItsOwn) {
  TlsOptions options;
  options.certificate_file = "example.test,sip.example.test";
  const sip::OpenListener wanted{kFlow,
                                 Transport::tls,
                                 {ip(GetParam().a), 5061},
                                 std::make_shared<const TlsOptions>(options),
                                 {}};
  shell_.perform(wanted);
  ASSERT_THAT(told<sip::FlowOpened>(), SizeIs(1));
  std::string answer;
  FakeStreams::StreamId id = 0;
  StreamHandlers handlers;
  handlers.opened = [&] { b_.streams().send(id, "OPTIONS "); };
  handlers.received = [&](const std::string& bytes) { answer += bytes; };
  id = *b_.streams().connect({.transport = Transport::tls,
                              .remote = told<sip::FlowOpened>().at(0).local,
                              .server_name = "sip.example.test"},
                             handlers);
  time_.run_for(1s);
  const auto accepted = told<sip::StreamAccepted>();
  ASSERT_THAT(accepted, SizeIs(1));
  EXPECT_EQ(accepted[0].listener, kFlow);
  EXPECT_NE(accepted[0].flow.value & sip::kAcceptedFlows, 0U);
  EXPECT_EQ(accepted[0].remote, b_.tcp().local_of(id));
  EXPECT_EQ(heard(), "OPTIONS ");
  send({accepted[0].flow, Transport::tls, accepted[0].local, accepted[0].remote}, "\r\n");
  time_.run_for(1s);
  EXPECT_EQ(answer, "\r\n");
  shell_.perform(sip::OpenListener{net::FlowId{2}, Transport::tls, {local()}, tls_, {}});
  EXPECT_EQ(told<sip::FlowFailed>().at(0).error.code, make_error_code(Errc::tls_failed));
}

TEST_P(SimShellTest, AnUnreachableFailsOneDestinationOfADatagramFlow) {  // T36
  const auto flow = open(Transport::udp);
  network_.set_refuser([](const FakePacket& packet) { return packet.destination.port == 5060; });
  const auto start = time_.now();
  send(flow, request("OPTIONS", flow).write());
  ASSERT_TRUE(time_.run_until([&] { return !told<sip::FlowFailed>().empty(); }, 1s));
  EXPECT_EQ(time_.now() - start, 10ms) << "to the router and back";
  const auto failed = told<sip::FlowFailed>().at(0);
  EXPECT_EQ(failed.flow, kFlow);
  EXPECT_EQ(failed.remote, flow.remote);
  EXPECT_EQ(failed.error.code, make_error_code(Errc::unreachable));
}

TEST_P(SimShellTest, AnswersFromTheHostsFileInTheSameTurn) {
  network_.add_name("box.test", {GetParam().b});
  const bool v4 = ip(GetParam().b).is_v4();
  const auto there = ask("box.test", v4 ? DnsType::a : DnsType::aaaa, 0s);
  EXPECT_TRUE(there.answer.from_hosts_file);
  EXPECT_THAT(there.answer.addresses, ElementsAre(ip(GetParam().b)));
  const auto other = ask("box.test", v4 ? DnsType::aaaa : DnsType::a, 0s);
  EXPECT_EQ(other.answer.status, net::DnsAnswer::Status::no_data);
  EXPECT_TRUE(other.answer.from_hosts_file);
  EXPECT_EQ(shell_.questions(), 0U);
}

TEST_P(SimShellTest, AnswersFromTheZoneAsLateAsItSays) {
  auto& zone = network_.zone();
  zone.add_address("example.test", GetParam().b);
  zone.add_srv("_sip._udp.example.test", 10, 0, 5060, "example.test");
  zone.delay("_sip._udp.example.test", DnsType::srv, 300ms);
  zone.drop("example.test", DnsType::naptr);
  const auto start = time_.now();
  const bool v4 = ip(GetParam().b).is_v4();
  EXPECT_THAT(ask("example.test", v4 ? DnsType::a : DnsType::aaaa, 5ms).answer.addresses,
              ElementsAre(ip(GetParam().b)));
  EXPECT_THAT(ask("_sip._udp.example.test", DnsType::srv, 400ms).answer.services, SizeIs(1));
  EXPECT_GE(time_.now() - start, 300ms);
  EXPECT_EQ(ask("nowhere.test", DnsType::a, 5ms).answer.status,
            net::DnsAnswer::Status::no_such_name);
  const auto dropped = time_.now();
  EXPECT_EQ(ask("example.test", DnsType::naptr, 10s).answer.status, net::DnsAnswer::Status::failed);
  EXPECT_EQ(time_.now() - dropped, SimShell::kDnsLimit);
  EXPECT_EQ(shell_.questions(), 4U);
}

TEST_P(SimShellTest, TheServerFollowsItsScript) {
  serve(Transport::udp);
  server_.on("INVITE", {{.status = 100}, {.status = 180, .after = 1s}});
  server_.once("INVITE", {{.status = 503, .retry_after = 5s}});
  const auto flow = open(Transport::udp);
  send(flow, request("INVITE", flow).write());
  time_.run_for(1s);
  EXPECT_THAT(heard(), HasSubstr("SIP/2.0 503"));
  EXPECT_THAT(heard(), HasSubstr("Retry-After: 5\r\n"));

  told_.clear();
  auto invite = request("INVITE", flow);
  send(flow, invite.write());
  send(flow, invite.write());
  time_.run_for(10s);
  EXPECT_EQ(server_.count("INVITE"), 2U);
  EXPECT_THAT(server_.all(), SizeIs(3));
  EXPECT_THAT(heard(), HasSubstr("SIP/2.0 180"));

  told_.clear();
  auto cancel = sip::Message::request("CANCEL", "sip:example.test");
  for (const auto field :
       {sip::Field::via, sip::Field::from, sip::Field::to, sip::Field::call_id}) {
    cancel.add(field, *invite.field(field));
  }
  cancel.add(sip::Field::cseq, "1 CANCEL");
  send(flow, cancel.write());
  time_.run_for(1s);
  EXPECT_THAT(heard(), HasSubstr("SIP/2.0 200"));
  EXPECT_THAT(heard(), HasSubstr("SIP/2.0 487"));

  told_.clear();
  server_.on("*", {});
  send(flow, request("OPTIONS", flow).write());
  time_.run_for(40s);
  EXPECT_EQ(heard(), "");
}

TEST_P(SimShellTest, TheServerTakesCredentialsForItsOwnNonceOnly) {  // T45
  serve(Transport::tcp);
  server_.ask_for_credentials("alice", "wonderland");
  const auto flow = open(Transport::tcp);
  const auto answer_to = [&](const std::string& nonce, const std::string& password) {
    told_.clear();
    auto request = this->request("REGISTER", flow);
    sip::DigestCredentials credentials;
    credentials.username = "alice";
    credentials.realm = "example.test";
    credentials.nonce = nonce;
    credentials.uri = request.uri();
    credentials.cnonce = "cnonce";
    credentials.nonce_count = 1;
    credentials.response = digest_response(credentials, password, "REGISTER");
    request.set(sip::Field::authorization, to_string(credentials));
    send(flow, request.write());
    time_.run_for(1s);
    return sip::read_message(heard()).message.status();
  };
  EXPECT_EQ(answer_to("b-1", "wonderland"), 200);
  EXPECT_EQ(answer_to("b-1", "guess"), 401);
  EXPECT_EQ(answer_to("another-1", "wonderland"), 401);
}

TEST_P(SimShellTest, TheServerAnswersPings) {
  serve(Transport::tcp);
  const auto flow = open(Transport::tcp);
  send(flow, std::string(sip::kPing));
  time_.run_for(1s);
  EXPECT_EQ(heard(), sip::kPong);
  server_.answer_pings(false);
  send(flow, std::string(sip::kPing));
  time_.run_for(1s);
  EXPECT_EQ(heard(), sip::kPong);
  EXPECT_EQ(server_.pings(), 2U);
  EXPECT_THAT(faults_, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Families, SimShellTest, ::testing::Values(kShellsV4, kShellsV6),
                         [](const auto& row) { return row.index == 0 ? "v4" : "v6"; });

TEST(GivenGruusTest, OnlyWhatTheRegistrarGaveMayBeSaid) {
  GivenGruus gruus;
  gruus.on_received(kFlow, "Contact: <sip:a@10.1.0.2>;pub-gruu=\"sip:alice@example.te");
  gruus.on_received(kFlow, "st;gr=urn:uuid:1\"\r\n");
  const auto untold = [&](const std::string& method, const std::string& contact) {
    auto request = sip::Message::request(method, "sip:bob@example.test");
    request.add(sip::Field::cseq, "1 " + method);
    request.add(sip::Field::contact, contact);
    return gruus.find_untold(request.write()).value_or("");
  };
  EXPECT_EQ(untold("INVITE", "<sip:alice@example.test;gr=urn:uuid:1>"), "");
  EXPECT_EQ(untold("INVITE", "<sip:alice@10.1.0.2>"), "");
  EXPECT_THAT(untold("INVITE", "<sip:alice@example.test;gr=urn:uuid:2>"), HasSubstr("nobody gave"));
  EXPECT_THAT(untold("REGISTER", "<sip:alice@example.test;gr=urn:uuid:1>"), HasSubstr("registered"));
}

}  // namespace
}  // namespace godwit::test
