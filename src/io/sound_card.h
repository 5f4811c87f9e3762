// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <atomic>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "godwit/audio.h"
#include "godwit/error.h"
#include "godwit/options.h"
#include "io/sample_ring.h"

namespace godwit::io {

/// What a card's threads and the loop share: samples on their way, at the card's rate, mono.
class DeviceRings {
 public:
  explicit DeviceRings(int rate)
      : captured(static_cast<std::size_t>(rate) / kShare),
        to_play(static_cast<std::size_t>(rate) / kShare) {}

  SampleRing captured;  ///< pushed by the card, popped by the loop
  SampleRing to_play;   ///< the other way round

  /// The card's thread: what is heard next; silence where the call is behind.
  void play(std::span<std::int16_t> out) {
    const std::size_t had = to_play.pop(out);
    std::fill(out.begin() + static_cast<std::ptrdiff_t>(had), out.end(), std::int16_t{0});
    const std::size_t left = to_play.size();
    if (left < lowest_.load(std::memory_order_relaxed))
      lowest_.store(left, std::memory_order_relaxed);
  }
  /// The loop: the fewest samples that `play` has left since it was asked last; empty: it was not
  /// called.
  [[nodiscard]] std::optional<std::size_t> take_lowest() {
    const std::size_t lowest = lowest_.exchange(kNever, std::memory_order_relaxed);
    return lowest == kNever ? std::nullopt : std::optional(lowest);
  }

 private:
  static constexpr std::size_t kShare = 2;  // half a second
  static constexpr std::size_t kNever = std::numeric_limits<std::size_t>::max();

  std::atomic<std::size_t> lowest_ = kNever;
};

/// The running streams of a card. They stop, and touch the rings no more, when it is destroyed.
/// Used by one thread, which may have to wait for the sound server.
class SoundStreams {
 public:
  virtual ~SoundStreams() = default;
  /// False once a device is gone, or its server: for good.
  [[nodiscard]] virtual bool works() = 0;
  struct Names {
    std::string capture, playback;
    bool operator==(const Names&) const = default;
  };
  /// The devices in use now: the system may have moved us to others.
  [[nodiscard]] virtual Names names() = 0;
};

/// Opens the devices that the options name and starts to move samples. May have to wait. Errors:
/// `media_failed`, `unsupported` (built without devices).
using OpenSoundCard = std::function<Result<std::unique_ptr<SoundStreams>>(
    const AudioDeviceOptions& options, std::shared_ptr<DeviceRings> rings)>;

/// The sound cards of this machine, by its sound server or by ALSA; both names "null": a null
/// device.
[[nodiscard]] Result<std::unique_ptr<SoundStreams>> open_sound_card(
    const AudioDeviceOptions& options, std::shared_ptr<DeviceRings> rings);

/// All that `open_sound_card` could open. May have to wait. Errors: as those of it.
[[nodiscard]] Result<std::vector<AudioDevice>> list_sound_cards();

}  // namespace godwit::io
