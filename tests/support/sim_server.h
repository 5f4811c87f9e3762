// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "server/server.h"
#include "sip/transport/stream_framer.h"
#include "support/fake_network.h"
#include "support/sim_shell.h"

namespace godwit::test {

/// What becomes of one message that has come to the server.
struct Fate {
  enum class Kind {
    passes,
    lost,
    late,         ///< seen only after a while
    twice,        ///< seen once more after a while
    refused,      ///< a request: answered at once, and not seen by the server itself
    stale_nonce,  ///< a request: seen with a nonce that nobody knows
  };
  Kind kind = Kind::passes;
  Duration after{};  ///< late, twice
  int status = 0;    ///< refused
  std::chrono::seconds retry_after{};  ///< refused; 0: it is not said
};

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
  /// What happens to messages that come in from now on; empty: all pass.
  using Judge = std::function<Fate(const sip::Message&)>;
  void judge_by(Judge judge) { judge_ = std::move(judge); }
  [[nodiscard]] std::size_t registration_watchers() const { return server_.registration_watchers(); }
  [[nodiscard]] bool at_rest() const { return !server_.next_deadline(); }
  [[nodiscard]] const std::vector<std::string>& faults() const { return faults_; }
  [[nodiscard]] const std::string& log() const { return log_; }
  /// For runs in which too much would be logged.
  void forget_log() { log_.clear(); }

 private:
  void settle();
  void input(sip::IoInput input);
  void hand_in(sip::IoInput input);
  void judge(const sip::StreamReceived& received);
  [[nodiscard]] sip::StreamFramer& framer_of(net::FlowId flow);
  template <class Received>
  void judge_message(Received received, const net::SocketAddress& local,
                     const net::SocketAddress& remote);
  void arm();
  void note(const std::string& line);

  VirtualTime& time_;
  SeededRandom random_;
  std::string log_;
  SimShell shell_;
  server::Server server_;
  Judge judge_;
  std::map<net::FlowId, sip::StreamFramer> framers_;
  std::deque<sip::IoInput> inputs_;
  std::vector<std::string> faults_;
  std::optional<TimePoint> armed_;
  bool settling_ = false;
};

}  // namespace godwit::test
