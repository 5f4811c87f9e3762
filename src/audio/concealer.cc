// SPDX-License-Identifier: Apache-2.0
#include "audio/concealer.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "audio/linear_prediction.h"
#include "audio/saturate.h"

namespace godwit::audio {
namespace {

constexpr int kCoarseRate = 4000;  // at which the pitch is looked for first
constexpr std::size_t kMostCoarse = 256;
constexpr std::size_t kMostPeriods = 3;
constexpr std::size_t kFadeSteps = 5;  // of 10 ms
// Less alike than this is no voice: a long stretch of noise is repeated rather than a short one.
constexpr float kVoiced = 0.4F;
constexpr std::size_t kOrder = std::tuple_size_v<decltype(Prediction::reflection)>;

float to_float(std::int16_t sample) {
  return static_cast<float>(sample);
}

std::int16_t to_sample(float value) {
  return saturate(static_cast<std::int32_t>(std::lrint(value)));
}

/// How alike two stretches are: 1 for the same shape, whatever the loudness; 0 and less for none.
template <class Sample>
float correlate(const Sample* a, const Sample* b, std::size_t count) {
  float product = 0, power_a = 0, power_b = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const auto x = static_cast<float>(a[i]);
    const auto y = static_cast<float>(b[i]);
    product += x * y;
    power_a += x * x;
    power_b += y * y;
  }
  const float power = power_a * power_b;
  return power > 0 ? product / std::sqrt(power) : 0;
}

}  // namespace

Concealer::Concealer(int hz)
    : shortest_(static_cast<std::size_t>(hz) / 200),  // 5 ms
      longest_(static_cast<std::size_t>(hz) * 15 / 1000),
      window_(static_cast<std::size_t>(hz) / 50),
      ten_ms_(static_cast<std::size_t>(hz) / 100),
      heard_(kMostPeriods * longest_ + longest_ / 4 + 1),
      past_(heard_.size()) {
  ring_.reserve(longest_ / 4);
}

void Concealer::remember(std::span<const std::int16_t> samples) {
  const std::size_t kept = samples.size() < heard_.size() ? heard_.size() - samples.size() : 0;
  std::copy(heard_.end() - static_cast<std::ptrdiff_t>(kept), heard_.end(), heard_.begin());
  const auto last = samples.last(heard_.size() - kept);
  std::ranges::copy(last, heard_.begin() + static_cast<std::ptrdiff_t>(kept));
}

void Concealer::heard(std::span<std::int16_t> samples) {
  if (state_ == State::concealing) begin_return();
  for (std::size_t i = 0; i < samples.size() && state_ == State::returning; ++i) {
    const float real = static_cast<float>(++returned_) / static_cast<float>(return_ + 1);
    samples[i] = to_sample(real * to_float(samples[i]) + (1 - real) * next_made_up());
    if (returned_ == return_) state_ = State::hearing;
  }
  remember(samples);
}

/// The longer the loss, the further both have come apart (G.711 Appendix I, clause I.2.7).
void Concealer::begin_return() {
  const std::size_t more = ten_ms_ * 4 / 10 * (made_up_ / (ten_ms_ + 1));
  return_ = std::min(blend_ + more, ten_ms_);
  returned_ = 0;
  state_ = State::returning;
}

void Concealer::conceal(std::span<std::int16_t> out) {
  if (state_ != State::concealing) begin();
  for (std::int16_t& sample : out) sample = to_sample(next_made_up());
  remember(out);
}

void Concealer::begin() {
  past_ = heard_;
  find_pitch();
  blend_ = pitch_ / 4;
  loop_ = {.length = pitch_, .at = 0};
  joint_ = 0;
  made_up_ = 0;
  ring_on();
  state_ = State::concealing;
}

/// The sound goes on without new excitation: it meets what was heard in value and in slope, whatever
/// stands at the beginning of the loop.
void Concealer::ring_on() {
  const auto filter = filter_of(predict(autocorrelate(std::span{past_}.last(window_))));
  std::array<float, kOrder> last{};  // the newest first
  for (std::size_t i = 0; i < kOrder; ++i) last[i] = to_float(past_[past_.size() - 1 - i]);
  ring_.resize(blend_);
  for (float& next : ring_) {
    next = 0;
    for (std::size_t i = 0; i < kOrder; ++i) next -= filter[i + 1] * last[i];
    std::copy_backward(last.begin(), last.end() - 1, last.end());
    last[0] = next;
  }
}

void Concealer::find_pitch() {
  const std::size_t coarse = coarse_pitch();
  const auto step = ten_ms_ * 100 / kCoarseRate;
  const std::size_t first = std::max(coarse - step, shortest_);
  const std::size_t last = std::min(coarse + step, longest_);
  float best = -1;
  for (std::size_t lag = first; lag <= last; ++lag) {
    if (const float alike = likeness(lag); alike > best) {
      best = alike;
      pitch_ = lag;
    }
  }
  if (best < kVoiced) pitch_ = longest_;
}

float Concealer::likeness(std::size_t lag) const {
  const std::int16_t* const recent = past_.data() + past_.size() - window_;
  return correlate(recent, recent - lag, window_);
}

/// At a low rate: an eighth of the work, or much less for wide-band sound.
std::size_t Concealer::coarse_pitch() const {
  const std::size_t step = ten_ms_ * 100 / kCoarseRate;
  const std::size_t count = std::min(past_.size() / step, kMostCoarse);
  std::array<float, kMostCoarse> coarse;
  const std::int16_t* from = past_.data() + past_.size() - count * step;
  for (std::size_t i = 0; i < count; ++i) {
    float sum = 0;
    for (std::size_t j = 0; j < step; ++j) sum += to_float(*from++);
    coarse[i] = sum;
  }
  const std::size_t window = window_ / step;
  const float* const recent = coarse.data() + count - window;
  std::size_t found = longest_ / step;
  float best = -1;
  for (std::size_t lag = shortest_ / step; lag <= longest_ / step; ++lag) {
    if (const float alike = correlate(recent, recent - lag, window); alike > best) {
      best = alike;
      found = lag;
    }
  }
  return found * step;
}

float Concealer::next_made_up() {
  const std::size_t silent_at = ten_ms_ * (1 + kFadeSteps);
  if (made_up_ >= silent_at) return 0;
  if (made_up_ > 0 && made_up_ % ten_ms_ == 0) lengthen_loop();
  float value = next_of(loop_);
  if (joint_ > 0) {
    const float old = static_cast<float>(joint_--) / static_cast<float>(blend_ + 1);
    value = (1 - old) * value + old * next_of(before_);
  }
  if (made_up_ < blend_) {
    const float old = 1 - static_cast<float>(made_up_ + 1) / static_cast<float>(blend_ + 1);
    value += old * (ring_[made_up_] - value);
  }
  if (made_up_ > ten_ms_) {
    value *= static_cast<float>(silent_at - made_up_) / static_cast<float>(kFadeSteps * ten_ms_);
  }
  ++made_up_;
  return value;
}

/// One more period, begun at the same place of the oldest.
void Concealer::lengthen_loop() {
  if (loop_.length == kMostPeriods * pitch_) return;
  before_ = loop_;
  loop_ = {.length = loop_.length + pitch_, .at = loop_.at % pitch_};
  joint_ = blend_;
}

/// The end of a loop becomes what stood before its beginning: so it runs into it without a joint.
float Concealer::next_of(Loop& loop) const {
  const std::size_t end = past_.size();
  float value = to_float(past_[end - loop.length + loop.at]);
  const std::size_t to_go = loop.length - loop.at;
  if (to_go <= blend_) {
    const float old = static_cast<float>(to_go) / static_cast<float>(blend_ + 1);
    value = old * value + (1 - old) * to_float(past_[end - loop.length - to_go]);
  }
  loop.at = loop.at + 1 == loop.length ? 0 : loop.at + 1;
  return value;
}

}  // namespace godwit::audio
