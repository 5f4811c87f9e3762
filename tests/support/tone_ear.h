// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "audio/memory_port.h"
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
    int hz = 0;                                ///< 0: none of them
    std::array<bool, kTones.size()> within{};  ///< which of them are in a mixture
  };
  std::vector<Frame> frames;
  int open = 0;  ///< recordings that lead here and are not finished

  [[nodiscard]] std::size_t heard(int hz, TimePoint since, TimePoint until) const {
    return count(since, until, [&](const Frame& frame) { return frame.hz == hz; });
  }
  [[nodiscard]] std::size_t heard(int hz, TimePoint since) const {
    return heard(hz, since, TimePoint::max());
  }
  /// Frames in which this tone was heard, alone or with others.
  [[nodiscard]] std::size_t heard_among(int hz, TimePoint since) const {
    const auto tone =
        static_cast<std::size_t>(std::find(kTones.begin(), kTones.end(), hz) - kTones.begin());
    return count(since, TimePoint::max(), [&](const Frame& frame) { return frame.within[tone]; });
  }
  /// Frames in which exactly these tones were heard together.
  [[nodiscard]] std::size_t heard_together(std::initializer_list<int> tones, TimePoint since,
                                           TimePoint until = TimePoint::max()) const {
    return count(since, until, [&](const Frame& frame) {
      for (std::size_t i = 0; i < kTones.size(); ++i) {
        const bool wanted = std::find(tones.begin(), tones.end(), kTones[i]) != tones.end();
        if (frame.within[i] != wanted) return false;
      }
      return true;
    });
  }

 private:
  /// The frames lie in the order of their time.
  template <class Fits>
  [[nodiscard]] std::size_t count(TimePoint since, TimePoint until, Fits fits) const {
    const auto at_or_after = [&](TimePoint time) {
      return std::partition_point(frames.begin(), frames.end(),
                                  [&](const Frame& frame) { return frame.at < time; });
    };
    return static_cast<std::size_t>(std::count_if(at_or_after(since), at_or_after(until), fits));
  }
};

/// Tones and ears in memory instead of devices and files. What is recorded as "ear", or "ear" and
/// more, is listened to, of two channels the left one; any other name is a file in memory, and
/// "forbidden" cannot be written.
class ToneFactory final : public ua::AudioFactory {
 public:
  using Recording = audio::MemorySink::Recording;

  ToneFactory(const VirtualTime& time, ToneEar& ear) : time_(time), ear_(ear) {}

  std::map<std::string, audio::Samples> files;                   ///< to play
  std::map<std::string, std::shared_ptr<Recording>> recordings;  ///< as they were written

  Result<std::unique_ptr<audio::Source>> open_source(const PlaySource& play) override {
    switch (play.kind) {
      case PlaySource::Kind::tone:
        return std::make_unique<audio::ToneSource>(play.tone_hz);
      case PlaySource::Kind::file:
        if (const auto file = files.find(play.file); file != files.end()) {
          return std::make_unique<audio::MemorySource>(
              file->second, play.loop ? audio::Repeat::loop : audio::Repeat::once);
        }
        return fail(Errc::invalid_argument, "there is no file " + play.file);
      case PlaySource::Kind::silence:
      case PlaySource::Kind::echo:
      case PlaySource::Kind::device:
      case PlaySource::Kind::application:
        break;
    }
    return std::make_unique<audio::SilenceSource>();
  }
  Result<std::unique_ptr<audio::Sink>> open_sink(const std::string& record_file,
                                                 audio::Channels channels) override {
    if (record_file.starts_with("ear")) return std::make_unique<Sink>(time_, ear_, channels);
    if (record_file == "forbidden") return fail(Errc::invalid_argument, "cannot write forbidden");
    auto& recording = recordings[record_file] = std::make_shared<Recording>();
    return std::make_unique<audio::MemorySink>(recording);
  }

 private:
  class Sink final : public audio::Sink {
   public:
    Sink(const VirtualTime& time, ToneEar& ear, audio::Channels channels)
        : time_(time), ear_(ear), step_(static_cast<std::size_t>(channels)) {
      ++ear_.open;
    }
    ~Sink() override { --ear_.open; }
    Sink(const Sink&) = delete;
    Sink& operator=(const Sink&) = delete;
    void set_rate(int hz) override { rate_ = hz; }
    void write(std::span<const std::int16_t> all) override {
      for (std::size_t i = 0; i < all.size(); i += step_) {
        left_.push_back(all[i]);
        if (left_.size() < 2 * audio::block_of(rate_)) continue;  // 20 ms
        listen(left_);
        left_.clear();
      }
    }

   private:
    void listen(std::span<const std::int16_t> frame) {
      constexpr double kSilent = 1e4;
      constexpr double kClear = 0.7;
      constexpr double kWithin = 0.2;  // a third, or a half, less what falls between
      ToneEar::Frame heard{time_.now(), 0, {}};
      for (std::size_t i = 0; i < kTones.size() && audio::power(frame) > kSilent; ++i) {
        const double share = audio::tone_share(frame, kTones[i], rate_);
        if (share > kClear) heard.hz = kTones[i];
        heard.within[i] = share > kWithin;
      }
      ear_.frames.push_back(heard);
    }

    const VirtualTime& time_;
    ToneEar& ear_;
    std::size_t step_;
    int rate_ = audio::kBaseRate;
    audio::Samples left_;
  };

  const VirtualTime& time_;
  ToneEar& ear_;
};

}  // namespace godwit::test
