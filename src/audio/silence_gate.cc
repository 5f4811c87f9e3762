// SPDX-License-Identifier: Apache-2.0
#include "audio/silence_gate.h"

#include <cstdlib>

namespace godwit::audio {
namespace {

constexpr int kChange = 3;  // dB: less is hardly heard

}  // namespace

SilenceGate::SilenceGate(int hz)
    : hangover_(static_cast<std::size_t>(hz) / 5),
      refresh_(static_cast<std::size_t>(hz) * 2 / 5),
      soonest_(static_cast<std::size_t>(hz) / 10),
      detector_(hz),
      meter_(hz) {}

SilenceGate::Send SilenceGate::judge(std::span<const std::int16_t> frame) {
  const Autocorrelation correlation = autocorrelate(frame);
  if (detector_.hears(frame, correlation)) {
    since_voice_ = 0;
    told_once_ = false;
    return Send::sound;
  }
  meter_.hear(correlation, frame.size());
  since_voice_ += frame.size();
  if (since_voice_ <= hangover_) return Send::sound;  // the end of a word is quiet

  since_told_ += frame.size();
  const NoiseDescription now = meter_.describe();
  const bool changed = since_told_ >= soonest_ && std::abs(now.level - told_.level) >= kChange;
  if (told_once_ && !changed && since_told_ < refresh_) return Send::nothing;
  told_ = now;
  told_once_ = true;
  since_told_ = 0;
  return Send::noise;
}

}  // namespace godwit::audio
