// SPDX-License-Identifier: Apache-2.0
// Tones in sound files, for the scripts of this folder:
//
//   tone write FILE HZ SECONDS   a WAV file of 8,000 samples a second
//   tone heard FILE HZ           "HEARD PAUSE": milliseconds of that tone, and of the longest pause
//                                between its first and its last
//   tone loud FILE               milliseconds that are not silence
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numbers>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "audio/tone_detector.h"
#include "lab/wav_file.h"

namespace godwit::lab {
namespace {

constexpr double kRate = 8000;
constexpr int kFrameMs = 40;  // tell tones 25 Hz apart

int write(const std::string& file, double hz, double seconds) {
  constexpr double kLoudness = 0.3 * 32767;
  Samples samples(static_cast<std::size_t>(seconds * kRate));
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const double phase = 2 * std::numbers::pi * hz * static_cast<double>(i) / kRate;
    samples[i] = static_cast<std::int16_t>(kLoudness * std::sin(phase));
  }
  return write_wav(file, samples) ? 0 : 2;
}

constexpr double kQuiet = 1e4;  // mean square: 0.3 % of full scale

bool is_tone(std::span<const std::int16_t> frame, double hz, int rate) {
  constexpr double kMost = 0.7;
  return audio::power(frame) > kQuiet && audio::tone_share(frame, hz, rate) > kMost;
}

/// Nothing, and said so, where there is no sound.
std::optional<WavSound> read_sound(const std::string& file) {
  auto sound = read_any_wav(file);
  if (!sound) {
    std::fprintf(stderr, "%s\n", sound.error().detail.c_str());
    return std::nullopt;
  }
  return std::move(*sound);
}

std::vector<std::span<const std::int16_t>> frames_of(const WavSound& sound) {
  const auto size = static_cast<std::size_t>(sound.rate * kFrameMs / 1000);
  std::vector<std::span<const std::int16_t>> frames;
  for (std::size_t at = 0; at + size <= sound.samples.size(); at += size) {
    frames.push_back(std::span(sound.samples).subspan(at, size));
  }
  return frames;
}

int heard(const std::string& file, double hz) {
  const auto sound = read_sound(file);
  if (!sound) return 2;
  int frames = 0;
  int pause = 0;
  int longest = 0;
  for (const auto frame : frames_of(*sound)) {
    if (!is_tone(frame, hz, sound->rate)) {
      ++pause;
      continue;
    }
    if (frames > 0) longest = std::max(longest, pause);
    ++frames;
    pause = 0;
  }
  std::printf("%d %d\n", frames * kFrameMs, longest * kFrameMs);
  return 0;
}

int loud(const std::string& file) {
  const auto sound = read_sound(file);
  if (!sound) return 2;
  const auto frames = frames_of(*sound);
  const auto count = std::count_if(frames.begin(), frames.end(), [](const auto frame) {
    return audio::power(frame) > kQuiet;
  });
  std::printf("%d\n", static_cast<int>(count) * kFrameMs);
  return 0;
}

}  // namespace
}  // namespace godwit::lab

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() == 4 && words[0] == "write") {
    return godwit::lab::write(words[1], std::stod(words[2]), std::stod(words[3]));
  }
  if (words.size() == 3 && words[0] == "heard") {
    return godwit::lab::heard(words[1], std::stod(words[2]));
  }
  if (words.size() == 2 && words[0] == "loud") return godwit::lab::loud(words[1]);
  std::fputs("tone write FILE HZ SECONDS | tone heard FILE HZ | tone loud FILE\n", stderr);
  return 2;
}
