// SPDX-License-Identifier: Apache-2.0
// Calls without end between two whole user agents, and what they hold meanwhile: `./test --soak`.
//   soak [--minutes M] [--json FILE]
// Most calls end at once; every hundredth is spoken in for a second, beside the others. After a quarter
// of the time, when every table has filled, nothing may grow any more.
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "io/audio_file.h"
#include "io/user_agent_driver.h"
#include "signalling_roles.h"

namespace {

using namespace std::chrono_literals;
using namespace godwit;
using Clock = std::chrono::steady_clock;
using nlohmann::json;

constexpr int kAtOnce = 8;
constexpr std::uint64_t kSpoken = 100;  // one call in so many
constexpr int kSamples = 40;
// Resident memory is counted in pages that the heap gives back when it likes.
constexpr double kSlack = 1.02;

/// What is held at one moment.
struct Sample {
  double minutes = 0;
  std::uint64_t calls = 0;
  double resident_kb = 0;
  std::size_t handles = 0;
  ua::Engine::Sizes caller, callee;
};

double resident_kb() {
  std::ifstream file("/proc/self/statm");
  double all = 0;
  double resident = 0;
  file >> all >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE)) / 1024;
}

std::size_t open_handles() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

class Soak {
 public:
  explicit Soak(std::uint16_t port)
      : server_("127.0.0.1:" + std::to_string(port)),
        callee_(options(port), std::make_unique<io::FileAudioFactory>()),
        caller_(options(0), std::make_unique<io::FileAudioFactory>()) {
    add_accounts();
    open_socket();
    callee_.on_event([this](const Event& event, const EventTime&) { on_callee(event); });
    caller_.on_event([this](const Event& event, const EventTime&) { on_caller(event); });
    for (int i = 0; i < kAtOnce; ++i) dial();
  }

  void run_until(Clock::time_point end) {
    while (Clock::now() < end) {
      caller_.poll(0ms);
      callee_.poll(0ms);
      hang_up_spoken();
    }
  }
  [[nodiscard]] Sample look(double minutes) const {
    return {minutes, ended_, resident_kb(), open_handles(), caller_.engine().sizes(),
            callee_.engine().sizes()};
  }
  [[nodiscard]] std::uint64_t failed() const { return failed_; }

 private:
  static UserAgentOptions options(std::uint16_t port) {
    UserAgentOptions options;
    options.network.automatic = false;
    options.sip_port = port;
    return options;
  }
  void add_accounts() {
    callee_.command([](ua::Engine& engine, TimePoint now) {
      return engine.add_account({.address_of_record = "sip:service@127.0.0.1"}, now);
    }).value();
    account_ = caller_.command([this](ua::Engine& engine, TimePoint now) {
      return engine.add_account({.address_of_record = "sip:caller@127.0.0.1",
                                 .registrar = "sip:" + server_ + ";transport=udp"},
                                now);
    }).value();
  }
  // A UDP socket is opened by the first request that leaves.
  void open_socket() {
    bool answered = false;
    callee_.on_event([&](const Event& event, const EventTime&) {
      answered |= std::holds_alternative<OptionsAnswered>(event);
    });
    callee_.command([this](ua::Engine& engine, TimePoint now) {
      return engine.query_options("sip:" + server_ + ";transport=udp", now);
    }).value();
    while (!answered) callee_.poll(10ms);
  }
  void dial() {
    caller_.command([this](ua::Engine& engine, TimePoint now) {
      return engine.dial(account_, "sip:service@" + server_, {}, now);
    }).value();
  }
  void hang_up(CallId call) {
    static_cast<void>(caller_.command(
        [&](ua::Engine& engine, TimePoint now) { return engine.hang_up(call, now); }));
  }
  void hang_up_spoken() {
    while (!spoken_.empty() && Clock::now() >= spoken_.front().first) {
      const CallId call = spoken_.front().second;
      spoken_.erase(spoken_.begin());
      hang_up(call);
    }
  }
  void on_callee(const Event& event) {
    const auto* incoming = std::get_if<IncomingCall>(&event);
    if (incoming == nullptr) return;
    static_cast<void>(callee_.command([&](ua::Engine& engine, TimePoint now) {
      return engine.answer(incoming->call, {}, now);
    }));
  }
  void on_caller(const Event& event) {
    if (const auto* answered = std::get_if<CallAnswered>(&event)) {
      if (++answered_ % kSpoken != 0) return hang_up(answered->call);
      spoken_.emplace_back(Clock::now() + 1s, answered->call);
      succeeded_.insert(answered->call);
      dial();
    }
    if (const auto* ended = std::get_if<CallEnded>(&event)) {
      ++(ended->who == Who::local ? ended_ : failed_);
      if (succeeded_.erase(ended->call) == 0) dial();
    }
  }

  const std::string server_;
  io::UserAgentDriver callee_;
  io::UserAgentDriver caller_;
  AccountId account_;
  std::uint64_t answered_ = 0, ended_ = 0, failed_ = 0;
  std::vector<std::pair<Clock::time_point, CallId>> spoken_;
  std::set<CallId> succeeded_;  // still spoken in; the call after it has been dialled
};

void print(const Sample& s) {
  std::printf("%8.2f %10llu %12.0f %8zu   %6zu %7zu %7zu   %6zu %7zu %7zu\n", s.minutes,
              static_cast<unsigned long long>(s.calls), s.resident_kb, s.handles, s.caller.flows,
              s.caller.transactions, s.caller.owners, s.callee.flows, s.callee.transactions,
              s.callee.owners);
  std::fflush(stdout);
}

json to_json(const Sample& s) {
  return {{"minutes", s.minutes},
          {"calls", s.calls},
          {"resident_kb", s.resident_kb},
          {"handles", s.handles},
          {"caller", {{"transactions", s.caller.transactions}, {"owners", s.caller.owners}}},
          {"callee", {{"transactions", s.callee.transactions}, {"owners", s.callee.owners}}}};
}

/// The most that was held in some of the samples.
template <class Value>
double most(const std::vector<Sample>& samples, std::size_t first, std::size_t last, Value value) {
  double found = 0;
  for (std::size_t i = first; i < last; ++i) found = std::max(found, value(samples[i]));
  return found;
}

/// @return what grew from the second quarter to the last one; empty when nothing did.
std::string growth(const std::vector<Sample>& all) {
  std::string grown;
  const auto compare = [&](const char* what, double slack, auto value) {
    const double before = most(all, all.size() / 4, all.size() / 2, value);
    const double after = most(all, all.size() * 3 / 4, all.size(), value);
    if (after > before * slack) {
      grown += std::string(what) + " from " + std::to_string(before) + " to " +
               std::to_string(after) + '\n';
    }
  };
  compare("resident memory (kB)", kSlack, [](const Sample& s) { return s.resident_kb; });
  // Calls come and go between two looks.
  compare("handles", 1.5, [](const Sample& s) { return static_cast<double>(s.handles); });
  compare("transactions", 1.1, [](const Sample& s) {
    return static_cast<double>(s.caller.transactions + s.callee.transactions);
  });
  compare("flows", 1, [](const Sample& s) {
    return static_cast<double>(s.caller.flows + s.callee.flows);
  });
  return grown;
}

}  // namespace

int main(int count, char** arguments) {
  double minutes = 10;
  std::string json_file;
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string_view name = arguments[i];
    if (name == "--minutes") minutes = std::atof(arguments[i + 1]);
    if (name == "--json") json_file = arguments[i + 1];
  }
  if (minutes <= 0) {
    std::fputs("usage: soak [--minutes M] [--json FILE]\n", stderr);
    return 2;
  }
  std::printf("%8s %10s %12s %8s   %6s %7s %7s   %6s %7s %7s\n", "minutes", "calls", "resident kB",
              "handles", "flows", "transac", "owners", "flows", "transac", "owners");
  Soak soak(bench::free_port());
  const auto begin = Clock::now();
  std::vector<Sample> samples;
  for (int i = 1; i <= kSamples; ++i) {
    const double at = minutes * i / kSamples;
    soak.run_until(begin + std::chrono::duration_cast<Clock::duration>(
                               std::chrono::duration<double>(at * 60)));
    ::malloc_trim(0);
    samples.push_back(soak.look(at));
    print(samples.back());
  }
  const auto grown = growth(samples);
  std::printf("%llu calls, %llu failed; growth after the first quarter: %s\n",
              static_cast<unsigned long long>(samples.back().calls),
              static_cast<unsigned long long>(soak.failed()),
              grown.empty() ? "none" : ("\n" + grown).c_str());
  if (!json_file.empty()) {
    json all = {{"failed", soak.failed()}, {"grown", grown}, {"samples", json::array()}};
    for (const auto& sample : samples) all["samples"].push_back(to_json(sample));
    std::ofstream(json_file) << all.dump(2) << '\n';
  }
  return grown.empty() && soak.failed() == 0 ? 0 : 1;
}
