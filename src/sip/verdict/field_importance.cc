// SPDX-License-Identifier: Apache-2.0
#include "sip/verdict/field_importance.h"

namespace godwit::sip {

bool may_be_malformed(Field field) {
  switch (field) {
    case Field::user_agent:
    case Field::server:
    case Field::subject:
    case Field::organization:
    case Field::priority:
    case Field::warning:
    case Field::reply_to:
    case Field::in_reply_to:
    case Field::timestamp:
    case Field::alert_info:
    case Field::call_info:
    case Field::error_info:
    case Field::retry_after:
    case Field::reason:
    case Field::mime_version:
    case Field::accept_language:
    case Field::content_language:
    case Field::diversion:
    case Field::history_info:
    case Field::session_id:
    case Field::user_to_user:
    case Field::identity:
    case Field::p_asserted_identity:
    case Field::p_preferred_identity:
    case Field::accept_contact:
    case Field::reject_contact:
    case Field::request_disposition:
    case Field::max_breadth:
    case Field::flow_timer:
      return true;
    default:
      return false;
  }
}

}  // namespace godwit::sip
