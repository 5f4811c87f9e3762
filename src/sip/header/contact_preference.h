// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "sip/header/feature_tag.h"
#include "sip/message/uri.h"

namespace godwit::sip {

/// One element of Accept-Contact (RFC 3841 §9.2): which contacts a caller would like to reach.
struct AcceptContact {
  FeatureTags features;
  bool require = false;         // contacts that say they have not got these are dropped
  bool explicit_match = false;  // "explicit": contacts must say that they have got them
  Parameters other;             // a malformed feature tag is one of these

  bool operator==(const AcceptContact&) const = default;
};
[[nodiscard]] Scanned<AcceptContact> parse_accept_contact(std::string_view text);
[[nodiscard]] std::string to_string(const AcceptContact& preference);

/// One element of Reject-Contact (RFC 3841 §9.2): which contacts a caller will not be sent to.
struct RejectContact {
  FeatureTags features;
  Parameters other;

  bool operator==(const RejectContact&) const = default;
};
[[nodiscard]] Scanned<RejectContact> parse_reject_contact(std::string_view text);
[[nodiscard]] std::string to_string(const RejectContact& preference);

}  // namespace godwit::sip
