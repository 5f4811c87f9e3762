// SPDX-License-Identifier: Apache-2.0
#include "godwit/audio.h"
#include "io/sound_card.h"

namespace godwit {

Result<std::vector<AudioDevice>> audio_devices() {
  return io::list_sound_cards();
}

}  // namespace godwit
