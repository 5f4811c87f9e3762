// SPDX-License-Identifier: Apache-2.0
#include "audio/rate_matcher.h"

#include <algorithm>
#include <cmath>

#include "audio/saturate.h"

namespace godwit::audio {
namespace {

constexpr std::uint64_t kOne = std::uint64_t{1} << 32U;

// A controller that is critically damped: what is a second off is made up for in some twenty.
constexpr double kPull = 0.1;
constexpr double kDriftPull = kPull * kPull / 4;

// Of what lies between the clocks, in seconds.
constexpr double kMoreAfterDry = 0.005;
constexpr double kLessEachSecond = 0.00001;
constexpr double kMostSpare = 0.03;

// Four points, third order (Catmull-Rom): at a device's rate its errors lie above speech.
double between(const std::array<double, 4>& p, double at) {
  const double slope = (p[2] - p[0]) / 2;
  const double bend = p[0] - 2.5 * p[1] + 2 * p[2] - p[3] / 2;
  const double twist = (p[3] - p[0]) / 2 + 1.5 * (p[1] - p[2]);
  return ((twist * at + bend) * at + slope) * at + p[1];
}

}  // namespace

RateMatcher::RateMatcher(int hz, std::size_t spare)
    : hz_(hz),
      least_spare_(static_cast<double>(spare)),
      spare_(least_spare_),
      step_(kOne),
      phase_(kOne) {}

std::size_t RateMatcher::needed_for(std::size_t out) const {
  if (out == 0) return 0;
  return static_cast<std::size_t>((phase_ + (out - 1) * step_) / kOne);
}

std::size_t RateMatcher::process(std::span<const std::int16_t> in, std::span<std::int16_t> out) {
  std::size_t made = 0;
  for (; made < out.size(); phase_ += step_, ++made) {
    for (; phase_ >= kOne; phase_ -= kOne) {
      if (in.empty()) return made;
      std::rotate(near_.begin(), near_.begin() + 1, near_.end());
      near_.back() = in.front();
      in = in.subspan(1);
    }
    const double at = static_cast<double>(phase_) / static_cast<double>(kOne);
    out[made] = saturate(static_cast<std::int32_t>(std::lround(between(near_, at))));
  }
  return made;
}

void RateMatcher::steer(std::size_t lowest) {
  // The clocks' blocks slide past each other: what was enough for minutes is too little for a
  // while.
  spare_ = lowest == 0 ? std::min(spare_ + kMoreAfterDry * hz_, kMostSpare * hz_)
                       : std::max(spare_ - kLessEachSecond * hz_, least_spare_);
  const double too_much = (static_cast<double>(lowest) - spare_) / hz_;
  drift_ = std::clamp(drift_ + kDriftPull * too_much, -kMostSpeedUp, kMostSpeedUp);
  speed_up_ = std::clamp(drift_ + kPull * too_much, -kMostSpeedUp, kMostSpeedUp);
  step_ = static_cast<std::uint64_t>(std::llround((1 + speed_up_) * static_cast<double>(kOne)));
}

}  // namespace godwit::audio
