// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <span>

#include "io/sound_card.h"

namespace godwit::io {

/// What a null device does instead of nothing, each 10 ms, on its own thread: for those who
/// measure.
struct NullDeviceHooks {
  std::function<void(std::span<std::int16_t>)> speak{};  ///< fills what is captured; empty: silence
  std::function<void(std::span<const std::int16_t>)> listen{};  ///< is given what is played
};

/// A sound card that is a clock and nothing else: silence comes in, what goes out is not heard. So
/// calls run at a card's pace on a machine without one.
[[nodiscard]] std::unique_ptr<SoundStreams> open_null_device(const AudioDeviceOptions& options,
                                                             std::shared_ptr<DeviceRings> rings,
                                                             NullDeviceHooks hooks = {});

inline constexpr std::string_view kNullDevice = "null";

}  // namespace godwit::io
