// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/assert.h"
#include "support/engine_bench.h"

namespace godwit::test {

/// A call of Alice's with Bob on a workbench, up: Alice is the engine, Bob is the test. Bob is at
/// 10.8.0.1 and talks past the proxy.
class EstablishedCall {
 public:
  enum class Caller { alice, bob };
  struct Bob {
    std::string allow = "INVITE, ACK, BYE, UPDATE";
    std::string session_expires;  ///< of his INVITE or 2xx; empty: none
    std::string supported = "timer";
    std::string sdp = sound();    ///< empty: none
    bool acknowledges = true;     ///< sends ACK for our 2xx
  };

  explicit EstablishedCall(Caller caller = Caller::alice) : EstablishedCall(caller, {}, Bob()) {}
  EstablishedCall(Caller caller, const CallOptions& options, const Bob& bob,
                  UserAgentOptions agent = EngineBench::without_keep_alives())
      : bench(std::move(agent)), bob_(bob) {
    bench.route("10.8.0.1", "10.1.0.2");
    account = *bench.engine.add_account(
        {.address_of_record = "sip:alice@core.test", .password = "secret"}, bench.now);
    if (caller == Caller::alice) {
      dial(options);
    } else {
      GODWIT_ASSERT(bench.engine.start_registration(account, std::chrono::seconds{300}, bench.now));
      bench.drain();
      bench.answer(*bench.next_request("REGISTER"), 200);
      be_called(options);
    }
    bench.sent.clear();
  }

  EngineBench bench;
  AccountId account;
  CallId call;
  std::optional<sip::Message> first_invite;  ///< Alice's, or Bob's
  std::optional<sip::Message> first_answer;  ///< Alice's 200

  /// Bob's description; `direction` "sendonly", …
  static std::string sound(std::string_view direction = "sendrecv", std::uint64_t version = 1,
                           const std::string& address = "10.8.0.1") {
    return far_sdp(address, 50000, version) + "a=" + std::string(direction) + "\r\n";
  }

  /// A request of Bob's inside the dialog.
  sip::Message request(std::string_view method, const std::string& sdp = {}) {
    auto request = bare(method, "z9hG4bKbob" + std::to_string(++bobs_cseq_));
    request.add(sip::Field::from, "<sip:bob@core.test>;tag=" + bobs_tag_);
    request.add(sip::Field::to, "<sip:alice@core.test>;tag=" + alices_tag_);
    request.add(sip::Field::call_id, call_id_);
    request.add(sip::Field::cseq, std::to_string(bobs_cseq_) + ' ' + std::string(method));
    add_body(request, sdp);
    return request;
  }
  /// His ACK to our 200 to his INVITE.
  void acknowledge(const sip::Message& ok, const std::string& sdp = {}) {
    auto ack = bare("ACK", "z9hG4bKack" + std::to_string(++acks_));
    for (const auto field : {sip::Field::from, sip::Field::to, sip::Field::call_id}) {
      ack.add(field, std::string(*ok.field(field)));
    }
    ack.add(sip::Field::cseq, std::to_string(ok.cseq().number) + " ACK");
    if (!sdp.empty()) ack.set_body("application/sdp", sdp);
    bench.receive(at(), ack);
  }
  /// What Alice answers to a request of his.
  std::optional<sip::Message> ask(const sip::Message& message) {
    bench.sent.clear();
    bench.receive(at(), message);
    for (auto& sent : bench.sent) {
      if (!sent.message.is_request() && sent.message.cseq() == message.cseq()) {
        return sent.message;
      }
    }
    return std::nullopt;
  }
  int status_of(const sip::Message& message) {
    const auto answer = ask(message);
    return answer ? answer->status() : 0;
  }
  /// He accepts a request of hers.
  void accept(const EngineBench::Sent& request, const std::string& sdp,
              const std::function<void(sip::Message&)>& edit = {}) {
    respond(request, 200, [&](sip::Message& ok) {
      ok.add(sip::Field::contact, "<sip:bob@10.8.0.1:5060>");
      if (!sdp.empty()) ok.set_body("application/sdp", sdp);
      if (edit) edit(ok);
    });
  }
  void respond(const EngineBench::Sent& request, int status,
               const std::function<void(sip::Message&)>& edit = {}) {
    auto response = sip::make_response(request.message, status, bobs_tag_);
    if (edit) edit(response);
    bench.receive(request, response);
  }
  /// The next request of hers.
  std::optional<EngineBench::Sent> next(std::string_view method) { return bench.next_request(method); }
  /// Nothing more is asked of him.
  [[nodiscard]] bool silent() {
    while (const auto sent = bench.next_sent()) {
      const auto method = sent->message.method();
      const bool asks = method == sip::Method::invite || method == sip::Method::update ||
                        method == sip::Method::bye;
      if (sent->message.is_request() && asks) return false;
    }
    return true;
  }
  [[nodiscard]] CallInfo info() { return *bench.engine.call_info(call); }
  [[nodiscard]] bool ended() const { return !bench.events_of<CallEnded>().empty(); }

  /// Wi-Fi's address goes.
  void lose_network() {
    bench.remove_addresses();
    bench.routes.clear();
    bench.observe();
  }
  void find_network(const std::string& address) {
    bench.add_address(address, 3);
    bench.route("10.9.0.1", address);
    bench.route("10.8.0.1", address);
    bench.observe();
  }
  [[nodiscard]] EngineBench::Sent at() const {
    return {bench.sockets.rbegin()->second,
            {*net::IpAddress::parse("10.8.0.1"), 5060},
            sip::Message::request("OPTIONS", "sip:x")};
  }

 private:
  static sip::Message bare(std::string_view method, const std::string& branch) {
    auto request = sip::Message::request(method, "sip:alice@10.1.0.2:5070");
    request.add(sip::Field::via, "SIP/2.0/UDP 10.8.0.1:5060;branch=" + branch);
    request.add(sip::Field::max_forwards, "70");
    return request;
  }
  void add_body(sip::Message& message, const std::string& sdp) {
    message.add(sip::Field::contact, "<sip:bob@10.8.0.1:5060>");
    message.add(sip::Field::allow, bob_.allow);
    if (!bob_.supported.empty()) message.add(sip::Field::supported, bob_.supported);
    if (!sdp.empty()) message.set_body("application/sdp", sdp);
  }
  void dial(const CallOptions& options) {
    call = *bench.engine.dial(account, "bob", options, bench.now);
    bench.drain();
    const auto invite = bench.next_request("INVITE");
    GODWIT_ASSERT(invite.has_value());
    first_invite = invite->message;
    call_id_ = std::string(invite->message.call_id());
    alices_tag_ = invite->message.from_tag();
    respond(*invite, 200, [&](sip::Message& ok) {
      add_body(ok, bob_.sdp);
      if (!bob_.session_expires.empty()) ok.add(sip::Field::session_expires, bob_.session_expires);
    });
  }
  void be_called(const CallOptions& options) {
    call_id_ = "from-bob";
    auto invite = bare("INVITE", "z9hG4bKfirst");
    invite.add(sip::Field::from, "<sip:bob@core.test>;tag=" + bobs_tag_);
    invite.add(sip::Field::to, "<sip:alice@core.test>");
    invite.add(sip::Field::call_id, call_id_);
    invite.add(sip::Field::cseq, "1 INVITE");
    if (!bob_.session_expires.empty()) invite.add(sip::Field::session_expires, bob_.session_expires);
    add_body(invite, bob_.sdp);
    first_invite = invite;
    bench.receive(at(), invite);
    const auto incoming = bench.events_of<IncomingCall>();
    GODWIT_ASSERT(incoming.size() == 1);
    call = incoming.front().call;
    bench.sent.clear();
    GODWIT_ASSERT(bench.engine.answer(call, options, bench.now));
    bench.drain();
    for (const auto& sent : bench.sent) {
      if (sent.message.status() == 200) first_answer = sent.message;
    }
    if (!first_answer) return;
    alices_tag_ = first_answer->to_tag();
    if (bob_.acknowledges) acknowledge(*first_answer, bob_.sdp.empty() ? sound() : std::string());
  }

  Bob bob_;
  std::string call_id_, alices_tag_;
  std::string bobs_tag_ = "far-tag";
  int bobs_cseq_ = 1;
  int acks_ = 0;
};

/// The direction that a description of one line asks for.
inline std::string direction_in(const sip::Message& message) {
  const std::string body(message.body());
  for (const char* direction : {"sendonly", "recvonly", "inactive"}) {
    if (body.find("a=" + std::string(direction)) != std::string::npos) return direction;
  }
  return body.empty() ? "none" : "sendrecv";
}

}  // namespace godwit::test
