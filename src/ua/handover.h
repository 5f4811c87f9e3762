// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "godwit/handover_report.h"
#include "net/ip_address.h"
#include "media/session.h"

namespace godwit::ua {

/// Follows one call through one network change and writes its report. It ends when media was heard on
/// the new path and the refresh was answered; a call that is not heard (held) ends with the answer.
class Handover {
 public:
  struct Start {
    ChangeId change;
    HandoverKind kind = HandoverKind::break_before_make;
    ReconnectReason reason = ReconnectReason::network_switch;
    std::string from;
    TimePoint noticed{};
  };
  explicit Handover(const Start& start);

  /// A newer change took over before this one was through: times start anew, what was lost stays.
  void restart(const Start& start);
  /// Where the call goes: known once the new flow is open.
  void set_target(std::string to) { report_.to = std::move(to); }

  void on_refresh_sent(TimePoint now);
  /// The refresh goes out again; `why` is one sentence.
  void on_retry(std::string why);
  void on_refresh_answered(TimePoint now);
  /// Nothing had to be said: the old address came back and still works.
  void on_refresh_not_needed() { refresh_needed_ = false; }
  void on_registered(TimePoint now);
  void on_rtp_sent(TimePoint at);
  void on_rtp_received(TimePoint at);
  void take_statistics(const media::Statistics& statistics);

  /// @param hears  the session receives (sendrecv or recvonly)
  /// @param speaks  the session sends
  [[nodiscard]] bool complete(bool hears, bool speaks) const;
  [[nodiscard]] const HandoverReport& report() const { return report_; }

 private:
  HandoverReport report_;
  bool refresh_needed_ = true;
};

}  // namespace godwit::ua
