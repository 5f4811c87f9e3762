// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sip/message/grammar.h"

namespace godwit::sip {

/// Checks that the whole text is a Call-ID (RFC 3261 §20.8), without white space around it.
///
/// callid = word [ "@" word ]. Two liberties are taken, because deployed user agents take them: "="
/// (Call-IDs in base64), and "@" wherever it stands.
[[nodiscard]] Scanned<std::string_view> scan_call_id(std::string_view text);
/// The text as a Call-ID: what none may hold becomes "-", and so does nothing at all.
[[nodiscard]] std::string as_call_id(std::string_view text);

/// In-Reply-To: the calls that this one answers (RFC 3261 §20.21), at least one.
struct InReplyTo {
  std::vector<std::string> call_ids;

  bool operator==(const InReplyTo&) const = default;
};
[[nodiscard]] Scanned<InReplyTo> parse_in_reply_to(std::string_view text);
[[nodiscard]] std::string to_string(const InReplyTo& value);

}  // namespace godwit::sip
