// SPDX-License-Identifier: Apache-2.0
#include "audio/noise_suppressor.h"

#include <speex/speex_preprocess.h>

#include "audio/audio_port.h"

namespace godwit::audio {

void NoiseSuppressor::Destroy::operator()(SpeexPreprocessState_* state) const {
  speex_preprocess_state_destroy(state);
}

NoiseSuppressor::NoiseSuppressor(int hz)
    : block_(block_of(hz)), state_(speex_preprocess_state_init(static_cast<int>(block_), hz)) {
  int on = 1;
  int attenuation = kAttenuation;
  speex_preprocess_ctl(state_.get(), SPEEX_PREPROCESS_SET_DENOISE, &on);
  speex_preprocess_ctl(state_.get(), SPEEX_PREPROCESS_SET_NOISE_SUPPRESS, &attenuation);
}

void NoiseSuppressor::clean(std::span<std::int16_t> frame) {
  for (; frame.size() >= block_; frame = frame.subspan(block_)) {
    speex_preprocess_run(state_.get(), frame.data());
  }
}

}  // namespace godwit::audio
