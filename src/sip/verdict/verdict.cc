// SPDX-License-Identifier: Apache-2.0
#include "sip/verdict/verdict.h"

#include "sip/verdict/abilities.h"
#include "sip/verdict/judge_request.h"

namespace godwit::sip {
namespace {

constexpr int kLastStatus = 699;

Verdict::Kind kind_of(const Message& message, std::string_view bytes) {
  if (!message.is_request()) return Verdict::Kind::response;
  // A Status-Line of another version is read as a Request-Line without a method.
  constexpr std::string_view kName = "SIP/";
  const auto start = bytes.substr(std::min(bytes.find_first_not_of("\r\n"), bytes.size()));
  if (equal_ignoring_case(start.substr(0, kName.size()), kName)) return Verdict::Kind::response;
  return message.method_name().empty() ? Verdict::Kind::neither : Verdict::Kind::request;
}

}  // namespace

Verdict judge(std::string bytes) {
  const ReadMessage read = read_message(bytes);
  const Message& message = read.message;
  Findings findings = examine(read, bytes);

  Verdict verdict;
  verdict.valid = !findings.fault;
  verdict.kind = kind_of(message, bytes);
  if (verdict.kind == Verdict::Kind::request) verdict.method = message.method_name();
  if (!message.is_request() && message.status() <= kLastStatus) verdict.status = message.status();
  verdict.answer = judge_request(message, findings, user_agent_abilities());
  verdict.error = std::move(findings.fault);
  verdict.warnings = std::move(findings.remarks);
  return verdict;
}

}  // namespace godwit::sip
