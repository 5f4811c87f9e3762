// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "godwit/error.h"
#include "net/ip_address.h"

namespace godwit::sdp {

/// `c=`: where media is to be sent. A host name is kept as text (RFC 8866 §5.7).
struct Connection {
  std::optional<net::IpAddress> address;
  std::string name;  // when it is no literal address
  bool operator==(const Connection&) const = default;
};

/// `a=name` or `a=name:value`.
struct Attribute {
  std::string name;
  std::string value;  // "" for a property attribute
  bool operator==(const Attribute&) const = default;
};

enum class Direction : std::uint8_t { inactive, sendonly, recvonly, sendrecv };

/// One `m=` line with what follows it.
struct Media {
  std::string type;        // "audio"
  std::uint16_t port = 0;  // 0: rejected or not used
  std::string protocol = "RTP/AVP";
  std::vector<std::string> formats;  // payload types as text
  std::optional<Connection> connection;
  std::vector<Attribute> attributes;  // all but direction, in order
  std::optional<Direction> direction;
  bool operator==(const Media&) const = default;
};

/// A session description (RFC 8866).
struct SessionDescription {
  std::string username = "-";
  std::uint64_t session_id = 0;
  std::uint64_t session_version = 0;
  net::IpAddress origin;  // o= address; types are written from it, so they cannot disagree
  std::string session_name = "-";
  std::optional<Connection> connection;
  std::vector<Attribute> attributes;
  std::optional<Direction> direction;
  std::vector<Media> media;
  bool operator==(const SessionDescription&) const = default;

  /// The connection that holds for a media line: its own, else the session's.
  [[nodiscard]] const Connection* connection_of(const Media& m) const;
  [[nodiscard]] Direction direction_of(const Media& m) const;  // sendrecv when nothing is said
};

inline constexpr std::size_t kMaxMediaLines = 32;
inline constexpr std::size_t kMaxAttributes = 256;  // in one section

/// Errors: `malformed_message` with line number and what was expected. A label that disagrees with
/// its address ("IN IP4 2001:db8::1") is read by the address (dual-stack test T73).
[[nodiscard]] Result<SessionDescription> parse(std::string_view text);
[[nodiscard]] std::string write(const SessionDescription& description);
[[nodiscard]] std::string_view to_string(Direction direction);

}  // namespace godwit::sdp
