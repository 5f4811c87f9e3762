// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/engine_bench.h"

namespace godwit::test {

/// Carol at 10.7.0.1, who is the test: she sends requests outside dialogs to Alice, the engine on the
/// bench, and acknowledges what she accepts.
class Newcomer {
 public:
  explicit Newcomer(EngineBench& bench) : bench_(bench) { bench_.route("10.7.0.1", "10.1.0.2"); }

  /// Each one is of another dialog.
  sip::Message request(std::string_view method, const std::string& sdp = {}) {
    const auto number = std::to_string(++last_);
    auto request = sip::Message::request(method, "sip:alice@10.1.0.2:5070");
    request.add(sip::Field::via, "SIP/2.0/UDP 10.7.0.1:5060;branch=z9hG4bKcarol" + number);
    request.add(sip::Field::max_forwards, "70");
    request.add(sip::Field::from, "<sip:carol@core.test>;tag=carol");
    request.add(sip::Field::to, "<sip:alice@core.test>");
    request.add(sip::Field::call_id, "from-carol-" + number);
    request.add(sip::Field::cseq, "1 " + std::string(method));
    request.add(sip::Field::contact, "<sip:carol@10.7.0.1:5060>");
    if (!sdp.empty()) request.set_body("application/sdp", sdp);
    return request;
  }
  sip::Message invite(sip::Field field, const std::string& value) {
    auto invite = request("INVITE", far_sdp("10.7.0.1"));
    invite.add(field, value);
    return invite;
  }
  /// All that Alice says to it at once.
  std::vector<sip::Message> say(const sip::Message& request) {
    bench_.sent.clear();
    bench_.receive(at(), request);
    return answers_to(request);
  }
  /// The newest of it; 0: nothing.
  int status_of(const sip::Message& request) {
    const auto answers = say(request);
    return answers.empty() ? 0 : answers.back().status();
  }
  /// What was said to it that nobody has looked at.
  [[nodiscard]] std::vector<sip::Message> answers_to(const sip::Message& request) const {
    std::vector<sip::Message> answers;
    for (const auto& sent : bench_.sent) {
      const auto& message = sent.message;
      if (!message.is_request() && message.call_id() == request.call_id()) answers.push_back(message);
    }
    return answers;
  }
  void acknowledge(const sip::Message& ok, const std::string& sdp = {}) {
    auto ack = sip::Message::request("ACK", "sip:alice@10.1.0.2:5070");
    ack.add(sip::Field::via, "SIP/2.0/UDP 10.7.0.1:5060;branch=z9hG4bKack" + std::to_string(++last_));
    ack.add(sip::Field::max_forwards, "70");
    for (const auto field : {sip::Field::from, sip::Field::to, sip::Field::call_id}) {
      ack.add(field, std::string(*ok.field(field)));
    }
    ack.add(sip::Field::cseq, std::to_string(ok.cseq().number) + " ACK");
    if (!sdp.empty()) ack.set_body("application/sdp", sdp);
    bench_.receive(at(), ack);
  }
  [[nodiscard]] EngineBench::Sent at() const {
    return {bench_.sockets.rbegin()->second,
            {*net::IpAddress::parse("10.7.0.1"), 5060},
            sip::Message::request("OPTIONS", "sip:x")};
  }

 private:
  EngineBench& bench_;
  int last_ = 0;
};

/// The dialog of an INVITE of ours, or of the callee's answer to it, as a field names it to us.
inline std::string dialog_of_ours(const sip::Message& invite, std::string_view far_tag) {
  return std::string(invite.call_id()) + ";to-tag=" + std::string(invite.from_tag()) +
         ";from-tag=" + std::string(far_tag);
}

}  // namespace godwit::test
