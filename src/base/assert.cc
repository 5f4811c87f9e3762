// SPDX-License-Identifier: Apache-2.0
#include "base/assert.h"

#include <cstdio>
#include <cstdlib>

namespace godwit {

void assertion_failed(const char* expression, const char* file, int line) {
  std::fprintf(stderr, "godwit: %s:%d: expected %s\n", file, line, expression);
  std::abort();
}

}  // namespace godwit
