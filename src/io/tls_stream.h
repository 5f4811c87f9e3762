// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "io/stream_socket.h"
#include "io/tls_context.h"

namespace godwit::io {

/// One TLS connection over TCP. It is open once the handshake is done and the far end has proven to
/// be who it should be; what is written before waits for that.
///
/// Besides the ends of a `StreamSocket`: `Errc::certificate_rejected`, `Errc::tls_failed`, and
/// `Errc::timed_out` when the handshake takes too long.
class TlsStream final : public Stream {
 public:
  struct Options {
    std::shared_ptr<TlsContext> context;                  ///< its role is the stream's
    std::string server_name;                              ///< of a client: the domain to be proven
    Duration handshake_limit = std::chrono::seconds{10};  ///< connecting included
  };

  static std::unique_ptr<TlsStream> connect(Loop& loop, const StreamRoute& route, Options options,
                                            StreamHandlers handlers);
  static std::unique_ptr<TlsStream> accept(Loop& loop, AcceptedConnection connection,
                                           const SocketSetup& setup, Options options,
                                           StreamHandlers handlers);
  ~TlsStream() override;

  void write(std::string_view bytes) override;
  void finish(std::function<void()> gone) override;
  [[nodiscard]] const net::SocketAddress& local() const override;

  /// Whether an earlier session went on.
  [[nodiscard]] bool resumed() const;
  /// "TLSv1.3"
  [[nodiscard]] std::string version() const;

 private:
  struct Op;
  explicit TlsStream(std::shared_ptr<Op> op) : op_(std::move(op)) {}

  std::shared_ptr<Op> op_;
};

}  // namespace godwit::io
