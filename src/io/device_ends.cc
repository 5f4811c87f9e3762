// SPDX-License-Identifier: Apache-2.0
#include "io/device_ends.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "audio/echo_canceller.h"
#include "audio/noise_suppressor.h"
#include "audio/rate_matcher.h"
#include "audio/resampler.h"

namespace godwit::io {
namespace {

// What lies between card and call when it is least: a loop that is late by as much is not heard.
constexpr int kSpareShare = 200;  // a two-hundredth of a second: 5 ms
// What lies there beyond this came while nobody took it (a machine that slept): it is old.
constexpr int kMostShare = 8;  // 125 ms

/// Tells a RateMatcher once a second how the buffer between was at its lowest.
class Steering {
 public:
  explicit Steering(int rate)
      : matcher_(rate, static_cast<std::size_t>(rate / kSpareShare)),
        second_(static_cast<std::size_t>(rate)) {}

  [[nodiscard]] audio::RateMatcher& matcher() { return matcher_; }
  /// Samples that are to lie between card and call when it is least.
  [[nodiscard]] std::size_t spare() const { return second_ / std::size_t{kSpareShare}; }
  void note(std::size_t left) { lowest_ = std::min(lowest_.value_or(left), left); }
  /// @return true once a second: now the matcher is to be steered
  [[nodiscard]] bool second_is_over(std::size_t samples) {
    passed_ += samples;
    if (passed_ < second_) return false;
    passed_ = 0;
    return true;
  }
  [[nodiscard]] std::optional<std::size_t> take_lowest() { return std::exchange(lowest_, {}); }

 private:
  audio::RateMatcher matcher_;
  std::size_t second_;
  std::size_t passed_ = 0;
  std::optional<std::size_t> lowest_;
};

/// What both ends have to do with making a voice clear. They run at one rate, but for a call that
/// sends by another codec than it hears by: then an echo stays.
class Cleaning {
 public:
  explicit Cleaning(const AudioDeviceOptions& options) : options_(options) {
    set_rate(audio::kBaseRate);
  }

  void set_rate(int hz) {
    rate_ = hz;
    if (options_.cancel_echo) canceller_.emplace(hz);
    if (options_.suppress_noise) suppressor_.emplace(hz);
  }
  void played(std::span<const std::int16_t> frame, int hz) {
    if (canceller_ && hz == rate_) canceller_->played(frame);
  }
  void clean(std::span<std::int16_t> frame) {
    if (canceller_) canceller_->clean(frame);
    if (suppressor_) suppressor_->clean(frame);
  }

 private:
  AudioDeviceOptions options_;
  int rate_ = 0;
  std::optional<audio::EchoCanceller> canceller_;
  std::optional<audio::NoiseSuppressor> suppressor_;
};

class DeviceSource final : public audio::Source {
 public:
  DeviceSource(std::shared_ptr<DeviceLink> link, std::shared_ptr<Cleaning> cleaning)
      : link_(std::move(link)),
        cleaning_(std::move(cleaning)),
        rate_(link_->options.rate),
        steering_(rate_),
        resampler_(rate_, audio::kBaseRate) {
    // The longest frame, with what the matcher may want of more.
    raw_.resize(2 * longest_frame());
    matched_.resize(longest_frame());
  }

  void set_rate(int hz) override {
    if (hz == resampler_.to()) return;
    resampler_ = audio::Resampler(rate_, hz);
    cleaning_->set_rate(hz);
  }
  void read(std::span<std::int16_t> frame) override {
    const auto matched = std::span{matched_}.first(at_card_rate(frame.size()));
    fetch(matched);
    const std::size_t made = resampler_.process(matched, frame);
    std::fill(frame.begin() + static_cast<std::ptrdiff_t>(made), frame.end(), std::int16_t{0});
    cleaning_->clean(frame);
  }
  void pass(std::size_t samples) override { link_->rings->captured.drop(at_card_rate(samples)); }

 private:
  [[nodiscard]] std::size_t longest_frame() const { return 6 * audio::block_of(rate_); }
  [[nodiscard]] std::size_t at_card_rate(std::size_t samples) const {
    return samples * static_cast<std::size_t>(rate_) / static_cast<std::size_t>(resampler_.to());
  }

  /// The spare is there from the first sample on, and no more: what the card has heard before is old, and
  /// to learn by running dry takes long.
  bool begin(SampleRing& captured, std::size_t wanted) {
    const std::size_t waits = captured.size();
    if (waits < wanted + steering_.spare()) return false;
    captured.drop(waits - wanted - steering_.spare());
    return begun_ = true;
  }

  void fetch(std::span<std::int16_t> out) {
    SampleRing& captured = link_->rings->captured;
    audio::RateMatcher& matcher = steering_.matcher();
    const auto raw = std::span{raw_}.first(matcher.needed_for(out.size()));
    if (!begun_ && !begin(captured, raw.size())) {
      return static_cast<void>(std::ranges::fill(out, std::int16_t{0}));
    }
    const auto most = static_cast<std::size_t>(rate_ / kMostShare) + raw.size();
    if (captured.size() > most) captured.drop(captured.size() - raw.size());
    const std::size_t had = captured.pop(raw);
    std::fill(raw.begin() + static_cast<std::ptrdiff_t>(had), raw.end(), std::int16_t{0});
    matcher.process(raw, out);
    steering_.note(captured.size());
    if (!steering_.second_is_over(out.size())) return;
    if (const auto lowest = steering_.take_lowest()) matcher.steer(*lowest);
  }

  std::shared_ptr<DeviceLink> link_;
  std::shared_ptr<Cleaning> cleaning_;
  int rate_;  // the card's
  Steering steering_;
  audio::Resampler resampler_;
  std::vector<std::int16_t> raw_, matched_;
  bool begun_ = false;  // the card has
};

class DeviceSink final : public audio::Sink {
 public:
  DeviceSink(std::shared_ptr<DeviceLink> link, std::shared_ptr<Cleaning> cleaning)
      : link_(std::move(link)),
        cleaning_(std::move(cleaning)),
        rate_(link_->options.rate),
        steering_(rate_),
        resampler_(audio::kBaseRate, rate_) {
    make_room();
  }

  void set_rate(int hz) override {
    if (hz == resampler_.from()) return;
    resampler_ = audio::Resampler(hz, rate_);
    make_room();
  }
  void write(std::span<const std::int16_t> frame) override {
    cleaning_->played(frame, resampler_.from());
    if (!begun_ && !begin()) return;
    const std::size_t resampled = resampler_.process(frame, resampled_);
    audio::RateMatcher& matcher = steering_.matcher();
    const std::size_t made = matcher.process(std::span{resampled_}.first(resampled), matched_);
    SampleRing& to_play = link_->rings->to_play;
    if (to_play.size() <= static_cast<std::size_t>(rate_ / kMostShare)) {
      to_play.push(std::span{matched_}.first(made));
    }
    if (!steering_.second_is_over(resampled)) return;
    if (const auto lowest = link_->rings->take_lowest()) matcher.steer(*lowest);
  }

 private:
  /// As of the microphone's: nothing piles up until the card plays, and then the spare lies before the
  /// first sample.
  bool begin() {
    if (!link_->rings->take_lowest()) return false;
    const std::vector<std::int16_t> silence(steering_.spare());
    link_->rings->to_play.push(silence);
    return begun_ = true;
  }
  void make_room() {
    resampled_.resize(resampler_.most_out(6 * audio::block_of(resampler_.from())));
    matched_.resize(audio::RateMatcher::most_out(resampled_.size()));
  }

  std::shared_ptr<DeviceLink> link_;
  std::shared_ptr<Cleaning> cleaning_;
  int rate_;  // the card's
  Steering steering_;
  audio::Resampler resampler_;
  std::vector<std::int16_t> resampled_, matched_;
  bool begun_ = false;  // the card has
};

}  // namespace

DeviceEnds make_device_ends(std::shared_ptr<DeviceLink> link) {
  auto cleaning = std::make_shared<Cleaning>(link->options);
  return {std::make_unique<DeviceSource>(link, cleaning),
          std::make_unique<DeviceSink>(link, cleaning)};
}

}  // namespace godwit::io
