// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "godwit/time.h"

namespace godwit::rtp {

/// Which packets never came. A hole in the sequence numbers becomes a loss when it is older than
/// `kPatience`: until then the packet may still be under way, on another path perhaps.
class LossLedger {
 public:
  static constexpr std::chrono::milliseconds kPatience{200};

  /// Numbers `first` to `first + count - 1` were jumped over.
  void on_hole(std::uint32_t first, std::uint32_t count, TimePoint now);
  /// A number that was jumped over has come after all.
  void on_late(std::uint32_t sequence, TimePoint now);
  /// From now on `since_reset` counts holes found from `now` on.
  void reset(TimePoint now);

  [[nodiscard]] std::uint32_t total(TimePoint now) const;
  [[nodiscard]] std::uint32_t since_reset(TimePoint now) const;
  /// The same, with the holes that are younger than `kPatience`: what is missing so far.
  [[nodiscard]] std::uint32_t missing_since_reset() const;

 private:
  struct Hole {
    std::uint32_t sequence = 0;
    TimePoint found{};
    bool open = false;
  };
  static constexpr std::size_t kRoom = 256;  // about 5 s of speech

  void settle(TimePoint now);
  void book(const Hole& hole);
  [[nodiscard]] std::uint32_t open_since(TimePoint from, TimePoint until) const;

  std::array<Hole, kRoom> holes_{};  // a ring, oldest first
  std::size_t first_ = 0;
  std::size_t size_ = 0;
  TimePoint reset_at_{};
  std::uint32_t total_ = 0;
  std::uint32_t since_reset_ = 0;
};

}  // namespace godwit::rtp
