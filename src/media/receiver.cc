// SPDX-License-Identifier: Apache-2.0
#include "media/receiver.h"

#include <algorithm>
#include <utility>

namespace godwit::media {
namespace {

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
  event_payload_type_ = agreement.receive_telephone_event;
  hears_ = sdp::receives(agreement.direction);
  if (!hears_) gap_.pause();
}

void Receiver::on_rtp(PathId path, std::span<const std::byte> bytes, TimePoint now,
                           Notices& notices) {
  const auto packet = rtp::parse_packet(bytes);
  if (!packet || !listens_on(path) || !accepts(packet->header, now)) return count_dropped();
  const rtp::Arrival arrival = statistics_.on_sequence(packet->header.sequence, now);
  if (arrival == rtp::Arrival::rejected) return count_dropped();

  ++received_;
  heard_at_ = now;
  note_heard(path, now, notices);
  if (hears_) gap_.on_packet(now);
  if (arrival == rtp::Arrival::duplicate) return;
  if (packet->header.payload_type == event_payload_type_) return on_event(*packet, now, notices);
  on_sound(*packet, now);
}

bool Receiver::accepts(const rtp::Header& header, TimePoint now) {
  const bool sound = codec_ && header.payload_type == payload_type_;
  if (!sound && header.payload_type != event_payload_type_) return false;
  if (header.ssrc == own_ssrc_) return false;
  if (ssrc_ == header.ssrc) return true;
  if (ssrc_) {
    if (now - heard_at_ < kSilentSource && now >= new_ssrc_until_) return false;
    statistics_.start_anew();
    jitter_.reset();
    digits_ = {};
  }
  new_ssrc_until_ = TimePoint::min();
  ssrc_ = header.ssrc;
  return true;
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
  static_cast<void>(jitter_.push({.timestamp = packet.header.timestamp,
                                  .payload_type = packet.header.payload_type,
                                  .samples = static_cast<std::uint16_t>(packet.payload.size()),
                                  .payload = packet.payload}));
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
