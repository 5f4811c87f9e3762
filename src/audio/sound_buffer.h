// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace godwit::audio {

/// Samples on their way, in one piece: those that wait, and behind them the last of those that have
/// gone. Grows to what it has had to hold, and then takes nothing from the heap.
class SoundBuffer {
 public:
  /// @param past  so many samples that have gone are kept
  explicit SoundBuffer(std::size_t past) : past_(past) {}

  [[nodiscard]] std::span<std::int16_t> waiting() {
    return std::span{samples_}.subspan(head_, end_ - head_);
  }
  [[nodiscard]] std::size_t size() const { return end_ - head_; }
  /// The past and what waits; the latter begins at `gone()`.
  [[nodiscard]] std::span<const std::int16_t> all() const {
    return std::span{samples_}.subspan(head_ - gone(), gone() + size());
  }
  [[nodiscard]] std::size_t gone() const { return head_ < past_ ? head_ : past_; }

  /// Room behind what waits, to be filled; `shrink` gives back what is not.
  [[nodiscard]] std::span<std::int16_t> extend(std::size_t samples);
  void shrink(std::size_t samples) { end_ -= samples; }
  /// The first ones go.
  void take(std::span<std::int16_t> out);
  /// The first ones go without being looked at.
  void pass(std::size_t samples) { head_ += samples; }
  /// The first ones are left out: they are no past.
  void skip(std::size_t samples);
  /// These are to go first.
  void put_first(std::span<const std::int16_t> samples);
  /// Neither past nor future; the memory is kept.
  void clear() { head_ = end_ = 0; }
  /// As `clear()`, and the memory is given back.
  void release();

 private:
  void make_room(std::size_t samples);

  std::size_t past_;
  std::vector<std::int16_t> samples_;
  std::size_t head_ = 0;  // the first that waits
  std::size_t end_ = 0;
};

}  // namespace godwit::audio
