// SPDX-License-Identifier: Apache-2.0
#include "media/catch_up.h"

#include <algorithm>

#include "audio/resampler.h"

namespace godwit::media {
namespace {

constexpr int kPatience = 10;  // refusals before likeness counts less

}  // namespace

CatchUp::CatchUp(int rate) : rate_(rate), stretch_(rate) {}

void CatchUp::read(audio::Source& source, std::span<std::int16_t> frame) {
  if (waiting_.size() == 0) {
    source.read(frame);
  } else {
    // What was read last has left.
    if (!last_.empty()) earned_ = std::min(earned_ + frame.size() / kMostSpeed, stretch_.longest());
    source.read(waiting_.extend(frame.size()));
    hurry(frame.size());
    waiting_.take(frame);
    if (waiting_.size() == 0) forget();  // in time again
  }
  last_.assign(frame.begin(), frame.end());
}

/// Leaves out a period of the voice, if what has been sent so far allows it.
void CatchUp::hurry(std::size_t frame) {
  const double likeness = refusals_ < kPatience ? 0.85 : refusals_ < 2 * kPatience ? 0.5 : -1;
  const std::size_t cut = stretch_.shorten(
      waiting_.waiting(),
      {.at_most = std::min(earned_, waiting_.size() - frame), .likeness = likeness});
  waiting_.skip(cut);
  earned_ -= cut;
  const bool could = earned_ == stretch_.longest();
  refusals_ = cut > 0 || !could ? 0 : refusals_ + 1;
}

void CatchUp::give_back() {
  waiting_.put_first(last_);
  last_.clear();
  const std::size_t most = static_cast<std::size_t>(rate_) * kMost.count();
  if (waiting_.size() > most) waiting_.skip(waiting_.size() - most);
}

void CatchUp::forget() {
  waiting_.release();
  earned_ = 0;
  refusals_ = 0;
}

void CatchUp::set_rate(int hz) {
  if (hz == rate_) return;
  audio::SoundBuffer other{0};
  if (waiting_.size() > 0) {
    audio::Resampler resampler{rate_, hz};
    const auto room = other.extend(resampler.most_out(waiting_.size()));
    other.shrink(room.size() - resampler.process(waiting_.waiting(), room));
  }
  last_.clear();
  waiting_ = std::move(other);
  stretch_ = audio::TimeStretch{hz};
  earned_ = 0;
  rate_ = hz;
}

Duration CatchUp::behind() const {
  return std::chrono::nanoseconds{std::chrono::seconds{1}} * waiting_.size() / rate_;
}

}  // namespace godwit::media
