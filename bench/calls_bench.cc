// SPDX-License-Identifier: Apache-2.0
// What calls cost: the table of docs/performance.md.
//   calls_bench [--calls N] [--only signalling|media|sipp|memory] [--json FILE]
//   calls_bench --sound N [--seconds S] [--srtp SUITE] [--json FILE]
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "call_roles.h"
#include "signalling_roles.h"
#include "sound_calls.h"

namespace {

using bench::CallBoard;
using bench::Child;
using bench::Media;
using Clock = std::chrono::steady_clock;
using nlohmann::json;

constexpr int kServerCore = 0;
constexpr int kClientCore = 1;
constexpr int kAtOnce = 32;
constexpr std::uint64_t kIdleCalls = 240;  // an agent takes 256 at once
// An answered INVITE is remembered for 32 s (RFC 6026 §7.1).
constexpr double kUntilIdle = 36;

struct Settings {
  std::uint64_t calls = 100'000;
  std::string only;
  std::string json_file;
  std::optional<bench::SoundOptions> sound;  // instead of all the others
};

void pass(double seconds) {
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
}

/// Calls set up and torn down per second: of the clock, and of each end's processor time.
struct Rates {
  double wall = 0, client = 0, server = 0;
  std::uint64_t failed = 0;
};

Rates measure(Media media, const Settings& settings) {
  CallBoard& board = bench::shared_call_board();
  const auto port = bench::free_port();
  const Child server([&] { bench::answer_calls({media, port, kServerCore}, board); });
  const Child client([&] {
    bench::make_calls({media, port, kClientCore, kAtOnce, settings.calls, true}, board);
  });
  while (board.answered == 0) pass(0.001);
  const auto begin = Clock::now();
  auto moved = begin;
  for (std::uint64_t before = 0; board.ended + board.failed < settings.calls;) {
    pass(0.002);
    if (board.ended != before) moved = Clock::now();
    before = board.ended;
    if (Clock::now() - moved > std::chrono::seconds{40}) break;
  }
  const std::chrono::duration<double> passed = Clock::now() - begin;
  const auto done = static_cast<double>(board.ended.load());
  const auto missing = settings.calls - std::min(settings.calls, board.ended.load());
  return {done / passed.count(), done / client.processor_seconds(),
          done / server.processor_seconds(), std::max(board.failed.load(), missing)};
}

/// Bytes of each end for one call that is up, without media.
struct Memory {
  double client = 0, server = 0;
};

Memory measure_memory() {
  const auto resident = [](std::uint64_t calls) {
    CallBoard& board = bench::shared_call_board();
    const auto port = bench::free_port();
    const Child server([&] { bench::answer_calls({Media::none, port, kServerCore}, board); });
    const Child client([&] {
      bench::make_calls({Media::none, port, kClientCore, 1, calls, false}, board);
    });
    for (int waited = 0; board.answered < calls; ++waited) {
      if (waited == 600) std::exit(1);
      pass(0.1);
    }
    pass(kUntilIdle);
    if (board.failed != 0 || board.up != calls) {
      std::fprintf(stderr, "not all calls stay up: %llu of %llu\n",
                   static_cast<unsigned long long>(board.up.load()),
                   static_cast<unsigned long long>(calls));
      std::exit(1);
    }
    return Memory{client.resident_bytes(), server.resident_bytes()};
  };
  const Memory few = resident(1);
  const Memory many = resident(1 + kIdleCalls);
  return {(many.client - few.client) / kIdleCalls, (many.server - few.server) / kIdleCalls};
}

[[noreturn]] void become_sipp(const char* scenario, int core, const std::string& target,
                              const std::string& port, const std::string& calls) {
  bench::stay_on_core(core);
  const int nowhere = ::open("/dev/null", O_RDWR);
  for (const int descriptor : {0, 1, 2}) ::dup2(nowhere, descriptor);
  if (target.empty()) {
    ::execlp("sipp", "sipp", "-sn", scenario, "-i", "127.0.0.1", "-p", port.c_str(), "-nostdin",
             nullptr);
  } else {
    ::execlp("sipp", "sipp", target.c_str(), "-sn", scenario, "-i", "127.0.0.1", "-d", "0", "-m",
             calls.c_str(), "-r", "1000000", "-l", "32", "-nostdin", nullptr);
  }
  std::_Exit(127);
}

/// SIPp's caller, and SIPp's answerer or ours; nothing where it is not installed.
std::optional<Rates> measure_with_sipp(bool our_answerer, const Settings& settings) {
  CallBoard& board = bench::shared_call_board();
  const auto port = bench::free_port();
  const auto calls = std::min<std::uint64_t>(settings.calls, 20'000);
  const Child server([&] {
    if (!our_answerer) become_sipp("uas", kServerCore, {}, std::to_string(port), {});
    bench::answer_calls({Media::none, port, kServerCore}, board);
  });
  for (int waited = 0; our_answerer && !board.ready && waited < 1'000; ++waited) pass(0.01);
  pass(0.5);
  const auto begin = Clock::now();
  const double before = server.processor_seconds();
  const pid_t sipp = ::fork();
  if (sipp == 0) {
    become_sipp("uac", kClientCore, "127.0.0.1:" + std::to_string(port), {}, std::to_string(calls));
  }
  int status = 0;
  ::waitpid(sipp, &status, 0);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return std::nullopt;
  const double spent = server.processor_seconds() - before;
  const double passed = std::chrono::duration<double>(Clock::now() - begin).count();
  return Rates{static_cast<double>(calls) / passed, 0, static_cast<double>(calls) / spent, 0};
}

json show(const char* name, const std::optional<Rates>& rates, bool& failed) {
  if (!rates) {
    std::printf("%-34s   left out: SIPp is not installed, or failed\n", name);
    return nullptr;
  }
  std::printf("%-34s %10.0f %14.0f %14.0f %8llu\n", name, rates->wall, rates->client,
              rates->server, static_cast<unsigned long long>(rates->failed));
  std::fflush(stdout);
  failed |= rates->failed != 0;
  return {{"per_second", rates->wall},
          {"per_client_core_second", rates->client},
          {"per_server_core_second", rates->server},
          {"failed", rates->failed}};
}

json show_memory() {
  const Memory memory = measure_memory();
  std::printf("\n%-34s %10s %14.0f %14.0f\n", "bytes per idle call, no media", "", memory.client,
              memory.server);
  return {{"client_bytes", memory.client}, {"server_bytes", memory.server}};
}

json measure_all(const Settings& settings, bool& failed) {
  json all;
  const auto wanted = [&](std::string_view what) {
    return settings.only.empty() || settings.only == what;
  };
  if (settings.only != "memory") {
    std::printf("%-34s %10s %14s %14s %8s\n", "calls set up and torn down", "per second",
                "client core-s", "server core-s", "failed");
  }
  if (wanted("signalling")) {
    all["calls"]["signalling"] =
        show("signalling and SDP, no media", measure(Media::none, settings), failed);
  }
  if (wanted("media")) {
    all["calls"]["media"] = show("with media sockets and streams", measure(Media::sockets, settings),
                                 failed);
  }
  if (wanted("sipp")) {
    all["calls"]["sipp_godwit"] =
        show("SIPp calls godwit, no media", measure_with_sipp(true, settings), failed);
    all["calls"]["sipp_sipp"] = show("SIPp calls SIPp", measure_with_sipp(false, settings), failed);
  }
  if (wanted("memory")) all["memory"] = show_memory();
  return all;
}

bool read_sound(std::string_view name, const char* value, bench::SoundOptions& sound) {
  if (name == "--srtp") {
    sound.srtp = value;
    return true;
  }
  const auto number = static_cast<unsigned>(std::strtoul(value, nullptr, 10));
  (name == "--sound" ? sound.calls : sound.seconds) = number;
  return number > 0 && number <= bench::kMostSoundCalls;
}

std::optional<Settings> read_settings(int count, char** arguments) {
  Settings settings;
  for (int i = 1; i < count; i += 2) {
    if (i + 1 == count) return std::nullopt;
    const std::string_view name = arguments[i];
    if (name == "--sound" || name == "--seconds" || name == "--srtp") {
      if (!settings.sound) settings.sound.emplace();
      if (!read_sound(name, arguments[i + 1], *settings.sound)) return std::nullopt;
    } else if (name == "--calls") {
      settings.calls = std::strtoull(arguments[i + 1], nullptr, 10);
    } else if (name == "--only") {
      settings.only = arguments[i + 1];
    } else if (name == "--json") {
      settings.json_file = arguments[i + 1];
    } else {
      return std::nullopt;
    }
  }
  if (settings.calls < 100) return std::nullopt;
  return settings;
}

}  // namespace

int main(int count, char** arguments) {
  const auto settings = read_settings(count, arguments);
  if (!settings) {
    std::fputs(
        "usage: calls_bench [--calls N] [--only signalling|media|sipp|memory] [--json FILE]\n"
        "       calls_bench --sound N [--seconds S] [--srtp SUITE] [--json FILE]\n",
        stderr);
    return 2;
  }
  bool failed = false;
  const json all = settings->sound ? bench::measure_sound(*settings->sound, failed)
                                   : measure_all(*settings, failed);
  if (!settings->json_file.empty()) std::ofstream(settings->json_file) << all.dump(2) << '\n';
  return failed ? 1 : 0;
}
