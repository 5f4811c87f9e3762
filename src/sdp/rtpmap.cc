// SPDX-License-Identifier: Apache-2.0
#include "sdp/rtpmap.h"

namespace godwit::sdp {

Scanned<Rtpmap> parse_rtpmap(std::string_view value) {
  const auto parts = scan_rtpmap(value);
  if (!parts) return tl::unexpected(parts.error());
  return Rtpmap{parts->payload_type, std::string(parts->encoding), parts->clock_rate,
                std::string(parts->parameters)};
}

std::string to_string(const Rtpmap& rtpmap) {
  std::string text = std::to_string(rtpmap.payload_type) + ' ' + rtpmap.encoding + '/' +
                     std::to_string(rtpmap.clock_rate);
  if (!rtpmap.parameters.empty()) text += '/' + rtpmap.parameters;
  return text;
}

}  // namespace godwit::sdp
