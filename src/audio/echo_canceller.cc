// SPDX-License-Identifier: Apache-2.0
#include "audio/echo_canceller.h"

#include <speex/speex_echo.h>

#include <algorithm>

#include "audio/audio_port.h"

namespace godwit::audio {
namespace {

constexpr std::size_t kMostWaiting = 12;  // blocks; two of the longest frames

}  // namespace

void EchoCanceller::Destroy::operator()(SpeexEchoState_* state) const {
  speex_echo_state_destroy(state);
}

EchoCanceller::EchoCanceller(int hz)
    : block_(block_of(hz)),
      state_(speex_echo_state_init(static_cast<int>(block_), hz / 1000 * kTail)),
      waiting_(kMostWaiting * block_),
      reference_(block_),
      heard_(block_) {
  speex_echo_ctl(state_.get(), SPEEX_ECHO_SET_SAMPLING_RATE, &hz);
}

void EchoCanceller::played(std::span<const std::int16_t> frame) {
  for (; frame.size() >= block_; frame = frame.subspan(block_)) {
    if (count_ == waiting_.size()) {  // nobody listens: the oldest is of no use any more
      first_ = (first_ + block_) % waiting_.size();
      count_ -= block_;
    }
    const std::size_t end = (first_ + count_) % waiting_.size();
    std::copy_n(frame.begin(), block_, waiting_.begin() + static_cast<std::ptrdiff_t>(end));
    count_ += block_;
  }
}

void EchoCanceller::take_reference(std::span<std::int16_t> block) {
  if (count_ == 0) return std::fill(block.begin(), block.end(), std::int16_t{0});
  std::copy_n(waiting_.begin() + static_cast<std::ptrdiff_t>(first_), block_, block.begin());
  first_ = (first_ + block_) % waiting_.size();
  count_ -= block_;
}

void EchoCanceller::clean(std::span<std::int16_t> frame) {
  for (; frame.size() >= block_; frame = frame.subspan(block_)) {
    take_reference(reference_);
    std::copy_n(frame.begin(), block_, heard_.begin());
    speex_echo_cancellation(state_.get(), heard_.data(), reference_.data(), frame.data());
  }
}

}  // namespace godwit::audio
