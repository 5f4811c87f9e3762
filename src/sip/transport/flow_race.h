// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "godwit/ids.h"
#include "godwit/time.h"

namespace godwit::sip {

/// Decides which candidates are tried when, until one of them can carry a request (RFC 8305 §5,
/// R15).
///
/// To try a candidate means to open a stream (established: TLS done and the name verified) or, over
/// UDP, to probe it; the request itself is never raced (R16). Candidates are tried in their order,
/// one attempt delay apart, or at once when one fails. The list may still grow while the race runs.
class FlowRace {
 public:
  struct Profile {
    Duration attempt_delay =
        std::chrono::milliseconds{250};                   ///< 10 ms to 2 s; others are moved there
    Duration longest_attempt = std::chrono::seconds{10};  ///< one attempt
    Duration longest = std::chrono::seconds{32};          ///< all of them, from the first on
  };
  using AttemptId = StrongId<struct RaceAttemptTag>;

  /// Open a stream to the candidate, or probe it. Ends with Won, Cancel, or `on_failed`.
  struct Start {
    AttemptId attempt;
    std::size_t candidate = 0;
    bool operator==(const Start&) const = default;
  };
  /// Give the attempt up.
  struct Cancel {
    enum class Why : std::uint8_t {
      overtaken,  ///< it had its attempt delay, and a later one was quicker: counts as failed (T51)
      not_needed,  ///< another one won before this could show what it is worth
      timed_out,
    };
    AttemptId attempt;
    Why why = Why::not_needed;
    bool operator==(const Cancel&) const = default;
  };
  /// Use this one. The others are cancelled; what becomes of it later is not the race's business.
  struct Won {
    std::size_t candidate = 0;
    AttemptId attempt;
    bool operator==(const Won&) const = default;
  };
  /// Every candidate failed and no more will come, or the race has taken too long.
  struct Lost {
    bool operator==(const Lost&) const = default;
  };
  using Action = std::variant<Start, Cancel, Won, Lost>;

  static constexpr std::chrono::milliseconds kLeastDelay{10};  // RFC 8305 §8
  static constexpr std::chrono::seconds kMostDelay{2};         // RFC 8305 §8

  explicit FlowRace(const Profile& profile);

  /// The list, best first: what has been started keeps its index, the rest may be in a new order.
  /// `groups[i]` is the SRV group of candidate i: one of a worse (higher) group waits until those
  /// before it of better groups have failed or were given the attempt delay each (R18).
  [[nodiscard]] std::vector<Action> on_candidates(std::size_t known, bool complete,
                                                  const std::vector<int>& groups, TimePoint now);
  [[nodiscard]] std::vector<Action> on_established(AttemptId attempt, TimePoint now);
  /// The next one starts at once (T34, T35), within its group's rule.
  [[nodiscard]] std::vector<Action> on_failed(AttemptId attempt, TimePoint now);
  [[nodiscard]] std::vector<Action> on_timeout(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;

  [[nodiscard]] bool over() const { return over_; }
  /// Candidates from 0 up to this one have been started; they keep their index.
  [[nodiscard]] std::size_t started() const { return next_; }

 private:
  struct Attempt {
    AttemptId id;
    std::size_t candidate = 0;
    int group = 0;
    TimePoint started;
  };
  [[nodiscard]] std::optional<TimePoint> next_start() const;
  [[nodiscard]] TimePoint given_its_delay(const Attempt& attempt) const;
  void start_due(TimePoint now, std::vector<Action>& actions);
  void end_overdue(TimePoint now, std::vector<Action>& actions);
  template <class Why>
  void end(std::vector<Action>& actions, Why why);
  [[nodiscard]] std::vector<Action> advance(TimePoint now);

  Profile profile_;
  std::vector<int> groups_;  // of the candidates known
  bool complete_ = false;
  bool over_ = false;
  bool replace_ = false;          // one failed: the next need not wait
  std::size_t next_ = 0;          // the first candidate not started
  std::vector<Attempt> running_;  // by the time of their start
  std::optional<TimePoint> begun_;
  std::optional<TimePoint> last_start_;
  std::uint64_t last_id_ = 0;
};

}  // namespace godwit::sip
