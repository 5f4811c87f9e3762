// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sdp/session_description.h"

namespace godwit::sdp {

/// A codec as SDP names it.
struct Format {
  std::uint8_t payload_type = 0;  // 0 to 127
  std::string name;               // "PCMU"; compared without regard to case
  std::uint32_t clock_rate = 8000;
  std::uint8_t channels = 1;
  std::string parameters;  // fmtp value

  bool operator==(const Format&) const = default;
};

/// The same codec, whatever its payload type: name, clock rate and channels agree.
[[nodiscard]] bool same_codec(const Format& a, const Format& b);
[[nodiscard]] bool is_telephone_event(const Format& format);
/// RFC 3389
[[nodiscard]] bool is_comfort_noise(const Format& format);
/// The entry of `list` with the same codec; nullptr when there is none.
[[nodiscard]] const Format* find_codec(const std::vector<Format>& list, const Format& wanted);
/// A codec that carries sound, not an accessory such as telephone-event or comfort noise.
[[nodiscard]] bool carries_sound(const Format& format);

/// The formats of an RTP media line in its order. Static payload types are known without rtpmap
/// (RFC 3551 §6); a dynamic one without rtpmap, and what is no payload type at all, is left out.
[[nodiscard]] std::vector<Format> formats_of(const Media& media);
/// Which formats of a line get an rtpmap: static payload types mean what they do without one (RFC 3551 §6).
enum class Rtpmaps : std::uint8_t { all, dynamic_types };
/// Puts formats into a media line, each with its rtpmap and, where it has parameters, fmtp.
void put_formats(Media& media, const std::vector<Format>& formats, Rtpmaps rtpmaps = Rtpmaps::all);

}  // namespace godwit::sdp
