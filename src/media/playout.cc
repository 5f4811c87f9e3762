// SPDX-License-Identifier: Apache-2.0
#include "media/playout.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include "base/assert.h"
#include "base/limits.h"

namespace godwit::media {
namespace {

using rtp::Ticks;
using std::chrono::milliseconds;

// A place in the stream that is so far from where arrivals say it is comes of a clock that jumped.
constexpr Ticks kJump = milliseconds{1000};
// Packets lost where the clock changed, of which nobody can say how long they were.
constexpr std::int64_t kMostMissing = 10;
constexpr Ticks kLongestPacket = milliseconds{120};  // RFC 6716 §2: Opus
// After so much concealment nothing is heard any more, and the delay may change for nothing.
constexpr Ticks kConcealed = milliseconds{60};

// After so long nothing is expected any more, noise of a pause neither: it would only cost time.
constexpr Ticks kGone = milliseconds{2000};

// Time is stretched when the delay is so far from what it should be. Too short is worse: packets are
// late then; the target's own margin is 4 ms.
constexpr Ticks kTooLong = milliseconds{5};
constexpr Ticks kTooShort = milliseconds{2};
constexpr Ticks kShortestPeriod{240};  // 2.5 ms
constexpr Ticks kGenerous = milliseconds{5};       // more than was needed, if a period is so long
constexpr Ticks kUrgent = milliseconds{250};       // over the target: no rest in between
constexpr int kWindow = 10;                        // pulls: the longest packets are in it
constexpr int kCopiesFor = 500;                    // packets: 10 s
constexpr std::size_t kRestAfter = 3;              // periods: at most 4/3 of the speed
constexpr int kPatience = 10;                      // refusals before likeness counts less
constexpr std::size_t kMostLag = 15 * 48;          // TimeStretch::longest() at 48 kHz
constexpr std::uint32_t kNoiseClock = 8000;        // RFC 3389 §4: of payload type 13
constexpr int kHighestRate = 48'000;

Ticks ticks(TimePoint time) { return std::chrono::duration_cast<Ticks>(time.time_since_epoch()); }

Duration duration(Ticks time) { return std::chrono::duration_cast<Duration>(time); }

std::size_t in_ms(int rate, std::size_t ms) { return static_cast<std::size_t>(rate) / 1000 * ms; }

/// The same sound at another rate, by straight lines: good for the few samples around a change.
void redraw(std::span<const std::int16_t> from, std::span<std::int16_t> to) {
  for (std::size_t i = 0; i < to.size(); ++i) {
    const double place = static_cast<double>(i) * static_cast<double>(from.size()) /
                         static_cast<double>(to.size());
    const auto left = static_cast<std::size_t>(place);
    const std::size_t right = std::min(left + 1, from.size() - 1);
    const double share = place - static_cast<double>(left);
    to[i] = static_cast<std::int16_t>(from[left] * (1 - share) + from[right] * share);
  }
}

}  // namespace

Playout::Playout() : sound_(stretch_.longest()) {}

void Playout::understand(std::uint8_t payload_type, std::shared_ptr<const Codec> codec) {
  GODWIT_ASSERT(codec != nullptr);
  Voice* const known = voice_of(payload_type);
  if (known != nullptr && known->codec == codec) return;
  Voice& voice = known != nullptr ? *known : voices_.emplace_back();
  voice.payload_type = payload_type;
  voice.clock_rate = codec->format().clock_rate;
  voice.rate = codec->sample_rate();
  GODWIT_ASSERT(voice.clock_rate > 0 && voice.rate >= 8000 && voice.rate <= kHighestRate);
  voice.codec = std::move(codec);
  voice.decoder.reset();
  if (known != nullptr) store_.clear();  // what waits was meant for the old one
}

bool Playout::understands(std::uint8_t payload_type) const {
  return payload_type == noise_payload_type_ || voice_of(payload_type) != nullptr;
}

const Playout::Voice* Playout::voice_of(std::uint8_t payload_type) const {
  for (const Voice& voice : voices_) {
    if (voice.payload_type == payload_type) return &voice;
  }
  return nullptr;
}

Playout::Voice* Playout::voice_of(std::uint8_t payload_type) {
  return const_cast<Voice*>(std::as_const(*this).voice_of(payload_type));  // NOLINT
}

std::uint32_t Playout::clock_rate_of(std::uint8_t payload_type) const {
  const Voice* const voice = voice_of(payload_type);
  return voice != nullptr ? voice->clock_rate : kNoiseClock;
}

Duration Playout::packet_time() const { return duration(newest_length_); }

Playout::Stored Playout::push(const rtp::Packet& packet, TimePoint arrived) {
  const auto item = read(packet, arrived);
  if (!item) return Stored::unreadable;
  const bool newest = line_.is_newest(item->sequence);
  const std::uint32_t clock_rate = clock_rate_of(item->payload_type);
  const auto place = lay(*item, packet.header.timestamp, clock_rate);
  line_.note(item->sequence, packet.header.timestamp, clock_rate);
  if (place) {
    delay_.observe(item->arrived - *place, item->arrived,
                   newest ? rtp::DelayTarget::Order::next : rtp::DelayTarget::Order::overtaken);
  }
  if (!place || (playing_ && item->sequence <= played_)) {
    ++statistics_.packets_late;
    return Stored::too_late;
  }
  Item placed = *item;
  placed.at = *place;
  if (newest) newest_end_ = placed.at + placed.length;
  if (newest && placed.length > Ticks{}) newest_length_ = placed.length;
  const auto stored = store_.insert(placed);
  if (stored == rtp::PacketStore::Stored::no_room) store(placed);
  turn_if_due();
  return stored == rtp::PacketStore::Stored::duplicate ? Stored::duplicate : Stored::yes;
}

/// A packet as it will wait, less its place.
std::optional<Playout::Item> Playout::read(const rtp::Packet& packet, TimePoint arrived) {
  Item item{.sequence = line_.extend(packet.header.sequence),
            .payload_type = packet.header.payload_type,
            .arrived = ticks(arrived),
            .payload = packet.payload};
  if (packet.payload.size() > limits::kRtpPayloadBytes) return std::nullopt;
  if (item.payload_type == noise_payload_type_) return item;
  Voice* const voice = voice_of(item.payload_type);
  if (voice == nullptr) return std::nullopt;
  if (!voice->decoder) voice->decoder = voice->codec->make_decoder();
  const auto samples = static_cast<std::int64_t>(voice->decoder->samples_in(packet.payload));
  item.length = rtp::ticks_of(samples, voice->rate);
  if (samples == 0 || item.length > kLongestPacket) return std::nullopt;
  return item;
}

/// Where in the stream a packet is; nowhere for a straggler whose clock is gone.
std::optional<Ticks> Playout::lay(const Item& item, std::uint32_t timestamp,
                                  std::uint32_t clock_rate) {
  const bool newest = line_.is_newest(item.sequence);
  if (!line_.started()) {
    line_.anchor(item.sequence, timestamp, clock_rate, item.arrived);
  } else if (!line_.knows(item.sequence, clock_rate)) {
    if (!newest) return std::nullopt;
    const std::int64_t missing = std::min(item.sequence - line_.newest() - 1, kMostMissing);
    line_.anchor(item.sequence, timestamp, clock_rate, newest_end_ + missing * item.length);
  }
  const Ticks at = line_.place(item.sequence, timestamp, clock_rate);
  if (!newest || delay_.empty()) return at;
  const Ticks lateness = item.arrived - at;
  if (lateness - delay_.lowest() < kJump && delay_.lowest() - lateness < kJump) return at;
  const Ticks expected = std::max(item.arrived - delay_.lowest(), newest_end_);
  line_.anchor(item.sequence, timestamp, clock_rate, expected);
  return expected;
}

/// There is no room: the oldest ones make it.
void Playout::store(const Item& item) {
  store_.drop_first();
  ++statistics_.packets_late;
  static_cast<void>(store_.insert(item));
}

void Playout::pull(std::span<std::int16_t> frame, TimePoint now) {
  const Ticks at = ticks(now);
  pulled_at_ = at;
  frame_ = frame.size();
  leave_out_what_is_too_old(at);
  gather(frame.size(), at);
  adjust(frame.size(), at);
  sound_.take(frame);
  pulled_at_ += length_of(frame.size());
  turn_if_due();
}

void Playout::leave_out_what_is_too_old(Ticks now) {
  const Ticks most = std::chrono::duration_cast<Ticks>(kMostOver);
  while (store_.size() > 1 && heard_at(now) - store_.at().at - target() > most) {
    next_ = store_.at().at + store_.at().length;
    played_ = store_.at().sequence;
    store_.drop_first();
    blend_ = true;
    ++statistics_.packets_late;
  }
}

/// Until there is a frame: of packets, of concealment where none is there.
void Playout::gather(std::size_t samples, Ticks now) {
  while (sound_.size() < samples) {
    if (store_.empty() || !play_next(now)) conceal(samples - sound_.size());
  }
}

bool Playout::play_next(Ticks now) {
  const Item& first = store_.at();
  const Voice* const voice = voice_of(first.payload_type);
  if (voice != nullptr && voice->rate != rate_) return false;  // from the next frame on
  const bool follows = first.at <= next_;
  if (!follows && recover(first)) return true;
  if (!is_due(first, now)) return false;
  if (!follows && playing_ && concealed_ == Ticks{}) blend_ = true;
  if (pausing()) excess_ = previous_excess_ = kUnknown;
  excess_ = std::min(excess_, now - first.at - target());
  play(first, now);
  return true;
}

/// With which lateness sound is to be played now.
Ticks Playout::target() const {
  return copies_for_ > 0 ? delay_.target() + copy_ : delay_.target();
}

bool Playout::is_due(const Item& item, Ticks now) const {
  const bool in_time = heard_at(now) >= item.at + target() + alignment(item, length_of(frame_));
  if (in_time || pausing()) return in_time;
  // What is missing before it is concealed for as long as it would have been heard.
  return concealed_ >= item.at - next_;
}

/// What packets wait for because they do not begin where frames do: of 10 ms, the second one of each
/// frame of 20 ms is needed with the first.
Ticks Playout::alignment(const Item& item, Ticks frame) {
  return frame - Ticks{std::gcd(frame.count(), item.length.count())};
}

Duration Playout::first_wait(Duration frame) const {
  const Ticks margin = rtp::DelayTarget::kMargin;
  if (store_.empty()) return duration(margin);
  return duration(margin + alignment(store_.at(), std::chrono::duration_cast<Ticks>(frame)));
}

bool Playout::pausing() const { return !playing_ || noise_ || concealed_ >= kConcealed; }

/// The packet before `successor`, of the copy that this one carries. What has been concealed before it
/// came is of use to the decoder only; but then those who follow are waited for, for a while.
bool Playout::recover(const Item& successor) {
  if (pausing() || successor.sequence != played_ + 2) return false;
  if (std::exchange(asked_, successor.sequence) == successor.sequence) return false;
  if (successor.payload_type != playing_ || successor.at - next_ > successor.length) return false;
  Voice* const voice = voice_of(successor.payload_type);
  const auto room = sound_.extend(samples_of(successor.at - next_));
  const bool recovered = voice->decoder->recover(successor.payload, room);
  if (recovered) {
    copies_for_ = kCopiesFor;
    copy_ = successor.length;
  }
  if (!recovered || concealed_ > Ticks{}) {
    sound_.shrink(room.size());
    return false;
  }
  concealer_.heard(room);
  next_ = successor.at;
  ++played_;
  ++statistics_.packets_recovered;
  return true;
}

void Playout::play(const Item& item, Ticks now) {
  waiting_ += (heard_at(now) - item.arrived - waiting_) / 16;
  if (Voice* const voice = voice_of(item.payload_type)) {
    if (std::exchange(noise_, false)) blend_ = true;
    decode(*voice, item);
    playing_ = item.payload_type;
    grid_ = Ticks{std::gcd(length_of(frame_).count(), item.length.count())};
  } else {
    begin_noise(item.payload);
  }
  next_ = item.at + item.length;
  played_ = item.sequence;
  concealed_ = {};
  if (copies_for_ > 0) --copies_for_;
  ++statistics_.packets_played;
  store_.drop_first();
}

void Playout::begin_noise(std::span<const std::byte> payload) {
  const auto description = audio::parse_comfort_noise(payload);
  if (!description) return;
  noise_description_ = *description;
  if (!comfort_noise_) comfort_noise_.emplace(rate_);
  comfort_noise_->describe(noise_description_);
  if (!playing_ || std::exchange(noise_, true)) return;
  blend_ = true;
}

void Playout::decode(Voice& voice, const Item& item) {
  const auto room = sound_.extend(samples_of(item.length));
  const std::size_t samples = std::min(voice.decoder->decode(item.payload, room), room.size());
  std::ranges::fill(room.subspan(samples), std::int16_t{0});
  // What was heard last goes on for a moment below what begins.
  if (std::exchange(blend_, false)) concealer_.conceal({});
  concealer_.heard(room);
}

void Playout::conceal(std::size_t samples) {
  if (!playing_ || noise_) {
    const auto room = sound_.extend(samples);
    if (noise_) {
      comfort_noise_->make(room);
      if (std::exchange(blend_, false)) concealer_.conceal({});
    } else {
      std::ranges::fill(room, std::int16_t{0});
      blend_ = true;
    }
    concealer_.heard(room);
    return;
  }
  if (concealed_ < kConcealed) concealed_in_all_ += length_of(samples);
  concealed_ += length_of(samples);
  if (concealed_ < kGone && conceal_by_decoder(samples)) return;
  concealer_.conceal(sound_.extend(samples));
}

bool Playout::conceal_by_decoder(std::size_t samples) {
  const Voice* const voice = voice_of(*playing_);
  if (voice == nullptr || !voice->decoder || voice->rate != rate_) return false;
  // Whole 10 ms: codecs conceal frames, not samples.
  const std::size_t unit = in_ms(rate_, 10);
  const auto room = sound_.extend((samples + unit - 1) / unit * unit);
  if (!voice->decoder->conceal(room)) {
    sound_.shrink(room.size());
    return false;
  }
  concealer_.heard(room);
  return true;
}

void Playout::adjust(std::size_t frame, Ticks now) {
  rest_ -= std::min(rest_, frame);
  if (pausing() || concealed_ > Ticks{}) return;
  if (++window_ >= kWindow) {
    window_ = 0;
    previous_excess_ = std::exchange(excess_, kUnknown);
  }
  const Ticks excess = std::min(excess_, previous_excess_);
  if (excess == kUnknown) return;
  const Ticks beyond = beyond_the_grid(frame);
  if (excess < -kTooShort) {
    const auto steps = (-excess + grid_ - Ticks{1}) / grid_;
    if (rest_ == 0) lengthen(steps * grid_ - beyond);
    return;
  }
  const auto steps = std::max(excess, Ticks{}) / grid_;
  const Ticks over = steps * grid_ + beyond;
  if (over <= kTooLong) {
    refusals_ = 0;
  } else if (rest_ == 0 || over > kUrgent) {
    shorten(frame, now, over);
  }
}

/// Sound waits for whole frames and whole packets: when a packet is needed changes only by the
/// greatest common measure of both. What is decoded beyond that is delay for nothing.
Ticks Playout::beyond_the_grid(std::size_t frame) const {
  return length_of(sound_.size() - frame) % grid_;
}

void Playout::shorten(std::size_t frame, Ticks now, Ticks over) {
  while (sound_.size() < frame + stretch_.longest() && play_following(now)) {
  }
  const std::size_t spare = sound_.size() - frame;
  const std::size_t most = std::min(spare, samples_of(over));
  if (most < samples_of(kShortestPeriod)) return;
  const double likeness = refusals_ < kPatience ? 0.85 : refusals_ < kPatience * 2 ? 0.5 : -1;
  const std::size_t cut =
      stretch_.shorten(sound_.waiting(), {.at_most = most, .likeness = likeness});
  const Ticks beyond = beyond_the_grid(frame);
  sound_.skip(cut);
  move_excess(beyond - beyond_the_grid(frame) - length_of(cut));
  shortened_ += length_of(cut);
  refusals_ = cut == 0 ? refusals_ + 1 : 0;
  rest_ = cut == 0 ? frame : cut * kRestAfter;
}

/// Decodes the packet that follows without a break, if it is there.
bool Playout::play_following(Ticks now) {
  if (store_.empty() || store_.at().at > next_) return false;
  const Voice* const voice = voice_of(store_.at().payload_type);
  if (voice == nullptr || voice->rate != rate_) return false;
  play(store_.at(), now);
  return true;
}

void Playout::lengthen(Ticks by) {
  std::array<std::int16_t, kMostLag> extra;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled
  const double likeness = refusals_ < kPatience ? 0.85 : refusals_ < kPatience * 2 ? 0.5 : -1;
  const std::size_t more =
      stretch_.lengthen(sound_.all(), sound_.gone(), extra,
                        {.at_most = samples_of(by + kGenerous), .likeness = likeness});
  const Ticks beyond = beyond_the_grid(frame_);
  sound_.put_first(std::span{extra}.first(more));
  move_excess(beyond - beyond_the_grid(frame_) + length_of(more));
  lengthened_ += length_of(more);
  refusals_ = more == 0 ? refusals_ + 1 : 0;
  rest_ = more == 0 ? frame_ : more * kRestAfter;
}

void Playout::move_excess(Ticks by) {
  for (Ticks* const excess : {&excess_, &previous_excess_}) {
    if (*excess != kUnknown) *excess += by;
  }
}

/// The next packet is of another rate, and there is no whole frame of the present one any more.
void Playout::turn_if_due() {
  if (store_.empty() || sound_.size() >= std::max<std::size_t>(frame_, 1)) return;
  const Item& first = store_.at();
  const Voice* const voice = voice_of(first.payload_type);
  if (voice == nullptr || voice->rate == rate_) return;
  if (first.at <= next_ || concealed_ > Ticks{} || pausing()) turn_to(voice->rate);
}

/// What was heard and what waits goes over to the new rate, so that sound goes on without a gap.
void Playout::turn_to(int rate) {
  const auto in_new = [&](std::size_t samples) {
    return samples * static_cast<std::size_t>(rate) / static_cast<std::size_t>(rate_);
  };
  const std::size_t past = in_new(sound_.gone());
  const std::size_t all = in_new(sound_.all().size());
  stretch_ = audio::TimeStretch{rate};
  audio::SoundBuffer sound{stretch_.longest()};
  const auto room = sound.extend(all);
  if (all > 0) redraw(sound_.all(), room);
  concealer_ = audio::Concealer{rate};
  concealer_.heard(room);
  sound.pass(past);
  sound_ = std::move(sound);
  comfort_noise_.reset();
  if (noise_) comfort_noise_.emplace(rate).describe(noise_description_);
  frame_ = in_new(frame_);
  rate_ = rate;
  blend_ = playing_.has_value();
}

void Playout::reset() {
  line_ = {};
  newest_end_ = next_ = {};
  delay_.reset();
  store_.clear();
  sound_.clear();
  concealer_ = audio::Concealer{rate_};
  playing_.reset();
  asked_ = -1;
  concealed_ = {};
  blend_ = noise_ = false;
  comfort_noise_.reset();
  rest_ = 0;
  refusals_ = copies_for_ = 0;
  for (Voice& voice : voices_) voice.decoder.reset();
}

Playout::Statistics Playout::statistics() const {
  Statistics out = statistics_;
  if (!delay_.empty()) out.target = duration(target() - delay_.lowest());
  if (playing_ && !pausing()) out.delay = duration(heard_at(pulled_at_) - next_ - delay_.lowest());
  out.waiting = duration(waiting_);
  out.concealed = duration(concealed_in_all_);
  out.shortened = duration(shortened_);
  out.lengthened = duration(lengthened_);
  return out;
}

}  // namespace godwit::media
