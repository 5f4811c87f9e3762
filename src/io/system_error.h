// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <system_error>

#include "godwit/error.h"

namespace godwit::io {

/// Asio's error as the standard one of the same meaning. Asio has categories of its own, whose
/// codes do not compare equal to the standard ones: none of them leaves this folder.
[[nodiscard]] std::error_code to_std(const std::error_code& code);

/// `errno` as it is now.
[[nodiscard]] std::error_code last_error();

/// A system call failed: what could not be done, and the system's reason.
/// A taken port becomes `Errc::address_in_use`, everything else stays the system's own error.
[[nodiscard]] tl::unexpected<Error> system_failure(std::error_code code, std::string what);

}  // namespace godwit::io
