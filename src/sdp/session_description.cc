// SPDX-License-Identifier: Apache-2.0
#include "sdp/session_description.h"

namespace godwit::sdp {
namespace {

std::string address_text(const net::IpAddress& address) {
  return "IN " + std::string(net::sdp_address_type(address.family())) + ' ' + to_string(address);
}

void write_connection(std::string& out, const std::optional<Connection>& connection) {
  if (!connection) return;
  out += "c=";
  // A name has no family of its own; IP4 is what most readers expect before one.
  out += connection->address ? address_text(*connection->address) : "IN IP4 " + connection->name;
  out += "\r\n";
}

void write_attributes(std::string& out, const std::vector<Attribute>& attributes,
                      const std::optional<Direction>& direction) {
  for (const Attribute& attribute : attributes) {
    out += "a=" + attribute.name;
    if (!attribute.value.empty()) out += ':' + attribute.value;
    out += "\r\n";
  }
  if (direction) out += "a=" + std::string(to_string(*direction)) + "\r\n";
}

void write_media(std::string& out, const Media& media) {
  out += "m=" + media.type + ' ' + std::to_string(media.port) + ' ' + media.protocol;
  for (const std::string& format : media.formats) out += ' ' + format;
  out += "\r\n";
  write_connection(out, media.connection);
  write_attributes(out, media.attributes, media.direction);
}

}  // namespace

const Connection* SessionDescription::connection_of(const Media& m) const {
  if (m.connection) return &*m.connection;
  return connection ? &*connection : nullptr;
}

Direction SessionDescription::direction_of(const Media& m) const {
  if (m.direction) return *m.direction;
  return direction.value_or(Direction::sendrecv);  // RFC 8866 §6.7: the default
}

std::string_view to_string(Direction direction) {
  switch (direction) {
    case Direction::inactive:
      return "inactive";
    case Direction::sendonly:
      return "sendonly";
    case Direction::recvonly:
      return "recvonly";
    case Direction::sendrecv:
      return "sendrecv";
  }
  return "sendrecv";
}

// The order of lines is fixed (RFC 8866 §5): v o s c t a, then each m with its c and a.
std::string write(const SessionDescription& description) {
  std::string out = "v=0\r\n";
  out += "o=" + description.username + ' ' + std::to_string(description.session_id) + ' ' +
         std::to_string(description.session_version) + ' ' + address_text(description.origin) +
         "\r\n";
  out += "s=" + description.session_name + "\r\n";
  write_connection(out, description.connection);
  out += "t=0 0\r\n";
  write_attributes(out, description.attributes, description.direction);
  for (const Media& media : description.media) write_media(out, media);
  return out;
}

}  // namespace godwit::sdp
