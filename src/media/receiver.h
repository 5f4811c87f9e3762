// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "audio/audio_port.h"
#include "audio/codec_book.h"
#include "audio/digit_detector.h"
#include "media/gap_meter.h"
#include "media/playout.h"
#include "media/quality.h"
#include "media/session.h"
#include "media/source_change.h"
#include "rtp/digit_receiver.h"
#include "rtp/packet.h"
#include "rtp/receiver_statistics.h"
#include "sdp/offer_answer.h"

namespace godwit::media {

/// What we hear: takes RTP from any open path, drops what is not of the call, and writes what Playout
/// makes of it to the sink, one frame every 20 ms, from the first packet to the end. Part of Session. Digits are listened for in the sound only where no telephone-event was agreed: a
/// digit that comes both ways is one.
///
/// The first source (SSRC) with an agreed payload type is the far end's. Another one takes its
/// place after a second of silence, or once when signalling has just named a new remote
/// address; and sooner if it proves to be of the far end (SourceChange).
class Receiver {
 public:
  using Notices = std::vector<Notice>;

  /// @param own_ssrc  ours: packets that carry it are our own, come back
  /// @param codecs    what agreements may speak of; null: those of this build
  Receiver(std::unique_ptr<audio::Sink> sink, std::uint32_t own_ssrc,
           std::shared_ptr<const audio::CodecBook> codecs = nullptr);

  void add_path(PathId path);
  void remove_path(PathId path);
  [[nodiscard]] bool listens_on(PathId path) const;
  void configure(const sdp::Agreement& agreement, TimePoint now);
  /// Gives the packet's header back when it carries our own SSRC: it was dropped.
  std::optional<rtp::Header> on_rtp(const Received& received, Proof proof, Notices& notices);
  /// BYE of the source that we hear: another one may take its place at once.
  void on_source_left(TimePoint now);
  void set_own_ssrc(std::uint32_t ssrc) { own_ssrc_ = ssrc; }
  void on_timeout(TimePoint now, Notices& notices);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;
  void finish();

  [[nodiscard]] std::optional<std::uint32_t> ssrc() const { return ssrc_; }
  [[nodiscard]] std::optional<rtp::ReportBlock> take_report_block();
  void reset_gaps(TimePoint now);
  /// How the sound is played: its delay, and what was done to it.
  [[nodiscard]] Playout::Statistics playout() const { return playout_.statistics(); }
  void count_dropped() { ++dropped_; }
  /// How the stream stands now; begins a new time for its longest gap.
  [[nodiscard]] StreamLook look(TimePoint now);
  /// Of the latest packet that we heard.
  [[nodiscard]] Duration packet_time() const { return packet_time_; }
  /// Fills in what concerns this direction.
  void describe(Statistics& statistics, TimePoint now) const;

 private:
  struct Path {
    PathId id;
    bool heard = false;
  };

  void understand(const sdp::Format& format);
  [[nodiscard]] bool is_agreed(const rtp::Header& header) const;
  [[nodiscard]] bool accepts(const rtp::Header& header, const Received& received, Proof proof);
  [[nodiscard]] bool takes_over(const rtp::Header& header, const Received& received, Proof proof);
  void note_heard(PathId path, TimePoint now, Notices& notices);
  void on_event(const rtp::Packet& packet, TimePoint now, Notices& notices);
  void on_sound(const rtp::Packet& packet, TimePoint now);
  void play_frame(TimePoint at, Notices& notices);
  void take_rate();

  std::unique_ptr<audio::Sink> sink_;
  std::shared_ptr<const audio::CodecBook> codecs_;
  std::uint32_t own_ssrc_;
  std::vector<Path> paths_;

  std::optional<net::SocketAddress> remote_;
  std::optional<std::uint8_t> event_payload_type_;
  bool hears_ = false;  // direction

  std::optional<std::uint32_t> ssrc_;
  TimePoint heard_at_{};
  net::SocketAddress heard_from_;
  TimePoint new_ssrc_until_ = TimePoint::min();  // signalling allows one change of source
  SourceChange source_change_;

  rtp::ReceiverStatistics statistics_;
  Playout playout_;
  rtp::DigitReceiver digits_;
  audio::DigitDetector in_band_;
  std::optional<TimePoint> play_at_;
  int rate_ = audio::kBaseRate;      // of what the sink gets
  Duration frame_time_ = rtp::kFrameTime;
  std::vector<std::int16_t> frame_;  // as much at that rate

  GapMeter gap_;
  GapMeter gap_since_look_;
  Duration packet_time_ = rtp::kFrameTime;
  CodecImpairment impairment_;
  std::uint64_t received_ = 0;
  std::uint64_t dropped_ = 0;
};

}  // namespace godwit::media
