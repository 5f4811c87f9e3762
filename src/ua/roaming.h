// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "net/network_snapshot.h"
#include "roam/in_use.h"
#include "roam/roam_plan.h"
#include "roam/roam_runner.h"
#include "roam/settle.h"

namespace godwit::ua {

/// From a fresh snapshot to steps that are performed: keeps what was acted on last, waits for quiet
/// where nothing is broken, and keeps the runner's book.
class Roaming {
 public:
  explicit Roaming(const NetworkPolicy& policy) : policy_(policy), settle_(policy.settle) {}

  /// @param hinted_at  when the system told of the change
  [[nodiscard]] roam::RoamRunner::Actions on_snapshot(const net::NetworkSnapshot& snapshot,
                                                      const roam::InUse& in_use,
                                                      TimePoint hinted_at, TimePoint now);
  /// The quiet that was waited for has come: the newest snapshot is acted on.
  [[nodiscard]] roam::RoamRunner::Actions on_timeout(const roam::InUse& in_use, TimePoint now);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const { return settle_.next_deadline(); }

  [[nodiscard]] roam::RoamRunner& runner() { return runner_; }
  /// When the change that is being performed was noticed.
  [[nodiscard]] TimePoint noticed() const { return noticed_; }
  [[nodiscard]] const net::NetworkSnapshot& latest() const { return latest_; }
  [[nodiscard]] std::uint64_t generation() const { return generation_; }
  /// The address has carried traffic: it no longer has to be verified.
  void on_proven(const net::IpAddress& local) { disturbed_.erase(local); }

 private:
  [[nodiscard]] roam::RoamRunner::Actions act(const roam::InUse& in_use, TimePoint now);
  void note_disturbed(const roam::InUse& in_use);
  void note_name_servers(const roam::InUse& in_use);

  NetworkPolicy policy_;
  roam::Settle settle_;
  roam::RoamRunner runner_;
  roam::Disturbed disturbed_;
  net::NetworkSnapshot acted_;
  net::NetworkSnapshot latest_;
  std::optional<TimePoint> first_hint_;  // of the changes not yet acted on
  TimePoint noticed_{};
  std::uint64_t generation_ = 0;
  bool first_ = true;
};

}  // namespace godwit::ua
