// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "net/flow.h"
#include "support/fake_tcp.h"

namespace godwit::test {

class FakeHost;
class FakeNetwork;

/// Whom to connect to, and for TLS who is expected there.
struct FakeConnect {
  net::Transport transport = net::Transport::tcp;
  net::SocketAddress local;  ///< unspecified address, port 0: the system chooses
  net::SocketAddress remote;
  std::string server_name;
  bool verify = true;
};

/// Where connections are taken, and for TLS what the certificate names.
struct FakeListen {
  net::Transport transport = net::Transport::tcp;
  net::SocketAddress local;
  std::vector<std::string> names;
  bool mute = false;  ///< takes connections and never answers the TLS handshake
};

/// The TCP and TLS streams of one fake host.
///
/// "TLS" is a handshake in clear: the client says whom it expects, the server which names it has,
/// the client that it is content. So it takes the round trip that TLS 1.3 takes, and fails as it
/// does: `Errc::certificate_rejected` for other names, `Errc::tls_failed` for what speaks no TLS or
/// has not finished within 10 s.
class FakeStreams {
 public:
  using StreamId = FakeTcp::StreamId;
  using ListenerId = FakeTcp::ListenerId;

  FakeStreams(FakeNetwork& network, FakeHost& host) : network_(network), host_(host) {}
  FakeStreams(const FakeStreams&) = delete;
  FakeStreams& operator=(const FakeStreams&) = delete;

  /// An error at once when no way leads there; what comes later is told.
  [[nodiscard]] Result<StreamId> connect(const FakeConnect& wish, StreamHandlers handlers);
  /// `accept` hears of a connection when it can carry a message.
  [[nodiscard]] Result<ListenerId> listen(const FakeListen& wish, FakeTcp::Accept accept);
  void set_mute(ListenerId listener, bool mute) { listeners_.at(listener).mute = mute; }
  void set_names(ListenerId listener, std::vector<std::string> names) {
    listeners_.at(listener).names = std::move(names);
  }
  void close_listener(ListenerId listener);

  void send(StreamId stream, std::string bytes);
  void close(StreamId stream);
  void abort(StreamId stream);

  static constexpr Duration kHandshakeLimit = std::chrono::seconds{10};

 private:
  struct Handshake {
    std::optional<ListenerId> listener;  // of a server
    FakeTcp::Accept accept;
    StreamHandlers handlers;  // the program's
    std::string server_name;  // of a client
    bool verify = true;
    std::string buffer;
    bool greeted = false;  // of a server: the client's first word has come
    bool done = false;
  };
  void on_bytes(StreamId stream, std::string bytes);
  void on_ended(StreamId stream, const Error& error);
  void take_line(StreamId stream, const std::string& line);
  void take_server_line(StreamId stream, const std::string& line);
  void take_client_line(StreamId stream, const std::string& line);
  void fail_handshake(StreamId stream, Errc code, const std::string& detail);

  FakeNetwork& network_;
  FakeHost& host_;
  std::map<ListenerId, FakeListen> listeners_;
  std::map<StreamId, Handshake> tls_;
};

}  // namespace godwit::test
