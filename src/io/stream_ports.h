// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string_view>

#include "base/limits.h"
#include "godwit/log.h"
#include "io/loop.h"
#include "io/socket_setup.h"
#include "io/stream_listener.h"
#include "io/tls_streams.h"
#include "sip/transport/io_action.h"

namespace godwit::io {

/// The streams and listeners of a core machine. What comes of them goes to `deliver`, from the
/// loop: FlowOpened, FlowFailed, StreamAccepted, StreamReceived.
class StreamPorts {
 public:
  using Deliver = std::function<void(sip::IoInput)>;

  struct Options {
    MessageTap tap{};  ///< sees each write and each read in clear
    SocketHook on_socket{};
    std::size_t most_accepted = limits::kAcceptedStreams;  ///< at a time; a further one is closed
  };

  StreamPorts(Loop& loop, Options options, Deliver deliver);
  ~StreamPorts();
  StreamPorts(const StreamPorts&) = delete;
  StreamPorts& operator=(const StreamPorts&) = delete;

  /// @return why it cannot even be tried.
  [[nodiscard]] Result<void> open(const sip::OpenStream& action);
  /// @return where it listens.
  [[nodiscard]] Result<net::SocketAddress> listen(const sip::OpenListener& action);
  /// @return false: it is no stream, or no more.
  [[nodiscard]] bool send(const sip::SendMessage& action);
  /// Nothing happens when it is no stream or listener.
  void close(net::FlowId flow);
  /// No TLS session is resumed that was begun before: on another network it would tell an observer
  /// that this is still us.
  void forget_sessions() { tls_.forget_sessions(); }

 private:
  struct Entry {
    std::unique_ptr<Stream> stream;
    net::SocketAddress local;
    net::SocketAddress remote;
    bool is_known = true;  ///< to the core: false while an accepted one shakes hands
  };
  struct ListenerEntry {
    StreamListener listener;
    sip::OpenListener asked;
  };

  [[nodiscard]] StreamHandlers handlers_of(net::FlowId flow);
  [[nodiscard]] Result<std::unique_ptr<Stream>> connect(const sip::OpenStream& action);
  void on_connection(net::FlowId listener, AcceptedConnection connection);
  void accept_tls(const sip::OpenListener& asked, net::FlowId flow, AcceptedConnection connection);
  void on_open(net::FlowId flow);
  void on_bytes(net::FlowId flow, std::string_view bytes);
  void on_end(net::FlowId flow, Error error);
  [[nodiscard]] std::size_t accepted() const;
  [[nodiscard]] SocketSetup setup_of(SocketUse use, const net::SocketIntent& intent) const;
  void show(const Entry& entry, bool sent, std::string_view bytes) const;

  Loop& loop_;
  Options options_;
  Deliver deliver_;
  TlsStreams tls_;
  std::map<net::FlowId, Entry> streams_;
  std::map<net::FlowId, std::unique_ptr<Stream>> finishing_;
  std::map<net::FlowId, ListenerEntry> listeners_;
  std::uint64_t last_accepted_ = sip::kAcceptedFlows;
};

}  // namespace godwit::io
