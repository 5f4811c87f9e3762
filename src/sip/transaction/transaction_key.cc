// SPDX-License-Identifier: Apache-2.0
#include "sip/transaction/transaction_key.h"

#include <algorithm>

#include "sip/message/grammar.h"

namespace godwit::sip {
namespace {

constexpr char kSeparator = '\n';  // in no field value

// RFC 2543: the whole top Via, and all that makes a request the same. Neither an ACK nor a CANCEL
// need have the To tag of its INVITE.
std::string key_by_content(const Message& request, std::string_view method) {
  std::string key(request.field(Field::via).value_or(""));
  key += kSeparator;
  key += request.uri();
  key += kSeparator;
  key += request.from_tag();
  key += kSeparator;
  if (method != "INVITE") key += request.to_tag();
  key += kSeparator;
  key += request.call_id();
  key += kSeparator;
  key += std::to_string(request.cseq().number);
  key += kSeparator;
  key += method;
  return key;
}

// A Via without port means the transport's own (RFC 3261 §18.2.2).
std::string sent_by(const Via& via) {
  std::string text = to_string(via.host);
  std::transform(text.begin(), text.end(), text.begin(), to_lower);
  const std::uint16_t usual = via.transport == "TLS" ? 5061 : 5060;
  return text + ':' + std::to_string(via.port != 0 ? via.port : usual);
}

std::string key_for(const Message& request, std::string_view method) {
  const Via via = request.top_via();
  if (via.branch.size() <= kBranchCookie.size() ||
      !equal_ignoring_case(std::string_view(via.branch).substr(0, kBranchCookie.size()),
                           kBranchCookie)) {
    return key_by_content(request, method);
  }
  std::string key = via.branch;
  key += kSeparator;
  key += sent_by(via);
  key += kSeparator;
  key += method;
  return key;
}

}  // namespace

std::string client_key(std::string_view branch, std::string_view method) {
  std::string key(branch);
  key += kSeparator;
  key += method;
  return key;
}

std::string server_key(const Message& request) {
  const bool ack = request.method() == Method::ack;
  return key_for(request, ack ? method_name(Method::invite) : request.method_name());
}

std::string cancelled_key(const Message& cancel) {
  return key_for(cancel, method_name(Method::invite));
}

std::string merge_key(const Message& request) {
  if (request.method() == Method::cancel || !request.to_tag().empty()) return {};
  std::string key = request.from_tag();
  key += kSeparator;
  key += request.call_id();
  key += kSeparator;
  key += std::to_string(request.cseq().number);
  key += kSeparator;
  key += request.method_name();
  return key;
}

}  // namespace godwit::sip
