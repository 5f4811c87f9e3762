// SPDX-License-Identifier: Apache-2.0
#include "media/session.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/assert.h"
#include "base/earlier_of.h"
#include "base/limits.h"
#include "media/quality_reporter.h"
#include "media/receiver.h"
#include "media/sender.h"
#include "rtp/rtcp_session.h"

namespace godwit::media {

struct Session::State {
  State(SessionOptions&& options, Random& random, TimePoint at)
      : sender(std::move(options.source), random),
        receiver(std::move(options.sink), sender.stream().ssrc()),
        rtcp(std::move(options.cname), random),
        quality(options.quality),
        random(random),
        now(at) {}

  void report(rtp::RtcpSession::Ending ending);
  std::optional<Transmit> poll_rtcp();
  void on_rtp(const Received& packet);
  void on_rtcp(const Received& packet);
  void give_up_ssrc(const net::SocketAddress& to);
  void measure_quality();

  Sender sender;
  Receiver receiver;
  rtp::RtcpSession rtcp;
  QualityReporter quality;
  Random& random;
  std::vector<net::SocketAddress> conflicts;  // who has had the same SSRC as we
  bool tells_metrics = false;                 // the far end wants them
  TimePoint now;  // of the latest input: what is polled after it happens then
  std::vector<Notice> notices;
  std::vector<std::byte> rtcp_wire;
  bool rtcp_waiting = false;
  bool rtcp_polled_last = false;
  bool finished = false;
};

void Session::State::report(rtp::RtcpSession::Ending ending) {
  if (!sender.target()) return;  // nowhere to send it
  rtp::RtcpSession::Contents contents{
      .heard = receiver.take_report_block(), .metrics = {}, .ending = ending};
  if (tells_metrics && contents.heard) {
    contents.metrics = metrics_of(quality.quality(), contents.heard->ssrc, receiver.packet_time());
  }
  rtcp_wire = rtcp.report(sender.stream(), std::move(contents), now);
  rtcp_waiting = !rtcp_wire.empty();
}

void Session::State::measure_quality() {
  StreamLook look = receiver.look(now);
  look.round_trip = rtcp.round_trip();
  quality.on_second(look, rtcp, sender.stream().clock_rate(), now);
  quality.take_notices(notices);
}

std::optional<Transmit> Session::State::poll_rtcp() {
  const auto& target = sender.target();
  if (!std::exchange(rtcp_waiting, false) || !target) return std::nullopt;
  net::SocketAddress to = target->remote;
  if (to.port == std::numeric_limits<std::uint16_t>::max()) return std::nullopt;
  ++to.port;  // RFC 3550 §11
  rtcp_polled_last = true;
  return Transmit{.path = target->path, .channel = Channel::rtcp, .to = to, .bytes = rtcp_wire};
}

void Session::State::on_rtcp(const Received& packet) {
  const auto packets = rtp::parse_rtcp(packet.bytes, rtcp.form());
  if (!packets) return receiver.count_dropped();
  const auto heard =
      rtcp.on_rtcp(*packets, sender.stream().ssrc(), receiver.ssrc(), packet.arrived);
  if (heard.remote_left) receiver.on_source_left(now);
  if (heard.own_ssrc_taken) give_up_ssrc(packet.from);
}

void Session::State::on_rtp(const Received& packet) {
  const auto same_ssrc = receiver.on_rtp(packet, notices);
  if (!same_ssrc || sender.stream().is_own(same_ssrc->sequence, same_ssrc->timestamp)) return;
  give_up_ssrc(packet.from);
}

/// RFC 3550 §8.2: somebody else has our SSRC. BYE under it, then another one; once for each source,
/// and not for ever.
void Session::State::give_up_ssrc(const net::SocketAddress& to) {
  const bool known = std::ranges::find(conflicts, to) != conflicts.end();
  if (known || conflicts.size() == limits::kSsrcConflicts) return;
  conflicts.push_back(to);
  report(rtp::RtcpSession::Ending::bye);
  sender.take_new_ssrc(random);
  receiver.set_own_ssrc(sender.stream().ssrc());
}

Session::Session(SessionOptions options, Random& random, TimePoint now) {
  GODWIT_ASSERT(options.source && options.sink);
  state_ = std::make_unique<State>(std::move(options), random, now);
}

Session::~Session() = default;

void Session::add_path(PathId path) {
  state_->receiver.add_path(path);
}

void Session::remove_path(PathId path) {
  state_->receiver.remove_path(path);
  const auto& target = state_->sender.target();
  if (target && target->path == path) state_->sender.stop();
}

void Session::configure(const sdp::Agreement& agreement, TimePoint now) {
  if (state_->finished) return;
  state_->now = now;
  state_->receiver.configure(agreement, now);
  state_->sender.configure(agreement, now, state_->notices);
  state_->rtcp.set_form(agreement.reduced_size_rtcp ? rtp::RtcpForm::reduced_size
                                                   : rtp::RtcpForm::compound);
  state_->tells_metrics = agreement.voip_metrics;
  state_->rtcp.start(now);
  state_->quality.start(now);
}

void Session::send_on(PathId path, const net::SocketAddress& remote_rtp, TimePoint now) {
  if (state_->finished) return;
  state_->now = now;
  state_->sender.send_on(path, remote_rtp, now);
}

void Session::stop_sending(TimePoint now) {
  state_->now = now;
  state_->sender.stop();
}

void Session::on_send_failed(PathId path, TimePoint now) {
  state_->now = now;
  // A report that was refused is made up for by the next one.
  if (std::exchange(state_->rtcp_polled_last, false)) return;
  state_->sender.on_send_failed(path, state_->notices);
}

void Session::on_packet(const Received& packet, TimePoint now) {
  if (state_->finished) return;
  state_->now = now;
  if (packet.channel == Channel::rtp) {
    state_->on_rtp(packet);
  } else {
    state_->on_rtcp(packet);
  }
}

void Session::on_timeout(TimePoint now) {
  if (state_->finished) return;
  state_->now = now;
  // Hear before speaking: an echo says at once what it has just heard.
  state_->receiver.on_timeout(now, state_->notices);
  state_->sender.on_timeout(now, state_->notices);
  if (state_->quality.is_due(now)) state_->measure_quality();
  if (state_->rtcp.take_due(now)) state_->report(rtp::RtcpSession::Ending::no);
}

std::optional<TimePoint> Session::next_deadline() const {
  if (state_->finished) return std::nullopt;
  return earlier_of(earlier_of(state_->sender.next_deadline(), state_->receiver.next_deadline()),
                    state_->rtcp.next_deadline());
}

std::optional<Transmit> Session::poll_transmit() {
  state_->rtcp_polled_last = false;
  if (!state_->finished) {
    if (auto packet = state_->sender.poll(state_->now, state_->notices)) return packet;
  }
  return state_->poll_rtcp();
}

std::vector<Notice> Session::take_notices() {
  return std::exchange(state_->notices, {});
}

Result<void> Session::send_digits(std::string_view digits, Duration duration) {
  return state_->sender.send_digits(digits, duration);
}

void Session::set_source(std::unique_ptr<audio::Source> source) {
  GODWIT_ASSERT(source != nullptr);
  state_->sender.set_source(std::move(source));
}

void Session::reset_gaps(TimePoint now) {
  state_->sender.gap().reset();
  state_->receiver.reset_gaps(now);
}

Statistics Session::statistics(TimePoint now) const {
  Statistics statistics;
  state_->receiver.describe(statistics, now);
  statistics.packets_sent = state_->sender.packets_sent();
  statistics.gap_out = state_->sender.gap().longest(now);
  if (const auto round_trip = state_->rtcp.round_trip()) {
    statistics.round_trip_ms = std::chrono::duration<double, std::milli>(*round_trip).count();
  }
  return statistics;
}

CallQuality Session::quality() const {
  return state_->quality.quality();
}

std::vector<QualitySecond> Session::quality_history() const {
  return state_->quality.history();
}

void Session::finish(TimePoint now) {
  if (std::exchange(state_->finished, true)) return;
  state_->now = now;
  state_->report(rtp::RtcpSession::Ending::bye);
  state_->receiver.finish();
}

}  // namespace godwit::media
