// SPDX-License-Identifier: Apache-2.0
#include "server/server_options.h"

namespace godwit::server {
namespace {

bool has_certificate(const TlsOptions& options) {
  return !options.certificate_file.empty() && !options.private_key_file.empty();
}

}  // namespace

std::uint16_t port_of(const ServerOptions& options, net::Transport transport) {
  switch (transport) {
    case net::Transport::udp:
      return options.udp ? options.port : std::uint16_t{0};
    case net::Transport::tcp:
      return options.tcp ? options.port : std::uint16_t{0};
    case net::Transport::tls:
      break;
  }
  if (!options.tls || !has_certificate(options.tls_options)) return 0;
  return options.tls_port != 0 ? options.tls_port : static_cast<std::uint16_t>(options.port + 1);
}

}  // namespace godwit::server
