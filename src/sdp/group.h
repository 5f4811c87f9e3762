// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sdp/grammar.h"

namespace godwit::sdp {

/// `a=group`: media lines that belong together (RFC 5888 §5; BUNDLE: RFC 9143).
struct Group {
  std::string semantics;          // "BUNDLE", "LS"
  std::vector<std::string> mids;  // tokens; may be none
  bool operator==(const Group&) const = default;
};

[[nodiscard]] Scanned<Group> parse_group(std::string_view value);
[[nodiscard]] std::string to_string(const Group& group);

/// `a=mid`: the name of a media line, a token (RFC 5888 §4).
[[nodiscard]] Scanned<std::string> parse_mid(std::string_view value);

}  // namespace godwit::sdp
