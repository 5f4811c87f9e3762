// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "audio/device_watch.h"
#include "godwit/event.h"
#include "godwit/log.h"
#include "godwit/options.h"
#include "media/session.h"
#include "net/network_snapshot.h"
#include "sdp/offer_answer.h"
#include "sip/transport/io_action.h"

namespace godwit::ua {

using media::Channel;
using media::MediaId;
using media::PathId;

// What the engine asks of the shell about media. A MediaRack carries all of them out but the opening
// and closing of sockets.

/// Make the media session of a call, with its source and sink.
struct CreateMedia {
  MediaId media;
  PlaySource play;
  std::string record_file;
  media::QualityOptions quality = {};
  bool catch_up = false;
  std::shared_ptr<AudioSink> hear = nullptr;
  bool follow = true;  // AccountOptions::follow_media
  bool latch = false;  // AccountOptions::latch_media
  std::vector<srtp::Suite> suites = {};  // that DTLS may agree on; empty: the library's choice
  std::shared_ptr<const media::Kit> kit = nullptr;  // null: the codecs of this build
};
/// Bind an RTP socket on an even port of `local` and an RTCP socket on the next one.
/// Answered with MediaPathOpened or MediaPathFailed, same turn.
struct OpenMediaPath {
  MediaId media;
  PathId path;
  net::IpAddress local;
  std::string interface{};  ///< its packets never leave by another one; empty: any
};
/// Ask a STUN server how it sees the path's RTP socket: media::AddressSeen comes as a MediaReport.
struct AskMediaAddress {
  MediaId media;
  PathId path;
  net::SocketAddress server;
};
struct ConfigureMedia {
  MediaId media;
  sdp::Agreement agreement;
};
struct SendMediaOn {
  MediaId media;
  PathId path;
  net::SocketAddress remote;
};
struct StopSendingMedia {
  MediaId media;
};
struct CloseMediaPath {
  MediaId media;
  PathId path;
};
struct SendDigits {
  MediaId media;
  std::string digits;
  Duration duration{};
  DtmfMethod method = DtmfMethod::rtp_event;  ///< or in_band
};
/// Say something else from now on. What cannot be opened is told (MediaFailed), and nothing changes.
struct PlayMedia {
  MediaId media;
  PlaySource play;
};
struct MuteMedia {
  MediaId media;
  bool muted = false;
};
/// The recording under way is finished first; one that cannot be begun is told (MediaFailed).
struct RecordMedia {
  MediaId media;
  RecordOptions record;
};
struct StopRecordingMedia {
  MediaId media;
};
/// Take part in a conference, and no more in another; 0: in none. It is there while somebody takes
/// part.
struct JoinConference {
  MediaId media;
  ConferenceId conference;
};
/// Start counting gaps and losses anew: a change begins.
struct ResetGaps {
  MediaId media;
};
/// RTCP BYE, files closed, all sockets closed.
struct EndMedia {
  MediaId media;
};
using MediaAction = std::variant<CreateMedia, OpenMediaPath, ConfigureMedia, SendMediaOn,
                                 StopSendingMedia, CloseMediaPath, SendDigits, PlayMedia, MuteMedia,
                                 RecordMedia, StopRecordingMedia, JoinConference, ResetGaps,
                                 AskMediaAddress, EndMedia>;

/// Give this to the application. `at` is the engine's `now`.
struct Emit {
  Event event;
  TimePoint at{};
};
struct WriteLog {
  LogRecord record;
};

/// Everything the engine can ask.
using Action = std::variant<sip::IoAction, MediaAction, Emit, WriteLog>;

// What the shell tells the engine, besides sip::IoInput.

struct MediaPathOpened {
  MediaId media;
  PathId path;
  net::SocketAddress local_rtp;
};
struct MediaPathFailed {
  MediaId media;
  PathId path;
  Error error;
};
/// A file could not be opened, or written on: the call goes on without it.
struct MediaFailed {
  enum class Part : std::uint8_t { playing, recording };
  MediaId media;
  Error error;
  Part part = Part::playing;
};
/// The sound devices of a call work, are others, or are gone.
struct MediaDeviceChanged {
  MediaId media;
  audio::DeviceNews news;
};
struct MediaReport {
  MediaId media;
  media::Notice notice;
  media::Statistics statistics;
};
/// A fresh look at the network. `routes` answers every destination of `Engine::destinations_in_use()`.
struct NetworkObserved {
  net::NetworkSnapshot snapshot;
  TimePoint hinted_at{};  ///< when the system told; equals `now` if nothing did
};
/// `notify_network_changed()` was called; a NetworkObserved follows it.
struct NetworkHint {};
/// The system slept for so long, and the monotonic clock stood still meanwhile.
struct Woken {
  Duration slept{};
};

using Input = std::variant<sip::IoInput, MediaPathOpened, MediaPathFailed, MediaFailed, MediaDeviceChanged,
                           MediaReport, NetworkObserved, NetworkHint, Woken>;

}  // namespace godwit::ua
