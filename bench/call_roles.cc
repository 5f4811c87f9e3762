// SPDX-License-Identifier: Apache-2.0
#include "call_roles.h"

#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <functional>
#include <memory>
#include <new>
#include <string>
#include <variant>

#include "bare_agent.h"
#include "godwit/user_agent.h"
#include "signalling_roles.h"

namespace bench {
namespace {

using namespace std::chrono_literals;
using namespace godwit;

/// What is measured is signalling, beside peers that offer no more.
CallOptions g711() {
  CallOptions options;
  options.codecs = {"PCMU", "PCMA"};
  return options;
}

/// The same commands for an agent with media and one without.
class Agent {
 public:
  using Handler = std::function<void(const Event&)>;
  Agent(Media media, const UserAgentOptions& options) {
    if (media == Media::none) {
      bare_ = std::make_unique<BareAgent>(options);
    } else {
      whole_ = std::make_unique<UserAgent>(options);
    }
  }
  void on_event(Handler handler) {
    if (bare_) return bare_->on_event(std::move(handler));
    whole_->on_event([handler](const Event& event, const EventTime&) { handler(event); });
  }
  void add_account(const AccountOptions& options) {
    if (bare_) {
      account_ = bare_->command([&](ua::Engine& engine, TimePoint now) {
        return engine.add_account(options, now);
      }).value();
    } else {
      account_ = whole_->add_account(options).value().id();
    }
  }
  void ask(const std::string& target) {
    const bool asked = bare_ ? bare_->command([&](ua::Engine& engine, TimePoint now) {
                                      return engine.query_options(target, now);
                                    }).has_value()
                             : whole_->query_options(target).has_value();
    if (!asked) std::exit(1);
  }
  void dial(const std::string& target) {
    const bool dialled = bare_ ? bare_->command([&](ua::Engine& engine, TimePoint now) {
                                        return engine.dial(account_, target, g711(), now);
                                      }).has_value()
                               : whole_->account(account_).dial(target, g711()).has_value();
    if (!dialled) std::exit(1);
  }
  void answer(CallId call) {
    if (bare_) {
      static_cast<void>(bare_->command(
          [&](ua::Engine& engine, TimePoint now) { return engine.answer(call, g711(), now); }));
    } else {
      static_cast<void>(whole_->call(call).answer(g711()));
    }
  }
  void hang_up(CallId call) {
    if (bare_) {
      static_cast<void>(bare_->command(
          [&](ua::Engine& engine, TimePoint now) { return engine.hang_up(call, now); }));
    } else {
      static_cast<void>(whole_->call(call).hang_up());
    }
  }
  void poll(Duration wait) {
    if (bare_) {
      bare_->poll(wait);
    } else {
      whole_->poll(wait);
    }
  }

 private:
  std::unique_ptr<BareAgent> bare_;
  std::unique_ptr<UserAgent> whole_;
  AccountId account_;
};

UserAgentOptions quiet() {
  UserAgentOptions options;
  options.network.automatic = false;
  return options;
}

// A UDP socket is opened by the first request that leaves.
void open_socket(Agent& agent, std::uint16_t port) {
  bool answered = false;
  agent.on_event([&](const Event& event) {
    answered |= std::holds_alternative<OptionsAnswered>(event);
  });
  agent.ask("sip:127.0.0.1:" + std::to_string(port) + ";transport=udp");
  while (!answered) agent.poll(100ms);
}

// Idle memory goes back to the system, so that what is counted is what is held.
[[noreturn]] void serve(Agent& agent) {
  for (auto next = std::chrono::steady_clock::now();;) {
    agent.poll(200ms);
    if (std::chrono::steady_clock::now() < next) continue;
    ::malloc_trim(0);
    next = std::chrono::steady_clock::now() + 5s;
  }
}

}  // namespace

CallBoard& shared_call_board() {
  void* const memory = ::mmap(nullptr, sizeof(CallBoard), PROT_READ | PROT_WRITE,
                              MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) std::exit(1);
  return *new (memory) CallBoard;
}

void answer_calls(const AnswererOptions& wanted, CallBoard& board) {
  stay_on_core(wanted.core);
  auto options = quiet();
  options.sip_port = wanted.port;
  Agent agent(wanted.media, options);
  agent.add_account({.address_of_record = "sip:service@127.0.0.1"});
  open_socket(agent, wanted.port);
  agent.on_event([&](const Event& event) {
    if (const auto* incoming = std::get_if<IncomingCall>(&event)) {
      ++board.up;
      agent.answer(incoming->call);
    }
    if (const auto* ended = std::get_if<CallEnded>(&event)) {
      --board.up;
      ++(ended->who == Who::peer ? board.ended : board.failed);
    }
  });
  board.ready = true;
  serve(agent);
}

void make_calls(const DialerOptions& wanted, CallBoard& board) {
  stay_on_core(wanted.core);
  while (!board.ready) ::usleep(1'000);
  Agent agent(wanted.media, quiet());
  const auto server = "127.0.0.1:" + std::to_string(wanted.port);
  agent.add_account({.address_of_record = "sip:caller@127.0.0.1",
                     .registrar = "sip:" + server + ";transport=udp"});
  std::uint64_t dialled = 0;
  const auto next = [&] {
    if (wanted.calls != 0 && dialled >= wanted.calls) return;
    ++dialled;
    agent.dial("sip:service@" + server);
  };
  agent.on_event([&](const Event& event) {
    if (const auto* answered = std::get_if<CallAnswered>(&event)) {
      ++board.answered;
      if (!wanted.hang_up) return next();
      agent.hang_up(answered->call);
    }
    if (const auto* ended = std::get_if<CallEnded>(&event)) {
      if (ended->who != Who::local) ++board.failed;
      next();
    }
  });
  for (int i = 0; i < wanted.at_once; ++i) next();
  serve(agent);
}

}  // namespace bench
