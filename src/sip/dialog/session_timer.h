// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>

#include "godwit/time.h"
#include "sip/header/session_expires.h"
#include "sip/message/message.h"

namespace godwit::sip {

/// The session timer of one dialog (RFC 4028): what INVITE, UPDATE and their 2xx say of it, who has to
/// refresh, and when the session is over without a refresh. Every INVITE and UPDATE inside the dialog
/// is a refresh, whatever else it is for. That the option tag stands in Supported is the business of
/// who writes the message.
class SessionTimer {
 public:
  enum class Use {
    off,       ///< not asked for; what the peer asks for is done
    supported, ///< asked for where the peer knows it
    required,  ///< a session without it does not come about
  };
  enum class Refresher { any, local, remote };
  struct Options {
    Use use = Use::supported;
    std::chrono::seconds interval{1800};
    Refresher refresher = Refresher::any;  ///< whom we would like best
  };

  explicit SessionTimer(const Options& options) : options_(options) {}

  /// A request of ours: Session-Expires, Min-SE and Require (§7.1, §7.4).
  void add_to_request(Message& request) const;
  /// The 2xx to it (§7.2): the session lives on from `now`, with or without an end.
  void on_accepted(const Message& response, TimePoint now);
  /// A 422 to it (§7.3): its Min-SE is taken.
  /// @return whether it makes sense to ask once more.
  [[nodiscard]] bool on_too_small(const Message& response);
  /// What is refused with 422 (§9): less than anybody need take, by a peer that knows what that means.
  [[nodiscard]] static bool asks_for_too_little(const Message& request);
  /// Our 2xx to a request of the peer (§9): the fields are added, the session lives on from `now`.
  void answer(const Message& request, Message& response, TimePoint now);

  /// A new dialog for the same call: nothing is agreed yet.
  void restart() { session_.reset(); }

  [[nodiscard]] bool running() const { return session_.has_value(); }
  /// When our refresh is due: half the interval has gone (§7.2). Empty when the peer refreshes.
  [[nodiscard]] std::optional<TimePoint> refresh_at() const;
  /// When the session is ended for want of a refresh (§10): 32 s, or a third of the interval if that
  /// is less, before it runs out.
  [[nodiscard]] std::optional<TimePoint> end_at() const;

 private:
  struct Session {
    std::chrono::seconds interval;
    bool local_refreshes;
    TimePoint refreshed;
  };
  [[nodiscard]] std::optional<std::chrono::seconds> interval_for(const Message& request) const;
  [[nodiscard]] bool refreshes_after(const Message& request) const;

  Options options_;
  std::optional<std::chrono::seconds> min_se_;  // that somebody on the way insists on
  int refusals_ = 0;
  std::optional<Session> session_;
};

}  // namespace godwit::sip
