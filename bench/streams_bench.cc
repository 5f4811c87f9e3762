// SPDX-License-Identifier: Apache-2.0
// What the sound of a call costs in memory: two ends talk, PCMU in packets of 20 ms, each end
// encodes, encrypts, decrypts, puts in order and decodes. `streams_per_core` is how many such ends,
// both directions each, one core carries in real time.
//   build/bench/bin/streams_bench
#include <benchmark/benchmark.h>

#include <array>
#include <chrono>
#include <memory>
#include <string>

#include "audio/silence.h"
#include "audio/tone_source.h"
#include "base/random.h"
#include "media/session.h"
#include "srtp/master_key.h"
#include "support/sdes_key.h"

namespace {

using namespace godwit;
using namespace std::chrono_literals;

constexpr media::PathId kPath{1};
constexpr int kPairs = 100;  // more than a cache holds of one

net::SocketAddress place(std::uint8_t host) {
  return {net::IpAddress::v4({192, 0, 2, host}), 4000};
}

class Pair {
 public:
  Pair(const std::string& codec, std::optional<srtp::Suite> suite, Random& random, TimePoint now) {
    for (std::size_t i = 0; i < 2; ++i) {
      ends_[i] = std::make_unique<media::Session>(
          media::SessionOptions{.id = {},
                                .cname = "bench",
                                .source = std::make_unique<audio::ToneSource>(440),
                                .sink = std::make_unique<audio::NullSink>()},
          random, now);
      ends_[i]->add_path(kPath);
      const auto own = static_cast<std::uint8_t>(i + 1);
      const auto other = static_cast<std::uint8_t>(2 - i);
      sdp::Agreement agreement;
      agreement.remote = place(other);
      agreement.send = agreement.receive = format(codec);
      agreement.rtcp_mux = true;
      if (suite)
        agreement.protection =
            sdp::SdesProtection{test::sdes_key(*suite, own), test::sdes_key(*suite, other)};
      ends_[i]->configure(agreement, now);
      ends_[i]->send_on(kPath, agreement.remote, now);
    }
  }
  /// 20 ms of both ends.
  void step(TimePoint now) {
    for (std::size_t i = 0; i < 2; ++i) {
      ends_[i]->on_timeout(now);
      while (const auto packet = ends_[i]->poll_transmit()) {
        const auto from = place(static_cast<std::uint8_t>(i + 1));
        ends_[1 - i]->on_packet({kPath, media::Channel::rtp, from, packet->bytes, now}, now);
      }
      benchmark::DoNotOptimize(ends_[i]->take_notices());
    }
  }

 private:
  static sdp::Format format(const std::string& codec) {
    if (codec == "G722") return {.payload_type = 9, .name = codec};
    if (codec == "opus") {
      return {.payload_type = 96, .name = codec, .clock_rate = 48000, .channels = 2};
    }
    return {.payload_type = 0, .name = codec};
  }
  std::array<std::unique_ptr<media::Session>, 2> ends_;
};

void talk(benchmark::State& state, const std::string& codec, std::optional<srtp::Suite> suite) {
  SeededRandom random(7);
  TimePoint now{1000s};
  std::vector<Pair> pairs;
  for (int i = 0; i < kPairs; ++i) pairs.emplace_back(codec, suite, random, now);
  for (auto _ : state) {
    now += 20ms;
    for (Pair& pair : pairs) pair.step(now);
  }
  const double ends = static_cast<double>(state.iterations()) * kPairs * 2;
  state.counters["us_per_stream"] =
      benchmark::Counter(ends / 1e6, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["streams_per_core"] = benchmark::Counter(ends * 0.02, benchmark::Counter::kIsRate);
}
using srtp::Suite;
BENCHMARK_CAPTURE(talk, pcmu_plain, "PCMU", std::nullopt);
BENCHMARK_CAPTURE(talk, pcmu_aes_cm_128_sha1_80, "PCMU", Suite::aes_cm_128_hmac_sha1_80);
BENCHMARK_CAPTURE(talk, pcmu_aes_256_cm_sha1_80, "PCMU", Suite::aes_256_cm_hmac_sha1_80);
BENCHMARK_CAPTURE(talk, pcmu_aead_aes_128_gcm, "PCMU", Suite::aead_aes_128_gcm);
BENCHMARK_CAPTURE(talk, pcmu_aead_aes_256_gcm, "PCMU", Suite::aead_aes_256_gcm);
BENCHMARK_CAPTURE(talk, g722_plain, "G722", std::nullopt);
BENCHMARK_CAPTURE(talk, opus_plain, "opus", std::nullopt);

}  // namespace

BENCHMARK_MAIN();
