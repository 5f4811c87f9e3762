// SPDX-License-Identifier: Apache-2.0
#include "media/session.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/assert.h"
#include "base/earlier_of.h"
#include "base/limits.h"
#include "media/address_probe.h"
#include "media/nat_opener.h"
#include "media/early_packets.h"
#include "media/follower.h"
#include "media/latch.h"
#include "media/packet_kind.h"
#include "media/protection.h"
#include "media/quality_reporter.h"
#include "media/receiver.h"
#include "media/sender.h"
#include "rtp/rtcp_session.h"

namespace godwit::media {
namespace {

// After a move: the far end that has followed us asks for a proof for so long (Follower).
constexpr std::chrono::seconds kAnswering{2};

/// RTCP's packet types 192 to 223: payload types 64 to 95 with the marker bit, which RTP keeps off
/// (RFC 5761 §4).
bool is_rtcp(std::span<const std::byte> bytes) {
  if (bytes.size() < 2) return false;
  const auto type = std::to_integer<std::uint8_t>(bytes[1]);
  return type >= 192 && type <= 223;
}

}  // namespace

struct Session::State {
  State(SessionOptions&& options, Random& generator, TimePoint at)
      : sender(std::move(options.source), options.kit, generator),
        receiver(std::move(options.sink), sender.stream().ssrc(),
                 std::shared_ptr<const audio::CodecBook>(options.kit, &options.kit->codecs)),
        rtcp(std::move(options.cname), generator),
        protection(sender.stream().ssrc(), *options.kit, std::move(options.suites)),
        quality(options.quality),
        random(generator),
        follows(options.follow),
        now(at) {
    latch.allow(options.latch);
    if (options.catch_up) sender.catch_up();
  }

  [[nodiscard]] std::optional<net::SocketAddress> rtcp_address(const net::SocketAddress& rtp) const;
  void report(rtp::RtcpSession::Ending ending);
  void go_to(const std::optional<Target>& target);
  void take(Follower::Change change);
  std::optional<Transmit> poll_rtp();
  std::optional<Transmit> poll_probe();
  std::optional<Transmit> poll_rtcp();
  void on_rtp(Received packet);
  void on_rtp_before_the_answer(const Received& packet);
  void on_rtcp(Received packet);
  [[nodiscard]] Proof proof_of(const Received& packet,
                               const std::optional<srtp::Incoming::Opened>& opened) const;
  /// An authentic packet: the far end is where it came from.
  void follow(const Received& packet, const srtp::Incoming::Opened& opened);
  void on_authentic_reports(const std::vector<rtp::RtcpPacket>& packets);
  void give_up_ssrc(const net::SocketAddress& to);
  void measure_quality();
  void tend_opener();

  Sender sender;
  Receiver receiver;
  rtp::RtcpSession rtcp;
  Protection protection;
  QualityReporter quality;
  AddressProbe probe;
  NatOpener opener;
  Random& random;
  std::vector<net::SocketAddress> conflicts;  // who has had the same SSRC as we
  bool tells_metrics = false;                 // the far end wants them
  Follower follower;
  Latch latch;
  EarlyPackets early;
  bool follows;
  std::optional<net::SocketAddress> remote;       // as signalling says
  std::optional<net::SocketAddress> remote_rtcp;  // that it says besides
  bool mux = false;                               // RTCP goes with RTP (RFC 5761)

  TimePoint now;  // of the latest input: what is polled after it happens then
  std::vector<Notice> notices;
  std::vector<std::byte> rtcp_wire;
  TimePoint answers_until = TimePoint::min();  // reports are acknowledged at once
  std::optional<PathId> stopped_on;            // what was sent by before nothing was
  bool rtcp_waiting = false;
  bool rtcp_first = false;          // before RTP, on a new path
  bool frame_polled_last = false;   // and not its second copy, nor RTCP
  std::optional<Transmit> second_;  // copy of the packet polled last, for another address
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

// Without keys nothing else leaves.
void Session::State::tend_opener() {
  const auto& target = sender.target();
  const bool waits = target && !protection.may_send();
  if (!waits) return opener.wait_for({}, {}, now);
  opener.wait_for(target, mux ? std::nullopt : rtcp_address(target->remote), now);
}

std::optional<net::SocketAddress> Session::State::rtcp_address(
    const net::SocketAddress& rtp) const {
  if (mux) return rtp;
  if (remote_rtcp && remote == rtp) return remote_rtcp;
  if (rtp.port == std::numeric_limits<std::uint16_t>::max()) return std::nullopt;
  return net::SocketAddress{rtp.address, static_cast<std::uint16_t>(rtp.port + 1)};  // RFC 3550 §11
}

void Session::State::go_to(const std::optional<Target>& target) {
  if (!target || !sender.target()) return;
  sender.send_on(target->path, target->remote, now);
}

void Session::State::take(Follower::Change change) {
  if (change == Follower::Change::moved || change == Follower::Change::back) {
    go_to(follower.target());
  }
}

std::optional<Transmit> Session::State::poll_rtp() {
  if (second_) return std::exchange(second_, std::nullopt);
  while (auto packet = sender.poll(now, notices)) {
    const auto sealed = protection.seal_rtp(packet->bytes);
    if (!sealed) continue;
    packet->bytes = *sealed;
    if (follower.on_probation()) {
      const auto where = follower.take_destinations(sealed->size());
      packet->path = where.first.path;
      packet->to = where.first.remote;
      if (where.second && receiver.listens_on(where.second->path)) {
        second_ = packet;
        second_->path = where.second->path;
        second_->to = where.second->remote;
      }
    }
    frame_polled_last = true;
    return packet;
  }
  return std::nullopt;
}

/// A report to the address that is on probation, and to no other: whoever answers it is there.
std::optional<Transmit> Session::State::poll_probe() {
  const auto target = follower.target();
  if (!target || !follower.probe_due(now)) return std::nullopt;
  rtcp_waiting = false;  // no other report has its time
  rtcp_wire = rtcp.report(
      sender.stream(), {.heard = receiver.take_report_block(), .metrics = {}, .ending = {}}, now);
  const auto to = rtcp_address(target->remote);
  const auto sealed = protection.seal_rtcp(rtcp_wire);
  const std::uint32_t middle = rtp::middle_of_ntp(rtp::to_ntp(now));
  if (!sealed || !to) {
    follower.put_off_probe(now);
    return std::nullopt;
  }
  if (!follower.take_probe(middle, sealed->size(), now)) return std::nullopt;
  return Transmit{.path = target->path,
                  .channel = mux ? Channel::rtp : Channel::rtcp,
                  .to = *to,
                  .bytes = *sealed};
}

std::optional<Transmit> Session::State::poll_rtcp() {
  rtcp_first = false;
  if (!std::exchange(rtcp_waiting, false) || !sender.target()) return std::nullopt;
  const auto sure = follower.on_probation() ? follower.anchor() : std::nullopt;
  const auto path = sure ? sure->path : sender.target()->path;
  const auto to = rtcp_address(sure ? sure->remote : sender.target()->remote);
  const auto sealed = protection.seal_rtcp(rtcp_wire);
  if (!to || !sealed) return std::nullopt;
  return Transmit{
      .path = path, .channel = mux ? Channel::rtp : Channel::rtcp, .to = *to, .bytes = *sealed};
}

void Session::State::on_rtp(Received packet) {
  std::optional<srtp::Incoming::Opened> opened;
  if (protection.on()) {
    opened = protection.open_rtp(packet.bytes, now);
    if (!opened) return receiver.count_dropped();
    follow(packet, *opened);
    packet.bytes = opened->packet;
  } else if (const auto read = rtp::parse_packet(packet.bytes);
             read && receiver.listens_on(packet.path)) {
    go_to(latch.on_rtp({packet.path, packet.from}, read->header.ssrc, read->header.sequence,
                       packet.arrived));
  }
  const auto same_ssrc = receiver.on_rtp(packet, proof_of(packet, opened), notices);
  if (!same_ssrc || sender.stream().is_own(same_ssrc->sequence, same_ssrc->timestamp)) return;
  give_up_ssrc(packet.from);
}

// What a context that was just reset lets in may be a copy from before.
Proof Session::State::proof_of(const Received& packet,
                               const std::optional<srtp::Incoming::Opened>& opened) const {
  if (opened) return opened->reset ? Proof::none : Proof::key;
  const auto& target = sender.target();
  const bool known = packet.from == remote || (target && target->remote == packet.from);
  return known ? Proof::address : Proof::none;
}

void Session::State::on_rtp_before_the_answer(const Received& packet) {
  // What may be RTCP by RTP's port is not worth waiting for.
  if (is_rtcp(packet.bytes) || !early.keep(packet)) receiver.count_dropped();
}

void Session::State::follow(const Received& packet, const srtp::Incoming::Opened& opened) {
  // RTCP on a socket of its own comes from another port than RTP.
  if (packet.channel != Channel::rtp || !receiver.listens_on(packet.path)) return;
  const Follower::Heard heard{.from = {packet.path, packet.from},
                              .bytes = packet.bytes.size(),
                              .newest = opened.newest,
                              .reset = opened.reset,
                              .tag = opened.tag};
  take(follower.on_authentic(heard, rtcp.round_trip(), now));
}

void Session::State::on_rtcp(Received packet) {
  std::optional<srtp::Incoming::Opened> opened;
  if (protection.on()) {
    opened = protection.open_rtcp(packet.bytes, now);
    if (!opened) return receiver.count_dropped();
    follow(packet, *opened);
    packet.bytes = opened->packet;
  }
  const auto packets = rtp::parse_rtcp(packet.bytes, rtcp.form());
  if (!packets) return receiver.count_dropped();
  const auto heard =
      rtcp.on_rtcp(*packets, sender.stream().ssrc(), receiver.ssrc(), packet.arrived);
  if (opened && !opened->reset) on_authentic_reports(*packets);
  if (const auto& view = rtcp.far_view()) {
    sender.set_expected_loss(view->block.fraction_lost / 256.0);
  }
  if (heard.remote_left) receiver.on_source_left(now);
  if (heard.own_ssrc_taken) give_up_ssrc(packet.from);
}

/// Those that a far end may have sent because one of us has moved: the proof that it receives
/// there, or the question whether we do, which is answered at once.
void Session::State::on_authentic_reports(const std::vector<rtp::RtcpPacket>& packets) {
  take(follower.on_acknowledged(rtcp.echoed(), now));
  const bool asks = std::ranges::any_of(packets, [](const rtp::RtcpPacket& packet) {
    return std::holds_alternative<rtp::SenderReport>(packet);
  });
  if (asks && now < answers_until) report(rtp::RtcpSession::Ending::no);
}

/// RFC 3550 §8.2: somebody else has our SSRC. BYE under it, then another one; once for each source,
/// and not for ever.
void Session::State::give_up_ssrc(const net::SocketAddress& to) {
  const bool known = std::ranges::find(conflicts, to) != conflicts.end();
  if (known || conflicts.size() == limits::kSsrcConflicts) return;
  conflicts.push_back(to);
  report(rtp::RtcpSession::Ending::bye);
  sender.take_new_ssrc(random);
  protection.use_ssrc(sender.stream().ssrc());
  receiver.set_own_ssrc(sender.stream().ssrc());
}

Session::Session(SessionOptions options, Random& random, TimePoint now) {
  GODWIT_ASSERT(options.source && options.sink);
  if (!options.kit) options.kit = std::make_shared<const Kit>();
  state_ = std::make_unique<State>(std::move(options), random, now);
}

Session::~Session() = default;

void Session::add_path(PathId path) {
  state_->receiver.add_path(path);
}

void Session::remove_path(PathId path) {
  state_->receiver.remove_path(path);
  state_->probe.remove(path);
  const auto& target = state_->sender.target();
  if (target && target->path == path) stop_sending(state_->now);
}

void Session::ask_address(PathId path, const net::SocketAddress& server, TimePoint now) {
  state_->now = now;
  state_->probe.ask(path, server, state_->random, now);
  state_->opener.expect_nat(state_->random);
}

void Session::configure(const sdp::Agreement& agreement, TimePoint now) {
  State& state = *state_;
  if (state.finished) return;
  state.now = now;
  const bool is_first = !state.remote;
  if (state.remote && state.remote != agreement.remote) state.protection.expect_reset();
  state.remote = agreement.remote;
  state.remote_rtcp = agreement.remote_rtcp;
  state.mux = agreement.rtcp_mux;
  state.protection.configure(agreement.protection,
                             state.mux ? Protection::Reports::with_rtp
                                       : Protection::Reports::beside_rtp,
                             now);
  state.follower.allow(state.follows && state.protection.on());
  state.latch.on_signalled(agreement.remote, now);
  state.receiver.configure(agreement, now);
  state.sender.configure(agreement, now, state.notices);
  state.rtcp.set_form(agreement.reduced_size_rtcp ? rtp::RtcpForm::reduced_size
                                                  : rtp::RtcpForm::compound);
  state.tells_metrics = agreement.voip_metrics;
  state.rtcp.start(now);
  state.quality.start(now);
  if (is_first) state.early.take(now, [&](const Received& packet) { state.on_rtp(packet); });
}

void Session::send_on(PathId path, const net::SocketAddress& remote_rtp, TimePoint now) {
  State& state = *state_;
  if (state.finished) return;
  state.now = now;
  const auto sent = state.sender.target();
  const auto before = sent ? std::optional(sent->path) : state.stopped_on;
  state.follower.send_on({path, state.latch.found_for(remote_rtp)});
  state.protection.send_on(path, {remote_rtp, state.rtcp_address(remote_rtp)}, now);
  const auto target = state.follower.target();
  state.sender.send_on(target->path, target->remote, now);
  if (!before || *before == path || !state.protection.on() || !state.mux) return;
  // Authenticated, and about nothing that waits for a clock: the far end may follow us at once.
  state.answers_until = now + kAnswering;
  state.report(rtp::RtcpSession::Ending::no);
  state.rtcp_first = state.rtcp_waiting;
}

void Session::stop_sending(TimePoint now) {
  state_->now = now;
  if (const auto sent = state_->sender.target()) state_->stopped_on = sent->path;
  state_->follower.stop();
  state_->protection.stop_sending(now);
  state_->sender.stop();
}

void Session::on_send_failed(PathId path, TimePoint now) {
  state_->now = now;
  // A report that was refused is made up for by the next one.
  if (!std::exchange(state_->frame_polled_last, false)) return;
  state_->second_.reset();
  const auto free = state_->sender.on_send_failed(path, state_->notices);
  if (free) state_->protection.never_left(*free);
}

void Session::on_packet(const Received& packet, TimePoint now) {
  State& state = *state_;
  if (state.finished) return;
  state.now = now;
  switch (kind_of(packet.bytes)) {
    case PacketKind::dtls:
      if (!state.protection.on_datagram(packet, now)) {
        state.receiver.count_dropped();
      }
      return;
    case PacketKind::rtp:
      if (packet.channel == Channel::rtcp || (state.mux && is_rtcp(packet.bytes))) {
        return state.on_rtcp(packet);
      }
      return state.remote ? state.on_rtp(packet) : state.on_rtp_before_the_answer(packet);
    case PacketKind::stun:
      if (const auto seen = state.probe.on_packet(packet)) {
        return static_cast<void>(state.notices.emplace_back(*seen));
      }
      return state.receiver.count_dropped();
    case PacketKind::other:
      return state.receiver.count_dropped();
  }
}

void Session::on_timeout(TimePoint now) {
  State& state = *state_;
  if (state.finished) return;
  state.now = now;
  state.probe.on_timeout(now);
  state.opener.on_timeout(now);
  state.protection.on_timeout(now);
  state.take(state.follower.on_timeout(now));
  // Hear before speaking: an echo says at once what it has just heard.
  state.receiver.on_timeout(now, state.notices);
  state.sender.on_timeout(now, state.notices);
  if (state.quality.is_due(now)) state.measure_quality();
  // A report that nothing protects yet keeps its turn.
  if (state.protection.may_report() && state.rtcp.take_due(now)) {
    state.report(rtp::RtcpSession::Ending::no);
  }
}

std::optional<TimePoint> Session::next_deadline() const {
  const State& state = *state_;
  if (state.finished) return std::nullopt;
  auto first = earlier_of(state.sender.next_deadline(), state.receiver.next_deadline());
  if (state.protection.may_report()) first = earlier_of(first, state.rtcp.next_deadline());
  first = earlier_of(first, state.probe.next_deadline());
  first = earlier_of(first, state.opener.next_deadline());
  first = earlier_of(first, state.protection.next_deadline());
  return earlier_of(first, state.follower.next_deadline());
}

std::optional<Transmit> Session::poll_transmit() {
  State& state = *state_;
  state.frame_polled_last = false;
  if (!state.finished) {
    if (auto question = state.probe.poll()) return question;
    if (auto handshake = state.protection.poll_transmit()) return handshake;
    state.tend_opener();
    if (auto indication = state.opener.poll()) return indication;
  }
  if (!state.protection.may_send()) {
    return state.finished ? state.protection.poll_transmit() : std::nullopt;
  }
  if (!state.finished && !state.rtcp_first) {
    if (auto packet = state.poll_rtp()) return packet;
    if (auto probe = state.poll_probe()) return probe;
  }
  if (auto report = state.poll_rtcp()) return report;
  return state.finished ? state.protection.poll_transmit() : state.poll_rtp();
}

std::vector<Notice> Session::take_notices() {
  state_->protection.take_notices(state_->notices);
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
  state_->protection.close(now);  // what ends it leaves behind the BYE
  state_->receiver.finish();
}

}  // namespace godwit::media
