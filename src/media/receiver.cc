// SPDX-License-Identifier: Apache-2.0
#include "media/receiver.h"

#include <algorithm>
#include <utility>

namespace godwit::media {
namespace {

constexpr std::chrono::seconds kSilentSource{1};     // its place may be taken
constexpr std::chrono::seconds kNewSourceWindow{5};  // after the remote address has changed
constexpr std::chrono::milliseconds kShortFrame{10};

}  // namespace

Receiver::Receiver(std::unique_ptr<audio::Sink> sink, std::uint32_t own_ssrc,
                   std::shared_ptr<const audio::CodecBook> codecs)
    : sink_(std::move(sink)), codecs_(std::move(codecs)), own_ssrc_(own_ssrc) {
  if (!codecs_) codecs_ = std::make_shared<audio::CodecBook>();
}

void Receiver::add_path(PathId path) {
  if (!listens_on(path)) paths_.push_back({.id = path});
}

void Receiver::remove_path(PathId path) {
  std::erase_if(paths_, [path](const Path& p) { return p.id == path; });
}

bool Receiver::listens_on(PathId path) const {
  return std::ranges::any_of(paths_, [path](const Path& p) { return p.id == path; });
}

void Receiver::configure(const sdp::Agreement& agreement, TimePoint now) {
  if (remote_ && remote_ != agreement.remote) new_ssrc_until_ = now + kNewSourceWindow;
  source_change_.start_over();
  remote_ = agreement.remote;
  understand(agreement.receive);
  for (const sdp::Format& format : agreement.also_receive) understand(format);
  playout_.understand_comfort_noise(agreement.receive_comfort_noise);
  impairment_ = impairment_of(agreement.receive.name, agreement.receive.clock_rate);
  event_payload_type_ = agreement.receive_telephone_event;
  hears_ = sdp::receives(agreement.direction);
  if (hears_) return;
  gap_.pause();
  gap_since_look_.pause();
}

/// What was agreed before may still be under way: it stays understood.
void Receiver::understand(const sdp::Format& format) {
  auto codec = codecs_->find({.name = format.name,
                              .clock_rate = format.clock_rate,
                              .channels = format.channels,
                              .parameters = format.parameters});
  if (codec) playout_.understand(format.payload_type, std::move(codec));
}

std::optional<rtp::Header> Receiver::on_rtp(const Received& received, Proof proof,
                                            Notices& notices) {
  const auto drop = [this] {
    count_dropped();
    return std::nullopt;
  };
  const auto packet = rtp::parse_packet(received.bytes);
  if (!packet || !listens_on(received.path) || !is_agreed(packet->header)) return drop();
  if (packet->header.ssrc == own_ssrc_) {
    count_dropped();
    return packet->header;
  }
  if (!accepts(packet->header, received, proof)) return drop();
  const TimePoint now = received.arrived;
  const rtp::Arrival arrival = statistics_.on_sequence(packet->header.sequence, now);
  if (arrival == rtp::Arrival::rejected) return drop();

  ++received_;
  heard_at_ = now;
  heard_from_ = received.from;
  note_heard(received.path, now, notices);
  if (hears_) {
    gap_.on_packet(now);
    gap_since_look_.on_packet(now);
  }
  if (arrival == rtp::Arrival::duplicate) return std::nullopt;
  if (packet->header.payload_type == event_payload_type_) {
    on_event(*packet, now, notices);
  } else {
    on_sound(*packet, now);
  }
  return std::nullopt;
}

bool Receiver::is_agreed(const rtp::Header& header) const {
  return playout_.understands(header.payload_type) || header.payload_type == event_payload_type_;
}

bool Receiver::accepts(const rtp::Header& header, const Received& received, Proof proof) {
  const bool may_change =
      received.arrived - heard_at_ >= kSilentSource || received.arrived < new_ssrc_until_;
  if (ssrc_ == header.ssrc) {
    // RFC 3550 §8.2: two that have one SSRC, the first is kept. The far end itself, at a new address,
    // goes on with its numbers.
    return may_change || received.from == heard_from_ || statistics_.follows(header.sequence);
  }
  if (ssrc_) {
    if (may_change) {
      source_change_.start_over();
    } else if (!takes_over(header, received, proof)) {
      return false;
    }
    statistics_.start_anew();
    playout_.reset();
    digits_ = {};
  }
  new_ssrc_until_ = TimePoint::min();
  ssrc_ = header.ssrc;
  return true;
}

bool Receiver::takes_over(const rtp::Header& header, const Received& received, Proof proof) {
  return source_change_.takes_over({.ssrc = header.ssrc,
                                    .sequence = header.sequence,
                                    .from = received.from,
                                    .proof = proof,
                                    .arrived = received.arrived},
                                   {.ssrc = *ssrc_,
                                    .from = heard_from_,
                                    .at = heard_at_,
                                    .packet_time = packet_time_,
                                    .silent_by_intent = playout_.silent_by_intent()});
}

void Receiver::on_source_left(TimePoint now) {
  new_ssrc_until_ = now + kNewSourceWindow;
}

void Receiver::note_heard(PathId path, TimePoint now, Notices& notices) {
  for (Path& p : paths_) {
    if (p.id != path || std::exchange(p.heard, true)) continue;
    notices.emplace_back(FirstPacketReceived{.path = path, .at = now});
  }
}

void Receiver::on_event(const rtp::Packet& packet, TimePoint now, Notices& notices) {
  const auto event = rtp::parse_telephone_event(packet.payload);
  if (!event) return count_dropped();
  if (const auto digit = digits_.on_event(*event, packet.header.timestamp, now)) {
    notices.emplace_back(DigitHeard{.digit = digit->digit, .duration = digit->duration});
  }
}

void Receiver::on_sound(const rtp::Packet& packet, TimePoint now) {
  statistics_.set_clock_rate(playout_.clock_rate_of(packet.header.payload_type));
  statistics_.on_timing(packet.header.timestamp, now);
  const auto stored = playout_.push(packet, now);
  if (stored != Playout::Stored::yes) statistics_.on_discarded(packet.header.sequence);
  if (stored == Playout::Stored::unreadable) return;
  packet_time_ = playout_.packet_time();
  if (play_at_) return;
  // Two packets to a frame would mean that the first one waits for the second.
  if (packet_time_ > Duration{} && packet_time_ <= kShortFrame) frame_time_ = kShortFrame;
  play_at_ = now + playout_.first_wait(frame_time_);
}

void Receiver::on_timeout(TimePoint now, Notices& notices) {
  if (const auto digit = digits_.on_timeout(now)) {
    notices.emplace_back(DigitHeard{.digit = digit->digit, .duration = digit->duration});
  }
  // Late or not, every frame's time gets its frame: a recording keeps true time.
  for (; play_at_ && *play_at_ <= now; *play_at_ += frame_time_) {
    play_frame(*play_at_, notices);
  }
}

std::optional<TimePoint> Receiver::next_deadline() const {
  const auto digits = digits_.next_deadline();
  if (!play_at_ || !digits) return play_at_ ? play_at_ : digits;
  return std::min(*play_at_, *digits);
}

void Receiver::play_frame(TimePoint at, Notices& notices) {
  if (frame_.empty() || rate_ != playout_.rate()) take_rate();
  playout_.pull(frame_, at);
  if (!hears_) std::ranges::fill(frame_, std::int16_t{0});
  sink_->write(frame_);
  if (event_payload_type_) return;
  if (const auto digit = in_band_.hear(frame_)) {
    notices.emplace_back(DigitHeard{.digit = digit->digit, .duration = digit->duration});
  }
}

void Receiver::take_rate() {
  rate_ = playout_.rate();
  frame_.resize(static_cast<std::size_t>(frame_time_ / kShortFrame) * audio::block_of(rate_));
  sink_->set_rate(rate_);
  in_band_.set_rate(rate_);
}

void Receiver::finish() {
  play_at_.reset();
  digits_ = {};
  sink_->close();
}

std::optional<rtp::ReportBlock> Receiver::take_report_block() {
  if (!ssrc_) return std::nullopt;
  return statistics_.take_report_block(*ssrc_);
}

void Receiver::reset_gaps(TimePoint now) {
  gap_.reset();
  for (auto& path : paths_) path.heard = false;
  statistics_.reset_losses(now);
}

StreamLook Receiver::look(TimePoint now) {
  StreamLook look{.totals = statistics_.totals(),
                  .lost = statistics_.lost(now),
                  .jitter = statistics_.jitter(),
                  .buffered = playout_.statistics().delay,
                  .packet_time = packet_time_,
                  .longest_gap = gap_since_look_.longest(now),
                  .round_trip = {},
                  .bursts = statistics_.bursts(),
                  .codec = impairment_,
                  .expects = hears_ && ssrc_ && !playout_.silent_by_intent()};
  gap_since_look_.reset();
  return look;
}

void Receiver::describe(Statistics& statistics, TimePoint now) const {
  statistics.packets_received = received_;
  statistics.packets_lost = statistics_.lost(now);
  statistics.packets_dropped = dropped_;
  statistics.jitter_ms = std::chrono::duration<double, std::milli>(statistics_.jitter()).count();
  statistics.gap_in = gap_.longest(now);
  statistics.lost_since_reset = statistics_.lost_since_reset(now);
  statistics.missing_since_reset = statistics_.missing_since_reset();
}

}  // namespace godwit::media
