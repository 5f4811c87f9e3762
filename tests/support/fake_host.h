// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "godwit/error.h"
#include "godwit/time.h"
#include "net/network_snapshot.h"
#include "net/socket_address.h"
#include "support/fake_packet.h"
#include "support/fake_streams.h"
#include "support/fake_tcp.h"

namespace godwit::test {

class FakeNetwork;

/// What an access link does to packets, in each direction.
struct LinkOptions {
  Duration delay{};
  Duration jitter{};       ///< up to this much more; packets overtake each other
  double loss = 0;         ///< 0 to 1
  double duplication = 0;  ///< 0 to 1
  /// The public address of a NAT on this link. Packets come back in only from where some went.
  std::optional<net::IpAddress> nat;
};

/// A machine with interfaces, addresses, routes, UDP sockets and streams; behaves as Linux does
/// where it matters: a socket bound to an address that is gone cannot send, packets to an address
/// nobody has are lost.
///
/// Routing is by source address, as with one table for each uplink: a packet leaves by the
/// interface that holds its source.
class FakeHost {
 public:
  using SocketId = std::uint64_t;
  using Receive = std::function<void(const FakePacket&)>;
  /// The network says that it cannot bring what was sent to `remote` there (ICMP unreachable).
  using Refused = std::function<void(const net::SocketAddress& remote)>;

  FakeHost(FakeNetwork& network, std::string name)
      : network_(network), name_(std::move(name)), tcp_(network, *this), streams_(network, *this) {}
  FakeHost(const FakeHost&) = delete;
  FakeHost& operator=(const FakeHost&) = delete;

  // Each of these is one change, told to the listener.
  void add_interface(std::string_view name, LinkOptions link);
  void set_up(std::string_view interface, bool up);
  void add_address(std::string_view interface, std::string_view address);
  void remove_address(std::string_view address);
  void mark(std::string_view address, bool tentative, bool deprecated);
  void add_default_route(std::string_view interface, net::Family family, std::uint32_t metric);
  void remove_default_route(std::string_view interface, net::Family family);
  /// A route to one destination only, as a VPN brings.
  void add_route(std::string_view destination, std::string_view interface);
  void remove_routes(std::string_view interface);
  /// The system has got other name servers.
  void ask_name_servers(const std::vector<std::string>& servers);
  /// Up, addresses, and a default route for each one's family.
  void attach(std::string_view interface, const std::vector<std::string>& addresses,
              std::uint32_t metric = 100);
  /// Down, without addresses or routes.
  void detach(std::string_view interface);

  void set_link(std::string_view interface, LinkOptions link);
  /// The NAT on the interface's link starts anew: what comes in finds no way, what goes out gets
  /// another port.
  void forget_mappings(std::string_view interface);

  /// What NATs on our links have ever made of a UDP socket.
  [[nodiscard]] std::vector<net::SocketAddress> outsides_of(const net::SocketAddress& inside) const;

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] net::NetworkSnapshot snapshot(
      const std::vector<net::IpAddress>& destinations) const;
  [[nodiscard]] std::optional<net::RouteChoice> route_to(const net::IpAddress& destination) const;
  [[nodiscard]] bool has_address(const net::IpAddress& address) const;
  void on_change(std::function<void()> listener) { listener_ = std::move(listener); }

  /// Port 0: any. An unspecified address: every one of that family.
  [[nodiscard]] Result<SocketId> bind(const net::SocketAddress& local, Receive receive,
                                      Refused refused = {});
  [[nodiscard]] net::SocketAddress local_of(SocketId socket) const;
  void close(SocketId socket) { sockets_.erase(socket); }
  /// `from` is the source on a socket bound to every address.
  [[nodiscard]] Result<void> send(SocketId socket, const net::IpAddress& from,
                                  const net::SocketAddress& to, std::string bytes);
  [[nodiscard]] std::size_t open_sockets() const { return sockets_.size(); }
  [[nodiscard]] std::string shown_sockets() const;  ///< what they are bound to

  [[nodiscard]] FakeTcp& tcp() { return tcp_; }
  [[nodiscard]] FakeStreams& streams() { return streams_; }
  /// Whether a packet can leave: the host has the source, and a route leads on from there.
  [[nodiscard]] Result<void> check_way(const net::IpAddress& source,
                                       const net::IpAddress& destination) const;
  /// A packet leaves as it is.
  [[nodiscard]] Result<void> emit(FakePacket packet);

 private:
  friend class FakeNetwork;
  struct Socket {
    net::SocketAddress local;
    Receive receive;
    Refused refused;
  };
  struct NatMapping {
    net::SocketAddress inside;
    net::Transport transport = net::Transport::udp;
    std::vector<net::SocketAddress> heard_by;  // who may answer
  };
  struct Port {  // an interface's outer side
    LinkOptions link;
    std::map<std::uint16_t, NatMapping> mappings;
  };
  struct HostRoute {
    net::IpAddress destination;
    std::uint32_t interface = 0;
  };

  net::Interface& interface(std::string_view name);
  [[nodiscard]] std::optional<net::IpAddress> preferred_source(std::uint32_t index,
                                                               net::Family family) const;
  [[nodiscard]] bool has_route_out(std::uint32_t index, const net::IpAddress& destination) const;
  [[nodiscard]] const net::Interface* holder_of(const net::IpAddress& address) const;
  [[nodiscard]] const Socket* socket_at(const net::SocketAddress& local) const;
  [[nodiscard]] bool port_taken(const net::SocketAddress& local) const;
  void changed();

  // For the network.
  [[nodiscard]] net::SocketAddress translate_out(Port& port, const FakePacket& packet);
  [[nodiscard]] std::optional<net::SocketAddress> translate_in(const FakePacket& packet);
  void deliver(const FakePacket& packet);
  /// A packet of ours, as it left, came to nowhere.
  void refuse(const FakePacket& packet);
  [[nodiscard]] Port* port_for(const net::IpAddress& outer_address);

  FakeNetwork& network_;
  std::string name_;
  std::vector<net::Interface> interfaces_;
  std::map<std::uint32_t, Port> ports_;
  std::vector<net::DefaultRoute> default_routes_;
  std::vector<HostRoute> host_routes_;
  std::vector<net::NameServer> name_servers_;
  std::map<SocketId, Socket> sockets_;
  SocketId last_socket_ = 0;
  std::uint16_t next_nat_port_ = 20'000;
  std::vector<std::pair<net::SocketAddress, net::SocketAddress>> outsides_;  // inside, outside
  bool batching_ = false;
  std::function<void()> listener_;
  FakeTcp tcp_;
  FakeStreams streams_;
};

}  // namespace godwit::test
