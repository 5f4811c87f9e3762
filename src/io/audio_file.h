// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "io/device_keeper.h"
#include "ua/media_rack.h"

namespace godwit::io {

/// The audio ends of real calls: tones, silence, files and devices.
class FileAudioFactory final : public ua::AudioFactory {
 public:
  /// A file is read whole before the call goes on. Echo and what the application plays are the rack's,
  /// and devices are not opened here: they get silence.
  /// Errors: those of `load_sound`; `invalid_argument` for a tone that is out of range.
  Result<std::unique_ptr<audio::Source>> open_source(const PlaySource& play) override;
  /// Errors: those of `open_sound_sink`. An empty name hears nothing.
  Result<std::unique_ptr<audio::Sink>> open_sink(const std::string& record_file,
                                                 audio::Channels channels) override;
  /// The devices of each call are its own. Errors: `invalid_argument` for a rate or latency that
  /// cannot be.
  Result<ua::DeviceEnds> open_devices(const AudioDeviceOptions& options) override;

 private:
  DeviceKeeper keeper_{open_sound_card};
};

}  // namespace godwit::io
