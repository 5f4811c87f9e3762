// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <malloc.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <span>

// Looks for a secret in whatever the program gives back to the heap. For one source file of a test program: the
// operators are replaced for all of it.

namespace godwit::test {

inline const unsigned char* watched_secret = nullptr;
inline std::size_t watched_size = 0;
inline int left_in_freed_memory = 0;

/// While it lives, every piece of memory that is freed is searched.
class FreedMemory {
 public:
  /// `secret` has to stay where it is.
  explicit FreedMemory(std::span<const std::uint8_t> secret) {
    left_in_freed_memory = 0;
    watched_size = secret.size();
    watched_secret = secret.data();
  }
  ~FreedMemory() { watched_secret = nullptr; }
  FreedMemory(const FreedMemory&) = delete;
  FreedMemory& operator=(const FreedMemory&) = delete;
  /// In how many pieces it was found so far.
  [[nodiscard]] int found() const { return left_in_freed_memory; }
};

inline void give_back(void* memory) noexcept {
  if (memory != nullptr && watched_secret != nullptr) {
    const auto* const begin = static_cast<const unsigned char*>(memory);
    const auto* const end = begin + malloc_usable_size(memory);
    if (std::search(begin, end, watched_secret, watched_secret + watched_size) != end) {
      ++left_in_freed_memory;
    }
  }
  std::free(memory);
}

}  // namespace godwit::test

// Not inlined: GCC would see a plain free() of what a new expression gave, and warn.
[[gnu::noinline]] void* operator new(std::size_t size) {
  if (void* const memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return std::malloc(size);
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  godwit::test::give_back(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  godwit::test::give_back(memory);
}
