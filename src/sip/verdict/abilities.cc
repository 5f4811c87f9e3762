// SPDX-License-Identifier: Apache-2.0
#include "sip/verdict/abilities.h"

#include <algorithm>

#include "sip/header/option_tag.h"
#include "sip/message/grammar.h"

namespace godwit::sip {
namespace {

using Where = Abilities::Taken::Where;

constexpr Abilities::Taken kMethods[] = {
    {Method::invite, Where::anywhere},    {Method::ack, Where::anywhere},
    {Method::cancel, Where::in_a_dialog},  // a transaction, to be exact (RFC 3261 §9.2)
    {Method::bye, Where::in_a_dialog},     // RFC 3261 §15.1.2
    {Method::options, Where::anywhere},   {Method::update, Where::in_a_dialog},  // RFC 3311 §5.2
    {Method::prack, Where::in_a_dialog},                                         // RFC 3262 §3
    {Method::info, Where::in_a_dialog},                                          // RFC 6086 §4.2.2
    {Method::message, Where::anywhere},   {Method::refer, Where::anywhere},
    {Method::notify, Where::in_a_dialog},  // RFC 6665 §4.1.3
    {Method::subscribe, Where::anywhere},
};

// A body part of unknown shape may come with a message: it can be kept as a file (RFC 2046 §4.5.1).
constexpr Abilities::Body kBodies[] = {
    {Method::invite, "application/sdp"},
    {Method::invite, "multipart/mixed"},
    {Method::invite, "multipart/alternative"},
    {Method::invite, "multipart/related"},
    {Method::invite, "multipart/signed"},
    {Method::ack, "application/sdp"},
    {Method::ack, "multipart/mixed"},
    {Method::ack, "multipart/alternative"},
    {Method::options, "application/sdp"},
    {Method::update, "application/sdp"},
    {Method::update, "multipart/mixed"},
    {Method::prack, "application/sdp"},
    {Method::info, "application/dtmf-relay"},
    {Method::info, "application/dtmf"},
    {Method::message, "text/plain"},
    {Method::message, "application/octet-stream"},
    {Method::message, "multipart/mixed"},
    {Method::message, "multipart/alternative"},
    {Method::message, "multipart/related"},
    {Method::message, "multipart/signed"},
    {Method::notify, "message/sipfrag"},
    {Method::notify, "application/simple-message-summary"},
    {Method::notify, "application/dialog-info+xml"},
};

constexpr std::string_view kOptionTags[] = {
    option_tag::kReliableProvisional,
    option_tag::kSessionTimer,
    option_tag::kReplaces,
    option_tag::kJoin,
    option_tag::kTargetDialog,
    option_tag::kNoReferSubscription,
    option_tag::kPath,
    option_tag::kOutbound,
    option_tag::kGruu,
    option_tag::kHistoryInfo,
    option_tag::kPreferences,
    option_tag::kFromChange,
    option_tag::kUserToUser,
};

constexpr std::string_view kUriSchemes[] = {"sip", "sips", "tel"};
constexpr std::string_view kEventPackages[] = {"message-summary", "dialog", "refer"};
constexpr std::chrono::seconds kShortestSession{90};  // RFC 4028 §4

constexpr Abilities kUserAgent{kMethods, kBodies,        kOptionTags,     kUriSchemes,
                               {},       kEventPackages, kShortestSession};

/// "a, b": `text_of` gives each entry's text, "" for one that is left out.
template <class List, class Text>
std::string comma_list(const List& list, Text text_of) {
  std::string all;
  for (const auto& entry : list) {
    const std::string_view text = text_of(entry);
    if (text.empty()) continue;
    if (!all.empty()) all += ", ";
    all += text;
  }
  return all;
}

std::string comma_list(std::span<const std::string_view> list) {
  return comma_list(list, [](std::string_view text) { return text; });
}

}  // namespace

const Abilities& user_agent_abilities() {
  return kUserAgent;
}

const Abilities::Taken* find_method(const Abilities& abilities, Method method) {
  for (const auto& taken : abilities.methods) {
    if (taken.method == method) return &taken;
  }
  return nullptr;
}

bool takes_body(const Abilities& abilities, Method method, std::string_view type) {
  return std::any_of(abilities.bodies.begin(), abilities.bodies.end(), [&](const auto& body) {
    return body.method == method && (body.type == "*/*" || equal_ignoring_case(body.type, type));
  });
}

std::string allow_value(const Abilities& abilities) {
  return comma_list(abilities.methods, [](const auto& taken) { return method_name(taken.method); });
}

std::string supported_value(const Abilities& abilities) {
  return comma_list(abilities.option_tags);
}

std::string accept_value(const Abilities& abilities, Method method) {
  return comma_list(abilities.bodies, [&](const auto& body) {
    return body.method == method ? body.type : std::string_view{};
  });
}

std::string accept_encoding_value(const Abilities& abilities) {
  const auto encodings = comma_list(abilities.content_encodings);
  return encodings.empty() ? "identity" : "identity, " + encodings;
}

std::string allow_events_value(const Abilities& abilities) {
  return comma_list(abilities.event_packages);
}

}  // namespace godwit::sip
