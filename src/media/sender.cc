// SPDX-License-Identifier: Apache-2.0
#include "media/sender.h"

#include <algorithm>
#include <utility>

namespace godwit::media {
namespace {

using std::chrono::milliseconds;

// Behind by more than this, frames are skipped: a burst would only fill the far end's buffer.
constexpr milliseconds kMostBehind{200};
// A refused frame older than this is of no use to the far end any more.
constexpr milliseconds kRefusedLife{60};
constexpr std::size_t kMostSamples = 48 * 60;  // of a packet: 60 ms at 48,000 Hz
constexpr std::size_t kMostPayload = 1400;     // what an encoder may ask for (godwit/audio.h)
constexpr milliseconds kShortestDigit{40};     // RFC 4733 §2.5.2.3 names 40 ms as the usual least
constexpr milliseconds kLongestDigit{5000};

}  // namespace

Sender::Sender(std::unique_ptr<audio::Source> source, std::shared_ptr<const Kit> kit,
               Random& random)
    : source_(std::move(source)), stream_(random), kit_(std::move(kit)) {}

void Sender::configure(const sdp::Agreement& agreement, TimePoint now, Notices& notices) {
  settle();
  if (format_ != agreement.send) keep_what_has_not_left();
  const bool other = take_codec(agreement);
  may_send_ = encoder_ && sdp::sends(agreement.direction);
  if (catch_up_) catch_up_->set_rate(rate_);
  if (catch_up_ && !may_send_) catch_up_->forget();
  // The far end would not understand, or not want, what was made under the old agreement.
  if (!may_send_ || other) refused_.state = latest_.state = Frame::State::none;
  if (!may_send_) gap_.pause();
  event_payload_type_ = agreement.send_telephone_event;
  event_rate_ = agreement.telephone_event_rate;
  use_gate(agreement);
  if (deadline_) return;
  deadline_ = now + packet_time_;
  stream_.advance(0, now);
  make_frame(now, notices);
}

/// Pauses are told instead of sent, but by a codec that does so itself.
void Sender::use_gate(const sdp::Agreement& agreement) {
  const bool wanted = encoder_ && agreement.send_comfort_noise && format_.name != "opus";
  noise_payload_type_ = agreement.send_comfort_noise;
  if (!wanted) return gate_.reset();
  if (gate_ && gate_rate_ == rate_) return;
  gate_.emplace(rate_);
  gate_rate_ = rate_;
}

void Sender::set_expected_loss(double share) {
  if (encoder_) encoder_->set_expected_loss(share);
}

/// @return whether what was encoded so far is of another codec.
bool Sender::take_codec(const sdp::Agreement& agreement) {
  if (encoder_ && format_ == agreement.send && wished_ == agreement.packet_time) return false;
  const bool other = format_ != agreement.send;
  const auto& [type, name, clock_rate, channels, parameters] = agreement.send;
  const CodecFormat theirs{name, clock_rate, channels, parameters};
  const auto codec = kit_->codecs.find(theirs);
  wished_ = agreement.packet_time;
  const milliseconds packet_time = codec ? codec->packet_time(wished_) : wished_;
  encoder_ = codec ? codec->make_encoder(theirs, packet_time) : nullptr;
  if (!encoder_) return true;
  format_ = agreement.send;
  packet_time_ = packet_time;
  rate_ = codec->sample_rate();
  stream_.set_clock_rate(clock_rate);
  step_ = clock_rate / 1000 * static_cast<std::uint32_t>(packet_time.count());
  source_->set_rate(rate_);
  return other;
}

void Sender::send_on(PathId path, const net::SocketAddress& remote, TimePoint now) {
  settle();
  const Target target{.path = path, .remote = remote};
  if (target_ == target) return;
  if (!target_ || target_->path != path) first_on_path_ = true;
  target_ = target;
  want(refused_, now);
  want(latest_, now);
}

/// A frame goes out, or out again, when it is still news to the far end.
void Sender::want(Frame& frame, TimePoint now) {
  if (frame.state == Frame::State::none) return;
  const Duration life = frame.state == Frame::State::refused ? kRefusedLife : packet_time_;
  if (now - frame.made <= life) frame.state = Frame::State::wanted;
}

void Sender::stop() {
  settle();
  target_.reset();
  refused_.state = Frame::State::none;
  if (latest_.state == Frame::State::wanted) latest_.state = Frame::State::waiting;
}

void Sender::on_timeout(TimePoint now, Notices& notices) {
  if (!deadline_ || now < *deadline_) return;
  skip_what_is_overdue(now);
  stream_.advance(latest_.step, *deadline_);
  *deadline_ += packet_time_;
  make_frame(now, notices);
}

void Sender::skip_what_is_overdue(TimePoint now) {
  const Duration behind = now - *deadline_;
  if (behind <= kMostBehind) return;
  const auto frames = behind / packet_time_;
  stream_.advance(static_cast<std::uint32_t>(frames) * step_, now);
  *deadline_ += frames * packet_time_;
  source_->pass(static_cast<std::size_t>(frames) * samples_in_packet());
}

/// Sound that nothing took is said again, later.
void Sender::keep_what_has_not_left() {
  const bool left =
      latest_.state == Frame::State::none || latest_.state == Frame::State::sent;
  if (!catch_up_ || left || latest_.header.payload_type != format_.payload_type) return;
  catch_up_->give_back();
  latest_.state = Frame::State::none;
}

void Sender::make_frame(TimePoint now, Notices& notices) {
  settle();
  keep_what_has_not_left();
  const bool refusing = latest_.state == Frame::State::refused;
  refused_.state = Frame::State::none;
  if (refusing) std::swap(refused_, latest_);
  latest_.state = Frame::State::none;
  latest_.step = step_;
  if (!may_send_) return source_->pass(samples_in_packet());

  latest_.made = now;
  latest_.media_time = stream_.timestamp();
  latest_.numbered = false;
  latest_.header = {.timestamp = stream_.timestamp(), .ssrc = stream_.ssrc()};
  // A digit waits for a path that works, else its end might go unheard.
  const bool digit = target_ && !refusing && fill_with_digit(latest_);
  if (digit) source_->pass(samples_in_packet());
  const bool made = digit || fill_with_sound(latest_, notices);
  if (made) latest_.state = target_ ? Frame::State::wanted : Frame::State::waiting;
  if (refusing && target_) want(refused_, now);
}

std::size_t Sender::samples_in_packet() const {
  return static_cast<std::size_t>(rate_) / 1000 *
         static_cast<std::size_t>(packet_time_ / milliseconds{1});
}

void Sender::Frame::carry(std::span<const std::byte> payload) {
  wire.resize(rtp::kHeaderSize);
  wire.insert(wire.end(), payload.begin(), payload.end());
}

/// @return false: the codec is of the opinion that nothing need be sent.
bool Sender::fill_with_sound(Frame& frame, Notices& notices) {
  std::array<std::int16_t, kMostSamples> room;  // NOLINT: filled as far as it is used
  const auto samples = std::span{room}.first(samples_in_packet());
  std::ranges::fill(samples, std::int16_t{0});  // a source of the application's might leave some out
  if (catch_up_) {
    catch_up_->read(*source_, samples);
  } else {
    source_->read(samples);
  }
  if (source_->ended() && !std::exchange(told_ended_, true)) notices.emplace_back(SourceEnded{});
  if (gate_) {
    const auto verdict = gate_->judge(samples);
    if (verdict == audio::SilenceGate::Send::nothing) return false;
    if (verdict == audio::SilenceGate::Send::noise) {
      frame.header.payload_type = *noise_payload_type_;
      const audio::NoisePayload noise = gate_->noise();
      frame.carry(noise);
      return true;
    }
  }
  std::array<std::byte, kMostPayload> payload;  // NOLINT: filled by the encoder
  const std::size_t size = encoder_->encode(samples, payload);
  if (size == 0) return false;
  frame.header.payload_type = format_.payload_type;
  frame.carry(std::span{payload}.first(size));
  return true;
}

bool Sender::fill_with_digit(Frame& frame) {
  if (!event_payload_type_) return false;
  const auto packet = static_cast<std::uint32_t>(packet_time_ / milliseconds{1});
  const rtp::DigitSender::Pace pace{.step = event_rate_ / 1000 * packet, .clock_rate = event_rate_};
  const auto digit = digits_.next(stream_.timestamp(), pace);
  if (!digit) return false;
  frame.header.payload_type = *event_payload_type_;
  frame.header.timestamp = digit->timestamp;
  frame.header.marker = digit->first;
  std::array<std::byte, rtp::TelephoneEvent::kSize> payload{};
  rtp::write_telephone_event(digit->event, payload);
  frame.carry(payload);
  return true;
}

std::optional<Transmit> Sender::poll(TimePoint now, Notices& notices) {
  settle();
  if (!target_) return std::nullopt;
  for (Frame* const frame : {&refused_, &latest_}) {
    if (frame->state == Frame::State::wanted) return hand_over(*frame, now, notices);
  }
  return std::nullopt;
}

Transmit Sender::hand_over(Frame& frame, TimePoint now, Notices& notices) {
  handed_ = {.frame = &frame,
             .took_sequence = !frame.numbered,
             .told_first = first_on_path_,
             .gap_before = gap_,
             .next_media_time_before = next_media_time_};
  if (!frame.numbered) {
    frame.header.sequence = stream_.take_sequence();
    // The marker tells that time was left out before this packet (RFC 3551 §4.1).
    const bool event = frame.header.payload_type == event_payload_type_;
    if (!event) frame.header.marker = next_media_time_ != frame.media_time;
    rtp::write_header(frame.header, frame.wire);
    next_media_time_ = frame.media_time + frame.step;
  }
  frame.state = Frame::State::sent;
  stream_.count_sent(static_cast<std::uint32_t>(frame.payload_size()));
  gap_.on_packet(now);
  if (std::exchange(first_on_path_, false)) {
    notices.emplace_back(FirstPacketSent{.path = target_->path, .at = now});
  }
  return {
      .path = target_->path, .channel = Channel::rtp, .to = target_->remote, .bytes = frame.wire};
}

/// The packet that was handed over has left, for all we know.
void Sender::settle() {
  if (handed_.frame == nullptr) return;
  handed_.frame->numbered = true;
  if (handed_.frame == &refused_) refused_.state = Frame::State::none;
  handed_.frame = nullptr;
}

std::optional<std::uint16_t> Sender::on_send_failed(PathId path, Notices& notices) {
  if (!target_ || target_->path != path) return std::nullopt;
  std::optional<std::uint16_t> free;
  if (handed_.frame != nullptr) {
    free = undo_hand_over(notices);
  } else if (latest_.state == Frame::State::sent) {
    latest_.state = Frame::State::refused;
  }
  // What refused one packet will refuse the next: wait for another path, or the next tick.
  if (latest_.state == Frame::State::wanted) latest_.state = Frame::State::refused;
  return free;
}

std::optional<std::uint16_t> Sender::undo_hand_over(Notices& notices) {
  Frame& frame = *handed_.frame;
  handed_.frame = nullptr;
  frame.state = Frame::State::refused;
  stream_.uncount_sent(static_cast<std::uint32_t>(frame.payload_size()));
  gap_ = handed_.gap_before;
  next_media_time_ = handed_.next_media_time_before;
  std::optional<std::uint16_t> free;
  if (handed_.took_sequence) {
    stream_.give_back_sequence();
    free = frame.header.sequence;
  }
  if (!handed_.told_first) return free;
  first_on_path_ = true;
  std::erase_if(notices, [this](const Notice& notice) {
    const auto* const first = std::get_if<FirstPacketSent>(&notice);
    return first != nullptr && first->path == target_->path;
  });
  return free;
}

void Sender::take_new_ssrc(Random& random) {
  settle();
  stream_.take_new_ssrc(random);
  for (Frame* const frame : {&refused_, &latest_}) {
    frame->header.ssrc = stream_.ssrc();
    if (frame->numbered) frame->state = Frame::State::none;  // it left under the old one
  }
}

Result<void> Sender::send_digits(std::string_view digits, Duration duration) {
  if (!encoder_) return fail(Errc::wrong_state, "digits: no media has been agreed yet");
  if (!event_payload_type_) {
    return fail(Errc::unsupported, "digits: the far end takes no telephone-event (RFC 4733)");
  }
  if (duration < kShortestDigit || duration > kLongestDigit) {
    return fail(Errc::invalid_argument, "digits: a duration is 40 ms to 5 s");
  }
  if (!std::ranges::all_of(digits, [](char c) { return rtp::event_of_digit(c).has_value(); })) {
    return fail(Errc::invalid_argument, "digits: only 0-9, *, # and A-D can be sent");
  }
  if (!digits_.queue(digits, std::chrono::duration_cast<milliseconds>(duration))) {
    return fail(Errc::limit_reached, "digits: too many are waiting to be sent");
  }
  return {};
}

void Sender::set_source(std::unique_ptr<audio::Source> source) {
  source_ = std::move(source);
  source_->set_rate(rate_);
  told_ended_ = false;
}

}  // namespace godwit::media
