// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "godwit/user_agent.h"
#include "io/server_driver.h"
#include "io/udp_socket.h"

namespace godwit {

/// A user agent on this machine that remembers what it was told.
class LoopbackAgent {
 public:
  explicit LoopbackAgent(UserAgentOptions options) : agent(std::move(options)) {
    agent.on_event([this](const Event& event, const EventTime&) { events.push_back(event); });
  }

  template <class E>
  [[nodiscard]] const E* last() const {
    const E* found = nullptr;
    for (const Event& event : events) {
      if (const auto* e = std::get_if<E>(&event)) found = e;
    }
    return found;
  }
  [[nodiscard]] bool is(RegistrationState state) const {
    const auto* changed = last<RegistrationChanged>();
    return changed != nullptr && changed->state == state;
  }

  std::vector<Event> events;
  UserAgent agent;
};

/// A server and user agents over real sockets of one address family, all served by the test's
/// thread.
class LoopbackWorld {
 public:
  /// `address`: "127.0.0.1" or "::1".
  explicit LoopbackWorld(const std::string& address) : address_(*net::IpAddress::parse(address)) {
    port_ = free_port();
    server::ServerOptions options;
    options.domain = "example.org";
    options.port = port_;
    options.users = {{"alice", "tea"}, {"bob", "pot"}};
    server_ = std::move(*io::ServerDriver::start(options, {hosts_file(), {}}));
  }

  [[nodiscard]] UserAgentOptions agent_options() const {
    UserAgentOptions options;
    options.hosts_file = hosts_file();
    return options;
  }
  [[nodiscard]] AccountOptions account(const std::string& user, const std::string& password) const {
    AccountOptions options;
    options.address_of_record = "sip:" + user + "@example.org";
    options.registrar = "sip:example.org:" + std::to_string(port_);
    options.password = password;
    return options;
  }
  [[nodiscard]] std::string server_uri() const {
    return "sip:example.org:" + std::to_string(port_);
  }

  /// Serves everybody until `done`; false if that takes more than ten seconds.
  bool serve_until(const std::vector<LoopbackAgent*>& agents, const std::function<bool()>& done) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!done()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      server_->poll(std::chrono::milliseconds(1));
      for (LoopbackAgent* agent : agents) agent->agent.poll();
    }
    return true;
  }

 private:
  std::uint16_t free_port() {
    io::Loop loop;
    io::UdpHandlers handlers;
    handlers.on_datagram = [](const io::Datagram&) {};
    handlers.on_unreachable = [](const net::SocketAddress&, std::error_code) {};
    return io::UdpSocket::open(loop, {address_, 0}, {}, std::move(handlers))->local().port;
  }

  [[nodiscard]] std::string hosts_file() const {
    const std::string path = ::testing::TempDir() + "/hosts-" + std::to_string(port_);
    std::ofstream(path) << net::to_string(address_) << " example.org\n";
    return path;
  }

  net::IpAddress address_;
  std::uint16_t port_ = 0;
  std::unique_ptr<io::ServerDriver> server_;
};

}  // namespace godwit
