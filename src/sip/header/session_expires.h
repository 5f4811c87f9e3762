// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "sip/message/grammar.h"
#include "sip/message/uri.h"

namespace godwit::sip {

/// Who refreshes a session (RFC 4028 §4).
enum class Refresher { uac, uas };

/// How long a session lives without a refresh: the Session-Expires header field value (RFC 4028
/// §4).
struct SessionExpires {
  std::chrono::seconds interval{1800};
  std::optional<Refresher> refresher;
  Parameters parameters;

  bool operator==(const SessionExpires&) const = default;
};

[[nodiscard]] Scanned<SessionExpires> parse_session_expires(std::string_view text);
[[nodiscard]] std::string to_string(const SessionExpires& value);

/// The shortest interval that an element on the path takes: the Min-SE header field value (RFC 4028
/// §5).
struct MinSe {
  std::chrono::seconds interval = kShortest;
  Parameters parameters;

  bool operator==(const MinSe&) const = default;

  static constexpr std::chrono::seconds kShortest{90};  // what holds without the field
};

[[nodiscard]] Scanned<MinSe> parse_min_se(std::string_view text);
[[nodiscard]] std::string to_string(const MinSe& value);

}  // namespace godwit::sip
