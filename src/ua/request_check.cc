// SPDX-License-Identifier: Apache-2.0
#include "ua/request_check.h"

#include <string>

#include "sip/dialog/session_timer.h"
#include "sip/header/token_list.h"
#include "sip/verdict/body.h"
#include "sip/verdict/judge_request.h"
#include "ua/abilities.h"

namespace godwit::ua {
namespace {

using sip::Answer;
using sip::Field;
using MaybeAnswer = std::optional<Answer>;

// RFC 3261 §8.2.1, §21.5.2
MaybeAnswer refuse_method(const sip::Message& request) {
  if (sip::find_method(abilities(), request.method()) != nullptr) return std::nullopt;
  const bool known = request.method() != sip::Method::other;
  return Answer{known ? 405 : 501,
                "the method is not taken in a call",
                {{Field::allow, sip::allow_value(abilities())}}};
}

// RFC 3261 §8.2.2.3
MaybeAnswer refuse_extensions(const sip::Message& request) {
  std::string required;
  request.for_each(Field::require, [&](std::string_view value) {
    if (!required.empty()) required += ", ";
    required += value;
  });
  const auto missing = sip::tokens_missing(sip::TokenList(required), abilities().option_tags);
  if (missing.empty()) return std::nullopt;
  return Answer{420, "Require names what is not supported", {{Field::unsupported, missing}}};
}

// RFC 3261 §8.2.3
MaybeAnswer refuse_body(const sip::Message& request) {
  switch (sip::judge_body(request, abilities())) {
    case sip::BodyTrouble::none:
      break;
    case sip::BodyTrouble::encoding:
      return Answer{415,
                    "the body is encoded in an unknown way",
                    {{Field::accept_encoding, sip::accept_encoding_value(abilities())}}};
    case sip::BodyTrouble::type:
      return Answer{415,
                    "the body is of no type that is understood in this request",
                    {{Field::accept, sip::accept_value(abilities(), request.method())}}};
    case sip::BodyTrouble::encrypted:
      return Answer{493, "the body is encrypted, and there is no key", {}};
  }
  return std::nullopt;
}

// RFC 4028 §9
MaybeAnswer refuse_short_session(const sip::Message& request) {
  if (!sip::SessionTimer::asks_for_too_little(request)) return std::nullopt;
  return Answer{422,
                "the session is to be too short",
                {{Field::min_se, std::to_string(abilities().shortest_session.count())}}};
}

}  // namespace

Answer check_request(const sip::Message& request, const sip::Abilities& toward_sender) {
  sip::ReadMessage read;
  read.message = request;
  // Which call is meant is for the engine to say (RFC 3891 §3, RFC 3911 §4).
  const auto named = request.count(Field::replaces) + request.count(Field::join);
  if (request.method() == sip::Method::invite && named == 1) {
    read.message.remove(Field::replaces);
    read.message.remove(Field::join);
  }
  return sip::judge_request(read, toward_sender);
}

MaybeAnswer find_refusal_in_dialog(const sip::Message& request) {
  // Who says goodbye is gone, whatever else the message carries: a refusal would keep the call of
  // one.
  if (request.method() == sip::Method::bye) return std::nullopt;
  for (const auto rule : {refuse_method, refuse_extensions, refuse_body, refuse_short_session}) {
    if (auto refusal = rule(request)) return refusal;
  }
  return std::nullopt;
}

Answer bad_event() {
  return {489,
          "nobody is told of that package here",
          {{Field::allow_events, sip::allow_events_value(abilities())}}};
}

void add_fields(sip::Message& response, const Answer& answer) {
  for (const auto& field : answer.fields) response.add(field.field, field.value);
}

sip::Message make_response(const sip::Message& request, const Answer& answer,
                           std::string_view to_tag) {
  auto response = sip::make_response(request, answer.status.value_or(400), to_tag);
  add_fields(response, answer);
  return response;
}

void add_abilities(sip::Message& response) {
  response.set(Field::allow, sip::allow_value(abilities()));
  response.set(Field::accept, sip::accept_value(abilities(), sip::Method::invite));
  response.set(Field::accept_encoding, sip::accept_encoding_value(abilities()));
  response.set(Field::supported, sip::supported_value(abilities()));
}

}  // namespace godwit::ua
