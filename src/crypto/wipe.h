// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace godwit::crypto {

/// Overwrites a secret with zeros. Unlike a plain fill it is not left out by the compiler when
/// nobody reads the memory any more.
void wipe(std::span<std::uint8_t> secret);
void wipe(std::string& secret);

}  // namespace godwit::crypto
