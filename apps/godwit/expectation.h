// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "condition.h"
#include "exit_code.h"
#include "godwit/time.h"

namespace godwit::cli {

/// What is expected of a command: that an event comes, or does not come.
struct EventExpectation {
  Condition condition;
  bool wanted = true;              ///< false: "not"
  std::optional<Duration> within;  ///< of the beginning
};

/// What is expected of the figures at the end: "gap<=300ms".
struct FigureExpectation {
  Term term;  ///< its value in the figure's own unit
};

/// The figures of all calls of a command, the worst of each.
struct CallFigures {
  double gap_ms = 0;  ///< longest silence of a network change
  double loss = 0;    ///< per cent of what the peer sent
  double jitter_ms = 0;
  double rtt_ms = 0;
  double mos = 0;  ///< mean of the call; 0: not measured
  double duration_s = 0;  ///< of the longest call
  double handovers = 0;
  double answered = 0;  ///< calls that were up

  bool operator==(const CallFigures&) const = default;
};

/// The conditions of --expect, held against what happens.
class Expectations {
 public:
  /// Reads "[not] EVENT [FIELD=VALUE]... [within TIME]" and "gap<=300ms,loss<=1%".
  /// @return `invalid_argument` naming what cannot be read.
  [[nodiscard]] static Result<Expectations> parse(const std::vector<std::string>& texts);

  /// @param at  since the beginning
  void on_event(const Json& event, Duration at);
  /// The end: figures are final, what has not come will not come. @param at  since the beginning
  void judge(const CallFigures& figures, Duration at);

  [[nodiscard]] bool empty() const { return all_.empty(); }
  /// How a command came out in the light of what was expected: success may become a failure, and a
  /// refusal or no answer a success when the end was expected so.
  [[nodiscard]] Verdict verdict(const Verdict& otherwise) const;
  /// One line each: "yes  call.answered within 5s (after 0.3 s)".
  [[nodiscard]] std::string to_text() const;
  [[nodiscard]] Json to_json() const;

 private:
  struct Watched {
    std::string text;
    std::optional<EventExpectation> event;  ///< or
    std::optional<FigureExpectation> figure;
    std::optional<Duration> came;  ///< when the event came in time
    double value = 0;              ///< of the figure
    bool met = false;
  };
  [[nodiscard]] static Result<void> add_figures(const std::string& text, Expectations& all);

  std::vector<Watched> all_;
};

/// "5s", "300ms", "2min"; a bare number is seconds. @return `invalid_argument`.
[[nodiscard]] Result<Duration> parse_span(std::string_view text);

}  // namespace godwit::cli
