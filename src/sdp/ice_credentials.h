// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sdp/grammar.h"

namespace godwit::sdp {

// What ICE tells besides candidates (RFC 8839 §5.4, §5.6). a=ice-lite and a=ice-mismatch have no
// value.

/// The value of a=ice-ufrag (4 to 256 characters), and that of a=ice-pwd (22 to 256): a secret,
/// never to be logged.
[[nodiscard]] Scanned<std::string> parse_ice_ufrag(std::string_view value);
[[nodiscard]] Scanned<std::string> parse_ice_pwd(std::string_view value);

/// `a=ice-options`: "ice2 trickle".
struct IceOptions {
  std::vector<std::string> tags;  // at least one
  bool operator==(const IceOptions&) const = default;
};
[[nodiscard]] Scanned<IceOptions> parse_ice_options(std::string_view value);
[[nodiscard]] std::string to_string(const IceOptions& options);

}  // namespace godwit::sdp
