// SPDX-License-Identifier: Apache-2.0
#include "audio/mixer.h"

#include <algorithm>
#include <utility>

#include "audio/saturate.h"
#include "base/assert.h"

namespace godwit::audio {
namespace {

/// All blocks are made of as many samples as 10 ms have at the base rate: loops of a fixed length, which
/// compilers turn into vector code.
constexpr std::size_t kStride = block_of(kBaseRate);

void add(std::span<const std::int16_t> part, std::span<std::int32_t> sum) {
  for (std::size_t at = 0; at < part.size(); at += kStride) {
    const std::int16_t* const from = part.data() + at;
    std::int32_t* const to = sum.data() + at;
    for (std::size_t i = 0; i < kStride; ++i) to[i] += from[i];
  }
}

void subtract(std::span<const std::int32_t> sum, std::span<const std::int16_t> own,
              std::span<std::int16_t> out) {
  for (std::size_t at = 0; at < out.size(); at += kStride) {
    const std::int32_t* const all = sum.data() + at;
    const std::int16_t* const part = own.data() + at;
    std::array<std::int16_t, kStride> rest;  // of its own, where nothing else can lie
    for (std::size_t i = 0; i < kStride; ++i) rest[i] = saturate(all[i] - part[i]);
    std::copy_n(rest.data(), kStride, out.data() + at);
  }
}

std::optional<Resampler> resampler_between(int from, int to) {
  if (from == to) return std::nullopt;
  return std::optional<Resampler>{std::in_place, from, to};
}

}  // namespace

Mixer::Seat::Seat(std::shared_ptr<Mixer> mixer, Source& plays)
    : mixer_(std::move(mixer)), plays_(plays), mixed_in_(kRemembered), next_(mixer_->mixed_) {
  mixer_->seats_.push_back(this);
  mixer_->choose_rate();
  on_mixer_rate(mixer_->rate_);
  resampled_anew_ = false;  // nothing was heard before
}

Mixer::Seat::~Seat() {
  std::erase(mixer_->seats_, this);
  mixer_->choose_rate();
}

void Mixer::Seat::set_write_rate(int hz) {
  if (std::exchange(write_rate_, hz) == hz) return;
  said_.set_rate(hz);
  on_mixer_rate(mixer_->rate_);
}

void Mixer::Seat::set_read_rate(int hz) {
  if (std::exchange(read_rate_, hz) == hz) return;
  heard_.set_rate(hz);
  from_rate_ = 0;
  mixer_->choose_rate();
}

void Mixer::Seat::on_mixer_rate(int hz) {
  plays_.set_rate(hz);
  to_mixer_ = resampler_between(write_rate_, hz);
  spoken_.set_rate(hz);
  resampled_anew_ = true;
}

void Mixer::Seat::speak(std::span<std::int16_t> block) {
  if (to_mixer_) {
    Block own;
    const auto said = std::span{own}.first(block_of(write_rate_));
    said_.pull(said);
    to_mixer_->process(said, block);
  } else {
    said_.pull(block);
  }
  if (std::exchange(resampled_anew_, false)) spoken_.mend(block);
  spoken_.heard(block);
}

void Mixer::Seat::read(std::span<std::int16_t> frame) {
  const std::size_t block = block_of(read_rate_);
  GODWIT_ASSERT(frame.size() % block == 0);
  const std::size_t wanted = frame.size() / block;
  if (mixer_->mixed_ - next_ > kRemembered) next_ = mixer_->mixed_ - std::min(wanted, kRemembered);
  for (; !frame.empty(); frame = frame.subspan(block)) {
    if (next_ == mixer_->mixed_) mixer_->mix_next();
    read_block(frame.first(block));
  }
}

void Mixer::Seat::read_block(std::span<std::int16_t> out) {
  const std::size_t at = next_++ % kRemembered;
  const Sum& sum = mixer_->sums_[at];
  const bool anew = std::exchange(from_rate_, sum.rate) != sum.rate;
  if (anew) from_mixer_ = resampler_between(sum.rate, read_rate_);
  if (from_mixer_) {
    Block others;
    const auto block = std::span{others}.first(block_of(sum.rate));
    subtract(sum.samples, mixed_in_[at], block);
    from_mixer_->process(block, out);
  } else {
    subtract(sum.samples, mixed_in_[at], out);
  }
  if (anew) heard_.mend(out);
  heard_.heard(out);
}

void Mixer::Seat::pass(std::size_t samples) {
  next_ = std::min<std::uint64_t>(mixer_->mixed_, next_ + samples / block_of(read_rate_));
}

void Mixer::mix_next() {
  const std::size_t at = mixed_++ % kRemembered;
  const std::size_t size = block_of(rate_);
  Sum& sum = sums_[at];
  sum.rate = rate_;
  const auto total = std::span{sum.samples}.first(size);
  std::ranges::fill(total, 0);
  Seat::Block played;
  for (Seat* const seat : seats_) {
    const auto said = std::span{seat->mixed_in_[at]}.first(size);
    seat->speak(said);
    add(said, total);
    seat->plays_.read(std::span{played}.first(size));
    add(std::span{played}.first(size), total);
  }
}

/// As wide as the best ear: what is beyond that nobody would hear.
void Mixer::choose_rate() {
  int hz = kBaseRate;
  for (const Seat* const seat : seats_) hz = std::max(hz, seat->read_rate_);
  if (std::exchange(rate_, hz) == hz) return;
  for (Seat* const seat : seats_) seat->on_mixer_rate(hz);
}

}  // namespace godwit::audio
