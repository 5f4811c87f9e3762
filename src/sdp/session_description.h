// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "godwit/error.h"
#include "sdp/address.h"
#include "sdp/session_view.h"
#include "sdp/timing.h"

namespace godwit::sdp {

/// `c=`: where media is to be sent (RFC 8866 §5.7).
struct Connection {
  Address address;
  std::optional<std::uint8_t> ttl;  // of IPv4 multicast
  std::uint32_t count = 1;          // of multicast addresses in a row
  bool operator==(const Connection&) const = default;
};

/// `b=type:value`, in kilobits per second for the types of RFC 8866 §5.8.
struct Bandwidth {
  std::string type;  // "AS"
  std::uint64_t value = 0;
  bool operator==(const Bandwidth&) const = default;
};

/// `a=name` or `a=name:value`. Names are compared with case (RFC 8866 §5.13).
struct Attribute {
  std::string name;
  std::string value;  // "" for a property attribute
  bool operator==(const Attribute&) const = default;
};

enum class Direction : std::uint8_t { inactive, sendonly, recvonly, sendrecv };

/// Whether who says this of itself sends.
[[nodiscard]] constexpr bool sends(Direction d) {
  return d == Direction::sendrecv || d == Direction::sendonly;
}
[[nodiscard]] constexpr bool receives(Direction d) {
  return d == Direction::sendrecv || d == Direction::recvonly;
}

/// One `m=` line with what follows it.
struct Media {
  std::string type;              // "audio"
  std::uint16_t port = 0;        // 0: rejected or not used
  std::uint16_t port_count = 1;  // of ports in a row
  std::string protocol = "RTP/AVP";
  std::vector<std::string> formats;  // payload types as text
  std::string information;           // i=
  std::optional<Connection> connection;
  std::vector<Connection> layers;  // further c= lines: of a session in layers, by multicast
  std::vector<Bandwidth> bandwidths;
  std::vector<Attribute> attributes;  // all but direction, in order
  std::optional<Direction> direction;
  bool operator==(const Media&) const = default;
};

/// A session description (RFC 8866). Lines that may be left out are "" or an empty list.
struct SessionDescription {
  std::string username = "-";
  std::uint64_t session_id = 0;
  std::uint64_t session_version = 0;
  Address origin;  // o= address
  std::string session_name = "-";
  std::string information;          // i=
  std::string uri;                  // u=
  std::vector<std::string> emails;  // e=
  std::vector<std::string> phones;  // p=
  std::optional<Connection> connection;
  std::vector<Bandwidth> bandwidths;
  std::vector<Timing> times{Timing{}};  // t= with r= and z=; written as "0 0" when empty
  std::vector<Attribute> attributes;    // all but direction, in order
  std::optional<Direction> direction;
  std::vector<Media> media;
  bool operator==(const SessionDescription&) const = default;

  /// The connection that holds for a media line: its own, else the session's.
  [[nodiscard]] const Connection* connection_of(const Media& m) const;
  [[nodiscard]] Direction direction_of(const Media& m) const;  // sendrecv when nothing is said
};

/// Errors: `malformed_message` with line, byte offset and what was expected. A label that disagrees
/// with its address ("IN IP4 2001:db8::1") is read by the address (dual-stack test T73). k= is
/// discarded (RFC 8866 §5.12); a malformed attribute is kept as it came.
[[nodiscard]] Result<SessionDescription> parse(std::string_view text);
[[nodiscard]] tl::expected<SessionDescription, SdpFault> describe(const SessionView& view);

/// The canonical text: lines in the order of RFC 8866 §5, CRLF, single spaces.
[[nodiscard]] std::string write(const SessionDescription& description);
[[nodiscard]] std::string_view to_string(Direction direction);
/// The direction that an attribute's name stands for.
[[nodiscard]] std::optional<Direction> direction_from(std::string_view attribute);

/// The first attribute of that name; nullptr when there is none.
[[nodiscard]] const Attribute* find_attribute(const std::vector<Attribute>& attributes,
                                              std::string_view name);

}  // namespace godwit::sdp
