// SPDX-License-Identifier: Apache-2.0
#include "audio/mixer.h"

#include <algorithm>
#include <utility>

#include "audio/saturate.h"
#include "base/assert.h"

namespace godwit::audio {

Mixer::Seat::Seat(std::shared_ptr<Mixer> mixer, Source& plays)
    : mixer_(std::move(mixer)), plays_(plays), mixed_in_(kRemembered), next_(mixer_->mixed_) {
  mixer_->seats_.push_back(this);
}

Mixer::Seat::~Seat() {
  std::erase(mixer_->seats_, this);
}

void Mixer::Seat::read(std::span<std::int16_t> frame) {
  GODWIT_ASSERT(frame.size() == kFrameSamples);
  if (next_ == mixer_->mixed_) mixer_->mix_next();
  if (mixer_->mixed_ - next_ > kRemembered) next_ = mixer_->mixed_ - 1;
  const std::size_t at = next_++ % kRemembered;
  const Sum& sum = mixer_->sums_[at];
  const Frame& own = mixed_in_[at];
  for (std::size_t i = 0; i < kFrameSamples; ++i) frame[i] = saturate(sum[i] - own[i]);
}

void Mixer::Seat::pass(std::size_t samples) {
  next_ = std::min<std::uint64_t>(mixer_->mixed_, next_ + samples / kFrameSamples);
}

void Mixer::mix_next() {
  const std::size_t at = mixed_++ % kRemembered;
  Sum& sum = sums_[at];
  sum.fill(0);
  Seat::Frame played;
  for (Seat* const seat : seats_) {
    Seat::Frame& said = seat->mixed_in_[at];
    seat->said_.pull(said);
    seat->plays_.read(played);
    for (std::size_t i = 0; i < kFrameSamples; ++i) sum[i] += said[i] + played[i];
  }
}

}  // namespace godwit::audio
