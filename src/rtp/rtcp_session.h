// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "rtp/rtcp.h"
#include "rtp/sender.h"

namespace godwit::rtp {

/// When we report, what we say, and what the far end's reports tell us (RFC 3550 §6).
class RtcpSession {
 public:
  RtcpSession(std::string cname, Random& random) : cname_(std::move(cname)), random_(random) {}

  /// The session has begun: the first report is due in half the usual time (RFC 3550 §6.2).
  void start(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const { return deadline_; }
  /// True once for each report that is due.
  [[nodiscard]] bool take_due(TimePoint now);

  enum class Ending { no, bye };
  /// SR or RR with CNAME, and BYE when we leave. `heard` tells of the far end's stream.
  [[nodiscard]] std::vector<std::byte> report(const Sender& sender,
                                              std::optional<ReportBlock> heard, TimePoint now,
                                              Ending ending = Ending::no);

  /// Takes in a compound of the far end. `remote_ssrc` is the source we listen to.
  void on_rtcp(const std::vector<RtcpPacket>& packets, std::uint32_t own_ssrc,
               std::optional<std::uint32_t> remote_ssrc, TimePoint now);
  /// From our SR to its echo in a report block, less the time it lay there (RFC 3550 §6.4.1).
  [[nodiscard]] std::optional<Duration> round_trip() const { return round_trip_; }

 private:
  void on_sender_report(const SenderReport& report, TimePoint now);
  void on_blocks(const std::vector<ReportBlock>& blocks, std::uint32_t own_ssrc, TimePoint now);

  struct LastSr {
    std::uint32_t ssrc = 0;
    std::uint32_t middle = 0;
    TimePoint at{};
  };

  std::string cname_;
  Random& random_;
  std::optional<TimePoint> deadline_;
  std::uint32_t reported_packets_ = 0;
  std::optional<LastSr> last_sr_;
  std::optional<Duration> round_trip_;
};

}  // namespace godwit::rtp
