// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "sdp/session_description.h"
#include "sip/dialog/reliable_responses.h"
#include "sip/message/message.h"

namespace godwit::ua {

/// What the caller of an incoming call is told before the answer (RFC 3261 §13.3.1.1, RFC 3262 §3):
/// which 1xx are still to be sent, the one that waits for its PRACK, and what has been said of the
/// session. Whoever owns it makes the messages.
class ProvisionalResponses {
 public:
  /// @param first_number  RSeq of the first reliable response: 1 to 2^31-1, at random
  explicit ProvisionalResponses(std::uint32_t first_number) : sender_(first_number) {}

  /// What the INVITE says of reliable responses.
  void begin(const sip::Message& invite);
  [[nodiscard]] bool supported() const { return supported_ || required_; }
  [[nodiscard]] bool required() const { return required_; }

  /// A response that is to be sent when its turn comes.
  struct Wanted {
    int status = 180;
    bool described = false;  ///< with the session
    bool reliable = false;
  };
  /// Errors: `wrong_state` when too many wait already.
  [[nodiscard]] Result<void> want(const Wanted& wanted);
  /// The one whose turn it is; nullptr when there is none, or one before it is not acknowledged.
  [[nodiscard]] const Wanted* next() const;

  /// The response to `next()` leaves now: it gets its number, is kept, and the next one's turn comes.
  /// @param session  the one it describes
  void send(sip::Message& response, const std::optional<sdp::SessionDescription>& session,
            TimePoint now);
  /// The session as it was described; empty if it was not.
  [[nodiscard]] const std::optional<sdp::SessionDescription>& session() const { return session_; }
  /// It arrived: the 2xx says nothing of it.
  [[nodiscard]] bool settled() const { return settled_; }
  /// RFC 3262 §3: no 2xx before what described the session is acknowledged.
  [[nodiscard]] bool holds_answer() const { return sender_.waits() && described_reliably_; }

  /// @return whether it acknowledges the response under way; what does not is answered with 481.
  [[nodiscard]] bool on_prack(const sip::Message& prack, std::uint32_t invite);
  /// The caller has another address: responses go where it was, and no PRACK will come. What is still to be told
  /// is told unreliably, and nothing waits for what was told (against RFC 3262 §3, for the caller asks otherwise).
  void on_caller_moved();
  /// The PRACK lacked the answer to our offer: the 2xx makes it again.
  void expect_answer_later() { settled_ = false; }

  enum class Due {
    send_again,  ///< `latest()`
    give_up,     ///< the INVITE is to be refused with a 5xx
  };
  [[nodiscard]] std::optional<Due> on_timeout(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;
  [[nodiscard]] sip::Message& latest() { return *latest_; }
  /// The final response leaves.
  void stop();

 private:
  sip::ReliableSender sender_;
  bool supported_ = false;
  bool required_ = false;
  bool caller_moved_ = false;
  std::deque<Wanted> wanted_;
  std::optional<sip::Message> latest_;
  std::optional<TimePoint> remind_at_;
  std::optional<sdp::SessionDescription> session_;
  bool described_reliably_ = false;  // by the response under way
  bool settled_ = false;
};

}  // namespace godwit::ua
