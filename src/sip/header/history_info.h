// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sip/message/grammar.h"
#include "sip/message/uri.h"

namespace godwit::sip {

/// A place in the tree of targets: 1.2.1 is the first target of the second one of the first.
using HistoryIndex = std::vector<std::uint32_t>;

/// How the target came from the one at `index` (RFC 7044 §5).
struct HistoryTarget {
  enum class Change {
    same_user,   // rc: another address of the same user
    other_user,  // mp: mapped to another user
    none,        // np: the same address
  };
  Change change = Change::same_user;
  HistoryIndex index;  // at least one number

  bool operator==(const HistoryTarget&) const = default;
};

/// One element of History-Info: a target to which the request was sent (RFC 7044 §5).
struct HistoryInfo {
  std::string display_name;  // unquoted
  Uri uri;                   // with the reason and the privacy among its headers
  HistoryIndex index;        // empty: not given, which RFC 4244 let pass
  std::optional<HistoryTarget> target;
  Parameters other;

  bool operator==(const HistoryInfo&) const = default;
};

/// Parses one element of the unfolded field value.
[[nodiscard]] Scanned<HistoryInfo> parse_history_info(std::string_view text);
[[nodiscard]] std::string to_string(const HistoryInfo& entry);

/// Why the request left the target: the value of Reason among the URI's headers, without its
/// escapes. None when it is not there or does not unescape.
[[nodiscard]] std::optional<std::string> history_reason(const HistoryInfo& entry);
void set_history_reason(HistoryInfo& entry, std::string_view reason);
/// The same for Privacy: "history" asks to keep the entry from others (RFC 7044 §10.1).
[[nodiscard]] std::optional<std::string> history_privacy(const HistoryInfo& entry);
void set_history_privacy(HistoryInfo& entry, std::string_view privacy);

}  // namespace godwit::sip
