// SPDX-License-Identifier: Apache-2.0
// Of a build without sound devices: null devices are all there is.
#include "io/null_device.h"
#include "io/sound_card.h"

namespace godwit::io {
namespace {

tl::unexpected<Error> not_built() {
  return fail(Errc::unsupported, "this build has no sound devices (GODWIT_WITH_DEVICES)");
}

}  // namespace

Result<std::unique_ptr<SoundStreams>> open_sound_card(const AudioDeviceOptions& options,
                                                      std::shared_ptr<DeviceRings> rings) {
  if (options.capture != kNullDevice || options.playback != kNullDevice) return not_built();
  return open_null_device(options, std::move(rings));
}

Result<std::vector<AudioDevice>> list_sound_cards() {
  return not_built();
}

}  // namespace godwit::io
