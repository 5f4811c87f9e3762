// SPDX-License-Identifier: Apache-2.0
// Preloaded, it takes IPv6 away from a program as a kernel without it would: sockets of that family
// cannot be made.
#include <dlfcn.h>
#include <sys/socket.h>

#include <cerrno>

extern "C" __attribute__((visibility("default"))) int socket(int domain, int type, int protocol) {
  if (domain == AF_INET6) {
    errno = EAFNOSUPPORT;
    return -1;
  }
  using Socket = int (*)(int, int, int);
  static const auto real = reinterpret_cast<Socket>(dlsym(RTLD_NEXT, "socket"));
  return real(domain, type, protocol);
}
