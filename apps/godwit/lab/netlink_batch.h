// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "godwit/error.h"
#include "lab/unique_fd.h"
#include "net/ip_address.h"

struct nlmsghdr;

namespace godwit::lab {

/// A route as the lab lays it. Without a destination it is the default route.
struct RouteSpec {
  net::IpAddress destination;  ///< unspecified, of the right family, for the default
  std::uint8_t prefix_length = 0;
  net::IpAddress gateway;     ///< unspecified: on link
  int device = 0;             ///< interface index
  std::uint32_t table = 254;  ///< main
  std::uint32_t metric = 0;
  net::IpAddress source;  ///< preferred source; unspecified: the kernel chooses
};

/// rtnetlink requests that go to the kernel in one system call, so that an address, its route and
/// its rule come or go within microseconds of each other; `ip` needs a process and milliseconds for
/// each.
class NetlinkBatch {
 public:
  NetlinkBatch& set_link_up(int device);
  NetlinkBatch& set_link_down(int device);
  /// IPv6 addresses are added without duplicate address detection: usable at once.
  NetlinkBatch& add_address(int device, const net::IpAddress& address, std::uint8_t prefix_length);
  /// It stays for what uses it, and nobody is to begin anything with it (RFC 4862 §5.5.4). IPv6.
  NetlinkBatch& deprecate_address(int device, const net::IpAddress& address,
                                  std::uint8_t prefix_length);
  NetlinkBatch& remove_address(int device, const net::IpAddress& address,
                               std::uint8_t prefix_length);
  NetlinkBatch& add_route(const RouteSpec& route);
  NetlinkBatch& remove_route(const RouteSpec& route);
  /// "from ADDRESS lookup TABLE": routing by source address.
  NetlinkBatch& add_source_rule(const net::IpAddress& source, std::uint32_t table);
  NetlinkBatch& remove_source_rule(const net::IpAddress& source, std::uint32_t table);
  /// A pair of virtual Ethernet devices, the second one in the namespace open as `peer_namespace`.
  NetlinkBatch& add_veth(const std::string& name, const std::string& peer, int peer_namespace);

  [[nodiscard]] bool empty() const { return starts_.empty(); }

 private:
  friend class NetlinkSocket;
  nlmsghdr* begin(std::uint16_t type, std::uint16_t flags, const void* head, std::size_t size);
  void attribute(std::uint16_t type, const void* data, std::size_t size);
  void attribute(std::uint16_t type, std::uint32_t value) { attribute(type, &value, sizeof value); }
  void attribute(std::uint16_t type, const net::IpAddress& address);
  std::size_t open_nest(std::uint16_t type);
  void close_nest(std::size_t at);
  void link_flags(int device, bool up);
  void address(std::uint16_t type, int device, const net::IpAddress& address,
               std::uint8_t prefix_length);
  void route(std::uint16_t type, const RouteSpec& route);
  void rule(std::uint16_t type, const net::IpAddress& source, std::uint32_t table);
  void append(const void* data, std::size_t size);

  std::vector<char> bytes_;
  std::vector<std::size_t> starts_;
  std::vector<std::string> names_;  // what each request does, for its error
};

/// An rtnetlink socket of the namespace in which it was opened.
class NetlinkSocket {
 public:
  /// Opens in the calling thread's namespace.
  [[nodiscard]] static Result<NetlinkSocket> open();
  /// Sends everything in one system call; the kernel has done it all when the call returns.
  [[nodiscard]] Result<void> commit(NetlinkBatch& batch);

 private:
  explicit NetlinkSocket(UniqueFd fd) : fd_(std::move(fd)) {}
  [[nodiscard]] Result<void> read_answers(const NetlinkBatch& batch);
  UniqueFd fd_;
  std::uint32_t sequence_ = 0;
};

}  // namespace godwit::lab
