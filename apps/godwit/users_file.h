// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "godwit/error.h"
#include "sip/auth/digest_terms.h"

namespace godwit::cli {

/// Who may register, by what proves it.
struct Users {
  std::map<std::string, std::string> passwords;
  std::map<std::string, std::map<sip::DigestAlgorithm, std::string>> keys;
};

/// Reads lines of "user:password", or with H(user:realm:password) in lower-case hexadecimal
/// "user:{SHA-256}…{MD5}…", one of both or both in any order; empty lines and lines that begin with
/// # are passed over.
/// @return `invalid_argument` with the line's number.
[[nodiscard]] Result<Users> parse_users(std::string_view text);

/// Can each user answer the challenge that most clients choose, the first? Passwords always do.
/// @param algorithms  of the challenges, at least one
/// @return `invalid_argument` with the name of the first user who cannot.
[[nodiscard]] Result<void> check_keys(const Users& users,
                                      const std::vector<sip::DigestAlgorithm>& algorithms);

}  // namespace godwit::cli
