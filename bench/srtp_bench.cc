// SPDX-License-Identifier: Apache-2.0
// What protecting one packet costs, 20 ms of PCMU, by each suite; and what a stranger's packet
// costs us.
//   build/bench/bin/srtp_bench
#include <benchmark/benchmark.h>

#include <vector>

#include "support/srtp_stream.h"

namespace {

using namespace godwit;
using srtp::Suite;

constexpr std::uint32_t kSsrc = 0x5501a0b2;
constexpr std::size_t kBatch = 1'000;

void protect(benchmark::State& state) {
  const auto suite = static_cast<Suite>(state.range(0));
  srtp::Outgoing outgoing(kSsrc);
  outgoing.use(test::srtp_key(suite));
  const auto plain = test::rtp_packet(kSsrc, 1);
  std::vector<std::byte> packet(plain.size() + srtp::Outgoing::kMostAdded);
  std::uint16_t sequence = 0;
  for (auto _ : state) {
    std::ranges::copy(plain, packet.begin());
    packet[2] = static_cast<std::byte>(sequence >> 8U);
    packet[3] = static_cast<std::byte>(sequence & 0xffU);
    ++sequence;
    if (!outgoing.protect_rtp(packet, plain.size())) state.SkipWithError("not protected");
  }
  state.SetLabel(std::string(srtp::name_of(suite)));
}
BENCHMARK(protect)->DenseRange(0, 5);

void open(benchmark::State& state) {
  const auto suite = static_cast<Suite>(state.range(0));
  test::SrtpSender sender(kSsrc, test::srtp_key(suite));
  srtp::Incoming incoming;
  incoming.use(test::srtp_key(suite), TimePoint{});
  std::uint16_t sequence = 0;
  std::vector<std::vector<std::byte>> packets(kBatch);
  while (state.KeepRunningBatch(kBatch)) {
    state.PauseTiming();
    for (auto& packet : packets) packet = sender.rtp(sequence++);
    state.ResumeTiming();
    for (auto& packet : packets) {
      if (!incoming.open_rtp(packet, TimePoint{})) state.SkipWithError("not opened");
    }
  }
  state.SetLabel(std::string(srtp::name_of(suite)));
}
BENCHMARK(open)->DenseRange(0, 5);

/// Of the right length and SSRC, with another key.
void refuse(benchmark::State& state) {
  const auto suite = static_cast<Suite>(state.range(0));
  test::SrtpSender stranger(kSsrc, test::srtp_key(suite, 2));
  srtp::Incoming incoming;
  incoming.use(test::srtp_key(suite), TimePoint{});
  const auto sent = stranger.rtp(1);
  auto packet = sent;
  for (auto _ : state) {
    std::ranges::copy(sent, packet.begin());
    benchmark::DoNotOptimize(incoming.open_rtp(packet, TimePoint{}));
  }
  state.SetLabel(std::string(srtp::name_of(suite)));
}
BENCHMARK(refuse)->DenseRange(0, 5);

/// A context is made for each new key of a call: at each move twice.
void change_key(benchmark::State& state) {
  const auto suite = static_cast<Suite>(state.range(0));
  const auto first = test::srtp_key(suite, 1);
  const auto second = test::srtp_key(suite, 2);
  srtp::Outgoing outgoing(kSsrc);
  for (auto _ : state) {
    outgoing.use(first);
    outgoing.use(second);
  }
  state.SetLabel(std::string(srtp::name_of(suite)));
}
BENCHMARK(change_key)->Arg(0)->Arg(4);

}  // namespace

BENCHMARK_MAIN();
