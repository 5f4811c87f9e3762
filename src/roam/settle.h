// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "godwit/options.h"
#include "godwit/time.h"

namespace godwit::roam {

/// How pressing a fresh snapshot is.
enum class Urgency {
  nothing,  ///< no difference that matters, nothing in use is touched
  calm,     ///< something changed, what is in use still works: wait for quiet
  urgent,   ///< a link in use is broken, or a broken one could be mended: act at once
};

/// Decides when a changed network is acted on: at once when urgent, else after `quiet` without a
/// further change, at most `longest` after the first one.
class Settle {
 public:
  explicit Settle(SettlePolicy policy) : policy_(policy) {}

  enum class Decision { wait, act };
  [[nodiscard]] Decision on_snapshot(Urgency urgency, TimePoint now);
  [[nodiscard]] Decision on_timeout(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const { return deadline_; }
  [[nodiscard]] bool pending() const { return deadline_.has_value(); }

 private:
  SettlePolicy policy_;
  std::optional<TimePoint> first_;
  std::optional<TimePoint> deadline_;
};

}  // namespace godwit::roam
