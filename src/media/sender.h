// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <memory>
#include <optional>

#include "audio/audio_port.h"
#include "audio/g711.h"
#include "rtp/digit_sender.h"
#include "rtp/packet.h"
#include "rtp/sender.h"
#include "sdp/offer_answer.h"
#include "media/gap_meter.h"
#include "media/session.h"

namespace godwit::media {

/// What we say: makes one frame every 20 ms, by a clock that does not drift, and says when which
/// packet leaves by which path. Part of Session.
///
/// A sequence number is taken only when a packet leaves: the far end's count of losses speaks of
/// the network, not of the time in which we had none.
class Sender {
 public:
  using Notices = std::vector<Notice>;

  Sender(std::unique_ptr<audio::Source> source, Random& random);

  void configure(const sdp::Agreement& agreement, TimePoint now, Notices& notices);
  void send_on(PathId path, const net::SocketAddress& remote, TimePoint now);
  void stop();
  /// The packet polled last was refused, or one before it (the system told late).
  void on_send_failed(PathId path, Notices& notices);
  void on_timeout(TimePoint now, Notices& notices);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const { return deadline_; }
  [[nodiscard]] std::optional<Transmit> poll(TimePoint now, Notices& notices);

  [[nodiscard]] Result<void> send_digits(std::string_view digits, Duration duration);
  void set_source(std::unique_ptr<audio::Source> source);

  struct Target {
    PathId path;
    net::SocketAddress remote;
    bool operator==(const Target&) const = default;
  };
  [[nodiscard]] const std::optional<Target>& target() const { return target_; }
  [[nodiscard]] const rtp::Sender& stream() const { return stream_; }
  /// Somebody else has our SSRC: what leaves from now on has another one.
  void take_new_ssrc(Random& random);
  [[nodiscard]] GapMeter& gap() { return gap_; }
  [[nodiscard]] const GapMeter& gap() const { return gap_; }
  [[nodiscard]] std::uint64_t packets_sent() const { return stream_.packets_in_all(); }

 private:
  struct Frame {
    enum class State : std::uint8_t { none, waiting, wanted, sent, refused };
    State state = State::none;
    TimePoint made{};
    std::uint32_t media_time = 0;  // when it is, unlike an event's timestamp
    rtp::Header header;
    bool numbered = false;  // has its sequence number for good
    std::size_t payload_size = 0;
    std::array<std::byte, rtp::kHeaderSize + rtp::kFrameSamples> wire{};
  };
  /// What is undone when the kernel refuses the packet that was polled last.
  struct Handed {
    Frame* frame = nullptr;
    bool took_sequence = false;
    bool told_first = false;
    GapMeter gap_before;
    std::optional<std::uint32_t> media_time_before;
  };

  void skip_what_is_overdue(TimePoint now);
  void make_frame(TimePoint now, Notices& notices);
  void fill_with_sound(Frame& frame, Notices& notices);
  [[nodiscard]] bool fill_with_digit(Frame& frame);
  [[nodiscard]] std::span<std::byte> payload_room(Frame& frame, std::size_t size) const;
  void want(Frame& frame, TimePoint now);
  Transmit hand_over(Frame& frame, TimePoint now, Notices& notices);
  void undo_hand_over(Notices& notices);
  void settle();

  std::unique_ptr<audio::Source> source_;
  bool told_ended_ = false;
  rtp::Sender stream_;
  rtp::DigitSender digits_;
  std::optional<audio::Codec> codec_;
  std::uint8_t payload_type_ = 0;
  std::optional<std::uint8_t> event_payload_type_;
  bool may_send_ = false;  // direction

  std::optional<TimePoint> deadline_;
  std::optional<Target> target_;
  bool first_on_path_ = false;  // nothing has left on it since it became the sending path
  Frame refused_;               // made before `latest_`, refused by the kernel: goes before it
  Frame latest_;
  Handed handed_;
  std::optional<std::uint32_t> sent_media_time_;
  GapMeter gap_;
};

}  // namespace godwit::media
