// SPDX-License-Identifier: Apache-2.0
#include "io/socket_setup.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include "io/system_error.h"

namespace godwit::io {
namespace {

// RFC 2474 §3: the code point is the upper six bits, the other two are for congestion (ECN).
constexpr int kUpperSixBits = 2;

std::error_code bind_to_interface(int fd, const std::string& name) {
  const auto size = static_cast<socklen_t>(name.size());
  const int done = ::setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name.data(), size);
  return done == 0 ? std::error_code{} : last_error();
}

// A network that does not want the mark is no reason not to send.
void mark_packets(int fd, std::uint8_t dscp) {
  int family = AF_UNSPEC;
  socklen_t size = sizeof family;
  if (::getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &size) != 0) return;
  const int value = dscp << kUpperSixBits;
  if (family == AF_INET6) {
    static_cast<void>(::setsockopt(fd, IPPROTO_IPV6, IPV6_TCLASS, &value, sizeof value));
  } else {
    static_cast<void>(::setsockopt(fd, IPPROTO_IP, IP_TOS, &value, sizeof value));
  }
}

}  // namespace

Result<void> set_up(int fd, const SocketSetup& setup) {
  if (!setup.intent.interface.empty()) {
    const auto error = bind_to_interface(fd, setup.intent.interface);
    if (error) return system_failure(error, "interface " + setup.intent.interface);
  }
  if (setup.intent.dscp != 0) mark_packets(fd, setup.intent.dscp);
  if (setup.hook) setup.hook(fd, setup.use);
  return {};
}

}  // namespace godwit::io
