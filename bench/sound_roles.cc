// SPDX-License-Identifier: Apache-2.0
#include "sound_roles.h"

#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iterator>
#include <map>
#include <new>
#include <variant>

#include "godwit/user_agent.h"
#include "signalling_roles.h"

namespace bench {
namespace {

using namespace std::chrono_literals;
using namespace godwit;

constexpr unsigned kAtOnce = 16;  // calls that are being set up, or put on hold
constexpr Duration kSlice = 10ms;

/// An agent, and what is common to both ends.
class End {
 public:
  End(const SoundOptions& options, SoundBoard& board, std::size_t side, const std::string& user,
      std::uint16_t own_port)
      : options_(options), board_(board), side_(side), agent_(agent_options(options, own_port)) {
    AccountOptions account;
    account.address_of_record = "sip:" + user + "@127.0.0.1";
    account.registrar = "sip:127.0.0.1:" + std::to_string(options.port) + ";transport=udp";
    if (!options.srtp.empty()) {
      account.media_security = MediaSecurity::required;
      account.srtp_suites = {options.srtp};
    }
    account_ = agent_.add_account(account).value();
  }

  [[nodiscard]] UserAgent& agent() { return agent_; }
  [[nodiscard]] Account& account() { return account_; }
  void know(unsigned number, CallId call) { calls_[number] = call; }
  void forget(CallId call) {
    std::erase_if(calls_, [call](const auto& entry) { return entry.second == call; });
  }
  [[nodiscard]] const std::map<unsigned, CallId>& calls() const { return calls_; }

  static CallOptions sound() {
    CallOptions options;
    options.play.kind = PlaySource::Kind::tone;
    options.codecs = {"PCMU"};
    return options;
  }
  void count_if_asked() {
    if (counted_ || board_.phase != SoundBoard::Phase::count) return;
    counted_ = true;
    for (const auto& [number, id] : calls_) {
      const Call call = agent_.call(id);
      const auto info = call.info();
      const auto quality = call.quality();
      if (!info || !quality) continue;
      board_.counts[side_][number] = {info->packets_sent, info->packets_received,
                                      info->packets_lost, quality->discarded};
    }
    ++board_.counted;
  }

 private:
  static UserAgentOptions agent_options(const SoundOptions& options, std::uint16_t own_port) {
    UserAgentOptions wanted;
    wanted.network.automatic = false;
    wanted.sip_port = own_port;
    wanted.call_limit = options.calls;
    return wanted;
  }

  SoundOptions options_;
  SoundBoard& board_;
  std::size_t side_;
  UserAgent agent_;
  Account account_;
  std::map<unsigned, CallId> calls_;
  bool counted_ = false;
};

// Each call has two sockets.
void allow_descriptors(unsigned calls) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 2 * calls + 128);
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

// A UDP socket is opened by the first request that leaves.
void open_socket(UserAgent& agent, std::uint16_t port) {
  bool answered = false;
  agent.on_event([&](const Event& event, const EventTime&) {
    answered |= std::holds_alternative<OptionsAnswered>(event);
  });
  if (!agent.query_options("sip:127.0.0.1:" + std::to_string(port) + ";transport=udp")) {
    std::exit(1);
  }
  while (!answered) agent.poll(100ms);
}

}  // namespace

SoundBoard& shared_sound_board() {
  void* const memory = ::mmap(nullptr, sizeof(SoundBoard), PROT_READ | PROT_WRITE,
                              MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) std::exit(1);
  return *new (memory) SoundBoard;
}

void answer_with_sound(const SoundOptions& options, SoundBoard& board) {
  stay_on_core(options.core);
  allow_descriptors(options.calls);
  End end(options, board, 1, "service", options.port);
  open_socket(end.agent(), options.port);
  end.agent().on_event([&](const Event& event, const EventTime&) {
    if (const auto* incoming = std::get_if<IncomingCall>(&event)) {
      end.know(static_cast<unsigned>(std::strtoul(incoming->subject.c_str(), nullptr, 10)),
               incoming->call);
      if (!end.agent().call(incoming->call).answer(End::sound())) ++board.failed;
    }
    if (const auto* ended = std::get_if<CallEnded>(&event)) {
      end.forget(ended->call);
      ++board.failed;
    }
  });
  board.ready = true;
  for (;;) {
    end.agent().poll(kSlice);
    end.count_if_asked();
  }
}

void call_with_sound(const SoundOptions& options, SoundBoard& board) {
  stay_on_core(options.core);
  allow_descriptors(options.calls);
  while (!board.ready) ::usleep(1'000);
  End end(options, board, 0, "caller", 0);
  const auto server = "sip:service@127.0.0.1:" + std::to_string(options.port);
  unsigned dialled = 0;
  unsigned holding = 0;
  const auto dial_next = [&] {
    if (dialled == options.calls) return;
    CallOptions call = End::sound();
    call.headers = {{"Subject", std::to_string(dialled)}};
    const auto made = end.account().dial(server, call);
    if (!made) std::exit(1);
    end.know(dialled++, made->id());
  };
  const auto hold_next = [&] {
    if (holding >= end.calls().size()) return;
    const auto next = std::next(end.calls().begin(), holding++);
    static_cast<void>(end.agent().call(next->second).hold());
  };
  end.agent().on_event([&](const Event& event, const EventTime&) {
    if (std::holds_alternative<CallAnswered>(event)) {
      ++board.answered;
      dial_next();
    }
    if (const auto* held = std::get_if<CallHoldChanged>(&event); held != nullptr && held->by_us) {
      ++board.silent;
      hold_next();
    }
    if (const auto* ended = std::get_if<CallEnded>(&event)) {
      end.forget(ended->call);
      ++board.failed;
    }
  });
  for (unsigned i = 0; i < kAtOnce; ++i) dial_next();
  for (bool hushed = false;;) {
    end.agent().poll(kSlice);
    if (!hushed && board.phase == SoundBoard::Phase::hush) {
      hushed = true;
      for (unsigned i = 0; i < kAtOnce; ++i) hold_next();
    }
    end.count_if_asked();
  }
}

}  // namespace bench
