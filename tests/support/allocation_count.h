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
// What the standard library's sorting takes: left to another allocator, it would come back to this
// one.
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++godwit::allocation_count;
  return std::malloc(size);
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
