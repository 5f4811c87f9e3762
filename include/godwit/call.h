// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "godwit/error.h"
#include "godwit/export.h"
#include "godwit/ids.h"
#include "godwit/options.h"

namespace godwit {

class UserAgentCore;

enum class CallState { dialing, ringing, incoming, up, reconnecting, ended };
GODWIT_EXPORT std::string_view to_string(CallState state);

/// What a call is doing now, and what came through so far.
struct CallInfo {
  CallState state = CallState::ended;
  std::string remote;              ///< the peer's URI
  std::string codec;               ///< "PCMU/8000"; empty before the answer
  std::string local_signalling;    ///< "10.1.0.2:5060"
  std::string local_media;         ///< "10.1.0.2:40000"
  std::string remote_media;
  std::uint64_t packets_sent = 0;
  std::uint64_t packets_received = 0;
  std::uint32_t packets_lost = 0;  ///< received direction, by sequence number
  double jitter_ms = 0;            ///< RFC 3550 interarrival jitter, received direction
};

/// A call. A copyable handle: it does not own the call, and using it after the end answers
/// `Errc::no_such_call`. Use it only on the user agent's loop; event handlers may.
class GODWIT_EXPORT Call {
 public:
  Call() = default;

  [[nodiscard]] CallId id() const { return id_; }
  /// State and figures of this moment.
  [[nodiscard]] Result<CallInfo> info() const;

  /// Accepts an incoming call. `CallAnswered` follows once the 200 has left.
  /// @return `wrong_state` unless it is incoming and unanswered, `no_such_call`.
  [[nodiscard]] Result<void> answer(const CallOptions& options = {});
  /// Refuses an incoming call with `status` (400 to 699); 486 is "busy", 603 "declined".
  /// @return `wrong_state`, `invalid_argument`, `no_such_call`.
  [[nodiscard]] Result<void> decline(int status = 486);
  /// Ends the call in whatever state it is: CANCEL, BYE or 486. `CallEnded` follows.
  [[nodiscard]] Result<void> hang_up();
  /// Sends digits 0-9 * # A-D as RFC 4733 telephone-events.
  /// @param each  duration of each digit, 40 ms to 5 s
  /// @return `invalid_argument`, `wrong_state` before the answer, `unsupported` if the peer takes none.
  [[nodiscard]] Result<void> send_dtmf(std::string_view digits,
                                       std::chrono::milliseconds each = std::chrono::milliseconds{100});

 private:
  friend class Account;
  friend class UserAgent;
  Call(std::weak_ptr<UserAgentCore> core, CallId id) : core_(std::move(core)), id_(id) {}

  std::weak_ptr<UserAgentCore> core_;
  CallId id_;
};

}  // namespace godwit
