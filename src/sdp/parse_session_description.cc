// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>
#include <limits>

#include "sdp/session_description.h"

namespace godwit::sdp {
namespace {

/// Types that are known and carry nothing we need (RFC 8866 §5).
constexpr std::string_view kPassedOver = "iuepbtrzk";

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const auto end = text.find(' ');
    if (end != 0) words.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return words;
}

/// Digits only; a number too large for T becomes its largest value, because o= may hold any number
/// of digits and nothing but equality is asked of it.
template <class T>
std::optional<T> number(std::string_view text) {
  T value{};
  const char* const end = text.data() + text.size();
  const auto [stopped, ec] = std::from_chars(text.data(), end, value);
  if (text.empty() || stopped != end || ec == std::errc::invalid_argument) return std::nullopt;
  if (ec == std::errc::result_out_of_range) return std::numeric_limits<T>::max();
  return value;
}

std::optional<Direction> direction_from(std::string_view name) {
  for (const Direction d :
       {Direction::inactive, Direction::sendonly, Direction::recvonly, Direction::sendrecv}) {
    if (name == to_string(d)) return d;
  }
  return std::nullopt;
}

/// Reads a description line by line; `error_` is set by the first line that cannot be read.
class Parser {
 public:
  Result<SessionDescription> run(std::string_view text) {
    while (!text.empty()) {
      const auto end = text.find('\n');
      std::string_view line = text.substr(0, end);
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
      ++line_number_;
      if (line.ends_with('\r')) line.remove_suffix(1);
      if (!line.empty()) take_line(line);
      if (error_) return tl::unexpected(*error_);
    }
    if (!seen_version_) expected("v=0");
    if (!seen_origin_) expected("an o= line");
    if (error_) return tl::unexpected(*error_);
    return std::move(out_);
  }

 private:
  void expected(std::string_view what) {
    if (error_) return;
    error_ = Error{Errc::malformed_message,
                   "SDP line " + std::to_string(line_number_) + ": expected " + std::string(what)};
  }

  void take_line(std::string_view line) {
    if (line.size() < 2 || line[1] != '=') return expected("a letter and '='");
    const std::string_view value = line.substr(2);
    if (!seen_version_ && line[0] != 'v') return expected("v=0");
    switch (line[0]) {
      case 'v':
        return take_version(value);
      case 'o':
        return take_origin(value);
      case 's':
        return take_name(value);
      case 'c':
        return take_connection(value);
      case 'a':
        return take_attribute(value);
      case 'm':
        return take_media(value);
      default:
        // RFC 8866 §5: a description with an unknown type letter is ignored as a whole.
        if (kPassedOver.find(line[0]) == std::string_view::npos) expected("a known type letter");
    }
  }

  void take_version(std::string_view value) {
    if (seen_version_ || value != "0") return expected("v=0, once");
    seen_version_ = true;
  }

  // o=<username> <sess-id> <sess-version> <nettype> <addrtype> <unicast-address>
  void take_origin(std::string_view value) {
    const auto words = split(value);
    if (seen_origin_ || words.size() != 6) return expected("one o= line with six words");
    const auto id = number<std::uint64_t>(words[1]);
    const auto version = number<std::uint64_t>(words[2]);
    if (!id || !version) return expected("numbers as session id and version in o=");
    out_.username = words[0];
    out_.session_id = *id;
    out_.session_version = *version;
    // A host name is allowed here; nothing is ever sent to it, so it is not kept.
    out_.origin = net::IpAddress::parse(words[5]).value_or(net::IpAddress());
    seen_origin_ = true;
  }

  void take_name(std::string_view value) {
    if (!out_.media.empty()) return expected("s= before the first m=");
    out_.session_name = value.empty() ? "-" : value;
  }

  // c=<nettype> <addrtype> <connection-address>[/<ttl>][/<count>]
  void take_connection(std::string_view value) {
    const auto words = split(value);
    if (words.size() != 3 || words[0] != "IN") return expected("IN, address type, address in c=");
    const std::string_view host = words[2].substr(0, words[2].find('/'));
    if (host.empty()) return expected("an address in c=");
    auto& connection = out_.media.empty() ? out_.connection : out_.media.back().connection;
    if (connection) return;  // layers of a multicast session: the first is the base
    connection.emplace();
    connection->address = net::IpAddress::parse(host);
    if (!connection->address) connection->name = host;
  }

  void take_attribute(std::string_view value) {
    const auto colon = value.find(':');
    Attribute attribute{std::string(value.substr(0, colon)), {}};
    if (colon != std::string_view::npos) attribute.value = value.substr(colon + 1);
    if (attribute.name.empty()) return expected("a name in a=");

    auto& direction = out_.media.empty() ? out_.direction : out_.media.back().direction;
    if (const auto d = direction_from(attribute.name); d && attribute.value.empty()) {
      if (!direction) direction = d;
      return;
    }
    auto& attributes = out_.media.empty() ? out_.attributes : out_.media.back().attributes;
    if (attributes.size() == kMaxAttributes) return expected("fewer attributes");
    attributes.push_back(std::move(attribute));
  }

  // m=<media> <port>[/<number of ports>] <proto> <fmt> ...
  void take_media(std::string_view value) {
    const auto words = split(value);
    if (words.size() < 4) return expected("media, port, protocol and a format in m=");
    if (out_.media.size() == kMaxMediaLines) return expected("fewer m= lines");
    const auto port = number<std::uint32_t>(words[1].substr(0, words[1].find('/')));
    if (!port || *port > 65'535) return expected("a port up to 65535 in m=");
    Media media;
    media.type = words[0];
    media.port = static_cast<std::uint16_t>(*port);
    media.protocol = words[2];
    media.formats.assign(words.begin() + 3, words.end());
    out_.media.push_back(std::move(media));
  }

  SessionDescription out_;
  std::optional<Error> error_;
  int line_number_ = 0;
  bool seen_version_ = false;
  bool seen_origin_ = false;
};

}  // namespace

Result<SessionDescription> parse(std::string_view text) {
  return Parser().run(text);
}

}  // namespace godwit::sdp
