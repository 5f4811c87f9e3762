// SPDX-License-Identifier: Apache-2.0
#include "sdp/scan.h"

#include <limits>

namespace godwit::sdp {
namespace {

/// A session id or version: any number of digits.
std::optional<std::uint64_t> take_long_number(Words& words, std::string_view value) {
  if (const auto number = words.next_number<std::uint64_t>()) return number;
  const std::string_view digits = value.substr(words.at(), words.end() - words.at());
  if (digits.empty() || !words.ended()) return std::nullopt;
  return std::numeric_limits<std::uint64_t>::max();
}

/// Takes the number that stands before the next slash, and with it the slash.
std::string_view take_number(std::string_view& text, std::size_t& at) {
  const auto slash = text.find('/');
  const std::string_view number = text.substr(0, slash);
  const auto taken = slash == std::string_view::npos ? text.size() : slash + 1;
  text.remove_prefix(taken);
  at += taken;
  return number;
}

/// Reads what follows the first slash: "ttl[/count]" of IPv4, "count" of IPv6. Without meaning
/// behind a unicast address, it is checked and passed over there.
std::optional<Fault> scan_layers(std::string_view text, std::size_t at, ConnectionParts& parts) {
  const net::IpAddress& ip = *parts.ip;
  std::optional<std::uint8_t> ttl;
  if (ip.is_v4()) {
    const std::size_t begin = at;
    ttl = read_number<std::uint8_t>(take_number(text, at));
    if (!ttl) return Fault{"expected a time to live of 0 to 255", begin};
  }
  std::uint32_t count = 1;
  if (!text.empty() || !ip.is_v4()) {
    const std::size_t begin = at;
    count = read_number<std::uint32_t>(take_number(text, at)).value_or(0);
    if (count == 0) return Fault{"expected a number of addresses above 0", begin};
  }
  if (!text.empty()) return Fault{"expected nothing after the number of addresses", at};
  if (ip.is_multicast()) {
    parts.ttl = ttl;
    parts.count = count;
  }
  return std::nullopt;
}

std::optional<Fault> take_origin(std::string_view value, OriginParts& parts) {
  Words words(value);
  parts.username = words.next();
  if (parts.username.empty()) return Fault{"expected a user name or \"-\"", words.at()};
  const auto id = take_long_number(words, value);
  if (!id) return Fault{"expected a number as the session id", words.at()};
  const auto version = take_long_number(words, value);
  if (!version) return Fault{"expected a number as the session version", words.at()};
  parts.session_id = *id;
  parts.session_version = *version;
  if (const auto wrong = take_address(words, parts.address)) return wrong;
  if (!words.next().empty()) return Fault{"expected nothing after the address", words.at()};
  return std::nullopt;
}

std::optional<Fault> take_connection(std::string_view value, ConnectionParts& parts) {
  Words words(value);
  AddressParts& address = parts.address;
  if (const auto wrong = take_address(words, address)) return wrong;
  const std::size_t at = words.at();
  if (!words.next().empty()) return Fault{"expected nothing after the address", words.at()};
  parts.ip = read_ip(address);
  if (parts.ip || !is_internet(address)) return std::nullopt;

  const std::string_view text = address.text;
  const auto slash = text.find('/');
  if (slash != std::string_view::npos) {
    address.text = text.substr(0, slash);
    parts.ip = read_ip(address);
  }
  if (!parts.ip) {
    if (is_host_name(text)) return std::nullopt;
    return Fault{"expected an IP address or a host name", at};
  }
  return scan_layers(text.substr(slash + 1), at + slash + 1, parts);
}

// port ["/" integer]
std::optional<Fault> take_port(Words& words, MediaParts& parts) {
  words.skip_spaces();
  const auto port = words.part_number<std::uint16_t>();
  const std::size_t at = words.at();
  if (port && words.take('/')) {
    parts.port_count = words.part_number<std::uint16_t>().value_or(0);
    if (parts.port_count == 0 || !words.ended()) {
      return Fault{"expected a number of ports after \"/\"", words.at()};
    }
  }
  if (!port || !words.ended()) return Fault{"expected a port of 0 to 65535", at};
  parts.port = *port;
  return std::nullopt;
}

// proto = token *("/" token)
std::optional<Fault> take_protocol(Words& words, std::string_view value, MediaParts& parts) {
  words.skip_spaces();
  const std::size_t at = words.at();
  do {
    if (words.part(kTokenChars).empty()) {
      return Fault{"expected a protocol, such as RTP/AVP", at};
    }
  } while (words.take('/'));
  if (!words.ended()) return Fault{"expected a protocol, such as RTP/AVP", at};
  parts.protocol = value.substr(at, words.end() - at);
  return std::nullopt;
}

}  // namespace

// o=<username> <sess-id> <sess-version> <nettype> <addrtype> <unicast-address>
Scanned<OriginParts> scan_origin(std::string_view value) {
  Scanned<OriginParts> parts;  // filled in place: copies of what was just written stall
  if (const auto wrong = take_origin(value, *parts)) parts = tl::unexpected(*wrong);
  return parts;
}

// c=<nettype> <addrtype> <connection-address>[/<ttl>][/<count>]
Scanned<ConnectionParts> scan_connection(std::string_view value) {
  Scanned<ConnectionParts> parts;
  if (const auto wrong = take_connection(value, *parts)) parts = tl::unexpected(*wrong);
  return parts;
}

// m=<media> <port>[/<number of ports>] <proto> <fmt> ...
Scanned<MediaParts> scan_media(std::string_view value) {
  Words words(value);
  MediaParts parts;
  parts.type = words.next(kTokenChars);
  if (parts.type.empty()) return fault("expected a media type, such as audio", words.at());
  if (const auto wrong = take_port(words, parts)) return tl::unexpected(*wrong);
  if (const auto wrong = take_protocol(words, value, parts)) return tl::unexpected(*wrong);
  parts.formats = words.rest();
  if (parts.formats.empty()) return fault("expected a format after the protocol", words.at());
  return parts;
}

Scanned<AttributeParts> scan_attribute(std::string_view value) {
  const auto colon = value.find(':');
  if (value.empty() || colon == 0) return fault("expected the name of an attribute", 0);
  if (colon == std::string_view::npos) return AttributeParts{value, {}};
  return AttributeParts{value.substr(0, colon), value.substr(colon + 1)};
}

// a=rtpmap:<payload type> <encoding name>/<clock rate>[/<encoding parameters>]
Scanned<RtpmapParts> scan_rtpmap(std::string_view value) {
  Words words(value);
  RtpmapParts parts;
  const auto payload_type = words.next_number<std::uint8_t>();
  if (!payload_type || *payload_type > kLastPayloadType) {
    return fault("expected a payload type of 0 to 127", words.at());
  }
  parts.payload_type = *payload_type;
  words.skip_spaces();
  parts.encoding = words.part(kTokenChars);
  if (parts.encoding.empty()) return fault("expected the name of an encoding", words.at());
  if (!words.take('/')) return fault("expected \"/\" and a clock rate", words.end());
  parts.clock_rate = words.part_number<std::uint32_t>().value_or(0);
  if (parts.clock_rate == 0) return fault("expected a clock rate above 0 after \"/\"", words.at());
  if (words.take('/')) {
    parts.parameters = words.part(kTokenChars);
    if (parts.parameters.empty()) {
      return fault("expected the number of channels after \"/\"", words.at());
    }
  }
  if (!words.ended()) return fault("expected nothing after the encoding", words.end());
  if (!words.next().empty()) return fault("expected nothing after the encoding", words.at());
  return parts;
}

// a=fmtp:<format> <format specific parameters>
Scanned<FmtpParts> scan_fmtp(std::string_view value) {
  Words words(value);
  FmtpParts parts;
  parts.format = words.next(kTokenChars);
  if (parts.format.empty()) return fault("expected a format", words.at());
  parts.parameters = words.rest();
  if (parts.parameters.empty()) return fault("expected parameters after the format", words.at());
  return parts;
}

}  // namespace godwit::sdp
