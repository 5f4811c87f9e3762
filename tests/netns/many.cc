// SPDX-License-Identifier: Apache-2.0
// Many accounts of one agent at one registrar, and what their start and a move of all of them cost:
//   netns_many REGISTRAR ACCOUNTS RATE [CA-FILE DNS-SERVER [each]]
// By one connection, where they use any; `each`: by one of its own.
// user0, user1 and so on of example.org, with the password "secret". A line for the start, and, when the
// network has changed meanwhile, one for the move; then they leave. Exit code 0: each was registered.
#include <godwit/godwit.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <map>
#include <string>
#include <vector>

namespace {

using namespace godwit;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

double processor_seconds() {
  timespec used{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

double resident_bytes() {
  std::ifstream file("/proc/self/statm");
  double all = 0;
  double resident = 0;
  file >> all >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

/// The most that fell into one second.
std::size_t busiest_second(const std::vector<Clock::time_point>& when) {
  std::size_t most = 0;
  for (std::size_t first = 0, last = 0; last < when.size(); ++last) {
    while (when[last] - when[first] >= 1s) ++first;
    most = std::max(most, last - first + 1);
  }
  return most;
}

class Many {
 public:
  enum class Streams { shared, own };

  Many(const std::string& registrar, std::size_t accounts, UserAgentOptions options, Streams streams)
      : accounts_(accounts), empty_(resident_bytes()), agent_(watched(std::move(options))) {
    agent_.on_event([this](const Event& event, const EventTime&) { on(event); });
    begin();
    for (std::size_t i = 0; i < accounts; ++i) {
      const auto user = "user" + std::to_string(i);
      AccountOptions wanted{.address_of_record = "sip:" + user + "@example.org",
                            .registrar = registrar,
                            .password = "secret"};
      if (streams == Streams::own) {
        wanted.bind = BindOptions{};
        wanted.bind->choose = [](const std::string&) { return std::string(); };
      }
      auto account = agent_.add_account(std::move(wanted));
      if (!account || !account->start_registration(3600s)) std::abort();
    }
  }

  /// @return false: not all of them came through in that time.
  bool see(const char* what, Clock::duration limit) {
    while (reached_ < accounts_ && Clock::now() - begin_ < limit) agent_.poll(20ms);
    report(what);
    return reached_ == accounts_;
  }
  bool wait_for_change() {
    begin();
    changed_ = false;
    while (!changed_ && Clock::now() - begin_ < 60s) agent_.poll(20ms);
    return changed_;
  }
  void leave() {
    begin();
    wanted_ = RegistrationState::unregistered;
    agent_.shut_down(120s);
    while (agent_.poll(20ms)) {
    }
    report("end");
  }

 private:
  UserAgentOptions watched(UserAgentOptions options) {
    options.tap = [this](const TappedMessage& message) {
      if (!message.sent || message.bytes.substr(0, 9) != "REGISTER ") return;
      const auto now = Clock::now();
      sent_.push_back(now);
      if (message.bytes.find("\r\nAuthorization:") == std::string_view::npos) open_.push_back(now);
    };
    return options;
  }
  void begin() {
    begin_ = Clock::now();
    processor_ = processor_seconds();
    reached_ = failed_ = 0;
    reasons_.clear();
    done_.assign(accounts_ + 1, false);
    sent_.clear();
    open_.clear();
  }
  void on(const Event& event) {
    if (std::holds_alternative<NetworkChangeStarted>(event) && !changed_) {
      begin();
      changed_ = true;
    }
    const auto* told = std::get_if<RegistrationChanged>(&event);
    if (told == nullptr) return;
    if (told->state == RegistrationState::failed) {
      ++failed_;
      ++reasons_[std::to_string(told->status) + ' ' + told->reason];
    }
    if (told->state != wanted_ || done_.at(told->account.value)) return;
    done_[told->account.value] = true;
    ++reached_;
    last_ = Clock::now();
  }
  void report(const char* what) const {
    const auto took = std::chrono::duration<double>((reached_ == 0 ? Clock::now() : last_) - begin_);
    std::printf("%s: %zu of %zu, the last 200 after %.2f s; failed tries %zu; REGISTERs %zu, in the busiest "
                "second %zu (%zu without credentials); processor %.2f s; resident %.0f bytes each\n",
                what, reached_, accounts_, took.count(), failed_, sent_.size(), busiest_second(sent_),
                busiest_second(open_), processor_seconds() - processor_,
                (resident_bytes() - empty_) / static_cast<double>(accounts_));
    for (const auto& [reason, count] : reasons_) std::printf("  %zu: %s\n", count, reason.c_str());
    std::fflush(stdout);
  }

  std::size_t accounts_;
  double empty_;
  Clock::time_point begin_, last_;
  double processor_ = 0;
  RegistrationState wanted_ = RegistrationState::registered;
  std::size_t reached_ = 0, failed_ = 0;
  std::map<std::string, std::size_t> reasons_;  // of failures
  bool changed_ = true;
  std::vector<bool> done_;
  std::vector<Clock::time_point> sent_, open_;  // `open_`: those without credentials
  UserAgent agent_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  const auto accounts = static_cast<std::size_t>(std::atoll(argv[2]));
  UserAgentOptions options;
  options.registration_rate = static_cast<std::uint32_t>(std::atoi(argv[3]));
  if (argc > 5) {
    options.transport.tls_options.ca_file = argv[4];
    options.dns_servers = {argv[5]};
    options.transport.families = FamilyUse::only_v4;  // the address that is replaced
  }
  const auto streams = argc > 6 ? Many::Streams::own : Many::Streams::shared;
  Many many(argv[1], accounts, std::move(options), streams);
  const bool started = many.see("start", 300s);
  const bool moved = started && many.wait_for_change() && many.see("move", 300s);
  many.leave();
  return started && moved ? 0 : 1;
}
