// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "rtp/rtcp.h"
#include "rtp/sender.h"

namespace godwit::rtp {

/// When we report, what we say, and what the far end's reports tell us (RFC 3550 §6, RFC 3611).
///
/// Two ends talk: with so few members the bandwidth rule never asks for more than the least interval
/// (RFC 3550 §6.2), and a BYE need not wait (§6.3.7).
class RtcpSession {
 public:
  RtcpSession(std::string cname, Random& random) : cname_(std::move(cname)), random_(random) {}

  /// The session has begun: the first report is due in half the usual time (RFC 3550 §6.2).
  void start(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const { return deadline_; }
  /// True once for each report that is due. May only put it off: timer reconsideration (§6.3.6).
  [[nodiscard]] bool take_due(TimePoint now);
  /// One more report at once, because the path has changed; the next one follows in its own time.
  /// At most one a second.
  void hurry(TimePoint now);
  /// What was agreed (RFC 5506): parts may come alone, and a hurried report leaves alone.
  void set_form(RtcpForm form) { form_ = form; }
  [[nodiscard]] RtcpForm form() const { return form_; }

  enum class Ending : std::uint8_t { no, bye };
  /// What a report is made of, besides what the session knows itself.
  struct Contents {
    std::optional<ReportBlock> heard;    ///< the far end's stream as it arrives here
    std::optional<VoipMetrics> metrics;  ///< the same in more detail, where the far end wants it
    Ending ending = Ending::no;
  };
  /// SR or RR, CNAME, XR where there is something to say, and BYE when we leave; nothing for
  /// somebody who leaves without ever having said anything (§6.3.7).
  [[nodiscard]] std::vector<std::byte> report(const Sender& sender, Contents contents,
                                              TimePoint now);

  /// What a compound of the far end means beyond its figures.
  struct Heard {
    bool remote_left = false;     ///< BYE of the source that we listen to
    bool own_ssrc_taken = false;  ///< somebody else reports under our SSRC (RFC 3550 §8.2)
  };
  /// `remote_ssrc` is the source we listen to.
  Heard on_rtcp(const std::vector<RtcpPacket>& packets, std::uint32_t own_ssrc,
                std::optional<std::uint32_t> remote_ssrc, TimePoint arrived);
  /// From our SR or reference time to its echo, less the time it lay there (RFC 3550 §6.4.1).
  [[nodiscard]] std::optional<Duration> round_trip() const { return round_trip_; }
  /// Which report of ours the far end has heard last, by the middle of its NTP time; 0: none yet.
  [[nodiscard]] std::uint32_t echoed() const { return echoed_; }

  /// How the far end says it receives what we send.
  struct FarView {
    ReportBlock block;
    std::optional<VoipMetrics> metrics;  ///< if it tells them
    TimePoint at{};                      ///< when `block` came
  };
  [[nodiscard]] const std::optional<FarView>& far_view() const { return far_view_; }

 private:
  /// The far end's latest time: of its SR, or the reference time of its XR.
  struct FarTime {
    std::uint32_t ssrc = 0;
    std::uint32_t middle = 0;
    TimePoint at{};
  };

  [[nodiscard]] Duration next_interval();
  [[nodiscard]] std::optional<ExtendedReport> extended(const Sender& sender, bool sends,
                                                       const Contents& contents, TimePoint now);
  void on_blocks(const std::vector<ReportBlock>& blocks, std::uint32_t own_ssrc,
                 TimePoint arrived);
  void on_extended(const ExtendedReport& report, std::uint32_t own_ssrc, TimePoint arrived);
  void take_echo(std::uint32_t middle, std::uint32_t delay, TimePoint arrived);

  std::string cname_;
  Random& random_;
  RtcpForm form_ = RtcpForm::compound;
  std::optional<TimePoint> deadline_;
  TimePoint last_{};  // the latest report, or the beginning
  bool said_something_ = false;
  bool hurried_ = false;
  std::uint32_t reported_ssrc_ = 0;
  std::uint32_t reported_packets_ = 0;
  std::optional<FarTime> last_sr_;
  std::optional<FarTime> last_reference_;
  std::optional<Duration> round_trip_;
  std::uint32_t echoed_ = 0;
  std::optional<FarView> far_view_;
};

}  // namespace godwit::rtp
