// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <numbers>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "audio/audio_port.h"
#include "base/random.h"

namespace godwit::test {

/// What is said to measure how long sound takes: a short rustle of all telephone frequencies, again
/// and again, that is like nothing but itself. Sample by sample of a card that began at 0.
class Rustle {
 public:
  explicit Rustle(int rate) : rate_(rate) {
    constexpr int kVoices = 40;
    SeededRandom random(5);
    burst_.resize(static_cast<std::size_t>(rate * kLength / 1000));
    std::vector<double> sum(burst_.size());
    for (int voice = 0; voice < kVoices; ++voice) {
      const double hz = 300 + 3000.0 * voice / kVoices;
      const double phase = 2 * std::numbers::pi * static_cast<double>(random.below(1000)) / 1000;
      for (std::size_t i = 0; i < sum.size(); ++i) {
        sum[i] += std::sin(2 * std::numbers::pi * hz * static_cast<double>(i) / rate + phase);
      }
    }
    for (std::size_t i = 0; i < sum.size(); ++i) {
      const double place = static_cast<double>(i) / static_cast<double>(sum.size());
      const double shape = 0.5 - 0.5 * std::cos(2 * std::numbers::pi * place);
      burst_[i] = static_cast<std::int16_t>(2000 * shape * sum[i] / std::sqrt(kVoices));
    }
  }
  /// @param first  number of the first sample since the card began
  void say(std::size_t first, std::span<std::int16_t> out) const {
    for (std::size_t i = 0; i < out.size(); ++i) {
      const std::size_t place = (first + i) % period();
      out[i] = place < burst_.size() ? burst_[place] : std::int16_t{0};
    }
  }
  /// How much later than it was said the last whole burst is in what was heard; both cards began at
  /// once. Empty: it is not there.
  [[nodiscard]] std::optional<double> delay_ms(std::span<const std::int16_t> heard) const {
    const std::size_t longest = period() / 2;
    if (heard.size() < 2 * period()) return std::nullopt;
    const std::size_t said_at = (heard.size() - burst_.size() - longest) / period() * period();
    std::size_t best = 0;
    double most = 0;
    for (std::size_t lag = 0; lag < longest; ++lag) {
      const double alike = likeness(heard.subspan(said_at + lag, burst_.size()));
      if (alike <= most) continue;
      most = alike;
      best = lag;
    }
    if (most < 0.5) return std::nullopt;
    return 1000.0 * static_cast<double>(best) / rate_;
  }
  [[nodiscard]] std::size_t period() const {
    return static_cast<std::size_t>(rate_ * kPeriod / 1000);
  }

  static constexpr int kLength = 60;   // ms
  static constexpr int kPeriod = 500;  // ms; half of it is the longest delay that is found

 private:
  /// Of the burst, 0 to 1; each second sample is enough.
  [[nodiscard]] double likeness(std::span<const std::int16_t> heard) const {
    double both = 0, said = 1, came = 1;
    for (std::size_t i = 0; i < burst_.size(); i += 2) {
      const double a = burst_[i];
      const double b = heard[i];
      both += a * b;
      said += a * a;
      came += b * b;
    }
    return both / std::sqrt(said * came);
  }

  int rate_;
  std::vector<std::int16_t> burst_;
};

/// A mean of the newest.
class RecentMean {
 public:
  void note(double value) {
    if (values_.size() < kMost) {
      values_.push_back(value);
    } else {
      values_[next_++ % kMost] = value;
    }
  }
  [[nodiscard]] double value() const {
    double sum = 0;
    for (const double value : values_) sum += value;
    return values_.empty() ? 0 : sum / static_cast<double>(values_.size());
  }

 private:
  static constexpr std::size_t kMost = 200;
  std::vector<double> values_;
  std::size_t next_ = 0;
};

/// How long the newest sample waits between card and call, in ms.
struct DeviceWaits {
  RecentMean captured, to_play;
};

/// The microphone's end, which notes how old the newest sample is that it leaves or takes.
class WatchedSource final : public audio::Source {
 public:
  using Note = std::function<void()>;
  WatchedSource(std::unique_ptr<audio::Source> source, Note note)
      : source_(std::move(source)), note_(std::move(note)) {}
  void set_rate(int hz) override { source_->set_rate(hz); }
  void read(std::span<std::int16_t> frame) override {
    source_->read(frame);
    note_();
  }

 private:
  std::unique_ptr<audio::Source> source_;
  Note note_;
};

/// The loudspeaker's end, which notes how much there is to play before what comes now.
class WatchedSink final : public audio::Sink {
 public:
  using Note = std::function<void()>;
  WatchedSink(std::unique_ptr<audio::Sink> sink, Note note)
      : sink_(std::move(sink)), note_(std::move(note)) {}
  void set_rate(int hz) override { sink_->set_rate(hz); }
  void write(std::span<const std::int16_t> frame) override {
    note_();
    sink_->write(frame);
  }

 private:
  std::unique_ptr<audio::Sink> sink_;
  Note note_;
};

}  // namespace godwit::test
