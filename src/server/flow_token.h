// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"
#include "net/flow.h"

namespace godwit::server {

/// Names flows in the user part of URIs that lead to us, Path and Record-Route (RFC 5626 §5.2), so
/// that nothing has to be kept for them. A token is sealed with a key of this very process: nobody
/// else can make one, and what an earlier process gave out names flows that are gone.
class FlowTokens {
 public:
  explicit FlowTokens(Random& random) : key_(random.token(32)) {}

  /// Letters, digits, "-" and "_" only.
  [[nodiscard]] std::string make(const net::Flow& flow) const;
  /// Has it the form of a token? Another user part means something else.
  [[nodiscard]] static bool is_token(std::string_view user);
  /// Empty: it was not made here, or not so. Whether the flow is still there, others know.
  [[nodiscard]] std::optional<net::Flow> read(std::string_view token) const;

 private:
  [[nodiscard]] std::string seal(std::string_view text) const;

  std::string key_;
};

}  // namespace godwit::server
