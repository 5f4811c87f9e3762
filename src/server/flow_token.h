// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"
#include "net/flow.h"
#include "server/sealed_text.h"

namespace godwit::server {

/// Names flows in the user part of URIs that lead to us, Path and Record-Route (RFC 5626 §5.2), so
/// that nothing has to be kept for them.
class FlowTokens {
 public:
  explicit FlowTokens(Random& random) : sealed_(kMark, random) {}

  /// Letters, digits, "-" and "_" only.
  [[nodiscard]] std::string make(const net::Flow& flow) const;
  /// Has it the form of a token? Another user part means something else.
  [[nodiscard]] static bool is_token(std::string_view user) { return user.starts_with(kMark); }
  /// Empty: it was not made here, or not so. Whether the flow is still there, others know.
  [[nodiscard]] std::optional<net::Flow> read(std::string_view token) const;

 private:
  static constexpr std::string_view kMark = "flow-";

  SealedText sealed_;
};

}  // namespace godwit::server
