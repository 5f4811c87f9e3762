// SPDX-License-Identifier: Apache-2.0
#include "sip/header/check_field.h"

#include <array>
#include <cstddef>

#include "sip/header/accept.h"
#include "sip/header/accept_encoding.h"
#include "sip/header/address.h"
#include "sip/header/call_id.h"
#include "sip/header/contact.h"
#include "sip/header/contact_preference.h"
#include "sip/header/content_disposition.h"
#include "sip/header/date.h"
#include "sip/header/dialog_reference.h"
#include "sip/header/diversion.h"
#include "sip/header/entity_tag.h"
#include "sip/header/event_package.h"
#include "sip/header/from_to.h"
#include "sip/header/history_info.h"
#include "sip/header/identity.h"
#include "sip/header/info_link.h"
#include "sip/header/info_package.h"
#include "sip/header/language.h"
#include "sip/header/media_type.h"
#include "sip/header/mime_version.h"
#include "sip/header/number.h"
#include "sip/header/priority.h"
#include "sip/header/privacy.h"
#include "sip/header/product.h"
#include "sip/header/rack.h"
#include "sip/header/reason.h"
#include "sip/header/refer_sub.h"
#include "sip/header/referred_by.h"
#include "sip/header/request_disposition.h"
#include "sip/header/retry_after.h"
#include "sip/header/session_expires.h"
#include "sip/header/session_id.h"
#include "sip/header/subscription_state.h"
#include "sip/header/timestamp.h"
#include "sip/header/token_list.h"
#include "sip/header/user_to_user.h"
#include "sip/header/value_list.h"
#include "sip/header/warning.h"
#include "sip/message/scan.h"

namespace godwit::sip {
namespace {

using Check = std::optional<Fault> (*)(std::string_view);

/// Of a scanner's two forms, the one that answers with a value.
template <class T>
constexpr auto by_value(Scanned<T> (*scan)(std::string_view)) {
  return scan;
}

/// The check that a parser or a scanner makes.
template <auto kParse>
std::optional<Fault> by(std::string_view value) {
  const auto parsed = kParse(value);
  return parsed ? std::nullopt : std::optional<Fault>(parsed.error());
}
template <auto kParse>
std::optional<Fault> by_each(std::string_view value) {
  const auto parsed = parse_value_list(value, kParse);
  return parsed ? std::nullopt : std::optional<Fault>(parsed.error());
}
template <EmptyList kEmpty>
std::optional<Fault> by_tokens(std::string_view value) {
  return check_token_list(value, kEmpty);
}
// RFC 4474 §9 had the signature alone, with its certificate in Identity-Info; RFC 4475 §3.1.1.11
// sends it.
std::optional<Fault> by_identity(std::string_view value) {
  const bool signature_alone =
      !value.empty() && value.find_first_of(" \t;,<>") == std::string_view::npos;
  return signature_alone ? std::nullopt : by<parse_identity>(value);
}
std::optional<Fault> by_nothing(std::string_view) {
  return std::nullopt;
}

enum class Stands { once, often };

struct Rule {
  Field field = Field::extension;
  Stands stands = Stands::often;
  Check check = by_nothing;
};

constexpr auto kTokens = by_tokens<EmptyList::refused>;
constexpr auto kTokensOrNone = by_tokens<EmptyList::allowed>;

// In the order of the enum: a field is its own index, and none can be forgotten.
constexpr std::array kRules{
    Rule{Field::via, Stands::often, by<by_value(scan_via)>},
    Rule{Field::max_forwards, Stands::once, by<scan_max_forwards>},
    Rule{Field::route, Stands::often, by<scan_bracketed_address>},
    Rule{Field::record_route, Stands::often, by<scan_bracketed_address>},
    Rule{Field::from, Stands::once, by<parse_from_to>},
    Rule{Field::to, Stands::once, by<parse_from_to>},
    Rule{Field::call_id, Stands::once, by<scan_call_id>},
    Rule{Field::cseq, Stands::once, by<by_value(scan_cseq)>},
    Rule{Field::contact, Stands::often, by<scan_contact>},
    Rule{Field::expires, Stands::once, by<scan_delta_seconds>},
    Rule{Field::min_expires, Stands::once, by<scan_delta_seconds>},
    Rule{Field::allow, Stands::often, kTokensOrNone},
    Rule{Field::supported, Stands::often, kTokensOrNone},
    Rule{Field::require, Stands::often, kTokens},
    Rule{Field::proxy_require, Stands::often, kTokens},
    Rule{Field::unsupported, Stands::often, kTokens},
    Rule{Field::accept, Stands::often, by<parse_accept>},
    Rule{Field::accept_encoding, Stands::often, by<parse_accept_encoding>},
    Rule{Field::accept_language, Stands::often, by<parse_accept_language>},
    Rule{Field::user_agent, Stands::once, by<parse_products>},
    Rule{Field::server, Stands::once, by<parse_products>},
    Rule{Field::date, Stands::once, by<parse_date>},
    Rule{Field::subject, Stands::once, by_nothing},
    Rule{Field::reason, Stands::often, by<parse_reason>},
    Rule{Field::retry_after, Stands::once, by<parse_retry_after>},
    Rule{Field::warning, Stands::often, by<parse_warnings>},
    Rule{Field::event, Stands::once, by<parse_event>},
    Rule{Field::authorization, Stands::often, by_nothing},
    Rule{Field::proxy_authorization, Stands::often, by_nothing},
    Rule{Field::www_authenticate, Stands::often, by_nothing},
    Rule{Field::proxy_authenticate, Stands::often, by_nothing},
    Rule{Field::authentication_info, Stands::once, by_nothing},
    Rule{Field::path, Stands::often, by<scan_bracketed_address>},
    Rule{Field::service_route, Stands::often, by<scan_bracketed_address>},
    Rule{Field::session_expires, Stands::once, by<parse_session_expires>},
    Rule{Field::min_se, Stands::once, by<parse_min_se>},
    Rule{Field::rack, Stands::once, by<parse_rack>},
    Rule{Field::rseq, Stands::once, by<scan_rseq>},
    Rule{Field::refer_to, Stands::once, by<by_value(scan_name_addr)>},
    Rule{Field::referred_by, Stands::once, by<parse_referred_by>},
    Rule{Field::replaces, Stands::once, by<parse_replaces>},
    Rule{Field::content_type, Stands::once, by<parse_media_type>},
    Rule{Field::content_disposition, Stands::once, by<parse_content_disposition>},
    Rule{Field::content_encoding, Stands::often, kTokens},
    Rule{Field::content_language, Stands::often, check_content_language},
    Rule{Field::content_length, Stands::once, by<scan_content_length>},
    Rule{Field::mime_version, Stands::once, by<parse_mime_version>},
    Rule{Field::alert_info, Stands::often, by<parse_info_link>},
    Rule{Field::call_info, Stands::often, by<parse_info_link>},
    Rule{Field::error_info, Stands::often, by<parse_info_link>},
    Rule{Field::in_reply_to, Stands::often, by<parse_in_reply_to>},
    Rule{Field::organization, Stands::once, by_nothing},
    Rule{Field::priority, Stands::once, by<parse_priority>},
    Rule{Field::reply_to, Stands::once, by<by_value(scan_name_addr)>},
    Rule{Field::timestamp, Stands::once, by<parse_timestamp>},
    Rule{Field::privacy, Stands::once, by<parse_privacy>},
    Rule{Field::p_asserted_identity, Stands::often, by<by_value(scan_name_addr)>},
    Rule{Field::p_preferred_identity, Stands::often, by<by_value(scan_name_addr)>},
    Rule{Field::refer_sub, Stands::once, by<parse_refer_sub>},
    Rule{Field::target_dialog, Stands::once, by<parse_target_dialog>},
    Rule{Field::accept_contact, Stands::often, by<parse_accept_contact>},
    Rule{Field::reject_contact, Stands::often, by<parse_reject_contact>},
    Rule{Field::request_disposition, Stands::often, by<parse_request_disposition>},
    Rule{Field::sip_etag, Stands::once, by<scan_entity_tag>},
    Rule{Field::sip_if_match, Stands::once, by<scan_entity_tag>},
    Rule{Field::join, Stands::once, by<parse_join>},
    Rule{Field::history_info, Stands::often, by<parse_history_info>},
    Rule{Field::max_breadth, Stands::once, by<scan_max_breadth>},
    Rule{Field::flow_timer, Stands::once, by<scan_delta_seconds>},
    Rule{Field::diversion, Stands::often, by<parse_diversion>},
    Rule{Field::info_package, Stands::once, by<parse_info_package>},
    Rule{Field::recv_info, Stands::often, by<parse_recv_info>},
    Rule{Field::subscription_state, Stands::once, by<parse_subscription_state>},
    Rule{Field::allow_events, Stands::often, check_allow_events},
    Rule{Field::session_id, Stands::once, by<parse_session_id>},
    Rule{Field::user_to_user, Stands::often, by_each<parse_user_to_user>},
    Rule{Field::identity, Stands::often, by_identity},
    Rule{Field::extension, Stands::often, by_nothing},
};

constexpr bool in_enum_order() {
  for (std::size_t i = 0; i < kRules.size(); ++i) {
    if (static_cast<std::size_t>(kRules[i].field) != i) return false;
  }
  return kRules.size() == static_cast<std::size_t>(Field::extension) + 1;
}
static_assert(in_enum_order());

}  // namespace

std::optional<Fault> check_field(Field field, std::string_view value) {
  return kRules[static_cast<std::size_t>(field)].check(value);
}

bool may_repeat(Field field) {
  return kRules[static_cast<std::size_t>(field)].stands == Stands::often;
}

}  // namespace godwit::sip
