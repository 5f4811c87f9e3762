// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace godwit::audio {

/// What fmtp says of Opus (RFC 7587 §6.1): how one side wants to receive, and what it is likely to
/// send. All of it is a hint; each side has its own (§7).
struct OpusParameters {
  int max_playback_rate = 48'000;            // Hz; more is not played
  int max_capture_rate = 48'000;             // Hz; more is not sent (sprop-maxcapturerate)
  std::optional<int> max_average_bitrate{};  // bits a second, 6,000 to 510,000
  bool stereo = false;                       // prefers to receive two channels
  bool sends_stereo = false;                 // sprop-stereo
  bool constant_bitrate = false;             // cbr: wants packets of one size
  bool inband_fec = false;                   // useinbandfec: can make use of copies of lost packets
  bool dtx = false;                          // usedtx: prefers that silence is not sent

  bool operator==(const OpusParameters&) const = default;
};

/// What cannot be read or is out of range keeps its default, what is not known is passed over: a
/// hint that makes no sense must not end a call.
[[nodiscard]] OpusParameters parse_opus_parameters(std::string_view text);
/// Only what is not the default: "maxplaybackrate=16000;useinbandfec=1".
[[nodiscard]] std::string to_string(const OpusParameters& parameters);

}  // namespace godwit::audio
