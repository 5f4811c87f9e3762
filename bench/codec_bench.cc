// SPDX-License-Identifier: Apache-2.0
// What sound costs on its way: 20 ms through each codec and direction, through a change of sample
// rate, and in the place of a lost packet.
//   build/bench/bin/codec_bench
#include <benchmark/benchmark.h>

#include <array>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "audio/codec_book.h"
#include "audio/comfort_noise.h"
#include "audio/concealer.h"
#include "audio/digit_detector.h"
#include "audio/resampler.h"
#include "audio/silence_gate.h"
#include "support/sound.h"

namespace {

using namespace godwit::audio;
using godwit::test::Sound;

constexpr std::array kNames{"PCMU", "PCMA", "G722", "L16", "L16/16000", "opus"};
constexpr std::array kOpusWishes{"", "maxplaybackrate=16000", "maxplaybackrate=8000"};

std::size_t frame_of(int hz) {
  return static_cast<std::size_t>(hz) / 50;
}

/// A second of speech, frame after frame, round and round.
class Speaker {
 public:
  explicit Speaker(int hz)
      : frame_(frame_of(hz)), said_(godwit::test::speech(hz, 130, static_cast<std::size_t>(hz))) {}
  std::span<const std::int16_t> next() {
    const auto frame = std::span{said_}.subspan(at_, frame_);
    at_ = (at_ + frame_) % said_.size();
    return frame;
  }

 private:
  std::size_t frame_;
  std::size_t at_ = 0;
  Sound said_;
};

void encode_with(benchmark::State& state, const godwit::Codec& codec,
                 const std::string& parameters) {
  godwit::CodecFormat theirs = codec.format();
  theirs.parameters = parameters;
  const auto encoder = codec.make_encoder(theirs, std::chrono::milliseconds{20});
  Speaker speaker(codec.sample_rate());
  std::array<std::byte, 1400> payload{};
  std::size_t bytes = 0;
  for (auto _ : state) bytes += encoder->encode(speaker.next(), payload);
  state.counters["kbit/s"] =
      static_cast<double>(bytes) * 8 * 50 / 1000 / static_cast<double>(state.iterations());
}

void decode_with(benchmark::State& state, const godwit::Codec& codec,
                 const std::string& parameters) {
  godwit::CodecFormat theirs = codec.format();
  theirs.parameters = parameters;
  const auto encoder = codec.make_encoder(theirs, std::chrono::milliseconds{20});
  Speaker speaker(codec.sample_rate());
  std::vector<std::vector<std::byte>> packets(50, std::vector<std::byte>(1400));
  for (auto& packet : packets) packet.resize(encoder->encode(speaker.next(), packet));
  const auto decoder = codec.make_decoder();
  Sound out(frame_of(codec.sample_rate()));
  std::size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(decoder->decode(packets[next], out));
    next = (next + 1) % packets.size();
  }
}

void resample(benchmark::State& state) {
  const auto from = static_cast<int>(state.range(0));
  const auto to = static_cast<int>(state.range(1));
  Resampler resampler(from, to);
  Speaker speaker(from);
  Sound out(resampler.most_out(frame_of(from)));
  for (auto _ : state) benchmark::DoNotOptimize(resampler.process(speaker.next(), out));
  state.counters["latency_us"] = static_cast<double>(resampler.latency().count());
}
BENCHMARK(resample)
    ->Args({8000, 16'000})
    ->Args({8000, 48'000})
    ->Args({48'000, 8000})
    ->Args({16'000, 48'000})
    ->Args({48'000, 16'000})
    ->Args({44'100, 48'000});

void hear(benchmark::State& state) {
  const auto hz = static_cast<int>(state.range(0));
  Concealer concealer(hz);
  Speaker speaker(hz);
  Sound frame(frame_of(hz));
  for (auto _ : state) {
    std::ranges::copy(speaker.next(), frame.begin());
    concealer.heard(frame);
  }
}
BENCHMARK(hear)->Arg(8000)->Arg(16'000)->Arg(48'000);

/// Each packet is a new loss: the pitch is looked for every time.
void conceal(benchmark::State& state) {
  const auto hz = static_cast<int>(state.range(0));
  Concealer concealer(hz);
  Speaker speaker(hz);
  Sound frame(frame_of(hz));
  for (auto _ : state) {
    std::ranges::copy(speaker.next(), frame.begin());
    concealer.heard(frame);
    concealer.conceal(frame);
  }
}
BENCHMARK(conceal)->Arg(8000)->Arg(16'000)->Arg(48'000);

void make_noise(benchmark::State& state) {
  const auto hz = static_cast<int>(state.range(0));
  ComfortNoise noise(hz);
  noise.describe({.level = 60, .reflection = {-0.5F, 0.2F}});
  Sound frame(frame_of(hz));
  for (auto _ : state) noise.make(frame);
}
BENCHMARK(make_noise)->Arg(8000)->Arg(16'000)->Arg(48'000);

void judge_silence(benchmark::State& state) {
  const auto hz = static_cast<int>(state.range(0));
  SilenceGate gate(hz);
  Speaker speaker(hz);
  for (auto _ : state) benchmark::DoNotOptimize(gate.judge(speaker.next()));
}
BENCHMARK(judge_silence)->Arg(8000)->Arg(16'000);

void look_for_digits(benchmark::State& state) {
  const auto hz = static_cast<int>(state.range(0));
  DigitDetector detector;
  detector.set_rate(hz);
  Speaker speaker(hz);
  for (auto _ : state) benchmark::DoNotOptimize(detector.hear(speaker.next()));
}
BENCHMARK(look_for_digits)->Arg(8000)->Arg(16'000)->Arg(48'000);

void add(const std::string& what, const godwit::Codec& codec, const std::string& parameters) {
  benchmark::RegisterBenchmark(
      ("encode/" + what).c_str(),
      [&codec, parameters](benchmark::State& state) { encode_with(state, codec, parameters); });
  benchmark::RegisterBenchmark(
      ("decode/" + what).c_str(),
      [&codec, parameters](benchmark::State& state) { decode_with(state, codec, parameters); });
}

}  // namespace

int main(int argc, char** argv) {
  const CodecBook book;
  for (const std::string name : kNames) {
    const auto codec = book.named(name);
    if (name != "opus") {
      add(name, *codec, "");
      continue;
    }
    for (const std::string wish : kOpusWishes) {
      add(wish.empty() ? name : name + '/' + wish, *codec, wish);
    }
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
