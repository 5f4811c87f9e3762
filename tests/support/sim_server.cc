// SPDX-License-Identifier: Apache-2.0
#include "support/sim_server.h"

#include <algorithm>

#include "base/overloaded.h"
#include "support/sent_message.h"
#include "support/time_text.h"

namespace godwit::test {

SimServer::SimServer(FakeNetwork& network, FakeHost& host, server::ServerOptions options)
    : time_(network.time()),
      random_(network.random().u64()),
      shell_(network, host,
             {.origin = sip::Origin::forwarded,
              .tell = [this](sip::IoInput told) { input(std::move(told)); },
              .note = [this](const std::string& line) { note(line); },
              .blame = [this](std::string fault) { faults_.push_back(std::move(fault)); },
              .leaves = {}}),
      server_(
          [&] {
            options.log = [this](const LogRecord& record) { note(record.message); };
            return std::move(options);
          }(),
          random_, time_.now()) {
  server_.start(time_.now());
  settle();
}

std::vector<std::string> SimServer::bindings(const std::string& user) const {
  std::vector<std::string> uris;
  for (const auto& binding : server_.bindings(user, time_.now())) {
    uris.push_back(sip::to_string(binding.contact));
  }
  return uris;
}

void SimServer::note(const std::string& line) {
  log_ += time_text(time_.now()) + " server: " + line + '\n';
}

void SimServer::input(sip::IoInput input) {
  if (const auto* datagram = std::get_if<sip::DatagramReceived>(&input)) {
    return judge_message(*datagram, datagram->local, datagram->remote);
  }
  if (const auto* stream = std::get_if<sip::StreamReceived>(&input)) return judge(*stream);
  if (const auto* failed = std::get_if<sip::FlowFailed>(&input)) framers_.erase(failed->flow);
  hand_in(std::move(input));
}

// What comes by a stream is judged message by message; in between nothing is changed.
void SimServer::judge(const sip::StreamReceived& received) {
  for (auto& output : framer_of(received.flow).on_bytes(received.bytes)) {
    std::visit(overloaded{
                   [&](sip::StreamFramer::MessageReceived& message) {
                     judge_message(sip::StreamReceived{received.flow, std::move(message.bytes)}, {}, {});
                   },
                   [&](const sip::StreamFramer::PingReceived&) {
                     hand_in(sip::StreamReceived{received.flow, std::string(sip::kPing)});
                   },
                   [&](const sip::StreamFramer::PongReceived&) {
                     hand_in(sip::StreamReceived{received.flow, std::string(sip::kPong)});
                   },
                   [&](const sip::StreamFault&) { hand_in(received); },
               },
               output);
  }
}

sip::StreamFramer& SimServer::framer_of(net::FlowId flow) {
  const bool accepted = (flow.value & sip::kAcceptedFlows) != 0;
  const auto opened = accepted ? sip::StreamFramer::Opened::by_peer : sip::StreamFramer::Opened::by_us;
  return framers_.try_emplace(flow, opened).first->second;
}

template <class Received>
void SimServer::judge_message(Received received, const net::SocketAddress& local,
                              const net::SocketAddress& remote) {
  if (!judge_ || is_keep_alive(received.bytes)) return hand_in(std::move(received));
  auto message = sip::read_message(received.bytes).message;
  const auto fate = judge_(message);
  const auto again = [this, received] { hand_in(received); };
  switch (fate.kind) {
    case Fate::Kind::lost:
      return;
    case Fate::Kind::late:
      return time_.after(fate.after, again);
    case Fate::Kind::twice:
      time_.after(fate.after, again);
      break;
    case Fate::Kind::refused: {
      auto refusal = sip::make_response(message, fate.status, "in-the-way");
      if (fate.retry_after.count() != 0) {
        refusal.set(sip::Field::retry_after, std::to_string(fate.retry_after.count()));
      }
      if (fate.status == 423) refusal.set(sip::Field::min_expires, "3700");
      return shell_.perform(sip::SendMessage{received.flow, local.address, remote,
                                             std::make_shared<const std::string>(refusal.write())});
    }
    case Fate::Kind::stale_nonce:
      for (const auto field : {sip::Field::authorization, sip::Field::proxy_authorization}) {
        auto text = std::string(message.field(field).value_or(""));
        const auto at = text.find("nonce=\"");
        if (at == std::string::npos) continue;
        message.set(field, text.replace(at + 7, 4, "olde"));
      }
      received.bytes = message.write();
      break;
    case Fate::Kind::passes:
      break;
  }
  hand_in(std::move(received));
}

void SimServer::hand_in(sip::IoInput input) {
  inputs_.push_back(std::move(input));
  settle();
}

void SimServer::settle() {
  if (settling_) return;
  settling_ = true;
  for (;;) {
    const auto actions = server_.take_actions();
    for (const auto& action : actions) {
      if (const auto* close = std::get_if<sip::CloseFlow>(&action)) framers_.erase(close->flow);
      shell_.perform(action);
    }
    if (actions.empty() && inputs_.empty()) break;
    while (!inputs_.empty()) {
      const auto next = std::move(inputs_.front());
      inputs_.pop_front();
      server_.on_input(next, time_.now());
    }
  }
  settling_ = false;
  arm();
}

void SimServer::arm() {
  const auto next = server_.next_deadline();
  if (!next || (armed_ && *armed_ <= *next)) return;
  armed_ = std::max(*next, time_.now());
  time_.at(*armed_, [this, when = *armed_] {
    if (armed_ == when) armed_.reset();
    server_.on_timeout(time_.now());
    settle();
  });
}

}  // namespace godwit::test
