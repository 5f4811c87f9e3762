// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <utility>

#include "godwit/ids.h"
#include "godwit/time.h"

namespace godwit::ua {

/// How many requests may wait for a server's answer at once, so that a burst does not drown itself
/// in copies: begins small, grows by one with each answer in time, and is halved when answers stay
/// out (as the congestion window of TCP is, RFC 5681). What is unanswered for T1 counts as lost
/// here, and is then the business of its own timers. Every operation costs O(log n).
class AnswerWindow {
 public:
  using Who = std::pair<AccountId, std::uint32_t>;  ///< an account and one of its flows

  [[nodiscard]] bool has_room() const { return unanswered_.size() < size_; }
  void on_asked(const Who& who, TimePoint now);
  void on_answered(const Who& who);
  /// Takes note of what is lost by now.
  void on_timeout(TimePoint now);
  /// When something may be lost; empty when nothing is waited for.
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool idle() const { return unanswered_.empty(); }

  /// At most what fits into the receive buffer that Linux gives a UDP socket by itself.
  static constexpr std::size_t kFirst = 128, kLeast = 32, kMost = 512;

 private:
  bool forget(const Who& who);
  struct Asked {
    TimePoint at;
    Who who;
    std::uint64_t number = 0;
  };

  std::size_t size_ = kFirst;
  std::set<std::pair<Who, std::uint64_t>> unanswered_;
  std::deque<Asked> asked_;  // oldest first, answered ones too
  std::optional<TimePoint> halved_at_;
  std::uint64_t numbers_ = 0;
};

}  // namespace godwit::ua
