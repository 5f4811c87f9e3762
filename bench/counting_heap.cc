// SPDX-License-Identifier: Apache-2.0
// The C library's heap, with a count: preloaded into a loop, or linked into a program.
#include <malloc.h>

#include <cerrno>
#include <cstdlib>

#include "allocation_count.h"

extern "C" {

// glibc's own, under the names it keeps for those who stand in front of it.
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* block, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
void __libc_free(void* block);

[[gnu::visibility("default")]] bench::AllocationCount bench_allocation_count;

}  // extern "C"

namespace {

void* entered(void* block, std::size_t asked) {
  if (block == nullptr) return nullptr;
  auto& count = bench_allocation_count;
  ++count.allocations;
  count.bytes += asked;
  count.live += static_cast<std::int64_t>(malloc_usable_size(block));
  if (count.live > count.peak) count.peak = count.live;
  return block;
}

void left(void* block) {
  if (block != nullptr) {
    bench_allocation_count.live -= static_cast<std::int64_t>(malloc_usable_size(block));
  }
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

void* malloc(std::size_t size) noexcept {
  return entered(__libc_malloc(size), size);
}

void* calloc(std::size_t count, std::size_t size) noexcept {
  return entered(__libc_calloc(count, size), count * size);
}

void* realloc(void* block, std::size_t size) noexcept {
  left(block);
  return entered(__libc_realloc(block, size), size);
}

void* memalign(std::size_t alignment, std::size_t size) noexcept {
  return entered(__libc_memalign(alignment, size), size);
}

void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
  return memalign(alignment, size);
}

int posix_memalign(void** block, std::size_t alignment, std::size_t size) noexcept {
  *block = memalign(alignment, size);
  return *block == nullptr ? ENOMEM : 0;
}

void free(void* block) noexcept {
  left(block);
  __libc_free(block);
}

}  // extern "C"
#pragma GCC visibility pop
