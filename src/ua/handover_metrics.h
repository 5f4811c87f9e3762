// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "godwit/event.h"
#include "godwit/time.h"

namespace godwit::ua {

/// Counts what network changes did to calls, for whoever collects metrics. It knows only what
/// everybody is told: the events.
class HandoverMetrics {
 public:
  void count(const Event& event);

  /// Prometheus' text format, version 0.0.4: every metric is there from the beginning.
  [[nodiscard]] std::string text() const;

 private:
  /// The upper ends of the buckets: what the ear forgives (20 ms), round trips, and the waits of SIP.
  static constexpr std::array kBounds = {0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2,
                                         0.3,   0.5,  1.0,  2.0,  5.0, 10.0, 60.0};
  struct Histogram {
    std::array<std::uint64_t, kBounds.size()> up_to{};  // cumulative
    std::uint64_t count = 0;
    Duration sum{};

    void add(const std::optional<Duration>& time);
  };
  static void write(const Histogram& histogram, std::string_view name, const std::string& label,
                    std::string& out);

  void count_report(const HandoverReport& report);

  std::array<std::uint64_t, 4> changes_{};    // by ChangeOutcome
  std::array<std::uint64_t, 4> handovers_{};  // by ReconnectReason
  std::uint64_t dropped_ = 0;
  std::uint64_t retries_ = 0;
  std::uint64_t lost_in_ = 0;
  std::array<Histogram, 5> stages_{};  // as in kStages
  std::array<Histogram, 2> gaps_{};    // in, out
};

}  // namespace godwit::ua
