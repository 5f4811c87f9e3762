// SPDX-License-Identifier: Apache-2.0
#include "ua/abilities.h"

#include "sip/header/option_tag.h"
#include "sip/header/session_expires.h"

namespace godwit::ua {
namespace {

using sip::Method;
using Where = sip::Abilities::Taken::Where;

constexpr sip::Abilities::Taken kMethods[] = {
    {Method::invite, Where::anywhere},    {Method::ack, Where::anywhere},
    {Method::bye, Where::in_a_dialog},    {Method::cancel, Where::in_a_dialog},
    {Method::options, Where::anywhere},   {Method::update, Where::in_a_dialog},
    {Method::message, Where::anywhere},   {Method::info, Where::in_a_dialog},
    {Method::refer, Where::anywhere},     {Method::notify, Where::anywhere},
    {Method::subscribe, Where::anywhere}, {Method::prack, Where::in_a_dialog},
};

// A session description is found in a body of several parts too (RFC 5621).
constexpr sip::Abilities::Body kBodies[] = {
    {Method::invite, "application/sdp"},
    {Method::invite, "multipart/mixed"},
    {Method::invite, "multipart/alternative"},
    {Method::invite, "multipart/related"},
    {Method::invite, "multipart/signed"},
    {Method::update, "application/sdp"},
    {Method::update, "multipart/mixed"},
    {Method::update, "multipart/alternative"},
    {Method::update, "multipart/related"},
    {Method::update, "multipart/signed"},
    {Method::prack, "application/sdp"},
    {Method::prack, "multipart/mixed"},
    {Method::prack, "multipart/alternative"},
    {Method::prack, "multipart/related"},
    {Method::prack, "multipart/signed"},
    {Method::options, "application/sdp"},
    {Method::message, "*/*"},
    {Method::info, "*/*"},
    {Method::refer, "*/*"},
    {Method::notify, "*/*"},
    {Method::subscribe, "*/*"},
};

// What others may be told of: a REFER of theirs, in its own dialog (RFC 3515 §2.4.4).
constexpr std::string_view kEventPackages[] = {"refer"};
// And of our calls, where the account lets somebody watch them (RFC 4235).
constexpr std::string_view kWatchedEventPackages[] = {"refer", "dialog"};

// We have no sips address under which to be called (RFC 5630 §3.1): requests to one are refused.
constexpr std::string_view kUriSchemes[] = {"sip"};

constexpr std::string_view kOptionTags[] = {
    sip::option_tag::kSessionTimer,
    sip::option_tag::kReplaces,
    sip::option_tag::kJoin,
    sip::option_tag::kNoReferSubscription,
    sip::option_tag::kReliableProvisional,
};

constexpr sip::Abilities kAbilities{
    .methods = kMethods,
    .bodies = kBodies,
    .option_tags = kOptionTags,
    .uri_schemes = kUriSchemes,
    .content_encodings = {},
    .event_packages = kEventPackages,
    .shortest_session = sip::MinSe::kShortest,
};

constexpr sip::Abilities with_dialog_events(sip::Abilities abilities) {
  abilities.event_packages = kWatchedEventPackages;
  return abilities;
}
constexpr sip::Abilities kWatchedAbilities = with_dialog_events(kAbilities);

}  // namespace

const sip::Abilities& abilities() {
  return kAbilities;
}

const sip::Abilities& watched_abilities() {
  return kWatchedAbilities;
}

}  // namespace godwit::ua
