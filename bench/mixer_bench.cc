// SPDX-License-Identifier: Apache-2.0
// What a conference costs: 20 ms of sound for each of N members, written, mixed and read; with one of
// them at a higher rate all the others are resampled.
//   build/bench/bin/mixer_bench
#include <benchmark/benchmark.h>

#include <array>
#include <memory>
#include <vector>

#include "audio/mixer.h"
#include "audio/silence.h"

namespace {

using namespace godwit::audio;

/// So many members at one rate, and one at another.
void mix(benchmark::State& state) {
  const auto members = static_cast<std::size_t>(state.range(0));
  const auto rate = static_cast<int>(state.range(1));
  const auto other_rate = static_cast<int>(state.range(2));
  SilenceSource silence;
  const auto mixer = std::make_shared<Mixer>();
  struct Member {
    std::unique_ptr<Mixer::Seat> seat;
    std::size_t frame;
  };
  std::vector<Member> seats;
  for (std::size_t i = 0; i < members; ++i) {
    const int hz = i == 0 ? other_rate : rate;
    auto& seat = seats.emplace_back(Member{std::make_unique<Mixer::Seat>(mixer, silence), 2 * block_of(hz)});
    seat.seat->set_write_rate(hz);
    seat.seat->set_read_rate(hz);
  }
  std::array<std::int16_t, 2 * kMostBlock> samples{};
  samples.fill(1234);
  for (auto _ : state) {
    for (const Member& member : seats) member.seat->write(std::span{samples}.first(member.frame));
    for (const Member& member : seats) {
      member.seat->read(std::span{samples}.first(member.frame));
      benchmark::DoNotOptimize(samples);
    }
  }
  state.counters["ns_per_member"] =
      benchmark::Counter(static_cast<double>(members) * static_cast<double>(state.iterations()),
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(mix)
    ->ArgNames({"members", "rate", "one_at"})
    ->ArgsProduct({{2, 3, 10, 100}, {8000}, {8000}})
    ->ArgsProduct({{10}, {16'000}, {16'000}})
    ->ArgsProduct({{10}, {48'000}, {48'000}})
    ->ArgsProduct({{10}, {8000}, {16'000, 48'000}});

}  // namespace

BENCHMARK_MAIN();
