// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "audio/audio_port.h"
#include "audio/silence_gate.h"
#include "media/catch_up.h"
#include "media/gap_meter.h"
#include "media/session.h"
#include "rtp/digit_sender.h"
#include "rtp/packet.h"
#include "rtp/sender.h"
#include "sdp/offer_answer.h"

namespace godwit::media {

/// What we say: makes one frame every packet time (20 ms, or what was agreed), by a clock that does
/// not drift, and says when which packet leaves by which path. Part of Session.
///
/// A codec that follows another goes on in the same stream: sequence numbers and timestamps run on,
/// the latter by the new clock (RFC 7160 §4.1).
///
/// A sequence number is taken only when a packet leaves: the far end's count of losses speaks of
/// the network, not of the time in which we had none.
class Sender {
 public:
  using Notices = std::vector<Notice>;

  Sender(std::unique_ptr<audio::Source> source, std::shared_ptr<const Kit> kit, Random& random);

  /// From now on what cannot be sent is kept, and said afterwards (CatchUp).
  void catch_up() { catch_up_.emplace(rate_); }
  void configure(const sdp::Agreement& agreement, TimePoint now, Notices& notices);
  void send_on(PathId path, const net::SocketAddress& remote, TimePoint now);
  void stop();
  /// The packet polled last was refused, or one before it (the system told late).
  /// @return the sequence number that another packet may have now
  std::optional<std::uint16_t> on_send_failed(PathId path, Notices& notices);
  void on_timeout(TimePoint now, Notices& notices);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const { return deadline_; }
  [[nodiscard]] std::optional<Transmit> poll(TimePoint now, Notices& notices);

  [[nodiscard]] Result<void> send_digits(std::string_view digits, Duration duration);
  void set_source(std::unique_ptr<audio::Source> source);
  /// What the far end reports to have lost lately, 0 to 1.
  void set_expected_loss(double share);

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
    bool numbered = false;        // has its sequence number for good
    std::uint32_t step = 0;       // of media time, to the next frame
    std::vector<std::byte> wire;  // header and payload; grows once to what the codec makes
    void carry(std::span<const std::byte> payload);
    [[nodiscard]] std::size_t payload_size() const { return wire.size() - rtp::kHeaderSize; }
  };
  /// What is undone when the kernel refuses the packet that was polled last.
  struct Handed {
    Frame* frame = nullptr;
    bool took_sequence = false;
    bool told_first = false;
    GapMeter gap_before;
    std::optional<std::uint32_t> next_media_time_before;
  };

  [[nodiscard]] bool take_codec(const sdp::Agreement& agreement);
  void use_gate(const sdp::Agreement& agreement);
  [[nodiscard]] std::size_t samples_in_packet() const;
  void skip_what_is_overdue(TimePoint now);
  void make_frame(TimePoint now, Notices& notices);
  void keep_what_has_not_left();
  [[nodiscard]] bool fill_with_sound(Frame& frame, Notices& notices);
  [[nodiscard]] bool fill_with_digit(Frame& frame);
  void want(Frame& frame, TimePoint now);
  Transmit hand_over(Frame& frame, TimePoint now, Notices& notices);
  std::optional<std::uint16_t> undo_hand_over(Notices& notices);
  void settle();

  std::unique_ptr<audio::Source> source_;
  bool told_ended_ = false;
  std::optional<CatchUp> catch_up_;
  rtp::Sender stream_;
  rtp::DigitSender digits_;
  std::shared_ptr<const Kit> kit_;
  sdp::Format format_;                  // that encoder_ was made for
  std::unique_ptr<Encoder> encoder_;    // null: no codec has been agreed on
  std::chrono::milliseconds wished_{};  // the packet time that was agreed on
  Duration packet_time_ = rtp::kFrameTime;
  int rate_ = 8000;                          // of the sound
  std::uint32_t step_ = rtp::kFrameSamples;  // media time of a packet
  std::optional<std::uint8_t> event_payload_type_;
  std::uint32_t event_rate_ = 8000;  // that events count time by
  std::optional<audio::SilenceGate> gate_;  // where comfort noise has been agreed on
  int gate_rate_ = 0;
  std::optional<std::uint8_t> noise_payload_type_;
  bool may_send_ = false;  // direction

  std::optional<TimePoint> deadline_;
  std::optional<Target> target_;
  bool first_on_path_ = false;  // nothing has left on it since it became the sending path
  Frame refused_;               // made before `latest_`, refused by the kernel: goes before it
  Frame latest_;
  Handed handed_;
  std::optional<std::uint32_t> next_media_time_;  // that follows the last packet without a pause
  GapMeter gap_;
};

}  // namespace godwit::media
