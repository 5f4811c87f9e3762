// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "godwit/options.h"
#include "io/stream_socket.h"

namespace godwit::io {

class TlsContexts;

/// Makes the TLS streams of one agent. In a build without TLS there are none: every call answers
/// `Errc::unsupported`.
class TlsStreams {
 public:
  explicit TlsStreams(Loop& loop);
  ~TlsStreams();
  TlsStreams(const TlsStreams&) = delete;
  TlsStreams& operator=(const TlsStreams&) = delete;

  /// Whom to be or to believe.
  struct Identity {
    const TlsOptions& options;
    std::string server_name;  ///< of a client: the domain to be proven
  };

  /// @return why the certificates of the options cannot be used.
  [[nodiscard]] Result<std::unique_ptr<Stream>> connect(const StreamRoute& route,
                                                        const Identity& identity,
                                                        StreamHandlers handlers);
  /// @return as `connect`.
  [[nodiscard]] Result<std::unique_ptr<Stream>> accept(AcceptedConnection connection,
                                                       const SocketSetup& setup,
                                                       const TlsOptions& options,
                                                       StreamHandlers handlers);
  /// @return why nobody could be accepted with these options.
  [[nodiscard]] Result<void> check_listener(const TlsOptions& options);
  /// No session is resumed that was begun before, and certificates are read anew.
  void forget_sessions();

 private:
  [[maybe_unused]] Loop& loop_;  // in a build without TLS
  std::unique_ptr<TlsContexts> contexts_;
};

}  // namespace godwit::io
