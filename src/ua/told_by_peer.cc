// SPDX-License-Identifier: Apache-2.0
#include "ua/told_by_peer.h"

#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/utf8.h"
#include "sip/header/asserted_identity.h"
#include "sip/header/plain_text.h"
#include "sip/header/reason.h"

namespace godwit::ua {
namespace {

using sip::Field;

/// No character is cut in two.
std::string told(std::string_view text) {
  std::string plain = sip::plain_text(text.substr(0, 2 * limits::kToldBytes));
  std::size_t size = 0;
  while (size < plain.size()) {
    const auto c = first_code_point(std::string_view(plain).substr(size));
    if (size + c.length > limits::kToldBytes) break;
    size += c.length;
  }
  plain.resize(size);
  return plain;
}

std::vector<std::string> told_all(const sip::Message& message, Field field) {
  std::vector<std::string> all;
  message.for_each(field, [&](std::string_view value) {
    if (all.size() < limits::kToldEntries) all.push_back(told(value));
  });
  return all;
}

/// The SIP address before the telephone number: it says more. What does not read says nothing.
std::string asserted_identity(const sip::Message& message) {
  sip::AssertedIdentity all;
  message.for_each(Field::p_asserted_identity, [&](std::string_view value) {
    auto read = sip::parse_asserted_identity(value);
    if (!read) return;
    if (read->sip) sip::add_identity(all, *std::move(read->sip));
    if (read->tel) sip::add_identity(all, *std::move(read->tel));
  });
  const auto& best = all.sip ? all.sip : all.tel;
  return best ? told(sip::to_string(*best)) : std::string();
}

}  // namespace

void tell_of_caller(const sip::Message& invite, Source source, IncomingCall& call) {
  call.subject = told(invite.field(Field::subject).value_or(""));
  call.diversion = told_all(invite, Field::diversion);
  call.history = told_all(invite, Field::history_info);
  if (source == Source::own_server) call.asserted_identity = asserted_identity(invite);
  call.from = told(call.from);
  call.to = told(call.to);
}

std::string told_reason(const sip::Message& request) {
  const auto reason = sip::parse_reason(request.field(Field::reason).value_or(""));
  if (!reason) return {};
  const std::string cause = reason->cause ? " " + std::to_string(*reason->cause) : "";
  const std::string from = reason->protocol + cause;
  return told(reason->text.empty() ? from : reason->text + " (" + from + ")");
}

std::string ended_by_peer(std::string what, const sip::Message& request) {
  const auto reason = told_reason(request);
  return reason.empty() ? what : what + ": " + reason;
}

}  // namespace godwit::ua
