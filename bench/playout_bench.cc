// SPDX-License-Identifier: Apache-2.0
// What it costs to hear: 20 ms of one call, from its packet to its frame.
//   build/bench/bin/playout_bench
#include <benchmark/benchmark.h>

#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "audio/codec_book.h"
#include "audio/time_stretch.h"
#include "media/playout.h"

namespace {

using namespace godwit;
using namespace std::chrono_literals;

std::vector<std::int16_t> voice(int rate, std::chrono::milliseconds length) {
  std::vector<std::int16_t> out(static_cast<std::size_t>(rate * length.count() / 1000));
  for (std::size_t i = 0; i < out.size(); ++i) {
    const double phase = 6.283185307 * 130 * static_cast<double>(i) / rate;
    double value = 0;
    for (int k = 1; k <= 6; ++k) value += std::sin(k * phase) / k;
    out[i] = static_cast<std::int16_t>(5000 * value);
  }
  return out;
}

/// One second of a voice, again and again.
class Talker {
 public:
  explicit Talker(std::shared_ptr<const Codec> codec) : codec_(std::move(codec)) {
    const int rate = codec_->sample_rate();
    const auto sound = voice(rate, 1s);
    const auto frame = static_cast<std::size_t>(rate / 50);
    const auto encoder = codec_->make_encoder(codec_->format(), 20ms);
    for (std::size_t at = 0; at < sound.size(); at += frame) {
      auto& payload = payloads_.emplace_back(1400);
      payload.resize(encoder->encode(std::span{sound}.subspan(at, frame), payload));
    }
    step_ = codec_->format().clock_rate / 50;
  }
  [[nodiscard]] rtp::Packet packet(std::uint32_t number) const {
    return {.header = {.payload_type = 0,
                       .sequence = static_cast<std::uint16_t>(number),
                       .timestamp = number * step_,
                       .ssrc = 7},
            .payload = payloads_[number % payloads_.size()]};
  }

 private:
  std::shared_ptr<const Codec> codec_;
  std::vector<std::vector<std::byte>> payloads_;
  std::uint32_t step_ = 160;
};

/// @param jitter  how late every 8th packet is, besides; the delay follows it
void hear(benchmark::State& state, const std::string& name, Duration jitter) {
  const audio::CodecBook book;
  const auto codec = book.named(name);
  if (codec == nullptr) return state.SkipWithError("no such codec");
  const Talker talker{codec};
  media::Playout playout;
  playout.understand(0, codec);
  std::vector<std::int16_t> frame(static_cast<std::size_t>(codec->sample_rate() / 50));
  TimePoint now{100s};
  std::uint32_t number = 0;
  for (auto _ : state) {
    const Duration late = number % 8 == 5 ? jitter : Duration{};
    playout.push(talker.packet(number), now + late);
    playout.pull(frame, now + 4ms);
    benchmark::DoNotOptimize(frame.data());
    ++number;
    now += 20ms;
  }
  const auto told = playout.statistics();
  state.counters["concealed_share"] =
      static_cast<double>(told.concealed / 1ms) / (20.0 * static_cast<double>(number));
}
BENCHMARK_CAPTURE(hear, pcmu, "PCMU", 0ms);
BENCHMARK_CAPTURE(hear, pcmu_with_jitter, "PCMU", 3ms);
BENCHMARK_CAPTURE(hear, g722, "G722", 0ms);
BENCHMARK_CAPTURE(hear, opus, "opus", 0ms);

void stretch(benchmark::State& state) {
  const auto rate = static_cast<int>(state.range(0));
  const audio::TimeStretch stretch{rate};
  const auto sound = voice(rate, 40ms);
  std::vector<std::int16_t> copy(sound.size());
  for (auto _ : state) {
    copy = sound;
    benchmark::DoNotOptimize(stretch.shorten(copy, {.at_most = stretch.longest()}));
  }
}
BENCHMARK(stretch)->Arg(8000)->Arg(16'000)->Arg(48'000);

}  // namespace

BENCHMARK_MAIN();
