// SPDX-License-Identifier: Apache-2.0
#include "sound_calls.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <thread>

#include "kernel_drops.h"
#include "signalling_roles.h"

namespace bench {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using nlohmann::json;

constexpr int kAnswererCore = 0;
constexpr int kCallerCore = 1;
constexpr double kUntilSettled = 2;    // after the last call was answered
constexpr double kUntilAllHasCome = 1;

void pass(double seconds) {
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
}

/// @return false: it did not come about in a minute
template <class F>
bool wait_for(F what) {
  for (const auto end = Clock::now() + 60s; !what();) {
    if (Clock::now() > end) return false;
    pass(0.02);
  }
  return true;
}

/// One way of all calls.
struct Direction {
  std::uint64_t sent = 0, heard = 0, missing = 0, late = 0;
  unsigned calls_with_losses = 0;
  std::uint64_t fewest = ~std::uint64_t{0}, most = 0;  // that a call has sent

  void add(const SoundCount& from, const SoundCount& to) {
    sent += from.sent;
    heard += to.received;
    missing += to.lost;
    late += to.discarded;
    if (from.sent != to.received) ++calls_with_losses;
    fewest = std::min(fewest, from.sent);
    most = std::max(most, from.sent);
  }
};

json show(const char* name, const Direction& way, double processor_s, double seconds) {
  const auto n = [](std::uint64_t value) { return static_cast<unsigned long long>(value); };
  const double share = 100 * processor_s / seconds;
  std::printf(
      "%-10s %llu sent, %llu heard, %llu missing by number, %llu too late to be played; %u calls with "
      "losses; %llu to %llu sent by a call; its sender takes %.1f %% of a core\n",
      name, n(way.sent), n(way.heard), n(way.missing), n(way.late), way.calls_with_losses,
      n(way.fewest), n(way.most), share);
  return {{"sent", way.sent}, {"heard", way.heard}, {"missing", way.missing},
          {"late", way.late}, {"calls_with_losses", way.calls_with_losses}, {"core_percent", share}};
}

}  // namespace

json measure_sound(SoundOptions options, bool& failed) {
  SoundBoard& board = shared_sound_board();
  options.port = free_port();
  const std::uint64_t dropped_before = kernel_drops();
  std::printf("%u calls with sound, %s, %u s\n", options.calls,
              options.srtp.empty() ? "plain" : options.srtp.c_str(), options.seconds);
  std::fflush(stdout);
  SoundOptions answerer = options;
  answerer.core = kAnswererCore;
  SoundOptions caller = options;
  caller.core = kCallerCore;
  const Child server([&] { answer_with_sound(answerer, board); });
  const Child client([&] { call_with_sound(caller, board); });
  const bool all_up = wait_for([&] { return board.answered + board.failed >= options.calls; });
  pass(kUntilSettled);
  const double server_before = server.processor_seconds();
  const double client_before = client.processor_seconds();
  const auto begin = Clock::now();
  pass(options.seconds);
  const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  const double server_s = server.processor_seconds() - server_before;
  const double client_s = client.processor_seconds() - client_before;
  board.phase = SoundBoard::Phase::hush;
  const bool all_silent = wait_for([&] { return board.silent + board.failed >= options.calls; });
  pass(kUntilAllHasCome);
  board.phase = SoundBoard::Phase::count;
  const bool all_counted = wait_for([&] { return board.counted == 2; });
  Direction there, back;
  for (unsigned i = 0; i < options.calls; ++i) {
    there.add(board.counts[0][i], board.counts[1][i]);
    back.add(board.counts[1][i], board.counts[0][i]);
  }
  json all{{"calls", options.calls},
           {"failed", board.failed.load()},
           {"there", show("there", there, client_s, seconds)},
           {"back", show("back", back, server_s, seconds)}};
  const std::uint64_t dropped = kernel_drops() - dropped_before;
  all["kernel_drops"] = dropped;
  const double due = 50.0 * options.calls * (seconds + kUntilSettled);
  std::printf("%-10s %u calls failed; the system threw away %llu datagrams; at least %.0f were due each way\n",
              "both", board.failed.load(), static_cast<unsigned long long>(dropped), due);
  std::fflush(stdout);
  failed |= !all_up || !all_silent || !all_counted || board.failed != 0 ||
            there.calls_with_losses + back.calls_with_losses != 0;
  return all;
}

}  // namespace bench
