// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <compare>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "godwit/time.h"
#include "net/flow.h"
#include "server/server_options.h"
#include "sip/transport/io_action.h"
#include "sip/transport/stream_table.h"

namespace godwit::server {

/// Where a connection leads, and whom its far end has proven to be: connections that differ in
/// either are never taken for one another (RFC 5923 §6).
struct StreamEnd {
  net::Transport transport = net::Transport::tcp;
  net::SocketAddress remote;
  std::string proven_name;  ///< TLS: what its certificate names; empty: nothing was asked of it

  auto operator<=>(const StreamEnd&) const = default;
};

/// The TCP and TLS connections of the server: those that others opened and those that it opened,
/// found again by where they lead.
class StreamPool {
 public:
  explicit StreamPool(const ServerOptions& options);

  /// @return false when there are too many: it is being closed again.
  bool accept(const sip::StreamAccepted& accepted, TimePoint now);
  /// The connection that leads there, open or being opened; a new one when there is none. Empty
  /// when there are too many.
  [[nodiscard]] std::optional<net::FlowId> reach(const StreamEnd& end, TimePoint now);
  /// The open connection that leads there, whoever opened it.
  [[nodiscard]] std::optional<net::Flow> find(const StreamEnd& end) const;
  /// Those that are open.
  [[nodiscard]] std::vector<net::Flow> flows() const;
  /// What messages are rendered from; empty while it is being opened.
  [[nodiscard]] std::optional<net::Flow> flow(net::FlowId id) const;

  /// @return the flow, when the pool had it opened.
  std::optional<net::Flow> on_opened(const sip::FlowOpened& opened, TimePoint now);
  /// It failed, was closed by its far end, or is to be closed. @return whether it was known.
  bool on_closed(net::FlowId id);
  void close(net::FlowId id);
  [[nodiscard]] std::vector<sip::StreamTable::Output> on_bytes(net::FlowId id,
                                                               std::string_view bytes,
                                                               TimePoint now);

  /// Something needs it: it is not idle.
  void keep(net::FlowId id, TimePoint now);
  /// Connections on which nothing whole came for `kIdle`, or for `kFirstWord` since they began.
  /// Asked when `next_deadline` has come.
  [[nodiscard]] std::vector<net::FlowId> take_idle(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const { return look_at_; }
  [[nodiscard]] std::size_t size() const { return streams_.size(); }
  [[nodiscard]] std::vector<sip::IoAction> take_actions();

  static constexpr std::chrono::minutes kIdle{10};
  /// Who connects has something to say.
  static constexpr std::chrono::seconds kFirstWord{32};

 private:
  struct Stream {
    StreamEnd end;
    TimePoint idle_at{};
  };
  void add(net::FlowId id, const StreamEnd& end, TimePoint now);
  void look_at(TimePoint at);

  const ServerOptions& options_;
  std::shared_ptr<const TlsOptions> tls_;
  std::map<net::FlowId, Stream> streams_;
  std::map<StreamEnd, net::FlowId> by_end_;  // of several to one end the latest
  sip::StreamTable open_;
  std::optional<TimePoint> look_at_;  // for idle ones
  std::uint64_t last_id_;
  std::vector<sip::IoAction> actions_;
};

}  // namespace godwit::server
