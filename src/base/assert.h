// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace godwit {

/// Prints what was expected and where, then aborts.
[[noreturn]] void assertion_failed(const char* expression, const char* file, int line);

}  // namespace godwit

/// A bug in our own code, never a matter of what the network sent: always checked, aborts.
#define GODWIT_ASSERT(expression) \
  ((expression) ? static_cast<void>(0) : ::godwit::assertion_failed(#expression, __FILE__, __LINE__))
