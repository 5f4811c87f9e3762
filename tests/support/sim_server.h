// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "server/server.h"
#include "support/fake_network.h"
#include "support/sim_shell.h"

namespace godwit::test {

/// The registrar and proxy on a fake host, unchanged, driven as the real driver does it.
class SimServer {
 public:
  SimServer(FakeNetwork& network, FakeHost& host, server::ServerOptions options);
  SimServer(const SimServer&) = delete;
  SimServer& operator=(const SimServer&) = delete;

  /// Where a user ("alice") is bound now: one URI for each binding.
  [[nodiscard]] std::vector<std::string> bindings(const std::string& user) const;
  /// The same with all that the registrar knows of each.
  [[nodiscard]] std::vector<server::Binding> bindings_of(const std::string& user) const {
    return server_.bindings(user, time_.now());
  }
  [[nodiscard]] std::size_t registration_watchers() const { return server_.registration_watchers(); }
  [[nodiscard]] bool at_rest() const { return !server_.next_deadline(); }
  [[nodiscard]] const std::vector<std::string>& faults() const { return faults_; }
  [[nodiscard]] const std::string& log() const { return log_; }
  /// For runs in which too much would be logged.
  void forget_log() { log_.clear(); }

 private:
  void settle();
  void input(sip::IoInput input);
  void arm();
  void note(const std::string& line);

  VirtualTime& time_;
  SeededRandom random_;
  std::string log_;
  SimShell shell_;
  server::Server server_;
  std::deque<sip::IoInput> inputs_;
  std::vector<std::string> faults_;
  std::optional<TimePoint> armed_;
  bool settling_ = false;
};

}  // namespace godwit::test
