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
      : server(limited(std::move(options)), random, loop.now()),
        ports(loop, port_options(std::move(surroundings)),
              [this](const sip::IoInput& input) { on_input(input); }),
        timer(loop, [this] { on_timeout(); }) {}

  Loop loop;
  SystemRandom random;
  server::Server server;
  CorePorts ports;
  Timer timer;

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
