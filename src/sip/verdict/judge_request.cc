// SPDX-License-Identifier: Apache-2.0
#include "sip/verdict/judge_request.h"

#include <algorithm>

#include "sip/header/accept.h"
#include "sip/header/session_expires.h"
#include "sip/header/token_list.h"
#include "sip/message/scan.h"
#include "sip/verdict/body.h"

namespace godwit::sip {
namespace {

constexpr int kOk = 200;
constexpr int kBadRequest = 400;
constexpr int kMethodNotAllowed = 405;
constexpr int kNotAcceptable = 406;
constexpr int kRequestUriTooLong = 414;
constexpr int kUnsupportedMediaType = 415;
constexpr int kUnsupportedUriScheme = 416;
constexpr int kBadExtension = 420;
constexpr int kSessionIntervalTooSmall = 422;
constexpr int kNoSuchCallOrTransaction = 481;
constexpr int kBadEvent = 489;
constexpr int kUndecipherable = 493;
constexpr int kNotImplemented = 501;
constexpr int kVersionNotSupported = 505;
constexpr int kMessageTooLarge = 513;

using MaybeAnswer = std::optional<Answer>;

struct Request {
  const Message& message;
  const Findings& findings;
  const Abilities& abilities;
};

Answer silence(std::string reason) {
  return {std::nullopt, std::move(reason), {}};
}
Answer answer(int status, std::string reason, std::vector<Answer::ExtraField> fields = {}) {
  return {status, std::move(reason), std::move(fields)};
}

bool contains(std::span<const std::string_view> list, std::string_view text) {
  return std::any_of(list.begin(), list.end(),
                     [&](std::string_view known) { return equal_ignoring_case(known, text); });
}

/// All values of a field that holds a list of tokens, in one.
std::string joined(const Message& message, Field field) {
  std::string all;
  message.for_each(field, [&](std::string_view value) {
    if (!all.empty()) all += ", ";
    all += value;
  });
  return all;
}

/// Whether the top Via says where an answer goes: its sent-by, whatever its parameters are (RFC
/// 3261 §18.2.2). A Via of another version will do.
bool can_be_answered(const Message& request) {
  auto via = request.field(Field::via).value_or("");
  via = trim(via.substr(0, via.find(';')));
  if (scan_via(via)) return true;
  const auto slash = via.rfind('/');
  return slash != std::string_view::npos && equal_ignoring_case(via.substr(0, 3), "SIP") &&
         scan_via("SIP/2.0/" + std::string(via.substr(slash + 1))).has_value();
}

MaybeAnswer is_no_request(const Request& request) {
  if (!request.message.is_request()) return silence("responses are never answered");
  if (request.message.method_name().empty()) return silence("dropped: it is no request");
  return std::nullopt;
}

MaybeAnswer is_ack(const Request& request) {
  if (request.message.method() != Method::ack) return std::nullopt;
  return silence("an ACK is never answered (RFC 3261 §17)");
}

MaybeAnswer is_malformed(const Request& request) {
  if (!request.findings.fault) return std::nullopt;
  const MessageFault& fault = *request.findings.fault;
  if (!can_be_answered(request.message)) {
    return silence("dropped: no top Via says where an answer would go (RFC 3261 §18.2.2)");
  }
  switch (fault.kind) {
    case MessageFault::Kind::version:
      return answer(kVersionNotSupported, "SIP/2.0 is the one version (RFC 3261 §21.5.6)");
    case MessageFault::Kind::message_too_large:
      return answer(kMessageTooLarge, "longer than what is read (RFC 3261 §21.5.7)");
    case MessageFault::Kind::uri_too_long:
      return answer(kRequestUriTooLong, "Request-URI longer than what is read (RFC 3261 §21.4.12)");
    case MessageFault::Kind::malformed:
      break;
  }
  // RFC 4475 §3.1.2.18: "A 400 Bad Request is also acceptable, but choosing a 501 […] has better
  // future-proof characteristics."
  const bool only_cseq_differs = fault.field == field_name(Field::cseq);
  if (only_cseq_differs && request.message.method() == Method::other &&
      scan_cseq(request.message.field(Field::cseq).value_or(""))) {
    return answer(kNotImplemented, "unknown method, whatever CSeq says (RFC 4475 §3.1.2.18)");
  }
  return answer(kBadRequest, "malformed (RFC 3261 §21.4.1)");
}

// RFC 3261 §8.2.1
MaybeAnswer is_method_refused(const Request& request) {
  const auto allow = [&] {
    return std::vector<Answer::ExtraField>{{Field::allow, allow_value(request.abilities)}};
  };
  if (request.message.method() == Method::other) {
    return answer(kNotImplemented, "unknown method (RFC 3261 §8.2.1, §21.5.2)", allow());
  }
  if (find_method(request.abilities, request.message.method()) != nullptr) return std::nullopt;
  return answer(kMethodNotAllowed, "a method for servers, not for user agents (RFC 3261 §8.2.1)",
                allow());
}

// RFC 3261 §9.2, §12.2.2, §15.1.2
MaybeAnswer names_a_dialog(const Request& request) {
  const Message& message = request.message;
  if (message.method() == Method::cancel) {
    return answer(kNoSuchCallOrTransaction, "no such transaction to cancel (RFC 3261 §9.2)");
  }
  if (!message.to_tag().empty()) {
    return answer(kNoSuchCallOrTransaction, "no dialog has the tag in To (RFC 3261 §12.2.2)");
  }
  const auto* const taken = find_method(request.abilities, message.method());
  if (taken->where == Abilities::Taken::Where::anywhere) return std::nullopt;
  return answer(kNoSuchCallOrTransaction,
                "the method has a meaning only in a dialog, and To has no tag "
                "(RFC 3261 §12.2.2)");
}

// RFC 3261 §8.2.2.1
MaybeAnswer is_for_another_scheme(const Request& request) {
  const auto uri = scan_uri(request.message.uri());
  if (uri && contains(request.abilities.uri_schemes, uri->scheme)) return std::nullopt;
  return answer(kUnsupportedUriScheme,
                "the scheme of the Request-URI is not sip, sips or tel (RFC 3261 §8.2.2.1)");
}

// RFC 3261 §8.2.2.3
MaybeAnswer requires_unknown_extension(const Request& request) {
  const std::string required = joined(request.message, Field::require);
  const std::string missing = tokens_missing(TokenList(required), request.abilities.option_tags);
  if (missing.empty()) return std::nullopt;
  return answer(kBadExtension, "Require names what is not supported (RFC 3261 §8.2.2.3)",
                {{Field::unsupported, missing}});
}

// RFC 3261 §8.2.3
MaybeAnswer has_unknown_body(const Request& request) {
  const Abilities& abilities = request.abilities;
  switch (judge_body(request.message, abilities)) {
    case BodyTrouble::none:
      break;
    case BodyTrouble::encoding:
      return answer(kUnsupportedMediaType,
                    "the body is encoded in an unknown way (RFC 3261 §8.2.3)",
                    {{Field::accept_encoding, accept_encoding_value(abilities)}});
    case BodyTrouble::type:
      return answer(kUnsupportedMediaType,
                    "the body is of no type that is understood in this request (RFC 3261 §8.2.3)",
                    {{Field::accept, accept_value(abilities, request.message.method())}});
    case BodyTrouble::encrypted:
      return answer(kUndecipherable, "the body is encrypted, and there is no key (RFC 3261 §23.2)");
  }
  return std::nullopt;
}

// RFC 3261 §20.1: without Accept a session description is expected.
MaybeAnswer accepts_no_session(const Request& request) {
  const Message& message = request.message;
  if (message.method() != Method::invite || message.count(Field::accept) == 0) return std::nullopt;
  const auto accept = parse_accept(joined(message, Field::accept));
  if (accept && preference_for(*accept, "application/sdp") > 0) return std::nullopt;
  return answer(kNotAcceptable, "the answer is SDP, which Accept leaves out (RFC 4475 §3.3.15)");
}

// RFC 3891 §3, RFC 3911 §4
MaybeAnswer takes_the_place_of_a_call(const Request& request) {
  const bool replaces = request.message.count(Field::replaces) > 0;
  const bool joins = request.message.count(Field::join) > 0;
  if (!replaces && !joins) return std::nullopt;
  if (request.message.method() != Method::invite) {
    return answer(kBadRequest, "Replaces and Join are for INVITE only (RFC 3891 §3, RFC 3911 §4)");
  }
  if (replaces && joins) {
    return answer(kBadRequest, "Replaces and Join contradict each other (RFC 3891 §3)");
  }
  return answer(kNoSuchCallOrTransaction, replaces ? "there is no call to replace (RFC 3891 §3)"
                                                   : "there is no call to join (RFC 3911 §4)");
}

// RFC 6665 §4.2.1.2
MaybeAnswer subscribes_to_unknown_event(const Request& request) {
  if (request.message.method() != Method::subscribe) return std::nullopt;
  const auto event = request.message.field(Field::event).value_or("");
  const auto package = trim(event.substr(0, event.find(';')));
  const auto& known = request.abilities.event_packages;
  if (std::find(known.begin(), known.end(), package) != known.end()) return std::nullopt;
  return answer(kBadEvent, "unknown event package (RFC 6665 §4.2.1.2)",
                {{Field::allow_events, allow_events_value(request.abilities)}});
}

// RFC 4028 §9: only who knows 422 is told so.
MaybeAnswer asks_for_too_short_a_session(const Request& request) {
  const Message& message = request.message;
  if (message.method() != Method::invite) return std::nullopt;
  const std::string supported = joined(message, Field::supported);
  if (!TokenList(supported).contains("timer")) return std::nullopt;
  const auto text = message.field(Field::session_expires);
  const auto session = parse_session_expires(text.value_or(""));
  const auto shortest = request.abilities.shortest_session;
  if (!session || session->interval >= shortest) return std::nullopt;
  return answer(kSessionIntervalTooSmall, "Session-Expires is too short (RFC 4028 §9)",
                {{Field::min_se, std::to_string(shortest.count())}});
}

/// The order in which a request is judged: the first rule that has an answer gives it.
constexpr MaybeAnswer (*kRules[])(const Request&) = {
    is_no_request,
    is_ack,
    is_malformed,
    is_method_refused,
    names_a_dialog,
    is_for_another_scheme,
    requires_unknown_extension,
    has_unknown_body,
    accepts_no_session,
    takes_the_place_of_a_call,
    subscribes_to_unknown_event,
    asks_for_too_short_a_session,
};

}  // namespace

Answer judge_request(const Message& message, const Findings& findings, const Abilities& abilities) {
  const Request request{message, findings, abilities};
  for (const auto rule : kRules) {
    if (auto found = rule(request)) return *std::move(found);
  }
  return answer(kOk, "nothing is wrong");
}

Answer judge_request(const ReadMessage& read, const Abilities& abilities) {
  return judge_request(read.message, examine(read), abilities);
}

}  // namespace godwit::sip
