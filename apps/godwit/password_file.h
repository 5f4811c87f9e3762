// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "godwit/error.h"

namespace godwit::cli {

/// A file that holds secrets, as far as it may be trusted.
struct SecretFile {
  std::string text;
  std::string warning;  ///< a sentence, when others may read it; else empty
};

/// Reads a small file of secrets.
/// @return `invalid_argument` if it cannot be read, or if others than its owner may write it: then
///         the secret may be somebody else's choice.
[[nodiscard]] Result<SecretFile> read_secret_file(const std::string& path);

/// The password for an account: the first line of `path`, or GODWIT_PASSWORD when `path` is empty.
[[nodiscard]] Result<SecretFile> read_password(const std::string& path);

}  // namespace godwit::cli
