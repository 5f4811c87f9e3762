// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "lab/figures.h"
#include "lab/heard_speech.h"
#include "lab/lab.h"
#include "lab/own_word.h"

namespace godwit::lab {

/// What one end heard of the other, by its recording.
struct Listening {
  HeardSpeech after;   ///< once media was back: is it the call?
  HeardSpeech across;  ///< from a second before the change until the next: what was lost of it?
  double silence_beyond_down_ms = 0;  ///< of `across`, longer than no network worked
  /// From t0 until it was heard again as soon as before, within 40 ms; empty: it was not.
  std::optional<double> in_time_ms;
};

/// Everything found out about one change of one run.
struct ChangeResult {
  ChangeMark mark;
  std::string from_label;  ///< "Wi-Fi"
  std::string to_label;
  ChangeFigures figures;
  std::vector<Disagreement> disagreements;
  Listening out;  ///< by B
  Listening in;   ///< by A
  std::vector<std::string> round_trips;  ///< `explain_round_trips()`
  bool state_kept = true;                ///< held, no refresh has asked for sound

  [[nodiscard]] bool survived() const {
    return out.after.heard() && in.after.heard() && state_kept;
  }
};

struct RunResult {
  std::vector<ChangeResult> changes;
  std::vector<std::string> bindings;
  std::vector<std::string> problems;  ///< sentences: what went wrong beside the figures

  [[nodiscard]] bool survived() const;
};

/// A figure over all runs: a number, null, or {"median", "min", "max"}.
[[nodiscard]] nlohmann::json summarise(std::vector<std::optional<double>> values);

/// The JSON object of `godwit lab run --json`.
[[nodiscard]] nlohmann::json make_report(const LabOptions& options,
                                         const std::vector<RunResult>& runs);

/// The same for people: a paragraph for each change, two lines for its directions.
[[nodiscard]] std::string make_table(const LabOptions& options, const nlohmann::json& report);

}  // namespace godwit::lab
