// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdlib>
#include <new>

// Counts what the program takes from the heap. For one source file of a test program: the operators
// are replaced for all of it.

namespace godwit {

inline std::size_t allocation_count = 0;

}  // namespace godwit

// Not inlined: GCC would see a plain free() of what a new expression gave, and warn.
[[gnu::noinline]] void* operator new(std::size_t size) {
  ++godwit::allocation_count;
  if (void* const memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
