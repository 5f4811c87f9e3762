// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"

namespace godwit::server {

/// Bytes that we give out in the user part of a URI and take back only as we made them: sealed with
/// a key of this very process. Nobody else can make one, and what an earlier process gave out means
/// nothing any more.
class SealedText {
 public:
  /// @param mark  what other user parts do not begin with
  SealedText(std::string_view mark, Random& random) : mark_(mark), key_(random.token(32)) {}

  /// The mark, then letters, digits, "-" and "_" only. Anybody can read the bytes in it.
  [[nodiscard]] std::string close(std::string_view bytes) const;
  /// Empty: it was not made here, or not so.
  [[nodiscard]] std::optional<std::string> open(std::string_view user) const;

 private:
  [[nodiscard]] std::string seal(std::string_view bytes) const;

  std::string_view mark_;
  std::string key_;
};

}  // namespace godwit::server
