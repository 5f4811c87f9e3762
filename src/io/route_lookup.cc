// SPDX-License-Identifier: Apache-2.0
#include "io/route_lookup.h"

#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <cstring>

#include "io/file_descriptor.h"
#include "io/sockaddr.h"
#include "net/rtnetlink.h"

namespace godwit::io {
namespace {

// RTM_GETROUTE with the destination and, for a link-local one, the interface.
struct RouteRequest {
  nlmsghdr header{};
  rtmsg route{};
  std::byte attributes[RTA_SPACE(16) + RTA_SPACE(4)]{};

  void add(std::uint16_t type, std::span<const std::uint8_t> value) {
    rtattr attribute{};
    attribute.rta_type = type;
    attribute.rta_len = static_cast<std::uint16_t>(RTA_LENGTH(value.size()));
    auto* const at = reinterpret_cast<std::byte*>(this) + header.nlmsg_len;
    std::memcpy(at, &attribute, sizeof attribute);
    std::memcpy(at + RTA_LENGTH(0), value.data(), value.size());
    header.nlmsg_len += static_cast<std::uint32_t>(RTA_SPACE(value.size()));
  }
};

RouteRequest request_for(const net::IpAddress& destination, std::uint32_t sequence) {
  RouteRequest request;
  request.header.nlmsg_len = NLMSG_LENGTH(sizeof(rtmsg));
  request.header.nlmsg_type = RTM_GETROUTE;
  request.header.nlmsg_flags = NLM_F_REQUEST;
  request.header.nlmsg_seq = sequence;
  request.route.rtm_family = static_cast<std::uint8_t>(system_family(destination.family()));
  request.route.rtm_dst_len = destination.is_v4() ? 32 : 128;
  request.add(RTA_DST, destination.bytes());
  if (const std::uint32_t scope = destination.scope(); scope != 0) {
    std::uint8_t bytes[sizeof scope];
    std::memcpy(bytes, &scope, sizeof scope);
    request.add(RTA_OIF, bytes);
  }
  return request;
}

std::uint32_t sequence_of(std::span<const std::byte> datagram) {
  nlmsghdr header{};
  if (datagram.size() >= sizeof header) std::memcpy(&header, datagram.data(), sizeof header);
  return header.nlmsg_seq;
}

FileDescriptor udp_socket(net::Family family) {
  return FileDescriptor(::socket(system_family(family), SOCK_DGRAM | SOCK_CLOEXEC, 0));
}

// The source a connected socket would have: connecting a UDP socket sends nothing.
std::optional<net::IpAddress> source_by_connecting(const net::IpAddress& destination) {
  const FileDescriptor fd = udp_socket(destination.family());
  const SystemAddress to = to_system({destination, 9});
  if (!fd || ::connect(fd.get(), to.get(), to.size) != 0) return std::nullopt;
  const auto local = local_address(fd.get());
  return local ? std::optional(local->address) : std::nullopt;
}

// A tentative address cannot be bound to (RFC 4862 §5.4).
bool can_be_used(const net::IpAddress& source) {
  const FileDescriptor fd = udp_socket(source.family());
  const SystemAddress at = to_system({source, 0});
  return fd && ::bind(fd.get(), at.get(), at.size) == 0;
}

// While no better address is ready the kernel answers a link-local one, or even loopback's: nobody
// beyond the link, or the host, could answer to that.
bool reaches_back(const net::IpAddress& source, const net::IpAddress& destination) {
  if (source.is_loopback()) return destination.is_loopback();
  return !source.is_link_local() || destination.is_link_local();
}

}  // namespace

bool RouteLookup::connect() {
  if (socket_) return true;
  auto opened = NetlinkSocket::open();
  if (!opened) return false;
  socket_.emplace(std::move(*opened));
  return true;
}

std::optional<net::RouteChoice> RouteLookup::find(const net::IpAddress& destination) {
  if (destination.is_unspecified() || !connect()) return std::nullopt;
  auto choice = ask(destination);
  if (!choice) return std::nullopt;
  if (!reaches_back(choice->source, destination)) return std::nullopt;
  if (!choice->source.is_v4() && !can_be_used(choice->source)) return std::nullopt;
  return choice;
}

std::optional<net::RouteChoice> RouteLookup::ask(const net::IpAddress& destination) {
  const RouteRequest request = request_for(destination, ++sequence_);
  if (!socket_->send(std::as_bytes(std::span{&request, 1}).first(request.header.nlmsg_len))) {
    return std::nullopt;
  }
  // An answer that an earlier question gave up on may still be there.
  do {
    if (socket_->receive(NetlinkSocket::Wait::yes) != NetlinkSocket::Outcome::datagram) {
      socket_.reset();
      return std::nullopt;
    }
  } while (sequence_of(socket_->last()) != sequence_);
  const auto route = net::parse_route_answer(socket_->last());
  if (!route) return std::nullopt;
  auto source = route->source ? route->source : source_by_connecting(destination);
  if (!source || source->is_unspecified()) return std::nullopt;
  if (!source->is_v4() && source->is_link_local()) {
    std::array<std::uint8_t, 16> bytes{};
    std::memcpy(bytes.data(), source->bytes().data(), bytes.size());
    source = net::IpAddress::v6(bytes, route->interface);
  }
  return net::RouteChoice{*source, route->interface};
}

}  // namespace godwit::io
