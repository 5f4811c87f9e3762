// SPDX-License-Identifier: Apache-2.0
#include "audio/g722.h"

#include <algorithm>

#include "audio/saturate.h"
#include "base/assert.h"

namespace godwit::audio::g722 {
namespace {

// Table 11: the mirror filter; its other half is the same backwards.
constexpr std::array<std::int16_t, 12> kMirror{3,    -11,  12,  32,   -210, 951,
                                               3876, -805, 362, -156, 53,   -11};
constexpr std::array<std::int16_t, 12> kMirrored{-11, 53,   -156, 362, -805, 3876,
                                                 951, -210, 32,   12,  -11,  3};

// Table 14: where the low band's magnitudes of one code end, in steps of 1/4,096.
constexpr std::array kLowBorders{35,   72,   110,  150,  190,  233,  276,  323,  370,  422,
                                 473,  530,  587,  650,  714,  786,  858,  940,  1023, 1121,
                                 1219, 1339, 1458, 1612, 1765, 1980, 2195, 2557, 2919};
constexpr int kHighBorder = 564;

// Tables 16 to 18: what codes of six, four and two bits stand for, in steps of 1/32,768. The
// magnitudes of six bits are those of `kLowBorders`' intervals, those of four bits each stand for
// four of them.
constexpr std::array kSixBits{
    -136,   -136,   -136,  -136,  -24808, -21904, -19008, -16704, -14984, -13512, -12280,
    -11192, -10232, -9360, -8576, -7856,  -7192,  -6576,  -6000,  -5456,  -4944,  -4464,
    -4008,  -3576,  -3168, -2776, -2400,  -2032,  -1688,  -1360,  -1040,  -728,   24808,
    21904,  19008,  16704, 14984, 13512,  12280,  11192,  10232,  9360,   8576,   7856,
    7192,   6576,   6000,  5456,  4944,   4464,   4008,   3576,   3168,   2776,   2400,
    2032,   1688,   1360,  1040,  728,    432,    136,    -432,   -136};
constexpr std::array kFourBits{0,     -20456, -12896, -8968, -6288, -4240, -2584, -1200,
                               20456, 12896,  8968,   6288,  4240,  2584,  1200,  0};
constexpr std::array kTwoBits{-7408, -1616, 7408, 1616};

// Tables 13 and 20: by how much the logarithm of the steps changes after each code.
constexpr std::array kLowChange{-60,  3042, 1198, 538, 334, 172, 58,  -30,
                                3042, 1198, 538,  334, 172, 58,  -30, -60};
constexpr std::array kHighChange{798, -214, 798, -214};

// Table 15: powers of two between 1 and 2, times 2,048.
constexpr std::array kPowers{2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543,
                             2599, 2656, 2714, 2774, 2834, 2896, 2960, 3025, 3091, 3158, 3228,
                             3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008};

constexpr int kHalfRange = 16'384;  // a band has 15 bits

int limit(int value) {
  return saturate(value);
}

bool same_sign(int a, int b) {
  return (a < 0) == (b < 0);
}

/// A product of two fractions of 15 bits.
int times(int a, int b) {
  return a * b >> 15;
}

template <std::size_t kSize>
void push(std::array<int, kSize>& past, int value) {
  std::copy_backward(past.begin(), past.end() - 1, past.end());
  past[0] = value;
}

/// A magnitude to compare with borders: that of -1 is 0.
int magnitude_of(int value) {
  return value < 0 ? -value - 1 : value;
}

/// Block 1L: six bits.
unsigned quantize_low(int missed, int step) {
  const int magnitude = magnitude_of(missed);
  const auto above = [&](int border) { return magnitude < (border * step >> 12); };
  const auto interval =
      static_cast<unsigned>(std::ranges::find_if(kLowBorders, above) - kLowBorders.begin());
  if (missed >= 0) return 61 - interval;
  return interval < 2 ? 63 - interval : 33 - interval;
}

/// Block 1H: two bits.
unsigned quantize_high(int missed, int step) {
  const bool far = magnitude_of(missed) >= (kHighBorder * step >> 12);
  return (missed < 0 ? 0U : 2U) + (far ? 0U : 1U);
}

/// Both ends do the same with what was sent: the low band with four of its six bits.
void learn(State& state, unsigned low, unsigned high) {
  const int low_step = state.low_scale.step();
  state.low_scale.adapt(kLowChange[low >> 2U]);
  state.low.learn(times(low_step, kFourBits[low >> 2U]));
  const int high_step = state.high_scale.step();
  state.high_scale.adapt(kHighChange[high]);
  state.high.learn(times(high_step, kTwoBits[high]));
}

int rebuild(const Predictor& predictor, int difference) {
  return std::clamp(predictor.expected() + difference, -kHalfRange, kHalfRange - 1);
}

}  // namespace

void Predictor::learn(int difference) {
  const int rebuilt = limit(expected_ + difference);
  push(partial_, limit(of_zeros_ + difference));
  move_poles();
  move_zeros(difference);
  push(rebuilt_, rebuilt);
  push(differences_, difference);
  foretell();
}

/// Blocks UPPOL2 and UPPOL1: by the signs of what was missed lately, within what stays stable.
void Predictor::move_poles() {
  const bool like_last = same_sign(partial_[0], partial_[1]);
  const bool like_before = same_sign(partial_[0], partial_[2]);
  const int lean = limit(4 * poles_[0]);
  const int second = (like_before ? 128 : -128) +
                     (std::min(like_last ? -lean : lean, 32'767) >> 7) + times(poles_[1], 32'512);
  const int new_second = std::clamp(second, -12'288, 12'288);
  const int most = limit(15'360 - new_second);
  const int first = limit((like_last ? 192 : -192) + times(poles_[0], 32'640));
  poles_ = {std::clamp(first, -most, most), new_second};
}

/// Block UPZERO.
void Predictor::move_zeros(int difference) {
  const int step = difference == 0 ? 0 : 128;
  for (std::size_t i = 0; i < zeros_.size(); ++i) {
    const int move = same_sign(differences_[i], difference) ? step : -step;
    zeros_[i] = limit(move + times(zeros_[i], 32'640));
  }
}

/// Blocks FILTEP, FILTEZ and PREDIC.
void Predictor::foretell() {
  int of_poles = 0;
  for (std::size_t i = 0; i < poles_.size(); ++i)
    of_poles += times(poles_[i], limit(2 * rebuilt_[i]));
  int of_zeros = 0;
  for (std::size_t i = 0; i < zeros_.size(); ++i) {
    of_zeros += times(zeros_[i], limit(2 * differences_[i]));
  }
  of_zeros_ = limit(of_zeros);
  expected_ = limit(limit(of_poles) + of_zeros_);
}

/// Blocks LOGSCL and SCALEL, or LOGSCH and SCALEH.
void Scale::adapt(int change) {
  const bool low = band_ == Band::low;
  logarithm_ = std::clamp(times(logarithm_, 32'512) + change, 0, low ? 18'432 : 22'528);
  const int power = kPowers[static_cast<std::size_t>(logarithm_ >> 6 & 31)];
  const int shift = (low ? 8 : 10) - (logarithm_ >> 11);
  step_ = (shift < 0 ? power << -shift : power >> shift) << 2;
}

Mirror::Sums Mirror::pass(int first, int second) {
  if (at_ + kTaps > kRoom) {
    std::copy(odd_.end() - (kTaps - 1), odd_.end(), odd_.begin());
    std::copy(even_.end() - (kTaps - 1), even_.end(), even_.begin());
    at_ = 0;
  }
  const std::int16_t* const odd = odd_.data() + at_;
  const std::int16_t* const even = even_.data() + at_;
  odd_[at_ + kTaps - 1] = static_cast<std::int16_t>(first);
  even_[at_ + kTaps - 1] = static_cast<std::int16_t>(second);
  ++at_;
  Sums sums{0, 0};
  for (std::size_t i = 0; i < kTaps; ++i) {
    sums.odd += odd[i] * kMirror[i];
    sums.even += even[i] * kMirrored[i];
  }
  return sums;
}

void Encoder::encode(std::span<const std::int16_t> samples, std::span<std::byte> out) {
  GODWIT_ASSERT(samples.size() == 2 * out.size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto [odd, even] = state_.mirror.pass(samples[2 * i], samples[2 * i + 1]);
    const int low_missed = limit(((even + odd) >> 14) - state_.low.expected());
    const int high_missed = limit(((even - odd) >> 14) - state_.high.expected());
    const unsigned low = quantize_low(low_missed, state_.low_scale.step());
    const unsigned high = quantize_high(high_missed, state_.high_scale.step());
    learn(state_, low, high);
    out[i] = static_cast<std::byte>(high << 6U | low);
  }
}

void Decoder::decode(std::span<const std::byte> bytes, std::span<std::int16_t> out) {
  GODWIT_ASSERT(out.size() >= 2 * bytes.size());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const unsigned low = std::to_integer<unsigned>(bytes[i]) & 63U;
    const unsigned high = std::to_integer<unsigned>(bytes[i]) >> 6U;
    const int low_band = rebuild(state_.low, times(state_.low_scale.step(), kSixBits[low]));
    const int high_band = rebuild(state_.high, times(state_.high_scale.step(), kTwoBits[high]));
    learn(state_, low, high);
    const auto [odd, even] = state_.mirror.pass(low_band + high_band, low_band - high_band);
    out[2 * i] = saturate(even >> 11);
    out[2 * i + 1] = saturate(odd >> 11);
  }
}

}  // namespace godwit::audio::g722
