// SPDX-License-Identifier: Apache-2.0
#include "error_name.h"

#include <array>

namespace godwit::cli {

std::string_view error_name(const std::error_code& code) {
  // In the order of Errc, whose 0 is no error.
  constexpr std::array<std::string_view, 21> kNames{
      "",
      "malformed_message",
      "invalid_argument",
      "no_such_account",
      "no_such_call",
      "wrong_state",
      "timed_out",
      "cancelled",
      "no_network",
      "name_not_found",
      "unreachable",
      "address_in_use",
      "authentication_failed",
      "rejected",
      "unsupported",
      "media_failed",
      "limit_reached",
      "connection_closed",
      "tls_failed",
      "certificate_rejected",
      "not_protected",
  };
  static_assert(static_cast<std::size_t>(Errc::not_protected) + 1 == kNames.size());
  const auto value = static_cast<std::size_t>(code.value());
  const bool is_ours = code.category() == godwit_category() && value < kNames.size() && value > 0;
  return is_ours ? kNames.at(value) : "other";
}

}  // namespace godwit::cli
