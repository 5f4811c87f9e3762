// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "godwit/error.h"
#include "godwit/options.h"
#include "net/flow.h"
#include "net/network_snapshot.h"
#include "net/socket_intent.h"
#include "ua/context.h"
#include "ua/flow_groups.h"

namespace godwit::ua {

/// A stream that is wanted. Two wishes that differ in anything but the source port never share one:
/// a stream is known by whom it was proven to lead to and by who we were to it, not by an address (RFC
/// 5923, R21).
struct StreamWish {
  net::Transport transport = net::Transport::tcp;
  net::IpAddress source;
  net::SocketAddress remote;
  std::string server_name;  ///< TLS: whom the certificate must name
  FlowGroupId group;

  auto operator<=>(const StreamWish&) const = default;
};

/// The sockets, streams and listeners that are open or being opened, and what each one is.
class FlowBook {
 public:
  FlowBook(Outbox& out, const UserAgentOptions& options);

  /// The UDP socket of a local address; opened when there is none. One that is bound to an interface
  /// serves those as well who do not mind.
  net::FlowId udp_from(const net::IpAddress& source, const net::SocketIntent& intent);
  /// The stream that a wish names; opened when there is none.
  net::FlowId stream_to(const StreamWish& wish, const net::SocketIntent& intent,
                        std::shared_ptr<const TlsOptions> tls);
  /// The one that `stream_to` would answer with, open or being opened; empty: it would make one.
  [[nodiscard]] std::optional<net::FlowId> stream_for(const StreamWish& wish,
                                                      const net::SocketIntent& intent) const;
  /// A stream that is open to an address, of that group or opened by the other end: for requests inside a
  /// dialog whose other end, or whose proxy, named that very address over it.
  [[nodiscard]] std::optional<net::FlowId> stream_with(net::Transport transport,
                                                       const net::SocketAddress& remote,
                                                       FlowGroupId group) const;
  /// Listens where the options say and the network allows; what listens already goes on.
  void open_listeners(const net::NetworkSnapshot& network);

  /// What messages are rendered from; empty while it opens, and for listeners. `remote` is a UDP
  /// flow's; a stream has its own.
  [[nodiscard]] std::optional<net::Flow> flow(net::FlowId id,
                                              const net::SocketAddress& remote) const;
  [[nodiscard]] std::optional<net::Flow> stream(net::FlowId id) const;
  [[nodiscard]] std::optional<net::SocketAddress> local_of(net::FlowId id) const;
  /// It never leaves by another interface.
  [[nodiscard]] bool is_held_to(net::FlowId id, const std::string& interface) const;
  /// A UDP socket's far end sees it as this: what messages to that end name from now on. Empty: no more.
  void note_seen(net::FlowId id, const net::SocketAddress& remote,
                 const std::optional<net::SocketAddress>& seen);
  [[nodiscard]] std::optional<net::SocketAddress> seen_of(net::FlowId id,
                                                          const net::SocketAddress& remote) const;
  /// Why it could not be opened.
  [[nodiscard]] const Error* error_of(net::FlowId id) const;
  /// Sockets that could not be opened may be tried again.
  void forget_failures();

  void on_opened(const sip::FlowOpened& opened);
  void on_accepted(const sip::StreamAccepted& accepted);
  void on_failed(net::FlowId id, const Error& error);
  /// What stood on addresses that are gone is closed and told.
  [[nodiscard]] std::vector<net::FlowId> on_network(const net::NetworkSnapshot& snapshot);
  void close(net::FlowId id);
  /// What was closed since the last look, for whoever keeps more of a flow than the book does.
  [[nodiscard]] std::vector<net::FlowId> take_closed();
  /// An open socket or stream of our own making; not one that others opened to us.
  [[nodiscard]] bool is_ours(net::FlowId id) const;
  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  enum class Kind { udp, stream, accepted, listener };
  struct Entry {
    Kind kind = Kind::udp;
    net::Transport transport = net::Transport::udp;
    net::IpAddress source;
    StreamWish wish;  // of a stream; a listener's `remote` is what it was asked to be bound to
    net::SocketIntent intent;
    std::optional<net::SocketAddress> local;  // once it is open
    std::optional<Error> error;
    std::map<net::SocketAddress, net::SocketAddress> seen{};  // by which far end as what
  };
  [[nodiscard]] std::optional<net::SocketAddress> advertised(const Entry& entry) const;
  [[nodiscard]] bool listens(net::Transport transport, const net::SocketAddress& local) const;
  net::FlowId add(Entry entry);
  void remove(std::map<net::FlowId, Entry>::iterator entry);

  Outbox& out_;
  const UserAgentOptions& options_;
  std::map<net::FlowId, Entry> entries_;
  std::multimap<StreamWish, net::FlowId> streams_;  // those of `entries_` that were asked for
  std::set<net::FlowId> listeners_;                 // likewise
  std::vector<net::FlowId> closed_;
  std::uint16_t port_ = 0;  // that every UDP socket wants; the first one's when none was asked for
  bool had_socket_ = false;
  std::uint64_t last_id_ = 0;
};

}  // namespace godwit::ua
