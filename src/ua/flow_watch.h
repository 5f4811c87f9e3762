// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "godwit/time.h"
#include "net/flow.h"
#include "net/socket_address.h"
#include "sip/transaction/deadline_queue.h"
#include "sip/transport/keep_alive.h"
#include "stun/message.h"

namespace godwit::ua {

/// Keeps the flows alive over which accounts are registered, and tells which of them have died.
/// However many accounts share a flow, it has one keep-alive, at the shortest of their intervals.
/// Every operation costs O(log n).
class FlowWatch {
 public:
  struct Due {
    net::FlowId flow;
    sip::KeepAlive::Action action = sip::KeepAlive::Action::send_ping;
  };

  explicit FlowWatch(Random& random) : random_(random) {}

  /// From now on; a flow that is watched already goes on, at this interval if that is shorter.
  void watch(net::FlowId flow, const sip::KeepAlive::Profile& profile, TimePoint now);
  void forget(net::FlowId flow);
  [[nodiscard]] bool watches(net::FlowId flow) const { return watched_.count(flow) != 0; }
  /// Bytes of SIP since it is watched, without the headers of what carries them.
  struct Traffic {
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
  };
  [[nodiscard]] Traffic traffic_of(net::FlowId flow) const;

  /// Bytes leave on a flow: a request will have to be answered, a response will not.
  void on_sent(net::FlowId flow, std::string_view bytes, TimePoint now);
  void on_received(net::FlowId flow, std::string_view bytes, TimePoint now);
  void on_pong(net::FlowId flow, TimePoint now);
  /// An answer tells as whom its sender sees us: how long a NAT keeps what it made of the flow can
  /// be found.
  void on_seen(net::FlowId flow, const net::SocketAddress& seen, TimePoint now);

  /// A keep-alive for a server that answers STUN where it answers SIP (RFC 5626 §4.4.2).
  [[nodiscard]] std::string make_stun_ping(net::FlowId flow);
  /// @return as whom the server sees us, when the bytes are its answer to the newest of these
  [[nodiscard]] std::optional<net::SocketAddress> on_stun(net::FlowId flow, std::string_view bytes,
                                                          TimePoint now);

  [[nodiscard]] std::vector<Due> on_timeout(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const { return deadlines_.earliest(); }

 private:
  struct Watched {
    sip::KeepAlive keep_alive;
    Traffic traffic{};
    std::optional<stun::TransactionId> asked{};  // by STUN
    std::optional<net::SocketAddress> seen{};
  };
  void set_deadline(net::FlowId flow, const Watched& watched);

  Random& random_;
  std::map<net::FlowId, Watched> watched_;
  sip::DeadlineQueue deadlines_;
};

}  // namespace godwit::ua
