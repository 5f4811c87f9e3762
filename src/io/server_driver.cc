// SPDX-License-Identifier: Apache-2.0
#include "io/server_driver.h"

#include <utility>
#include <vector>

#include "base/limits.h"
#include "io/built_transports.h"
#include "io/core_ports.h"
#include "io/loop.h"
#include "io/system_random.h"
#include "io/timer.h"

namespace godwit::io {
namespace {

constexpr std::chrono::seconds kWriteAgain{1};  // after a file has refused

constexpr int kMaxRounds = 1000;  // a server that never comes to rest must not stop the loop

/// The options, with the transports off that are not built in.
server::ServerOptions limited(server::ServerOptions options) {
  options.udp = options.udp && kUdpBuilt;
  options.tcp = options.tcp && kTcpBuilt;
  options.tls = options.tls && kTlsBuilt;
  return options;
}

CorePortsOptions port_options(ServerDriverOptions surroundings) {
  CorePortsOptions options;
  options.resolver.hosts_file = std::move(surroundings.hosts_file);
  options.resolver.servers = std::move(surroundings.dns_servers);
  options.tap = std::move(surroundings.tap);
  options.most_accepted = limits::kServerStreams;
  return options;
}

}  // namespace

struct ServerDriver::State {
  State(server::ServerOptions options, ServerDriverOptions surroundings)
      : log(options.log),
        store(std::move(surroundings.bindings)),
        server(limited(std::move(options)), random, loop.now()),
        ports(loop, port_options(std::move(surroundings)),
              [this](const sip::IoInput& input) { on_input(input); }),
        timer(loop, [this] { on_timeout(); }) {}

  Loop loop;
  SystemRandom random;
  LogSink log;
  std::unique_ptr<BindingStore> store;
  std::optional<TimePoint> refused_at;  // the store has not taken the changes that there are
  std::size_t restored = 0;
  server::Server server;
  CorePorts ports;
  Timer timer;

  [[nodiscard]] server::Moment moment() const {
    return {loop.now(), std::chrono::floor<std::chrono::seconds>(loop.wall())};
  }

  void restore() {
    if (!store) return;
    restored = server.restore(store->take_stored(), moment());
    keep_bindings();
  }

  /// Before anybody hears of them: who is told that he is bound stays so.
  void keep_bindings() {
    if (!server.has_changed_bindings()) return;
    if (!store) return server.forget_changed_bindings();
    if (refused_at && loop.now() - *refused_at < kWriteAgain) return;
    const auto written = store->write(server.changed_bindings(moment()));
    if (written) {
      server.forget_changed_bindings();
      if (refused_at) tell(LogLevel::info, "bindings are kept again");
      refused_at.reset();
      return;
    }
    if (!refused_at) tell(LogLevel::error, "bindings are not kept: " + written.error().detail);
    refused_at = loop.now();
  }

  void tell(LogLevel level, std::string message) const {
    if (log) log({level, "server", {}, std::move(message)});
  }

  void on_input(const sip::IoInput& input) {
    server.on_input(input, loop.now());
    settle();
  }

  void on_timeout() {
    server.on_timeout(loop.now());
    settle();
  }

  void settle() {
    for (int round = 0; round < kMaxRounds && settle_once(); ++round) {
    }
    timer.arm(server.next_deadline());
  }

  // @return whether anything happened that may cause more.
  bool settle_once() {
    keep_bindings();
    const auto actions = server.take_actions();
    for (const sip::IoAction& action : actions) ports.execute(action);
    const auto answers = ports.take_answers();
    for (const sip::IoInput& answer : answers) server.on_input(answer, loop.now());
    return !actions.empty() || !answers.empty();
  }
};

Result<std::unique_ptr<ServerDriver>> ServerDriver::start(server::ServerOptions options,
                                                          ServerDriverOptions surroundings) {
  auto state = std::make_shared<State>(std::move(options), std::move(surroundings));
  state->server.start(state->loop.now());
  state->settle();
  if (const auto& failed = state->server.failed()) return tl::unexpected<Error>(*failed);
  state->restore();
  return std::unique_ptr<ServerDriver>(new ServerDriver(std::move(state)));
}

ServerDriver::~ServerDriver() {
  state_->loop.stop();
}

const server::Server& ServerDriver::server() const {
  return state_->server;
}
TimePoint ServerDriver::now() const {
  return state_->loop.now();
}
std::size_t ServerDriver::restored() const {
  return state_->restored;
}
void ServerDriver::post(std::function<void()> f) {
  state_->loop.post(std::move(f));
}

void ServerDriver::run() {
  const auto state = state_;
  state->loop.run();
}

bool ServerDriver::poll(Duration wait) {
  const auto state = state_;
  return state->loop.poll(wait);
}

void ServerDriver::stop() {
  state_->loop.stop();
}

}  // namespace godwit::io
