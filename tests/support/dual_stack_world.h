// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "support/script_server.h"
#include "support/sent_message.h"
#include "support/sim_user_agent.h"
#include "support/sim_world.h"
#include "support/snapshot_builder.h"

namespace godwit::test {

/// Which family is tried first. Everything that holds for a dead IPv6 holds for a dead IPv4 where
/// that one is preferred.
struct TriedFirst {
  const char* name;
  net::Family family;
  FamilyUse use;
};
inline void PrintTo(const TriedFirst& row, std::ostream* out) {
  *out << row.name;
}
inline constexpr TriedFirst kV6First{"v6_first", net::Family::v6, FamilyUse::any};
inline constexpr TriedFirst kV4First{"v4_first", net::Family::v4, FamilyUse::prefer_v4};

/// Alice with both families, and example.test with two servers: `first` has one address, of the
/// family that is tried first, `second` one of the other.
class DualStackWorld {
 public:
  /// One attempt to open a connection.
  struct Connect {
    TimePoint at{};
    net::SocketAddress to;
  };

  explicit DualStackWorld(const TriedFirst& row, UserAgentOptions options = {},
                          std::uint64_t seed = seed_of_run())
      : random(seed),
        row_(row),
        a(add_alice()),
        first_host(add_server("first", address(row.family))),
        second_host(add_server("second", address(other(row.family)))),
        first(network, first_host, "first"),
        second(network, second_host, "second"),
        alice(network, a, with_families(std::move(options), row.use)) {
    network.set_tap([this](const FakeHost& host, const FakePacket& packet) { tap(host, packet); });
    network.set_segment_tap([this](const FakeHost& host, const FakePacket& packet) {
      if (packet.segment->kind != Segment::Kind::syn || &host != &a) return;
      connects_.push_back({time.now(), packet.destination});
    });
  }

  static net::Family other(net::Family family) {
    return family == net::Family::v4 ? net::Family::v6 : net::Family::v4;
  }
  static std::string address(net::Family family) {
    return family == net::Family::v4 ? "10.9.0.4" : "2001:db8:9::6";
  }

  VirtualTime time;
  SeededRandom random;
  FakeNetwork network{time, random};

 private:
  TriedFirst row_;

 public:
  FakeHost& a;
  FakeHost& first_host;
  FakeHost& second_host;
  ScriptServer first;
  ScriptServer second;
  SimUserAgent alice;

  /// Addresses of both servers under the domain.
  void add_addresses() {
    network.zone().add_address("example.test", first_address());
    network.zone().add_address("example.test", second_address());
  }
  /// SRV records of a service, "_sip._udp", to one name for each server.
  void add_services(const std::string& service, std::uint16_t first_priority,
                    std::uint16_t second_priority) {
    auto& zone = network.zone();
    const std::uint16_t port = service.starts_with("_sips") ? 5061 : 5060;
    zone.add_srv(service + ".example.test", first_priority, 1, port, "one.example.test");
    zone.add_srv(service + ".example.test", second_priority, 1, port, "two.example.test");
    zone.add_address("one.example.test", first_address());
    zone.add_address("two.example.test", second_address());
  }
  /// Both servers, on the default port of the transport.
  void serve(net::Transport transport) {
    serve(first, transport);
    serve(second, transport);
  }
  void serve(ScriptServer& server, net::Transport transport) {
    const std::uint16_t port = transport == net::Transport::tls ? 5061 : 5060;
    const auto at = &server == &first ? first_address() : second_address();
    server.listen(transport, {ip(at), port}, {"example.test"});
  }
  [[nodiscard]] std::string first_address() const { return address(row_.family); }
  [[nodiscard]] std::string second_address() const { return address(other(row_.family)); }
  [[nodiscard]] net::Family first_family() const { return row_.family; }

  /// Everything to or from the first server's address is swallowed.
  void make_hole() {
    network.set_swallower([at = ip(first_address())](const FakePacket& packet) {
      return packet.source.address == at || packet.destination.address == at;
    });
  }
  void heal() { network.set_swallower({}); }
  /// What goes to the first server is refused by the network.
  void refuse() {
    network.set_refuser([at = ip(first_address())](const FakePacket& packet) {
      return packet.destination.address == at;
    });
  }

  AccountId add_account(net::Transport transport, AccountOptions options = {}) {
    options.address_of_record = "sip:alice@example.test";
    options.registrar = "sip:example.test;transport=" + std::string(to_string(transport));
    options.username = "alice";
    options.password = "wonderland";
    options.media_security = MediaSecurity::off;  // the scripts of the servers answer plain sound
    account_ = alice.add_account(options);
    return account_;
  }
  /// @return how long it took to be registered; a long time if it never was.
  Duration register_account() {
    const auto start = time.now();
    alice.start_registration(account_);
    const bool done = time.run_until([this] { return registered(); }, std::chrono::seconds{40});
    return done ? time.now() - start : Duration::max();
  }
  [[nodiscard]] bool registered() const {
    const auto changed = alice.last<RegistrationChanged>();
    return changed && changed->state == RegistrationState::registered;
  }
  Result<CallId> call_bob() { return alice.dial(account_, "sip:bob@example.test"); }

  /// What Alice sent, as it was written.
  [[nodiscard]] const std::vector<OnWire>& wire() const { return wire_; }
  /// Her requests of a method; "" means any. To one address only, if given.
  [[nodiscard]] std::vector<OnWire> sent(std::string_view method,
                                         const std::string& address = {}) const {
    std::vector<OnWire> out;
    std::copy_if(wire_.begin(), wire_.end(), std::back_inserter(out), [&](const OnWire& message) {
      return message.status == 0 && (method.empty() || message.method == method) &&
             (address.empty() || message.to.address == ip(address));
    });
    return out;
  }
  /// Her attempts to connect, each SYN.
  [[nodiscard]] std::vector<Connect> connects(const std::string& address) const {
    std::vector<Connect> out;
    std::copy_if(connects_.begin(), connects_.end(), std::back_inserter(out),
                 [&](const Connect& connect) { return connect.to.address == ip(address); });
    return out;
  }
  /// Alice's faults, in one text.
  [[nodiscard]] std::string faults() const {
    std::string text;
    for (const auto& fault : alice.faults()) text += fault + '\n';
    return text;
  }

 private:
  static UserAgentOptions with_families(UserAgentOptions options, FamilyUse use) {
    options.transport.families = use;
    return options;
  }
  FakeHost& add_alice() {
    auto& host = network.add_host("alice");
    const LinkOptions link{.delay = std::chrono::milliseconds{5}};
    host.add_interface("eth0", link);
    host.add_interface("wifi0", link);
    host.attach("eth0", {"10.1.0.2", "2001:db8:1::2"});
    return host;
  }
  FakeHost& add_server(std::string_view name, const std::string& at) {
    auto& host = network.add_host(name);
    host.add_interface("eth0", {.delay = std::chrono::microseconds{100}});
    host.attach("eth0", {at});
    return host;
  }
  void tap(const FakeHost& host, const FakePacket& packet) {
    const bool rtp = (static_cast<unsigned char>(packet.bytes[0]) & 0x80U) != 0;
    if (&host != &a || rtp || is_keep_alive(packet.bytes)) return;
    const auto read = sip::read_message(packet.bytes);
    wire_.push_back({time.now(), host.name(), packet.source, packet.destination,
                     std::string(read.message.method_name()), read.message.status(), packet.bytes,
                     packet.transport});
  }

  AccountId account_;
  std::vector<OnWire> wire_;
  std::vector<Connect> connects_;
};

}  // namespace godwit::test
