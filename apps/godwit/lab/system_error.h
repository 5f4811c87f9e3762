// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cerrno>
#include <string>
#include <system_error>

#include "godwit/error.h"

namespace godwit::lab {

/// What the kernel refused, as a failure: "open /dev/net/tun: Permission denied".
inline tl::unexpected<Error> system_failure(const std::string& what, int error = errno) {
  const std::error_code code(error, std::generic_category());
  return tl::unexpected<Error>(Error{code, what + ": " + code.message()});
}

}  // namespace godwit::lab
