// SPDX-License-Identifier: Apache-2.0
#include "sdp/rtcp_port.h"

namespace godwit::sdp {

// rtcp-attribute = "a=rtcp:" port [nettype space addrtype space connection-address]
Scanned<RtcpPort> parse_rtcp_port(std::string_view value) {
  Words words(value);
  const auto port = read_number<std::uint16_t>(words.next());
  if (!port) return fault("expected a port of 0 to 65535", words.at());
  RtcpPort rtcp{*port, std::nullopt};
  const std::string_view rest = words.rest();
  if (rest.empty()) return rtcp;
  const std::size_t at = words.at();
  Words address_words(rest);
  AddressParts address;
  if (const auto wrong = take_address(address_words, address)) return shifted(*wrong, at);
  if (!address_words.next().empty()) {
    return fault("expected nothing after the address", at + address_words.at());
  }
  rtcp.address = read_address(address);
  return rtcp;
}

std::string to_string(const RtcpPort& rtcp) {
  std::string text = std::to_string(rtcp.port);
  if (rtcp.address) text += ' ' + to_string(*rtcp.address);
  return text;
}

}  // namespace godwit::sdp
