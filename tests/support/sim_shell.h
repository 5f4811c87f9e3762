// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sip/transport/flow_truth.h"
#include "sip/transport/io_action.h"
#include "support/fake_network.h"
#include "support/given_gruus.h"

namespace godwit::test {

/// Carries out on a fake host what a core machine asks of its shell, as `io/core_ports` does it on
/// a real one. Every message that leaves is checked to be true to its flow.
///
/// In place of a certificate file a listener has the names that it proves, with commas:
/// `TlsOptions::certificate_file = "example.test,sip.example.test"`.
class SimShell {
 public:
  /// Whose shell it is.
  struct Owner {
    sip::Origin origin = sip::Origin::own;
    std::function<void(sip::IoInput)> tell;  ///< may be called from within `perform`
    std::function<void(const std::string&)> note;
    std::function<void(std::string)> blame;  ///< for a promise that was broken
    /// Called before anything leaves; empty: whatever leaves is fine.
    std::function<void(const net::SocketAddress& source)> leaves;
  };

  SimShell(FakeNetwork& network, FakeHost& host, Owner owner)
      : network_(network), host_(host), owner_(std::move(owner)) {}
  SimShell(const SimShell&) = delete;
  SimShell& operator=(const SimShell&) = delete;

  /// Messages may name it instead of the local address of its family: the outside of a fixed NAT.
  void allow_public_address(const std::string& address);
  void perform(const sip::IoAction& action);
  /// Questions to DNS so far; those that the hosts file answered do not count.
  [[nodiscard]] std::size_t questions() const { return questions_; }
  [[nodiscard]] std::size_t open_streams() const;

  /// After this an answer that has not come is `failed`.
  static constexpr Duration kDnsLimit = std::chrono::seconds{5};

 private:
  struct Datagrams {
    FakeHost::SocketId socket = 0;
  };
  struct Stream {
    FakeStreams::StreamId id = 0;
    net::Flow flow;
    bool ended = false;  // the core has been told, or will be at once
  };
  struct Listener {
    FakeStreams::ListenerId id = 0;
  };
  using Opened = std::variant<Datagrams, Stream, Listener>;

  void send(const sip::SendMessage& action);
  void send_datagram(const Datagrams& datagrams, const sip::SendMessage& action);
  void send_on_stream(const Stream& stream, const sip::SendMessage& action);
  void check(const std::string& bytes, const net::Flow& flow);
  [[nodiscard]] std::optional<std::string> find_fault(const std::string& bytes,
                                                      const net::Flow& flow) const;
  void open(const sip::OpenUdpFlow& action);
  void open(const sip::OpenStream& action);
  void open(const sip::OpenListener& action);
  StreamHandlers accept(const sip::OpenListener& action, FakeStreams::StreamId id,
                        const net::SocketAddress& local, const net::SocketAddress& remote);
  StreamHandlers handlers_of(net::FlowId flow);
  void close(const sip::CloseFlow& action);
  void query(const sip::QueryDns& action);
  void tell(sip::IoInput input);

  FakeNetwork& network_;
  FakeHost& host_;
  Owner owner_;
  std::map<net::FlowId, Opened> flows_;
  std::vector<net::IpAddress> public_addresses_;
  GivenGruus gruus_;
  std::uint64_t accepted_ = 0;
  std::size_t questions_ = 0;
};

}  // namespace godwit::test
