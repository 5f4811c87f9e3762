// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

#include "audio/silence.h"
#include "audio/tone_detector.h"
#include "audio/tone_source.h"
#include "support/virtual_time.h"
#include "ua/media_rack.h"

namespace godwit::test {

inline constexpr std::array<int, 3> kTones = {440, 660, 880};

/// Remembers when which of `kTones` was heard, frame by frame.
struct ToneEar {
  struct Frame {
    TimePoint at{};
    int hz = 0;  ///< 0: none of them
  };
  std::vector<Frame> frames;

  [[nodiscard]] std::size_t heard(int hz, TimePoint since, TimePoint until) const {
    return static_cast<std::size_t>(
        std::count_if(frames.begin(), frames.end(), [&](const Frame& frame) {
          return frame.hz == hz && frame.at >= since && frame.at < until;
        }));
  }
  [[nodiscard]] std::size_t heard(int hz, TimePoint since) const {
    return heard(hz, since, TimePoint::max());
  }
};

/// Tones and ears in memory instead of devices and files.
class ToneFactory final : public ua::AudioFactory {
 public:
  ToneFactory(const VirtualTime& time, ToneEar& ear) : time_(time), ear_(ear) {}

  Result<std::unique_ptr<audio::Source>> open_source(const PlaySource& play) override {
    switch (play.kind) {
      case PlaySource::Kind::tone:
        return std::make_unique<audio::ToneSource>(play.tone_hz);
      case PlaySource::Kind::file:
        return fail(Errc::invalid_argument, "there are no files here");
      case PlaySource::Kind::silence:
      case PlaySource::Kind::echo:
        break;
    }
    return std::make_unique<audio::SilenceSource>();
  }
  Result<std::unique_ptr<audio::Sink>> open_sink(const std::string& /*record_file*/) override {
    return std::make_unique<Sink>(time_, ear_);
  }

 private:
  class Sink final : public audio::Sink {
   public:
    Sink(const VirtualTime& time, ToneEar& ear) : time_(time), ear_(ear) {}
    void write(std::span<const std::int16_t> frame) override {
      constexpr double kSilent = 1e4;
      constexpr double kClear = 0.7;
      int heard = 0;
      if (audio::power(frame) > kSilent) {
        for (const int hz : kTones) {
          if (audio::tone_share(frame, hz) > kClear) heard = hz;
        }
      }
      ear_.frames.push_back({time_.now(), heard});
    }

   private:
    const VirtualTime& time_;
    ToneEar& ear_;
  };

  const VirtualTime& time_;
  ToneEar& ear_;
};

}  // namespace godwit::test
