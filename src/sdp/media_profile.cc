// SPDX-License-Identifier: Apache-2.0
#include "sdp/media_profile.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace godwit::sdp {
namespace {

struct Name {
  std::string_view protocol;
  MediaProfile profile;
};
constexpr std::array<Name, 6> kNames{{
    {"RTP/AVP", {false, false, false}},
    {"RTP/AVPF", {false, true, false}},
    {"RTP/SAVP", {true, false, false}},
    {"RTP/SAVPF", {true, true, false}},
    {"UDP/TLS/RTP/SAVP", {true, false, true}},
    {"UDP/TLS/RTP/SAVPF", {true, true, true}},
}};

}  // namespace

std::optional<MediaProfile> parse_profile(std::string_view protocol) {
  for (const Name& name : kNames) {
    if (equal_ignoring_case(name.protocol, protocol)) return name.profile;
  }
  return std::nullopt;
}

std::string_view to_string(const MediaProfile& profile) {
  const auto* const name = std::find_if(kNames.begin(), kNames.end(),
                                        [&](const Name& n) { return n.profile == profile; });
  return name == kNames.end() ? kNames.front().protocol : name->protocol;
}

}  // namespace godwit::sdp
