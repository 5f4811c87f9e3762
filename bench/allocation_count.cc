// SPDX-License-Identifier: Apache-2.0
#include "allocation_count.h"

#include <dlfcn.h>

namespace bench {

AllocationCount* allocation_count() {
  return static_cast<AllocationCount*>(dlsym(RTLD_DEFAULT, "bench_allocation_count"));
}

}  // namespace bench
