// SPDX-License-Identifier: Apache-2.0
#include "media/receiver.h"

#include <algorithm>
#include <utility>

namespace godwit::media {
namespace {

constexpr std::chrono::microseconds kSampleTime{125};
constexpr std::chrono::seconds kSilentSource{1};     // its place may be taken
constexpr std::chrono::seconds kNewSourceWindow{5};  // after the remote address has changed

using Kind = rtp::JitterBuffer::Kind;

}  // namespace

Receiver::Receiver(std::unique_ptr<audio::Sink> sink, std::uint32_t own_ssrc)
    : sink_(std::move(sink)), own_ssrc_(own_ssrc) {}

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
  remote_ = agreement.remote;
  codec_ = audio::codec_named(agreement.receive.name);
  payload_type_ = agreement.receive.payload_type;
  impairment_ = impairment_of(agreement.receive.name, agreement.receive.clock_rate);
  statistics_.set_clock_rate(agreement.receive.clock_rate);
  event_payload_type_ = agreement.receive_telephone_event;
  hears_ = sdp::receives(agreement.direction);
  if (hears_) return;
  gap_.pause();
  gap_since_look_.pause();
}

std::optional<rtp::Header> Receiver::on_rtp(const Received& received, Notices& notices) {
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
  if (!accepts(packet->header, received)) return drop();
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
  const bool sound = codec_ && header.payload_type == payload_type_;
  return sound || header.payload_type == event_payload_type_;
}

bool Receiver::accepts(const rtp::Header& header, const Received& received) {
  const bool may_change =
      received.arrived - heard_at_ >= kSilentSource || received.arrived < new_ssrc_until_;
  if (ssrc_ == header.ssrc) {
    // RFC 3550 §8.2: two that have one SSRC, the first is kept. The far end itself, at a new address,
    // goes on with its numbers.
    return may_change || received.from == heard_from_ || statistics_.follows(header.sequence);
  }
  if (ssrc_) {
    if (!may_change) return false;
    statistics_.start_anew();
    jitter_.reset();
    digits_ = {};
  }
  new_ssrc_until_ = TimePoint::min();
  ssrc_ = header.ssrc;
  return true;
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
  statistics_.on_timing(packet.header.timestamp, now);
  if (!play_at_) play_at_ = now;
  const auto stored = jitter_.push({.timestamp = packet.header.timestamp,
                                    .payload_type = packet.header.payload_type,
                                    .samples = static_cast<std::uint16_t>(packet.payload.size()),
                                    .payload = packet.payload});
  if (stored != rtp::JitterBuffer::Stored::yes) statistics_.on_discarded(packet.header.sequence);
  packet_time_ = kSampleTime * packet.payload.size();
}

void Receiver::on_timeout(TimePoint now, Notices& notices) {
  if (const auto digit = digits_.on_timeout(now)) {
    notices.emplace_back(DigitHeard{.digit = digit->digit, .duration = digit->duration});
  }
  // Late or not, every 20 ms get their frame: a recording keeps true time.
  for (; play_at_ && *play_at_ <= now; *play_at_ += rtp::kFrameTime) play_frame(notices);
}

std::optional<TimePoint> Receiver::next_deadline() const {
  const auto digits = digits_.next_deadline();
  if (!play_at_ || !digits) return play_at_ ? play_at_ : digits;
  return std::min(*play_at_, *digits);
}

void Receiver::play_frame(Notices& notices) {
  Frame frame{};
  fill(frame);
  if (!hears_) frame.fill(0);
  sink_->write(frame);
  if (event_payload_type_) return;
  if (const auto digit = in_band_.hear(frame)) {
    notices.emplace_back(DigitHeard{.digit = digit->digit, .duration = digit->duration});
  }
}

void Receiver::fill(Frame& frame) {
  std::span<std::int16_t> rest{frame};
  while (!rest.empty()) {
    if (!unplayed_.empty()) {
      rest = rest.subspan(take_decoded(rest));
      continue;
    }
    const auto pulled = jitter_.pull(static_cast<std::uint16_t>(rest.size()));
    // A packet of an older agreement's codec cannot be read any more.
    if (pulled.kind == Kind::packet && codec_ && pulled.item.payload_type == payload_type_) {
      const auto room = std::span{decoded_}.first(pulled.item.payload.size());
      audio::decode(*codec_, pulled.item.payload, room);
      unplayed_ = room;
      continue;
    }
    const auto pause = rest.first(std::min<std::size_t>(rest.size(), pulled.samples));
    if (pulled.kind != Kind::silence) concealer_.conceal(pause);
    rest = rest.subspan(pause.size());
  }
}

std::size_t Receiver::take_decoded(std::span<std::int16_t> out) {
  const auto part = unplayed_.first(std::min(out.size(), unplayed_.size()));
  std::ranges::copy(part, out.begin());
  concealer_.heard(out.first(part.size()));
  unplayed_ = unplayed_.subspan(part.size());
  return part.size();
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
                  .buffered = kSampleTime * jitter_.target(),
                  .packet_time = packet_time_,
                  .longest_gap = gap_since_look_.longest(now),
                  .round_trip = {},
                  .bursts = statistics_.bursts(),
                  .codec = impairment_,
                  .expects = hears_ && codec_ && ssrc_};
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
