// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sip/message/message.h"
#include "sip/transport/stream_framer.h"
#include "support/fake_network.h"

namespace godwit::test {

/// One answer of a script.
struct ScriptedAnswer {
  int status = 200;
  Duration after{};  ///< from when the request came
  std::optional<std::chrono::seconds> retry_after{};
  std::string contact{};  ///< of a 3xx: "<sip:other.test>;expires=60"
  std::string realm = "example.test";  ///< of a 401
};
/// What one request is answered, in this order; empty: silence.
using Script = std::vector<ScriptedAnswer>;

/// A SIP server that does as it is told: listens where it is told, answers each method by a script,
/// asks for credentials, falls silent. It keeps every request that it got.
///
/// Told nothing, it answers INVITE with 200 and SDP, CANCEL with 200 and the INVITE with 487,
/// everything else but ACK with 200. A request that came before (same branch) gets again what it
/// got, and counts once. It sends answers back the way the request came and has no timers.
class ScriptServer {
 public:
  struct Got {
    TimePoint at{};
    net::Flow flow;  ///< as the server sees it
    sip::Message message;
    bool again = false;  ///< a retransmission
  };

  ScriptServer(FakeNetwork& network, FakeHost& host, std::string name)
      : network_(network), host_(host), name_(std::move(name)) {}
  ScriptServer(const ScriptServer&) = delete;
  ScriptServer& operator=(const ScriptServer&) = delete;

  /// `names`: what a TLS certificate names.
  void listen(net::Transport transport, const net::SocketAddress& local,
              std::vector<std::string> names = {});
  /// Takes TLS connections and never finishes the handshake.
  void mute_tls();
  /// From now on. "*" is every method that has no script of its own.
  void on(const std::string& method, Script script);
  /// The next request of the method, before what `on` says; several queue up.
  void once(const std::string& method, Script script);
  /// REGISTER and INVITE are answered with 401 until the password is proven for a nonce of ours.
  void ask_for_credentials(std::string username, std::string password);
  void answer_pings(bool answers) { answers_pings_ = answers; }
  /// Closes every connection (RFC 3261 §18: what is owed an answer has lost its way).
  void close_connections();

  [[nodiscard]] const std::vector<Got>& all() const { return got_; }
  /// Requests of a method, without retransmissions; "" means any.
  [[nodiscard]] std::vector<Got> got(std::string_view method = {}) const;
  [[nodiscard]] std::size_t count(std::string_view method = {}) const { return got(method).size(); }
  /// Connections that were opened, TLS handshake and all, and those that still are.
  [[nodiscard]] std::size_t accepted() const { return accepted_; }
  [[nodiscard]] std::size_t connected() const { return streams_.size(); }
  [[nodiscard]] std::size_t pings() const { return pings_; }
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  struct Connection {
    net::Flow flow;
    sip::StreamFramer framer{sip::StreamFramer::Opened::by_peer};
  };
  struct Transaction {
    sip::Message request;
    net::Flow flow;
    FakeHost::SocketId socket = 0;     // for datagrams
    FakeStreams::StreamId stream = 0;  // for streams
    std::vector<std::string> sent;
    bool final = false;
  };
  using Key = std::pair<std::string, std::string>;  // branch, method

  StreamHandlers accept(FakeStreams::StreamId id, const net::Flow& flow);
  void on_stream(FakeStreams::StreamId id, const std::string& bytes);
  void on_message(Transaction come, std::string bytes);
  void on_cancel(const Transaction& cancel);
  [[nodiscard]] Script script_for(const sip::Message& request);
  [[nodiscard]] bool is_authorised(const sip::Message& request) const;
  void answer(const Key& key, const ScriptedAnswer& wanted);
  [[nodiscard]] sip::Message response_to(const Transaction& transaction,
                                         const ScriptedAnswer& wanted);
  void send(const Transaction& transaction, const std::string& bytes);

  FakeNetwork& network_;
  FakeHost& host_;
  std::string name_;
  std::vector<FakeStreams::ListenerId> tls_listeners_;
  std::map<FakeStreams::StreamId, Connection> streams_;
  std::map<Key, Transaction> transactions_;
  std::map<std::string, Script> scripts_;
  std::map<std::string, std::vector<Script>> next_scripts_;
  std::optional<std::pair<std::string, std::string>> credentials_;
  std::vector<Got> got_;
  std::size_t accepted_ = 0;
  std::size_t pings_ = 0;
  int challenges_ = 0;
  bool answers_pings_ = true;
};

}  // namespace godwit::test
