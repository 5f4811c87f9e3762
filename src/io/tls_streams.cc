// SPDX-License-Identifier: Apache-2.0
#include "io/tls_streams.h"

#include <utility>

#include "io/tls_context.h"
#include "io/tls_stream.h"

namespace godwit::io {

TlsStreams::TlsStreams(Loop& loop) : loop_(loop), contexts_(std::make_unique<TlsContexts>()) {}

TlsStreams::~TlsStreams() = default;

Result<std::unique_ptr<Stream>> TlsStreams::connect(const StreamRoute& route,
                                                    const Identity& identity,
                                                    StreamHandlers handlers) {
  auto context = contexts_->get(identity.options, TlsRole::client);
  if (!context) return tl::unexpected<Error>(std::move(context.error()));
  return TlsStream::connect(loop_, route, {std::move(*context), identity.server_name},
                            std::move(handlers));
}

Result<std::unique_ptr<Stream>> TlsStreams::accept(AcceptedConnection connection,
                                                   const SocketSetup& setup,
                                                   const TlsOptions& options,
                                                   StreamHandlers handlers) {
  auto context = contexts_->get(options, TlsRole::server);
  if (!context) return tl::unexpected<Error>(std::move(context.error()));
  return TlsStream::accept(loop_, std::move(connection), setup, {std::move(*context), {}},
                           std::move(handlers));
}

Result<void> TlsStreams::check_listener(const TlsOptions& options) {
  auto context = contexts_->get(options, TlsRole::server);
  if (!context) return tl::unexpected<Error>(std::move(context.error()));
  return {};
}

void TlsStreams::forget_sessions() {
  contexts_->forget();
}

}  // namespace godwit::io
