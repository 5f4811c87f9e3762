// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/random.h"
#include "godwit/time.h"
#include "net/socket_address.h"
#include "stun/message.h"

namespace godwit::stun {

/// One binding request over UDP (RFC 8489 §6.2.1): when it is sent, and sent again, and what the
/// answer is. An answer counts when it has the request's id and comes from where the request went.
class BindingClient {
 public:
  enum class Action {
    send_request,    ///< `request()`, to `server()`
    tell_timed_out,  ///< nobody answered
  };
  enum class State { waiting, answered, timed_out };
  /// Any answer shows that the flow is alive; only a success tells the address.
  struct Answer {
    std::optional<net::SocketAddress> mapped;  ///< how the server sees us
    int error = 0;                             ///< 300 to 699; 0: success
    bool operator==(const Answer&) const = default;
  };

  /// The request is to be sent at once: that is the first of `kSends`.
  BindingClient(const net::SocketAddress& server, Random& random, TimePoint now,
                Duration rto = kRto);

  [[nodiscard]] const std::string& request() const { return request_; }
  [[nodiscard]] const net::SocketAddress& server() const { return server_; }

  /// Empty when the message is no answer to this request.
  [[nodiscard]] std::optional<Answer> on_message(const Message& message,
                                                 const net::SocketAddress& source);
  [[nodiscard]] std::optional<Action> on_timeout(TimePoint now);
  /// When to call `on_timeout()` next; empty when it is over.
  [[nodiscard]] std::optional<TimePoint> next_deadline() const { return deadline_; }
  [[nodiscard]] State state() const { return state_; }

  // RFC 8489 §6.2.1: the RTO doubles from one sending to the next; after the last one a wait of Rm
  // times the RTO.
  static constexpr std::chrono::milliseconds kRto{500};
  static constexpr int kSends = 7;      // Rc
  static constexpr int kLastWait = 16;  // Rm

 private:
  net::SocketAddress server_;
  TransactionId id_;
  std::string request_;
  State state_ = State::waiting;
  Duration rto_;
  int sends_ = 1;
  std::optional<TimePoint> deadline_;
};

}  // namespace godwit::stun
