// SPDX-License-Identifier: Apache-2.0
#include "sdp/rtcp_terms.h"

#include <string_view>

#include "sdp/grammar.h"
#include "sdp/media_profile.h"
#include "sdp/rtcp_port.h"

namespace godwit::sdp {
namespace {

bool has(const Media& line, std::string_view attribute) {
  return find_attribute(line.attributes, attribute) != nullptr;
}

bool takes_mux(const Media& line) {
  return has(line, "rtcp-mux") || has(line, "rtcp-mux-only");
}

/// RFC 5506 §5: reduced-size RTCP is of the profiles with feedback.
bool takes_reduced_size(const Media& line) {
  const auto profile = parse_profile(line.protocol);
  return profile && profile->feedback && has(line, "rtcp-rsize");
}

/// rtcp-xr-attrib = "a=rtcp-xr:" [xr-format *(SP xr-format)]           (RFC 3611 §5.1)
bool wants_voip_metrics(const Media& line) {
  const Attribute* const reports = find_attribute(line.attributes, "rtcp-xr");
  if (reports == nullptr) return false;
  Words words(reports->value);
  for (auto word = words.next(); !word.empty(); word = words.next()) {
    if (word == "voip-metrics") return true;
  }
  return false;
}

/// Where a=rtcp wants it; empty when that is the port after RTP's, or cannot be reached as RTP is.
std::optional<net::SocketAddress> place_of_rtcp(const Media& line,
                                                const net::SocketAddress& rtp) {
  const Attribute* const attribute = find_attribute(line.attributes, "rtcp");
  if (attribute == nullptr) return std::nullopt;
  const auto rtcp = parse_rtcp_port(attribute->value);
  if (!rtcp || rtcp->port == 0) return std::nullopt;
  net::SocketAddress place{rtp.address, rtcp->port};
  if (rtcp->address) {
    const net::IpAddress* const ip = literal(*rtcp->address);
    if (ip == nullptr || ip->family() != rtp.address.family()) return std::nullopt;
    if (!ip->is_unspecified()) place.address = *ip;
  }
  const bool usual = place.address == rtp.address && place.port == rtp.port + 1;
  return usual ? std::nullopt : std::optional(place);
}

}  // namespace

void put_rtcp(Media& line, const RtcpTerms& terms) {
  const auto profile = parse_profile(line.protocol);
  if (terms.mux) line.attributes.push_back({"rtcp-mux", ""});
  if (terms.reduced_size && profile && profile->feedback) {
    line.attributes.push_back({"rtcp-rsize", ""});
  }
  if (terms.voip_metrics) line.attributes.push_back({"rtcp-xr", "voip-metrics"});
}

void put_rtcp_answer(Media& line, const RtcpTerms& terms, const Media& offered) {
  put_rtcp(line, {terms.mux && takes_mux(offered),
                  terms.reduced_size && takes_reduced_size(offered), terms.voip_metrics});
}

void agree_on_rtcp(const Media& theirs, const RtcpTerms& terms, Agreement& agreement) {
  agreement.rtcp_mux = terms.mux && takes_mux(theirs);
  agreement.reduced_size_rtcp = terms.reduced_size && takes_reduced_size(theirs);
  agreement.voip_metrics = wants_voip_metrics(theirs);
  if (!agreement.rtcp_mux) agreement.remote_rtcp = place_of_rtcp(theirs, agreement.remote);
}

}  // namespace godwit::sdp
