// SPDX-License-Identifier: Apache-2.0
#include "lab/heard_speech.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "audio/click_detector.h"

namespace godwit::lab {
namespace {

constexpr int kRate = 8000;
constexpr double kSamplesInMs = 8;
constexpr std::size_t kSecond = 8000;
constexpr std::size_t kBlock = 40;    // 5 ms are heard or missing
constexpr std::size_t kAround = 160;  // which the 20 ms around them tell
constexpr double kAlike = 0.8;
constexpr double kRecognised = 0.6;
constexpr double kSpoken = 240;  // root mean square: quieter is a pause
constexpr double kLongestPauseMs = 60;
constexpr int kQuiet = 60;            // about -55 dB: less than speech, more than a codec's noise
constexpr std::ptrdiff_t kSlip = 16;  // 2 ms
constexpr std::size_t kNothing = 10 * 8;        // at a seam
constexpr std::ptrdiff_t kTwoPeriods = 30 * 8;  // are told apart no more
constexpr std::size_t kBesideAPulse = 24;       // 3 ms
constexpr std::ptrdiff_t kBeside = 60 * 8;
constexpr float kMuchMore = 2;  // than what was said there

double square(double value) {
  return value * value;
}

double in_ms(double samples) {
  return samples / kSamplesInMs;
}

/// How alike two sounds are, sample by sample.
struct Likeness {
  double product = 0, first = 0, second = 0;

  void add(double a, double b) {
    product += a * b;
    first += a * a;
    second += b * b;
  }
  [[nodiscard]] double value() const {
    const double norm = std::sqrt(first * second);
    return norm > 0 ? product / norm : 0;
  }
};

}  // namespace

double longest_silence_ms(std::span<const std::int16_t> samples) {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const std::int16_t sample : samples) {
    run = std::abs(sample) < kQuiet ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const double ms = in_ms(static_cast<double>(longest));
  return ms > kLongestPauseMs ? ms : 0;
}

SpeechComparison::SpeechComparison(const Samples& said, const Samples& heard)
    : course_(said, heard),
      heard_surprises_(audio::surprises_in(heard, kRate)),
      said_surprises_(audio::surprises_in(said, kRate)),
      clicks_(audio::find_clicks(heard_surprises_, kRate)) {}

double SpeechComparison::later_ms(std::size_t at) const {
  if (course_.legs().empty()) return 0;
  const auto& legs = course_.legs();
  return in_ms(static_cast<double>(legs.front().ahead - legs[course_.leg_at(at)].ahead));
}

void SpeechComparison::look_for_seconds(const RecordedPart& part, HeardSpeech& out) const {
  std::size_t hint = 0;
  const std::span heard = course_.heard();
  for (std::size_t at = part.from; at + kSecond <= part.until; at += kSecond / 2) {
    const SpeechMatch match = course_.find(heard.subspan(at, kSecond), hint);
    ++out.windows;
    if (match.likeness < kAlike) continue;
    ++out.found;
    hint = match.at;
  }
}

/// Of a part of the recording with what was said in its place; 0 where nothing was found.
double SpeechComparison::likeness_of(const RecordedPart& part) const {
  Likeness likeness;
  const auto& legs = course_.legs();
  for (std::size_t leg = course_.leg_at(part.from), at = part.from; at < part.until; ++at) {
    while (leg + 1 < legs.size() && legs[leg + 1].from <= at) ++leg;
    const auto place = static_cast<std::ptrdiff_t>(at) + legs[leg].ahead;
    likeness.add(course_.heard()[at], course_.said_at(place));
  }
  return likeness.value();
}

/// Of each 5 ms of what was said from the beginning of the part to its end, how many samples are
/// heard.
std::vector<std::size_t> SpeechComparison::heard_blocks(const RecordedPart& part,
                                                        std::ptrdiff_t begin) const {
  constexpr std::size_t kBefore = (kAround - kBlock) / 2;
  std::vector<std::size_t> blocks;
  for (std::size_t at = part.from; at + kBlock <= part.until; at += kBlock) {
    const std::size_t first = std::max(part.from + kBefore, at) - kBefore;
    if (likeness_of({first, std::min(first + kAround, part.until)}) < kRecognised) continue;
    for (std::size_t i = at; i < at + kBlock; ++i) {
      if (said_place(i) < begin) continue;
      const auto block = static_cast<std::size_t>(said_place(i) - begin) / kBlock;
      if (block >= blocks.size()) blocks.resize(block + 1);
      ++blocks[block];
    }
  }
  return blocks;
}

std::ptrdiff_t SpeechComparison::said_place(std::size_t at) const {
  return static_cast<std::ptrdiff_t>(at) + course_.legs()[course_.leg_at(at)].ahead;
}

/// Where this part of what was said should be, it is said faster: the delay gets shorter, a little
/// at a time, by no less than half of what is not recognised. Each period of a voice that is left
/// out takes the one with it into which it is faded.
bool SpeechComparison::said_faster(std::ptrdiff_t begin, const RecordedPart& part) const {
  const auto& legs = course_.legs();
  const std::ptrdiff_t from = begin + static_cast<std::ptrdiff_t>(part.from) - kBeside;
  const std::ptrdiff_t until = begin + static_cast<std::ptrdiff_t>(part.until) + kBeside;
  std::ptrdiff_t shorter = 0;
  for (std::size_t leg = 1; leg < legs.size(); ++leg) {
    const auto seam = static_cast<std::ptrdiff_t>(legs[leg].from);
    const bool there = seam + legs[leg].ahead >= from && seam + legs[leg - 1].ahead <= until;
    if (!there) continue;
    const std::ptrdiff_t by = legs[leg].ahead - legs[leg - 1].ahead;
    if (by > kTwoPeriods) return false;
    shorter += by;
  }
  return static_cast<std::ptrdiff_t>(part.until - part.from) <= 2 * shorter;
}

double SpeechComparison::missing_ms(const RecordedPart& part) const {
  const std::ptrdiff_t begin = said_place(part.from);
  const auto blocks = heard_blocks(part, begin);
  std::size_t missing = 0;
  std::size_t run = 0;
  for (std::size_t block = 0; block < blocks.size(); ++block) {
    Likeness itself;
    for (std::size_t i = 0; i < kBlock; ++i) {
      const auto said = course_.said_at(begin + static_cast<std::ptrdiff_t>(block * kBlock + i));
      itself.add(said, said);
    }
    const bool spoken = itself.product > square(kSpoken) * kBlock;
    if (spoken && blocks[block] < kBlock / 2) {
      run += kBlock - blocks[block];
      continue;
    }
    const std::size_t end = block * kBlock;
    if (run > kNothing && !said_faster(begin, {end - run, end})) missing += run;
    run = 0;
  }
  return in_ms(static_cast<double>(missing));
}

/// What was said is as surprising there: on either side of a seam.
bool SpeechComparison::was_said(std::size_t click) const {
  const auto greatest = [](std::span<const float> surprises, std::ptrdiff_t at) {
    float most = 0;
    for (auto i = at - static_cast<std::ptrdiff_t>(kBesideAPulse);
         i <= at + static_cast<std::ptrdiff_t>(kBesideAPulse); ++i) {
      if (i >= 0 && static_cast<std::size_t>(i) < surprises.size()) {
        most = std::max(most, surprises[static_cast<std::size_t>(i)]);
      }
    }
    return most;
  };
  const auto at = static_cast<std::ptrdiff_t>(click);
  const auto length = static_cast<std::ptrdiff_t>(said_surprises_.size());
  const float here = greatest(heard_surprises_, at);
  const std::size_t leg = course_.leg_at(click);
  const std::size_t last = std::min(leg + 1, course_.legs().size() - 1);
  for (std::size_t beside = leg == 0 ? 0 : leg - 1; beside <= last; ++beside) {
    const std::ptrdiff_t place = at + course_.legs()[beside].ahead;
    if (here <= kMuchMore * greatest(said_surprises_, place % length)) return true;
  }
  return false;
}

int SpeechComparison::clicks_in(const RecordedPart& part) const {
  return static_cast<int>(std::ranges::count_if(clicks_, [&](std::size_t click) {
    return click >= part.from && click < part.until && !was_said(click);
  }));
}

void SpeechComparison::compare_along_the_course(const RecordedPart& part, HeardSpeech& out) const {
  const auto& legs = course_.legs();
  for (std::size_t at = part.from; at + kSecond <= part.until; at += kSecond / 2) {
    out.likeness = std::min(out.likeness, likeness_of({at, at + kSecond}));
  }
  const std::size_t first = course_.leg_at(part.from);
  const std::size_t last = course_.leg_at(part.until - 1);
  out.later_ms = in_ms(static_cast<double>(legs[first].ahead - legs[last].ahead));
  for (std::size_t leg = first; leg < last; ++leg) {
    out.slips += std::abs(legs[leg + 1].ahead - legs[leg].ahead) > kSlip ? 1 : 0;
  }
  out.missing_ms = missing_ms(part);
  out.clicks = clicks_in(part);
}

HeardSpeech SpeechComparison::judge(const RecordedPart& asked) const {
  const RecordedPart part{asked.from, std::min(asked.until, recorded())};
  HeardSpeech out;
  if (part.from < part.until) look_for_seconds(part, out);
  if (out.windows == 0 || course_.legs().empty()) {
    out.likeness = 0;
    return out;
  }
  const std::span heard = course_.heard();
  out.silence_ms = longest_silence_ms(heard.subspan(part.from, part.until - part.from));
  compare_along_the_course(part, out);
  return out;
}

}  // namespace godwit::lab
