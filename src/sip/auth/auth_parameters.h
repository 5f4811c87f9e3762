// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "godwit/error.h"

namespace godwit::sip {

/// A challenge or credentials before anybody knows what they mean: a scheme and its auth-params
/// (RFC 7235 §2.1). Values are without quotes and escapes.
struct AuthParameters {
  struct Parameter {
    std::string name;
    std::string value;
  };
  std::string scheme;
  std::vector<Parameter> parameters;

  /// Regardless of case; nullptr when absent. Of one that came twice, the first.
  [[nodiscard]] const std::string* find(std::string_view name) const;
};

/// Errors: `malformed_message` with the byte offset. The values are not repeated in it.
[[nodiscard]] Result<AuthParameters> parse_auth_parameters(std::string_view value);

}  // namespace godwit::sip
