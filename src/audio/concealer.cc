// SPDX-License-Identifier: Apache-2.0
#include "audio/concealer.h"

#include <algorithm>

namespace godwit::audio {
namespace {

constexpr std::size_t kFade = 480;  // 60 ms; longer repetitions sound like a machine

}  // namespace

void Concealer::heard(std::span<const std::int16_t> samples) {
  if (samples.size() > kMemory) samples = samples.last(kMemory);
  for (const std::int16_t sample : samples) {
    memory_[write_] = sample;
    write_ = (write_ + 1) % kMemory;
  }
  concealed_ = 0;
}

void Concealer::conceal(std::span<std::int16_t> out) {
  for (std::int16_t& sample : out) {
    if (concealed_ >= kFade) {
      sample = 0;
      continue;
    }
    const int loud = static_cast<int>(kFade - concealed_);
    const int remembered = memory_[(write_ + concealed_) % kMemory];
    sample = static_cast<std::int16_t>(remembered * loud / static_cast<int>(kFade));
    ++concealed_;
  }
}

}  // namespace godwit::audio
