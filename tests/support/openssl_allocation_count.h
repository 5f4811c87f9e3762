// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/crypto.h>

#include <cstddef>
#include <cstdlib>

// Counts what OpenSSL takes from the heap. For one source file of a test program, in which nothing
// uses OpenSSL before main().

namespace godwit {

inline std::size_t openssl_allocation_count = 0;

/// False: OpenSSL had taken memory before, and nothing is counted.
inline const bool openssl_allocations_are_counted =
    CRYPTO_set_mem_functions(
        [](std::size_t size, const char*, int) {
          ++openssl_allocation_count;
          return std::malloc(size);
        },
        [](void* memory, std::size_t size, const char*, int) {
          ++openssl_allocation_count;
          return std::realloc(memory, size);
        },
        [](void* memory, const char*, int) { std::free(memory); }) == 1;

}  // namespace godwit
