// SPDX-License-Identifier: Apache-2.0
#include "lab/heard_speech.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

namespace godwit::lab {
namespace {

constexpr double kRate = 8000;
constexpr std::size_t kSecond = 8000;
constexpr std::size_t kPiece = 800;  // 100 ms: what is followed through the recording
constexpr std::size_t kStep = 200;   // by 25 ms
constexpr std::size_t kReach =
    1600;  // how far the delay may change from one piece to the next: 200 ms
constexpr std::size_t kBlock = 8;  // a millisecond
constexpr double kAlike = 0.8;
constexpr double kSameAsSaid = 0.9;  // a piece that is told apart from all others
constexpr double kAudible = 2000;    // of 32,768
constexpr double kMuchMore = 8;
constexpr double kBeyondDoubt = 0.95;
constexpr double kLongestPauseMs = 60;
constexpr int kQuiet = 60;         // about -55 dB: less than speech, more than a codec's noise
constexpr double kTolerance = 16;  // 2 ms: a piece is not placed more exactly

double square(double value) {
  return value * value;
}

double energy_of(std::span<const std::int16_t> samples) {
  double energy = 0;
  for (const std::int16_t sample : samples) energy += square(sample);
  return energy;
}

double likeness_of(std::span<const std::int16_t> a, std::span<const std::int16_t> b) {
  double product = 0;
  for (std::size_t i = 0; i < a.size(); ++i) product += static_cast<double>(a[i]) * b[i];
  const double norm = std::sqrt(energy_of(a) * energy_of(b));
  return norm > 0 ? product / norm : 0;
}

double quiet_in(std::span<const std::int16_t> samples) {
  return static_cast<double>(std::ranges::count_if(
      samples, [](std::int16_t sample) { return std::abs(sample) < kQuiet; }));
}

Samples looped(Samples said) {
  const std::size_t length = said.size();
  for (std::size_t i = 0; i < std::min<std::size_t>(length, 2 * kSecond); ++i)
    said.push_back(said[i]);
  return said;
}

}  // namespace

double longest_silence_ms(std::span<const std::int16_t> samples) {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const std::int16_t sample : samples) {
    run = std::abs(sample) < kQuiet ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const double ms = static_cast<double>(longest) * 1000 / kRate;
  return ms > kLongestPauseMs ? ms : 0;
}

SpeechComparison::SpeechComparison(Samples said, Samples heard)
    : length_(std::max<std::size_t>(1, said.size())),
      said_(looped(std::move(said))),
      heard_(std::move(heard)),
      search_(said_) {}

std::span<const std::int16_t> SpeechComparison::piece(std::size_t at) const {
  return std::span(heard_).subspan(at, kPiece);
}

/// The next piece, near where the one before leads; empty when it is not there.
std::optional<SpeechComparison::Place> SpeechComparison::follow(const Place& before,
                                                                std::size_t at) const {
  const std::size_t expected = (before.said + (at - before.heard)) % length_;
  const auto needle = piece(at);
  Place best{.heard = at, .said = expected, .likeness = 0};
  const auto look = [&](std::size_t start) {
    if (start + kPiece > said_.size()) return;
    const double likeness = likeness_of(needle, std::span(said_).subspan(start, kPiece));
    if (likeness > best.likeness) best = {.heard = at, .said = start, .likeness = likeness};
  };
  look(expected);
  if (best.likeness >= kBeyondDoubt) return best;
  const std::size_t first = expected > kReach ? expected - kReach : 0;
  for (std::size_t start = first; start <= expected + kReach; ++start) look(start);
  if (best.likeness < kSameAsSaid) return std::nullopt;
  return best;
}

std::optional<SpeechComparison::Place> SpeechComparison::place_of(std::size_t at) const {
  const SpeechMatch match = search_.find(piece(at));
  if (match.likeness < kSameAsSaid) return std::nullopt;
  return Place{.heard = at, .said = match.at, .likeness = match.likeness};
}

/// The recording piece by piece; what is silent, or between two places, is left out.
std::vector<SpeechComparison::Place> SpeechComparison::trace(const RecordedPart& part) const {
  std::vector<Place> places;
  for (std::size_t at = part.from; at + kPiece <= part.until; at += kStep) {
    if (energy_of(piece(at)) < square(kQuiet * 4) * kPiece) continue;
    auto place = places.empty() ? std::nullopt : follow(places.back(), at);
    if (!place) place = place_of(at);
    if (place) places.push_back(*place);
  }
  return places;
}

/// A millisecond that differs much more from what was said than those around it.
bool SpeechComparison::clicks_at(const Place& place) const {
  const auto heard = piece(place.heard);
  const auto said = std::span(said_).subspan(place.said, kPiece);
  const double loudness = std::sqrt(energy_of(heard) / std::max(1.0, energy_of(said)));
  std::array<double, kPiece / kBlock> worst{};
  for (std::size_t i = 0; i < kPiece; ++i) {
    const double differs = std::abs(heard[i] - loudness * said[i]);
    worst[i / kBlock] = std::max(worst[i / kBlock], differs);
  }
  auto sorted = worst;
  std::ranges::nth_element(sorted, sorted.begin() + sorted.size() / 2);
  const double usual = sorted[sorted.size() / 2];
  // Each piece overlaps the next: only its first step is looked at.
  const auto first = std::ranges::max(std::span(worst).first(kStep / kBlock));
  return first > kAudible && first > kMuchMore * usual;
}

void SpeechComparison::look_for_seconds(const RecordedPart& part, HeardSpeech& out) const {
  std::size_t hint = 0;
  for (std::size_t at = part.from; at + kSecond <= part.until; at += kSecond / 2) {
    const SpeechMatch match = search_.find(std::span(heard_).subspan(at, kSecond), hint);
    ++out.windows;
    if (match.likeness < kAlike) {
      out.weakest = std::min(out.weakest, match.likeness);
      continue;
    }
    ++out.found;
    hint = match.at;
    const auto whole = std::span(said_).subspan(match.at, kSecond);
    out.weakest = std::min(out.weakest, likeness_of(whole, std::span(heard_).subspan(at, kSecond)));
  }
  if (out.windows == 0) out.weakest = 0;
}

/// Pieces between two places are not like what was said; where the delay is the same before and
/// after, a click may be why.
int SpeechComparison::clicks_from(const Place& a, const Place& b) const {
  const bool same_delay = a.said + (b.heard - a.heard) == b.said;
  int clicks = 0;
  for (std::size_t i = 0; a.heard + i < b.heard; i += kStep) {
    if (i > 0 && !same_delay) break;
    if (a.said + i + kPiece > said_.size()) break;
    clicks += clicks_at({.heard = a.heard + i, .said = a.said + i}) ? 1 : 0;
  }
  return clicks;
}

/// What was said between two places and is not between them: it was jumped over, or it is quiet
/// there and was not. In samples.
double SpeechComparison::missing_between(const Place& a, const Place& b) const {
  const std::size_t heard = b.heard - a.heard;
  const std::size_t said = (b.said + length_ - a.said) % length_;
  if (said > length_ / 2) return 0;  // it went back: something is heard twice
  const double jumped = static_cast<double>(said) - static_cast<double>(heard);
  if (heard <= kPiece || said <= kPiece || a.said + said > said_.size())
    return std::max(0.0, jumped);
  const auto between = std::span(heard_).subspan(a.heard + kPiece, heard - kPiece);
  const auto meant = std::span(said_).subspan(a.said + kPiece, said - kPiece);
  return std::max(0.0, jumped) + std::max(0.0, quiet_in(between) - quiet_in(meant));
}

HeardSpeech SpeechComparison::judge(const RecordedPart& asked) const {
  const RecordedPart part{asked.from, std::min(asked.until, heard_.size())};
  HeardSpeech out;
  if (part.from >= part.until) {
    out.weakest = 0;
    return out;
  }
  look_for_seconds(part, out);
  out.silence_ms = longest_silence_ms(std::span(heard_).subspan(part.from, part.until - part.from));
  const auto places = trace(part);
  for (std::size_t i = 1; i < places.size(); ++i) {
    out.clicks += clicks_from(places[i - 1], places[i]);
    const double missing = missing_between(places[i - 1], places[i]);
    if (missing > kTolerance) out.missing_ms += missing * 1000 / kRate;
  }
  return out;
}

}  // namespace godwit::lab
