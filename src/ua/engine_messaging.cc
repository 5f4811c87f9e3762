// SPDX-License-Identifier: Apache-2.0
#include "sip/header/media_type.h"
#include "sip/message/dial_target.h"
#include "ua/engine_state.h"
#include "ua/message_body.h"

namespace godwit::ua {
namespace {

// RFC 3428 §8: what may have to go over UDP on its way.
constexpr std::size_t kLargestMessage = 1'300;
// What fits a message with its header fields (limits::kMessageBytes).
constexpr std::size_t kLargestInCall = 64'000;

tl::unexpected<Error> no_type() {
  return fail(Errc::invalid_argument, "content_type: write it as \"text/plain\"");
}

}  // namespace

Result<MessageId> Engine::send_message(AccountId id, std::string_view target,
                                       const MessageBody& body, TimePoint now) {
  auto* account = state_->find_account(id);
  if (account == nullptr) {
    return fail(Errc::no_such_account, "account " + std::to_string(id.value));
  }
  if (body.text.size() > kLargestMessage) {
    return fail(Errc::invalid_argument, "text: 1300 bytes at most");
  }
  if (!sip::parse_media_type(body.content_type)) return no_type();
  const auto read = sip::read_dial_target(target, &account->identity.address_of_record.uri);
  if (!read) return fail(Errc::invalid_argument, "target: " + read.error().detail);
  state_->log_warnings(read->warnings, "account " + std::to_string(id.value));
  const MessageId message{++state_->last_message};
  state_->errands.message(message, {account->identity, account->credentials}, read->address.uri,
                          body, now);
  state_->settle(now);
  return message;
}

Result<MessageId> Engine::send_message(CallId id, const MessageBody& body, TimePoint now) {
  return state_->send_in_call(id, sip::Method::message, body, now);
}

Result<MessageId> Engine::send_info(CallId id, const MessageBody& body, TimePoint now) {
  return state_->send_in_call(id, sip::Method::info, body, now);
}

Result<MessageId> Engine::State::send_in_call(CallId id, sip::Method method,
                                              const MessageBody& body, TimePoint now) {
  auto* call = find_call(id);
  if (call == nullptr) return no_such_call(id);
  if (body.text.size() > kLargestInCall) {
    return fail(Errc::invalid_argument, "text: 64,000 bytes at most");
  }
  if (!sip::parse_media_type(body.content_type)) return no_type();
  const MessageId message{last_message + 1};
  if (auto sent = call->send_text(message, method, body, now); !sent) {
    return tl::unexpected(sent.error());
  }
  ++last_message;
  settle(now);
  return message;
}

void Engine::State::on_message(const sip::RequestReceived& received, TimePoint now) {
  const auto* account = account_for(received.request);
  if (account == nullptr) {
    return answer_outside_dialogs(received, {404, "nobody here has that name", {}}, now);
  }
  answer_outside_dialogs(received, {200, {}, {}}, now);
  out.emit(message_received(account->identity.id, {}, received.request), now);
}

}  // namespace godwit::ua
