// SPDX-License-Identifier: Apache-2.0
// What a conference costs: 20 ms of sound for each of N members, written, mixed and read.
//   build/bench/bin/mixer_bench
#include <benchmark/benchmark.h>

#include <array>
#include <memory>
#include <vector>

#include "audio/mixer.h"
#include "audio/silence.h"

namespace {

using namespace godwit::audio;

void mix(benchmark::State& state) {
  const auto members = static_cast<std::size_t>(state.range(0));
  SilenceSource silence;
  const auto mixer = std::make_shared<Mixer>();
  std::vector<std::unique_ptr<Mixer::Seat>> seats;
  for (std::size_t i = 0; i < members; ++i) {
    seats.push_back(std::make_unique<Mixer::Seat>(mixer, silence));
  }
  std::array<std::int16_t, kFrameSamples> frame{};
  frame.fill(1234);
  for (auto _ : state) {
    for (const auto& seat : seats) seat->write(frame);
    for (const auto& seat : seats) {
      seat->read(frame);
      benchmark::DoNotOptimize(frame);
    }
  }
  state.counters["ns_per_member"] =
      benchmark::Counter(static_cast<double>(members) * static_cast<double>(state.iterations()),
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(mix)->Arg(2)->Arg(3)->Arg(10)->Arg(100);

}  // namespace

BENCHMARK_MAIN();
