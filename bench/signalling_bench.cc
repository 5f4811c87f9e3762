// SPDX-License-Identifier: Apache-2.0
// What signalling costs: the table of docs/performance.md.
//   signalling_bench CERTIFICATES SCENARIO [--seconds S] [--rounds N] [--only udp|tcp|tls]
//                    [--json FILE]
// CERTIFICATES: folder made by tools/make_certificates; SCENARIO: options.xml, for SIPp.
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "dial_cost.h"
#include "signalling_roles.h"

namespace {

using bench::Board;
using bench::Child;
using bench::Way;
using Clock = std::chrono::steady_clock;
using nlohmann::json;

constexpr int kServerCore = 0;
constexpr int kClientCore = 1;
constexpr int kConnections = 1'000;
constexpr int kDials = 5'000;
constexpr int kSippCalls = 40'000;

struct Settings {
  std::string certificates;
  std::string scenario;
  double seconds = 2;
  int rounds = 5;
  std::string only;
  std::string json_file;
};

void pass(double seconds) {
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

/// OPTIONS transactions per second: of the clock, and of each end's processor time.
struct Rates {
  std::vector<double> wall, client, server;
};

Rates measure_rates(Way way, const Settings& settings) {
  Board& board = bench::shared_board();
  const auto port = bench::free_port();
  const Child server([&] {
    bench::serve({way, port, settings.certificates, kServerCore, false}, board);
  });
  const Child client([&] { bench::ask({way, port, kClientCore, 32, 0}, board); });
  pass(1);  // connections are made, tables fill
  Rates rates;
  for (int round = 0; round < settings.rounds; ++round) {
    const auto begin = Clock::now();
    const auto answered = board.answered.load();
    const double at_client = client.processor_seconds();
    const double at_server = server.processor_seconds();
    pass(settings.seconds);
    const auto count = static_cast<double>(board.answered.load() - answered);
    rates.wall.push_back(count / std::chrono::duration<double>(Clock::now() - begin).count());
    rates.client.push_back(count / (client.processor_seconds() - at_client));
    rates.server.push_back(count / (server.processor_seconds() - at_server));
  }
  if (board.failed != 0 || median(rates.wall) < 1) {
    std::fprintf(stderr, "%s: %llu transactions failed\n", bench::name_of(way),
                 static_cast<unsigned long long>(board.failed.load()));
    std::exit(1);
  }
  return rates;
}

/// Bytes of each end for one connection on which nothing happens.
struct Memory {
  double client = 0, server = 0;
};

Memory measure_memory(Way way, const Settings& settings) {
  const auto resident = [&](int connections) {
    Board& board = bench::shared_board();
    const auto port = bench::free_port();
    const Child server([&] {
      bench::serve({way, port, settings.certificates, kServerCore, true}, board);
    });
    const Child client([&] { bench::ask({way, port, kClientCore, 1, connections}, board); });
    for (int waited = 0; board.connections < static_cast<std::uint64_t>(connections); ++waited) {
      if (waited == 600) {
        std::fprintf(stderr, "%s: not all connections were made\n", bench::name_of(way));
        std::exit(1);
      }
      pass(0.1);
    }
    pass(0.7);  // both ends give back what they do not need
    if (board.failed != 0) std::exit(1);
    return Memory{client.resident_bytes(), server.resident_bytes()};
  };
  const Memory one = resident(1);
  const Memory many = resident(1 + kConnections);
  return {(many.client - one.client) / kConnections, (many.server - one.server) / kConnections};
}

[[noreturn]] void become_sipp(const Settings& settings, std::uint16_t port) {
  bench::stay_on_core(kClientCore);
  const int nowhere = ::open("/dev/null", O_RDWR);
  for (const int descriptor : {0, 1, 2}) ::dup2(nowhere, descriptor);
  const auto remote = "127.0.0.1:" + std::to_string(port);
  const auto calls = std::to_string(kSippCalls);
  ::execlp("sipp", "sipp", remote.c_str(), "-sf", settings.scenario.c_str(), "-i", "127.0.0.1",
           "-m", calls.c_str(), "-r", "1000000", "-l", "32", "-nostdin", nullptr);
  std::_Exit(127);
}

/// What SIPp sees of a server: transactions per second of the clock and of the server's processor
/// time; nothing where it is not installed.
struct SippRates {
  double wall = 0, server = 0;
};

std::optional<SippRates> measure_with_sipp(const Settings& settings) {
  Board& board = bench::shared_board();
  const auto port = bench::free_port();
  const Child server([&] { bench::serve({Way::udp, port, {}, kServerCore, false}, board); });
  while (!board.ready) pass(0.01);
  const auto begin = Clock::now();
  const double before = server.processor_seconds();
  const pid_t sipp = ::fork();
  if (sipp == 0) become_sipp(settings, port);
  int status = 0;
  ::waitpid(sipp, &status, 0);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return std::nullopt;
  const double spent = server.processor_seconds() - before;
  const double passed = std::chrono::duration<double>(Clock::now() - begin).count();
  return SippRates{kSippCalls / passed, kSippCalls / spent};
}

json show_rates(Way way, const Settings& settings) {
  const Rates rates = measure_rates(way, settings);
  std::printf("%-26s %12.0f %14.0f %14.0f\n", bench::name_of(way), median(rates.wall),
              median(rates.client), median(rates.server));
  std::fflush(stdout);
  return {{"per_second", rates.wall},
          {"per_client_core_second", rates.client},
          {"per_server_core_second", rates.server}};
}

json show_sipp(const Settings& settings) {
  const auto rates = measure_with_sipp(settings);
  if (!rates) {
    std::printf("%-26s   left out: SIPp is not installed, or failed\n", "udp, asked by SIPp");
    return nullptr;
  }
  std::printf("%-26s %12.0f %14s %14.0f\n", "udp, asked by SIPp", rates->wall, "", rates->server);
  return {{"per_second", rates->wall}, {"per_server_core_second", rates->server}};
}

json show_memory(Way way, const Settings& settings) {
  const Memory memory = measure_memory(way, settings);
  std::printf("%-26s %12s %14.0f %14.0f\n", bench::name_of(way), "", memory.client, memory.server);
  std::fflush(stdout);
  return {{"client_bytes", memory.client}, {"server_bytes", memory.server}};
}

json measure(const Settings& settings) {
  json all;
  const auto wanted = [&](std::string_view what) {
    return settings.only.empty() || settings.only == what;
  };
  if (settings.only != "memory" && settings.only != "dial") {
    std::printf("%-26s %12s %14s %14s\n", "OPTIONS transactions", "per second", "client core-s",
                "server core-s");
  }
  for (const Way way : {Way::udp, Way::tcp, Way::tls}) {
    const std::string name = bench::name_of(way);
    if (wanted(name)) all["options"][name] = show_rates(way, settings);
  }
  if (wanted("sipp")) all["options"]["sipp"] = show_sipp(settings);
  if (wanted("memory")) {
    std::printf("\n%-26s %12s %14s %14s\n", "bytes per idle connection", "", "client", "server");
    all["memory"]["tcp"] = show_memory(Way::tcp, settings);
    all["memory"]["tls"] = show_memory(Way::tls, settings);
  }
  if (wanted("dial")) {
    bench::stay_on_core(kClientCore);
    const auto cost = bench::measure_dialling(kDials);
    std::printf("\n%-26s %9.1f us median, %.1f us slowest hundredth\n", "dialling, all known",
                cost.microseconds, cost.slow);
    all["dial"] = {{"median_us", cost.microseconds}, {"p99_us", cost.slow}};
  }
  return all;
}

std::optional<Settings> read_settings(int count, char** arguments) {
  if (count < 3) return std::nullopt;
  Settings settings;
  settings.certificates = arguments[1];
  settings.scenario = arguments[2];
  for (int i = 3; i + 1 < count; i += 2) {
    const std::string_view name = arguments[i];
    const char* const value = arguments[i + 1];
    if (name == "--seconds") {
      settings.seconds = std::atof(value);
    } else if (name == "--rounds") {
      settings.rounds = std::atoi(value);
    } else if (name == "--only") {
      settings.only = value;
    } else if (name == "--json") {
      settings.json_file = value;
    } else {
      return std::nullopt;
    }
  }
  if (settings.seconds <= 0 || settings.rounds < 1) return std::nullopt;
  return settings;
}

}  // namespace

int main(int count, char** arguments) {
  const auto settings = read_settings(count, arguments);
  if (!settings) {
    std::fputs(
        "usage: signalling_bench CERTIFICATES SCENARIO [--seconds S] [--rounds N]\n"
        "                        [--only udp|tcp|tls|sipp|memory|dial] [--json FILE]\n",
        stderr);
    return 2;
  }
  const json all = measure(*settings);
  if (!settings->json_file.empty()) std::ofstream(settings->json_file) << all.dump(2) << '\n';
  return 0;
}
