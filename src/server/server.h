// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "godwit/error.h"
#include "server/authenticator.h"
#include "server/flow_token.h"
#include "server/gruu.h"
#include "server/location_table.h"
#include "server/path_finder.h"
#include "server/proxy.h"
#include "server/register_gate.h"
#include "server/registration_notifier.h"
#include "server/registrar.h"
#include "server/response_path.h"
#include "server/server_counters.h"
#include "server/server_identity.h"
#include "server/server_options.h"
#include "server/server_sockets.h"
#include "server/stored_binding.h"
#include "server/stream_pool.h"
#include "sip/transaction/transaction_table.h"

namespace godwit::server {

/// Registrar and record-routing proxy of one domain, over UDP, TCP and TLS in both address families
/// at once. Pure: what it wants from sockets, resolver and kernel it asks by actions.
class Server {
 public:
  Server(ServerOptions options, Random& random, TimePoint now);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Opens one wildcard socket per transport and address family. One may fail: then the other
  /// family is served.
  void start(TimePoint now);
  void on_input(const sip::IoInput& input, TimePoint now);
  void on_timeout(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;
  [[nodiscard]] std::vector<sip::IoAction> take_actions();

  /// No socket of a transport is left: why the first one failed.
  [[nodiscard]] const std::optional<Error>& failed() const { return sockets_.failed(); }
  [[nodiscard]] bool serves(net::Family family) const { return sockets_.serves(family); }
  [[nodiscard]] bool serves(net::Transport transport, net::Family family) const {
    return sockets_.serves(transport, family);
  }
  /// Where a user ("alice") can be reached now, the latest registered first.
  [[nodiscard]] std::vector<Binding> bindings(const std::string& user, TimePoint now) const;

  /// Takes over what an earlier process has stored, of users that there still are; after
  /// `start()`. @return how many bindings are live.
  std::size_t restore(const std::vector<StoredBindings>& stored, const Moment& moment);
  /// Whose bindings have to be stored anew, each user with all that are left.
  [[nodiscard]] std::vector<StoredBindings> changed_bindings(const Moment& moment) const;
  [[nodiscard]] bool has_changed_bindings() const { return !locations_.changed().empty(); }
  /// They have been stored.
  void forget_changed_bindings() { locations_.forget_changed(); }

  /// Datagrams and pieces of streams that were no SIP message, or one with a fault.
  [[nodiscard]] std::uint64_t malformed() const { return counters_.malformed; }
  [[nodiscard]] const ServerCounters& counters() const { return counters_; }
  /// The open TCP and TLS connections.
  [[nodiscard]] std::vector<net::Flow> flows() const { return streams_.flows(); }
  /// Requests being forwarded.
  [[nodiscard]] std::size_t forwarding() const { return proxy_.size(); }
  /// TCP and TLS connections, open or being opened.
  [[nodiscard]] std::size_t connections() const { return streams_.size(); }
  /// Who is told what becomes of bindings.
  [[nodiscard]] std::size_t registration_watchers() const { return notifier_.size(); }

 private:
  void on_datagram(const sip::DatagramReceived& datagram, TimePoint now);
  void on_flow_opened(const sip::FlowOpened& opened, TimePoint now);
  void on_accepted(const sip::StreamAccepted& accepted, TimePoint now);
  void on_stream_bytes(const sip::StreamReceived& received, TimePoint now);
  void on_stream_output(sip::StreamTable::Output& output, TimePoint now);
  void on_broken(const sip::StreamTable::Broken& broken, TimePoint now);
  void close_stream(net::FlowId stream, const std::string& why, TimePoint now);
  void lose_stream(net::FlowId stream, const Error& error, TimePoint now);
  void close_idle(TimePoint now);
  void on_flow_failed(const sip::FlowFailed& failed, TimePoint now);
  void settle(TimePoint now);
  void collect(std::vector<sip::IoAction> actions);
  void take_output(sip::TransactionOutput output, TimePoint now);
  void on_malformed(const sip::MalformedReceived& malformed, TimePoint now);
  void on_request(sip::RequestReceived received, TimePoint now);
  void on_register(const sip::RequestReceived& received, TimePoint now);
  void refuse_register(const sip::RequestReceived& received, RegisterGate::Verdict verdict,
                       TimePoint now);
  [[nodiscard]] bool restore(const std::string& user, const StoredBinding& stored,
                             const Moment& moment);
  void answer_options(const sip::RequestReceived& received, TimePoint now);
  void log(LogLevel level, std::string message) const;

  ServerOptions options_;
  Random& random_;
  ServerSockets sockets_;
  StreamPool streams_;
  ServerIdentity identity_;
  Authenticator authenticator_;
  FlowTokens tokens_;
  Gruus gruus_;
  LocationTable locations_;
  sip::TransactionTable transactions_;
  PathFinder paths_;
  Registrar registrar_;
  RegistrationNotifier notifier_;
  Proxy proxy_;
  ResponsePath response_path_;
  RegisterGate register_gate_;
  ServerCounters counters_;
  std::vector<sip::IoAction> actions_;
};

}  // namespace godwit::server
