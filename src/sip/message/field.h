// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace godwit::sip {

/// The header fields that godwit knows by name; `extension` stands for every other one.
enum class Field : std::uint8_t {
  via,
  max_forwards,
  route,
  record_route,
  from,
  to,
  call_id,
  cseq,
  contact,
  expires,
  min_expires,
  allow,
  supported,
  require,
  proxy_require,
  unsupported,
  accept,
  accept_encoding,
  accept_language,
  user_agent,
  server,
  date,
  subject,
  reason,
  retry_after,
  warning,
  event,
  authorization,
  proxy_authorization,
  www_authenticate,
  proxy_authenticate,
  authentication_info,
  path,
  service_route,
  session_expires,
  min_se,
  rack,
  rseq,
  refer_to,
  referred_by,
  replaces,
  content_type,
  content_disposition,
  content_encoding,
  content_language,
  content_length,
  mime_version,
  alert_info,
  call_info,
  error_info,
  in_reply_to,
  organization,
  priority,
  reply_to,
  timestamp,
  privacy,
  p_asserted_identity,
  p_preferred_identity,
  refer_sub,
  target_dialog,
  accept_contact,
  reject_contact,
  request_disposition,
  sip_etag,
  sip_if_match,
  join,
  history_info,
  max_breadth,
  flow_timer,
  diversion,
  info_package,
  recv_info,
  subscription_state,
  allow_events,
  session_id,
  user_to_user,
  identity,
  extension,
};

/// The field for a name as it came: any case, compact forms too (RFC 3261 §7.3.3).
[[nodiscard]] Field field_from_name(std::string_view name);
/// The name as godwit writes it: "Call-ID". Empty for `extension`.
[[nodiscard]] std::string_view field_name(Field field);
/// Fields whose value is a comma-separated list of which each element stands for itself (Via,
/// Route, Contact, History-Info, …): a message stores them one by one.
[[nodiscard]] constexpr bool is_list_field(Field field) {
  switch (field) {
    case Field::via:
    case Field::route:
    case Field::record_route:
    case Field::contact:
    case Field::path:
    case Field::service_route:
    case Field::p_asserted_identity:
    case Field::p_preferred_identity:
    case Field::history_info:
    case Field::diversion:
    case Field::reason:
    case Field::accept_contact:
    case Field::reject_contact:
    case Field::alert_info:
    case Field::call_info:
    case Field::error_info:
      return true;
    default:
      return false;
  }
}

/// The methods godwit knows; `other` keeps its name in the message.
enum class Method : std::uint8_t {
  invite,
  ack,
  bye,
  cancel,
  options,
  register_,
  update,
  prack,
  info,
  message,
  refer,
  notify,
  subscribe,
  publish,
  other,
};
[[nodiscard]] Method method_from_name(std::string_view name);  // case-sensitive (RFC 3261 §7.1)
[[nodiscard]] std::string_view method_name(Method method);     // "" for other

}  // namespace godwit::sip
