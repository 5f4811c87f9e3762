// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sip/message/grammar.h"
#include "sip/message/uri.h"

namespace godwit::sip {

/// One element of User-to-User: data that the two users, not their user agents, understand (RFC
/// 7433 §4.1).
struct UserToUser {
  std::string data;      // what the token or quoted-string says, in its encoding
  std::string encoding;  // empty: as the purpose has it, which is "hex" when that is empty too
  std::string purpose;   // empty: "isdn-uui"
  std::string content;   // empty: as the purpose has it
  Parameters other;

  bool operator==(const UserToUser&) const = default;
};

/// Parses one element of the unfolded field value, which may be a list of them.
[[nodiscard]] Scanned<UserToUser> parse_user_to_user(std::string_view text);
[[nodiscard]] std::string to_string(const UserToUser& value);

/// The bytes that the data stands for: hexadecimal digits undone, of any other encoding the data as
/// it is. None when the digits are none or odd.
[[nodiscard]] std::optional<std::string> octets_of(const UserToUser& value);

}  // namespace godwit::sip
