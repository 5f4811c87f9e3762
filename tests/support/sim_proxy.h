// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sip/message/message.h"
#include "support/fake_network.h"

namespace godwit::test {

/// A proxy between users and the server of their domain, as a provider has it at its edge: over UDP
/// of both families, without state (RFC 3261 §16.11). It knows nobody: a request goes where its
/// next Route or its Request-URI says. It stays on the way of dialogs (Record-Route) and to
/// bindings (Path).
class SimProxy {
 public:
  /// A request on its way through.
  struct Passed {
    TimePoint at{};
    net::SocketAddress from;
    sip::Message message;  ///< as it came
  };

  /// A host next to the router, by this name and at these addresses.
  SimProxy(FakeNetwork& network, const std::string& name,
           const std::vector<std::string>& addresses);
  SimProxy(const SimProxy&) = delete;
  SimProxy& operator=(const SimProxy&) = delete;

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] bool is_at(const net::IpAddress& address) const {
    return host_.has_address(address);
  }
  /// The requests of a method, retransmissions too.
  [[nodiscard]] std::vector<Passed> passed(std::string_view method, TimePoint since = {}) const;

 private:
  void on_packet(const FakePacket& packet);
  void on_request(sip::Message request, const FakePacket& packet);
  void on_response(sip::Message response);
  void take_own_routes(sip::Message& request) const;
  void put_on_the_way(sip::Message& request) const;
  [[nodiscard]] std::optional<net::SocketAddress> next_of(const sip::Message& request,
                                                          net::Family usual) const;
  [[nodiscard]] bool names_us(const sip::Uri& uri) const;
  void send(const sip::Message& message, const net::SocketAddress& to);

  FakeNetwork& network_;
  FakeHost& host_;
  std::string name_;
  std::map<net::Family, FakeHost::SocketId> sockets_;
  std::vector<Passed> passed_;
};

}  // namespace godwit::test
