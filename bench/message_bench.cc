// SPDX-License-Identifier: Apache-2.0
// godwit alone, message by message: what a change of the code costs or gains.
//   build/bench/bin/message_bench [--benchmark_filter=REGEX]
#include <benchmark/benchmark.h>

#include <array>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "allocation_count.h"
#include "message_file.h"
#include "read_godwit.h"
#include "variants.h"

namespace {

using bench::Parser;
using Messages = std::vector<std::string>;

/// Notes what one message takes from the heap, on average; outside the time that is measured.
template <class Work>
void note_allocations(benchmark::State& state, const Messages& messages, Work work) {
  bench::AllocationCount* const count = bench::allocation_count();
  if (count == nullptr) return;
  double allocations = 0;
  double peak = 0;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    *count = {};
    work(i);
    allocations += static_cast<double>(count->allocations);
    peak += static_cast<double>(count->peak);
  }
  const auto n = static_cast<double>(messages.size());
  state.counters["allocations"] = allocations / n;
  state.counters["peak_bytes"] = peak / n;
}

void note_rates(benchmark::State& state, const Messages& messages) {
  std::size_t bytes = 0;
  for (const std::string& message : messages) bytes += message.size();
  const auto rounds = static_cast<std::size_t>(state.iterations());
  state.SetItemsProcessed(static_cast<std::int64_t>(rounds * messages.size()));
  state.SetBytesProcessed(static_cast<std::int64_t>(rounds * bytes));
}

void parse(benchmark::State& state, const Messages& messages) {
  const Parser godwit = bench::godwit_parser();
  bench::Readings readings;
  note_allocations(state, messages, [&](std::size_t i) { godwit.parse(messages[i], readings); });
  for (auto _ : state) {
    for (const std::string& message : messages) {
      if (!godwit.parse(message, readings)) state.SkipWithError("a message is refused");
    }
  }
  benchmark::DoNotOptimize(readings);
  note_rates(state, messages);
}

void write(benchmark::State& state, const Messages& messages) {
  const Parser godwit = bench::godwit_parser();
  std::vector<void*> kept;
  for (const std::string& message : messages) kept.push_back(godwit.keep(message));
  note_allocations(state, messages, [&](std::size_t i) { godwit.write(kept[i], nullptr); });
  for (auto _ : state) {
    for (void* const message : kept) benchmark::DoNotOptimize(godwit.write(message, nullptr));
  }
  for (void* const message : kept) godwit.release(message);
  note_rates(state, messages);
}

void add(const std::string& name, const Messages& messages) {
  benchmark::RegisterBenchmark(("parse/" + name).c_str(), parse, messages);
  benchmark::RegisterBenchmark(("write/" + name).c_str(), write, messages);
}

/// One message as it stands in tests/data/messages, with its SDP when it has any, and without.
void add_original(const std::string& name) {
  std::ifstream in(BENCH_ORIGINALS "/" + name + ".sip", std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(in), {});
  add(name, {text});
  const auto body = bench::without_body(text);
  if (body != text) add(name + "_without_sdp", {body});
}

void add_mix(const std::string& name, const char* path) {
  const auto file = bench::MessageFile::load(path);
  if (file) add(name, file->messages());
}

}  // namespace

int main(int argc, char** argv) {
  for (const char* const name : {"invite", "ok200", "ack", "bye", "register"}) add_original(name);
  add_mix("mix", BENCH_WITH_SDP);
  add_mix("mix_without_sdp", BENCH_WITHOUT_SDP);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
