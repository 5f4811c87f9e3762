// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <random>
#include <string>

#include "lab/clock.h"
#include "lab/parties.h"
#include "lab/progress.h"
#include "lab/scenario.h"

namespace godwit::lab {

/// What the people at both ends do around a change of network, so that the call is in the state the
/// scenario is about while it happens: hold and resume, dial and answer.
class CallActs {
 public:
  CallActs(CallState state, Parties& parties, Progress& progress)
      : state_(state), parties_(parties), progress_(progress) {}

  /// Brings the call into its state, before change number `index` (from 0).
  [[nodiscard]] Result<void> before(std::size_t index);
  /// The last act before it: `random` decides how far its answer has come when the network changes.
  void right_before(std::size_t index, std::mt19937_64& random);
  /// Once the network has changed: lets the state go on for a while, then has both talk.
  /// @return when sound was asked for; empty where the call was to go on by itself
  [[nodiscard]] Result<std::optional<Moment>> after(std::size_t index);

 private:
  enum class Hold { off, on };
  [[nodiscard]] Result<void> hold_and_wait();
  [[nodiscard]] Result<void> wait_for_hold(Hold hold);
  void tell_a(const std::string& command, const std::string& words);

  CallState state_;
  Parties& parties_;
  Progress& progress_;
};

}  // namespace godwit::lab
