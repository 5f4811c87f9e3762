// SPDX-License-Identifier: Apache-2.0
#include "lab/speech_course.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace godwit::lab {
namespace {

constexpr std::size_t kSecond = 8000;
constexpr std::size_t kPieceStep = 100;   // by 12.5 ms
constexpr std::size_t kPiece = 800;       // 100 ms are told apart from all others
constexpr std::size_t kShort = 320;       // 40 ms stand between two seams of stretched time
constexpr std::ptrdiff_t kFar = 1600;     // how far the delay changes where packets are late
constexpr std::ptrdiff_t kPeriods = 240;  // and where time is stretched, from piece to piece
constexpr double kSame = 0.9;
constexpr double kShortSame = 0.8;
constexpr double kSurely = 0.95;
constexpr double kSpoken = 240;  // root mean squared: quieter is a pause

double energy_in(std::span<const std::int16_t> samples) {
  double energy = 0;
  for (const double sample : samples) energy += sample * sample;
  return energy;
}

Samples looped(Samples said) {
  const std::size_t length = said.size();
  for (std::size_t i = 0; i < std::min<std::size_t>(length, 2 * kSecond); ++i) {
    said.push_back(said[i]);
  }
  return said;
}

double squared(double value) {
  return value * value;
}

}  // namespace

SpeechCourse::SpeechCourse(Samples said, Samples heard)
    : length_(std::max<std::size_t>(1, said.size())),
      said_(looped(std::move(said))),
      heard_(std::move(heard)),
      search_(said_) {
  const std::vector<Place> places = trace();
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (i == 0) {
      legs_.push_back({.from = 0, .ahead = places[i].ahead()});
    } else if (places[i].ahead() != places[i - 1].ahead()) {
      legs_.push_back({.from = seam_between(places[i - 1], places[i]), .ahead = places[i].ahead()});
    }
  }
}

std::size_t SpeechCourse::leg_at(std::size_t heard) const {
  const auto after = std::ranges::upper_bound(legs_, heard, {}, &Leg::from);
  return static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, after - legs_.begin() - 1));
}

std::int16_t SpeechCourse::said_at(std::ptrdiff_t place) const {
  return place < 0 || said_.empty() ? std::int16_t{0}
                                    : said_[static_cast<std::size_t>(place) % length_];
}

double SpeechCourse::likeness_at(std::span<const std::int16_t> piece, std::ptrdiff_t place) const {
  if (place < 0) return 0;
  const std::size_t at = static_cast<std::size_t>(place) % length_;
  if (at + piece.size() > said_.size()) return 0;
  double product = 0;
  double energy = 0;
  for (std::size_t i = 0; i < piece.size(); ++i) {
    const double said = said_[at + i];
    product += said * piece[i];
    energy += said * said;
  }
  const double norm = std::sqrt(energy * energy_in(piece));
  return norm > 0 ? product / norm : 0;
}

/// The next piece, near where the one before leads; empty when it is not there.
std::optional<SpeechCourse::Place> SpeechCourse::place_near(const Place& before, std::size_t at,
                                                            const Reach& reach) const {
  const auto piece = std::span(heard_).subspan(at, reach.piece);
  const std::ptrdiff_t expected = static_cast<std::ptrdiff_t>(at) + before.ahead();
  Place best{.heard = at, .said = expected, .likeness = likeness_at(piece, expected)};
  if (best.likeness >= kSurely) return best;
  for (std::ptrdiff_t place = expected - reach.shift; place <= expected + reach.shift; ++place) {
    const double likeness = likeness_at(piece, place);
    if (likeness > best.likeness) best = {.heard = at, .said = place, .likeness = likeness};
  }
  if (best.likeness < reach.likeness) return std::nullopt;
  return best;
}

std::optional<SpeechCourse::Place> SpeechCourse::place_anywhere(std::size_t at) const {
  const SpeechMatch match = search_.find(std::span(heard_).subspan(at, kPiece));
  if (match.likeness < kSame) return std::nullopt;
  return Place{
      .heard = at, .said = static_cast<std::ptrdiff_t>(match.at), .likeness = match.likeness};
}

/// The recording piece by piece; what is silent, or between two places, is left out.
std::vector<SpeechCourse::Place> SpeechCourse::trace() const {
  std::vector<Place> places;
  for (std::size_t at = 0; at + kPiece <= heard_.size(); at += kPieceStep) {
    if (energy_in(std::span(heard_).subspan(at, kPiece)) < squared(kSpoken) * kPiece) continue;
    std::optional<Place> place;
    if (!places.empty()) {
      const Place& before = places.back();
      place = place_near(before, at, {.piece = kPiece, .shift = kFar, .likeness = kSame});
      if (!place) {
        place =
            place_near(before, at, {.piece = kShort, .shift = kPeriods, .likeness = kShortSame});
      }
    }
    if (!place) place = place_anywhere(at);
    if (!place) continue;
    // It is played in a loop: its end is followed by its beginning.
    const auto length = static_cast<std::ptrdiff_t>(length_);
    if (!places.empty() && place->said < places.back().said - length / 2) place->said += length;
    places.push_back(*place);
  }
  return places;
}

/// Where one delay becomes another, at the least difference from what was said.
std::size_t SpeechCourse::seam_between(const Place& a, const Place& b) const {
  const std::size_t first = std::max(a.heard, legs_.back().from);
  const std::size_t last = std::min(b.heard + kPiece, heard_.size());
  const auto differs = [&](std::size_t at, std::ptrdiff_t ahead) {
    return squared(static_cast<double>(heard_[at]) -
                   said_at(static_cast<std::ptrdiff_t>(at) + ahead));
  };
  double gained = 0;
  double most = 0;
  std::size_t seam = first;
  for (std::size_t at = first; at < last; ++at) {
    gained += differs(at, b.ahead()) - differs(at, a.ahead());
    if (gained <= most) continue;
    most = gained;
    seam = at + 1;
  }
  return seam;
}

}  // namespace godwit::lab
