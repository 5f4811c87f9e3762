// SPDX-License-Identifier: Apache-2.0
#include "stream_verdict.h"

namespace godwit::cli {
namespace {

std::string field_of(sip::StreamFault::Kind kind) {
  using Kind = sip::StreamFault::Kind;
  switch (kind) {
    case Kind::not_sip:
      return "start line";
    case Kind::head_too_long:
      return "header";
    case Kind::message_too_long:
    case Kind::content_length_missing:
    case Kind::content_length_malformed:
    case Kind::content_length_conflicting:
      return "Content-Length";
    case Kind::cut_short:
      break;
  }
  return "message";
}

}  // namespace

sip::Verdict verdict_on(const sip::StreamFault& fault) {
  sip::Verdict verdict = sip::judge(fault.head);
  const bool can_be_answered = verdict.answer.status.has_value();
  verdict.valid = false;
  verdict.error = sip::MessageFault{sip::MessageFault::Kind::malformed,
                                    field_of(fault.kind),
                                    {sip::to_string(fault.kind).data(), fault.at}};
  const int status = sip::answer_to(fault.kind);
  if (can_be_answered && status != 0) {
    verdict.answer = {
        status, "where the next message begins cannot be known: close the stream", {}};
  } else {
    verdict.answer = {std::nullopt, "dropped: close the stream (RFC 3261 §18.3)", {}};
  }
  return verdict;
}

}  // namespace godwit::cli
