// SPDX-License-Identifier: Apache-2.0
#include "lab/speech_search.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace godwit::lab {
namespace {

constexpr std::size_t kBlock = 65536;         // samples in one transform
constexpr std::size_t kLongestPiece = 16000;  // what is lost of a block at its end
constexpr std::size_t kStep = kBlock - kLongestPiece;
constexpr double kBeyondDoubt = 0.95;
constexpr std::size_t kPart = 1600;  // a fifth of a second
constexpr std::size_t kSlip = 960;   // six frames of 20 ms

using Spectrum = std::vector<std::complex<float>>;

const Spectrum& roots() {
  static const Spectrum table = [] {
    Spectrum made(kBlock / 2);
    for (std::size_t i = 0; i < made.size(); ++i) {
      const double angle = -2 * std::numbers::pi * static_cast<double>(i) / kBlock;
      made[i] = {static_cast<float>(std::cos(angle)), static_cast<float>(std::sin(angle))};
    }
    return made;
  }();
  return table;
}

void order_by_reversed_bits(Spectrum& data) {
  for (std::size_t i = 1, j = 0; i < data.size(); ++i) {
    std::size_t bit = data.size() >> 1;
    for (; (j & bit) != 0; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) std::swap(data[i], data[j]);
  }
}

// The radix-2 transform of Cooley and Tukey, in place, not scaled.
void transform(Spectrum& data) {
  order_by_reversed_bits(data);
  for (std::size_t length = 2; length <= data.size(); length *= 2) {
    const std::size_t half = length / 2;
    const std::size_t stride = data.size() / length;
    for (std::size_t start = 0; start < data.size(); start += length) {
      for (std::size_t k = 0; k < half; ++k) {
        const std::complex<float> w = roots()[k * stride];
        const std::complex<float> b = data[start + k + half];
        const std::complex<float> turned(w.real() * b.real() - w.imag() * b.imag(),
                                         w.real() * b.imag() + w.imag() * b.real());
        data[start + k + half] = data[start + k] - turned;
        data[start + k] += turned;
      }
    }
  }
}

Spectrum spectrum_of(std::span<const std::int16_t> samples) {
  Spectrum data(kBlock);
  for (std::size_t i = 0; i < std::min(samples.size(), kBlock); ++i) {
    data[i] = static_cast<float>(samples[i]) / 32768.0F;
  }
  transform(data);
  return data;
}

double square(double value) {
  return value * value;
}

double energy_of(std::span<const std::int16_t> samples) {
  double energy = 0;
  for (const std::int16_t sample : samples) energy += square(sample / 32768.0);
  return energy;
}

}  // namespace

SpeechSearch::SpeechSearch(Samples recording)
    : recording_(std::move(recording)), energy_(recording_.size() + 1) {
  for (std::size_t i = 0; i < recording_.size(); ++i) {
    energy_[i + 1] = energy_[i] + square(recording_[i] / 32768.0);
  }
  for (std::size_t at = 0; at < recording_.size(); at += kStep) {
    blocks_.push_back(spectrum_of(std::span(recording_).subspan(at)));
  }
}

SpeechMatch SpeechSearch::find_in_block(const Needle& needle, std::size_t block) const {
  const std::size_t start = block * kStep;
  Spectrum product(kBlock);
  for (std::size_t i = 0; i < kBlock; ++i) {
    // Conjugated, so that the forward transform serves as the inverse one.
    const std::complex<float> a = blocks_[block][i];
    const std::complex<float> b = needle.spectrum[i];
    product[i] = {a.real() * b.real() + a.imag() * b.imag(),
                  a.real() * b.imag() - a.imag() * b.real()};
  }
  transform(product);
  SpeechMatch best;
  for (std::size_t i = 0; i < kStep && start + i + needle.size <= recording_.size(); ++i) {
    const double energy = energy_[start + i + needle.size] - energy_[start + i];
    // Near silence anything looks alike.
    if (energy < square(needle.norm) * 1e-3) continue;
    const double likeness =
        static_cast<double>(product[i].real()) / kBlock / (needle.norm * std::sqrt(energy));
    if (likeness > best.likeness) best = {likeness, start + i};
  }
  return best;
}

SpeechMatch SpeechSearch::find_whole(const Needle& needle, std::size_t hint) const {
  const std::size_t likely = hint / kStep;
  SpeechMatch best;
  if (likely < blocks_.size()) best = find_in_block(needle, likely);
  for (std::size_t block = 0; block < blocks_.size() && best.likeness < kBeyondDoubt; ++block) {
    if (block == likely) continue;
    const SpeechMatch match = find_in_block(needle, block);
    if (match.likeness > best.likeness) best = match;
  }
  return best;
}

double SpeechSearch::likeness_near(std::span<const std::int16_t> part, std::size_t at) const {
  const std::size_t first = at > kSlip ? at - kSlip : 0;
  const double norm = std::sqrt(energy_of(part));
  double best = 0;
  for (std::size_t start = first; start <= at + kSlip && start + part.size() <= recording_.size();
       ++start) {
    const double energy = energy_[start + part.size()] - energy_[start];
    if (energy < square(norm) * 1e-3) continue;
    double product = 0;
    for (std::size_t i = 0; i < part.size(); ++i) {
      product += static_cast<double>(part[i]) * recording_[start + i];
    }
    best = std::max(best, product / square(32768.0) / (norm * std::sqrt(energy)));
  }
  return best;
}

double SpeechSearch::likeness_in_parts(std::span<const std::int16_t> piece, std::size_t at) const {
  double sum = 0;
  double weight = 0;
  for (std::size_t start = 0; start + kPart <= piece.size(); start += kPart) {
    const auto part = piece.subspan(start, kPart);
    const double energy = energy_of(part);
    if (energy < 1e-6) continue;
    sum += energy * likeness_near(part, at + start);
    weight += energy;
  }
  return weight > 0 ? sum / weight : 0;
}

SpeechMatch SpeechSearch::find(std::span<const std::int16_t> piece, std::size_t hint) const {
  const double norm = std::sqrt(energy_of(piece));
  if (norm < 1e-3 || piece.size() > kLongestPiece || recording_.size() < piece.size()) return {};
  SpeechMatch match = find_whole({spectrum_of(piece), piece.size(), norm}, hint);
  if (match.likeness < kBeyondDoubt) {
    match.likeness = std::max(match.likeness, likeness_in_parts(piece, match.at));
  }
  return match;
}

}  // namespace godwit::lab
