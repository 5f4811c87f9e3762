// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "audio/comfort_noise.h"
#include "audio/concealer.h"
#include "audio/sound_buffer.h"
#include "audio/time_stretch.h"
#include "godwit/audio.h"
#include "godwit/time.h"
#include "rtp/delay_target.h"
#include "rtp/packet.h"
#include "rtp/packet_store.h"
#include "rtp/timeline.h"

namespace godwit::media {

/// Makes even sound of the packets of one source, whenever they come: puts them in order, decodes,
/// conceals what is missing, and plays each as late as the network makes necessary and no later.
///
/// The delay follows the network (rtp::DelayTarget): in pauses for nothing, within speech by
/// stretching time, one period of the voice at a time. A path that is slower is followed by waiting
/// once for its first packet, a faster one by playing a little faster until the delay is what it
/// needs; a far end whose clock drifts is the same thing, slowly. Nothing that was said is left out
/// but what never came, or came after its successor had been played, or is more than `kMostOver` late.
class Playout {
 public:
  /// More waiting than this beyond the target is not played faster but left out.
  static constexpr Duration kMostOver = std::chrono::milliseconds{1000};

  struct Statistics {
    Duration delay{};    ///< what is played now waits so much longer than the fastest packets must
    Duration target{};   ///< the same, as it should be
    Duration waiting{};  ///< of packets from their arrival to their play, averaged over the last ones
    std::uint64_t packets_played = 0;
    std::uint64_t packets_late = 0;       ///< came after their time, or were left out
    std::uint64_t packets_recovered = 0;  ///< lost, and found in their successor (in-band FEC)
    Duration concealed{};   ///< sound made up in the place of what is missing
    Duration shortened{};   ///< left out by stretching time
    Duration lengthened{};  ///< said twice by stretching time
  };

  Playout();

  /// Packets of this type are of this codec, from now on. A decoder is made when the first one comes,
  /// and kept.
  void understand(std::uint8_t payload_type, std::shared_ptr<const Codec> codec);
  [[nodiscard]] bool understands(std::uint8_t payload_type) const;
  /// Comfort noise (RFC 3389) has this payload type; empty: none.
  void understand_comfort_noise(std::optional<std::uint8_t> payload_type) {
    noise_payload_type_ = payload_type;
  }

  enum class Stored : std::uint8_t { yes, duplicate, too_late, unreadable };
  Stored push(const rtp::Packet& packet, TimePoint arrived);
  /// How long after its arrival the first packet is best played, if so much is pulled at a time.
  [[nodiscard]] Duration first_wait(Duration frame) const;
  /// What is to be heard from `now` on; silence before the first packet is due.
  /// @param frame  10 or 20 ms at `rate()`
  void pull(std::span<std::int16_t> frame, TimePoint now);
  /// Of the next frame, in Hz: changes when the far end changes to a codec of another rate. Told anew
  /// by every `push` and `pull`.
  [[nodiscard]] int rate() const { return rate_; }

  /// Of the timestamps of this payload type.
  [[nodiscard]] std::uint32_t clock_rate_of(std::uint8_t payload_type) const;
  /// How much sound the newest packet holds.
  [[nodiscard]] Duration packet_time() const;
  /// The far end has told that it says nothing for a while (comfort noise).
  [[nodiscard]] bool silent_by_intent() const { return noise_; }

  /// Another source begins: nothing of the old one is played any more.
  void reset();
  [[nodiscard]] Statistics statistics() const;

 private:
  struct Voice {
    std::uint8_t payload_type = 0;
    std::shared_ptr<const Codec> codec;
    std::unique_ptr<Decoder> decoder;
    std::uint32_t clock_rate = 8000;
    int rate = 8000;
  };
  using Item = rtp::PacketStore::Item;
  using Ticks = rtp::Ticks;

  [[nodiscard]] const Voice* voice_of(std::uint8_t payload_type) const;
  [[nodiscard]] Voice* voice_of(std::uint8_t payload_type);
  [[nodiscard]] std::optional<Item> read(const rtp::Packet& packet, TimePoint arrived);
  [[nodiscard]] std::optional<Ticks> lay(const Item& item, std::uint32_t timestamp,
                                         std::uint32_t clock_rate);
  void store(const Item& item);

  void leave_out_what_is_too_old(Ticks now);
  void gather(std::size_t samples, Ticks now);
  bool play_next(Ticks now);
  [[nodiscard]] Ticks target() const;
  [[nodiscard]] bool is_due(const Item& item, Ticks now) const;
  [[nodiscard]] static Ticks alignment(const Item& item, Ticks frame);
  bool recover(const Item& successor);
  void play(const Item& item, Ticks now);
  void decode(Voice& voice, const Item& item);
  void begin_noise(std::span<const std::byte> payload);
  void conceal(std::size_t samples);
  [[nodiscard]] bool conceal_by_decoder(std::size_t samples);

  void adjust(std::size_t frame, Ticks now);
  [[nodiscard]] Ticks beyond_the_grid(std::size_t frame) const;
  void shorten(std::size_t frame, Ticks now, Ticks over);
  void lengthen(Ticks by);
  void move_excess(Ticks by);
  [[nodiscard]] bool play_following(Ticks now);
  void turn_if_due();
  void turn_to(int rate);

  [[nodiscard]] Ticks length_of(std::size_t samples) const {
    return rtp::ticks_of(static_cast<std::int64_t>(samples), rate_);
  }
  [[nodiscard]] std::size_t samples_of(Ticks length) const {
    return length.count() > 0 ? static_cast<std::size_t>(rtp::samples_in(length, rate_)) : 0;
  }
  /// When a sample that were decoded now would be heard.
  [[nodiscard]] Ticks heard_at(Ticks now) const { return now + length_of(sound_.size()); }
  [[nodiscard]] bool pausing() const;

  std::vector<Voice> voices_;
  std::optional<std::uint8_t> noise_payload_type_;
  rtp::Timeline line_;
  rtp::DelayTarget delay_;
  rtp::PacketStore store_;
  Ticks newest_end_{};     // of the newest packet
  Ticks newest_length_{};  // of the newest that has sound

  int rate_ = 8000;
  audio::TimeStretch stretch_{8000};
  audio::SoundBuffer sound_;  // decoded, not played yet
  audio::Concealer concealer_;
  std::optional<std::uint8_t> playing_;  // payload type of the last one
  std::int64_t played_ = 0;              // its sequence number
  Ticks next_{};                         // where in the stream decoding goes on
  Ticks concealed_{};     // since the last sound of a packet
  std::int64_t asked_ = -1;  // the sequence number of the last successor that was asked for a copy
  int copies_for_ = 0;  // packets for which the copies in their successors are waited for
  Ticks copy_{};        // how much longer that takes
  bool blend_ = false;    // what comes next does not follow what came last
  bool noise_ = false;    // the far end told that it is silent, and how that sounds
  audio::NoiseDescription noise_description_;
  std::optional<audio::ComfortNoise> comfort_noise_;
  // How much later than the target makes necessary a packet was needed, at the least: of this window of
  // pulls and of the one before.
  static constexpr Ticks kUnknown = Ticks::max();
  Ticks excess_ = kUnknown, previous_excess_ = kUnknown;
  int window_ = 0;
  Ticks grid_{1};  // in which that changes
  std::size_t rest_ = 0;  // samples to play before time is stretched again
  int refusals_ = 0;      // places in a row where it could not be stretched
  std::size_t frame_ = 0;  // samples of the last one
  Ticks pulled_at_{};

  Statistics statistics_;
  Ticks concealed_in_all_{}, shortened_{}, lengthened_{};
  Ticks waiting_{};
};

}  // namespace godwit::media
