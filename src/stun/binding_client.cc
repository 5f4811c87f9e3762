// SPDX-License-Identifier: Apache-2.0
#include "stun/binding_client.h"

namespace godwit::stun {

BindingClient::BindingClient(const net::SocketAddress& server, Random& random, TimePoint now,
                             Duration rto)
    : server_(server), id_(make_transaction_id(random)), rto_(rto), deadline_(now + rto) {
  Message request;
  request.id = id_;
  request.fingerprint = true;  // the port is SIP's too (RFC 5626 §8)
  request_ = write_message(request);
}

std::optional<BindingClient::Answer> BindingClient::on_message(const Message& message,
                                                               const net::SocketAddress& source) {
  const bool answers = message.kind == Class::success || message.kind == Class::failure;
  if (state_ != State::waiting || !answers || message.method != kBinding || message.id != id_ ||
      source != server_) {
    return std::nullopt;
  }
  state_ = State::answered;
  deadline_.reset();
  const bool understood = message.not_understood.empty();  // else it may not be used (§6.3.3)
  if (message.kind == Class::success) {
    return Answer{understood ? message.mapped : std::nullopt, 0};
  }
  return Answer{std::nullopt, message.error ? message.error->code : 500};
}

std::optional<BindingClient::Action> BindingClient::on_timeout(TimePoint now) {
  if (!deadline_ || now < *deadline_) return std::nullopt;  // stale wake-up: harmless
  switch (state_) {
    case State::waiting:
      break;
    case State::answered:
    case State::timed_out:
      return std::nullopt;
  }
  if (sends_ == kSends) {
    state_ = State::timed_out;
    deadline_.reset();
    return Action::tell_timed_out;
  }
  ++sends_;
  const int factor = sends_ == kSends ? kLastWait : 1 << (sends_ - 1);
  deadline_ = now + factor * rto_;
  return Action::send_request;
}

}  // namespace godwit::stun
