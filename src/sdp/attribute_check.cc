// SPDX-License-Identifier: Apache-2.0
#include "sdp/attribute_check.h"

#include <algorithm>
#include <array>

#include "sdp/candidate.h"
#include "sdp/crypto_attribute.h"
#include "sdp/extmap.h"
#include "sdp/fingerprint.h"
#include "sdp/fmtp.h"
#include "sdp/group.h"
#include "sdp/ice_credentials.h"
#include "sdp/msid.h"
#include "sdp/packet_time.h"
#include "sdp/rtcp_feedback.h"
#include "sdp/rtcp_port.h"
#include "sdp/setup.h"
#include "sdp/ssrc.h"
#include "sdp/tls_id.h"

namespace godwit::sdp {
namespace {

using Check = std::optional<Fault> (*)(std::string_view);

template <auto parse>
std::optional<Fault> value_of(std::string_view value) {
  const auto parsed = parse(value);
  if (parsed) return std::nullopt;
  return parsed.error();
}

std::optional<Fault> no_value(std::string_view value) {
  if (value.empty()) return std::nullopt;
  return Fault{"expected no value", 0};
}

enum class Place { session, media, both };

struct Known {
  std::string_view name;
  Place place;
  Check check;
};
constexpr std::array<Known, 32> kKnown{{
    {"rtpmap", Place::media, value_of<scan_rtpmap>},
    {"fmtp", Place::media, value_of<scan_fmtp>},
    {"candidate", Place::media, value_of<parse_candidate>},
    {"ssrc", Place::media, value_of<parse_ssrc>},
    {"rtcp-fb", Place::media, value_of<parse_rtcp_feedback>},
    {"extmap", Place::both, value_of<parse_extmap>},
    {"crypto", Place::media, value_of<parse_crypto>},
    {"ptime", Place::media, value_of<parse_packet_time>},
    {"maxptime", Place::media, value_of<parse_packet_time>},
    {"sendrecv", Place::both, no_value},
    {"sendonly", Place::both, no_value},
    {"recvonly", Place::both, no_value},
    {"inactive", Place::both, no_value},
    {"rtcp", Place::media, value_of<parse_rtcp_port>},
    {"rtcp-mux", Place::media, no_value},
    {"rtcp-mux-only", Place::media, no_value},
    {"rtcp-rsize", Place::media, no_value},
    {"fingerprint", Place::both, value_of<parse_fingerprint>},
    {"setup", Place::both, value_of<parse_setup>},
    {"tls-id", Place::media, value_of<parse_tls_id>},
    {"ice-ufrag", Place::both, value_of<parse_ice_ufrag>},
    {"ice-pwd", Place::both, value_of<parse_ice_pwd>},
    {"ice-options", Place::both, value_of<parse_ice_options>},
    {"ice-lite", Place::session, no_value},
    {"ice-mismatch", Place::media, no_value},
    {"end-of-candidates", Place::both, no_value},
    {"remote-candidates", Place::media, value_of<parse_remote_candidates>},
    {"group", Place::session, value_of<parse_group>},
    {"mid", Place::media, value_of<parse_mid>},
    {"msid", Place::both, value_of<parse_msid>},
    {"ssrc-group", Place::media, value_of<parse_ssrc_group>},
    {"bundle-only", Place::media, no_value},
}};

}  // namespace

std::optional<Fault> check_attribute(std::string_view name, std::string_view value,
                                     Section section) {
  const auto known =
      std::find_if(kKnown.begin(), kKnown.end(), [&](const Known& k) { return k.name == name; });
  if (known == kKnown.end()) return std::nullopt;
  if (known->place == Place::media && section == Section::session) {
    return Fault{"expected it after an m= line", 0};
  }
  if (known->place == Place::session && section == Section::media) {
    return Fault{"expected it before the first m= line", 0};
  }
  return known->check(value);
}

bool has_wrong_case(std::string_view name) {
  return std::any_of(kKnown.begin(), kKnown.end(), [&](const Known& k) {
    return k.name != name && equal_ignoring_case(k.name, name);
  });
}

}  // namespace godwit::sdp
