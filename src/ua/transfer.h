// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "godwit/time.h"
#include "sip/message/message.h"

namespace godwit::ua {

/// A transfer that we asked for, as the peer tells of it: the REFER's answer, then NOTIFYs until one is
/// final (RFC 3515 §2.4.4). The peer that says nothing for too long is not waited for.
class Transfer {
 public:
  /// What is new; the last one is `final`.
  struct Progress {
    int status = 100;  // of the call that the peer makes; 0 if it never told
    std::string reason;
    bool final = false;

    bool operator==(const Progress&) const = default;
  };
  using News = std::optional<Progress>;

  explicit Transfer(TimePoint now);

  /// The REFER has left with this CSeq number.
  void on_sent(std::uint32_t cseq) { cseq_ = cseq; }
  /// The final answer to the REFER.
  [[nodiscard]] News on_answer(const sip::Message& response, TimePoint now);
  [[nodiscard]] News on_no_answer(const std::string& why);
  /// Whether a NOTIFY is about this REFER: "Event: refer", and its id, if there is one.
  [[nodiscard]] bool is_told_by(const sip::Message& notify) const;
  [[nodiscard]] News on_notify(const sip::Message& notify, TimePoint now);
  [[nodiscard]] News on_timeout(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const { return deadline_; }
  [[nodiscard]] bool over() const { return over_; }

 private:
  News finish(int status, std::string reason);

  std::uint32_t cseq_ = 0;
  std::optional<TimePoint> deadline_;
  bool over_ = false;
};

}  // namespace godwit::ua
