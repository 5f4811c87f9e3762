// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace godwit::io {

/// Samples on their way from one thread to another: one thread pushes, one pops, and neither ever
/// waits, locks or allocates. The only memory that a device's thread shares with the loop.
class SampleRing {
 public:
  /// @param at_least  room for so many samples
  explicit SampleRing(std::size_t at_least)
      : samples_(std::bit_ceil(at_least)), mask_(samples_.size() - 1) {}

  /// The pushing thread. @return how many there was room for; the rest is left out
  std::size_t push(std::span<const std::int16_t> samples) {
    const std::size_t end = pushed_.load(std::memory_order_relaxed);
    const std::size_t used = end - popped_.load(std::memory_order_acquire);
    samples = samples.first(std::min(samples.size(), samples_.size() - used));
    const auto [first, rest] = split(samples.size(), end);
    std::copy_n(samples.data(), first, samples_.data() + (end & mask_));
    std::copy_n(samples.data() + first, rest, samples_.data());
    pushed_.store(end + samples.size(), std::memory_order_release);
    return samples.size();
  }
  /// The popping thread. @return how many there were
  std::size_t pop(std::span<std::int16_t> out) {
    const std::size_t begin = popped_.load(std::memory_order_relaxed);
    const std::size_t used = pushed_.load(std::memory_order_acquire) - begin;
    out = out.first(std::min(out.size(), used));
    const auto [first, rest] = split(out.size(), begin);
    std::copy_n(samples_.data() + (begin & mask_), first, out.data());
    std::copy_n(samples_.data(), rest, out.data() + first);
    popped_.store(begin + out.size(), std::memory_order_release);
    return out.size();
  }
  /// The popping thread: the oldest go unheard.
  void drop(std::size_t count) {
    const std::size_t begin = popped_.load(std::memory_order_relaxed);
    const std::size_t used = pushed_.load(std::memory_order_acquire) - begin;
    popped_.store(begin + std::min(count, used), std::memory_order_release);
  }
  /// Either thread; the other one may just be changing it.
  [[nodiscard]] std::size_t size() const {
    // In this order, or a pop in between would make the difference negative.
    const std::size_t begin = popped_.load(std::memory_order_acquire);
    return pushed_.load(std::memory_order_acquire) - begin;
  }
  [[nodiscard]] std::size_t capacity() const { return samples_.size(); }

 private:
  struct Pieces {
    std::size_t first, rest;
  };
  /// What lies before the end of the memory, and what goes on at its beginning.
  [[nodiscard]] Pieces split(std::size_t count, std::size_t at) const {
    const std::size_t first = std::min(count, samples_.size() - (at & mask_));
    return {first, count - first};
  }

  static constexpr std::size_t kCacheLine = 64;  // neither thread's counter slows the other's down

  std::vector<std::int16_t> samples_;
  std::size_t mask_;
  alignas(kCacheLine) std::atomic<std::size_t> pushed_ = 0;
  alignas(kCacheLine) std::atomic<std::size_t> popped_ = 0;
};

}  // namespace godwit::io
