// SPDX-License-Identifier: Apache-2.0
// Stands for tls_streams.cc and what is below it in a build without TLS.
#include "io/tls_streams.h"

namespace godwit::io {

class TlsContexts {};

namespace {

tl::unexpected<Error> not_built() {
  return fail(Errc::unsupported, "TLS is not built in");
}

}  // namespace

TlsStreams::TlsStreams(Loop& loop) : loop_(loop) {}

TlsStreams::~TlsStreams() = default;

Result<std::unique_ptr<Stream>> TlsStreams::connect(const StreamRoute&, const Identity&,
                                                    StreamHandlers) {
  return not_built();
}

Result<std::unique_ptr<Stream>> TlsStreams::accept(AcceptedConnection, const SocketSetup&,
                                                   const TlsOptions&, StreamHandlers) {
  return not_built();
}

Result<void> TlsStreams::check_listener(const TlsOptions&) {
  return not_built();
}

void TlsStreams::forget_sessions() {}

}  // namespace godwit::io
