// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "audio/audio_port.h"
#include "io/device_keeper.h"

namespace godwit::io {

/// What the microphone hears, as the source of a call, and what the call hears, for the
/// loudspeaker. The call's clock sets the pace: what the card's clocks are off is made up for.
/// Silence while there is no card. What the loudspeaker says is taken out of what the microphone
/// hears, and noise as well, as the options of the link tell.
struct DeviceEnds {
  std::unique_ptr<audio::Source> source;
  std::unique_ptr<audio::Sink> sink;
};
[[nodiscard]] DeviceEnds make_device_ends(std::shared_ptr<DeviceLink> link);

}  // namespace godwit::io
