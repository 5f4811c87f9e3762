// SPDX-License-Identifier: Apache-2.0
#include "sdp/session_description.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace godwit::sdp {
namespace {

/// What must be there, and stands for nothing.
std::string_view or_dash(std::string_view text) {
  return text.empty() ? "-" : text;
}

/// Writes lines. Whatever a description was filled with, each stays one line and each word one
/// word: nothing in a value can add a line of its own.
class LineWriter {
 public:
  explicit LineWriter(std::size_t expected_size) { out_.reserve(expected_size); }

  /// "x=text"; text of any kind, to the end of the line.
  void line(char type, std::string_view text) {
    begin(type);
    put(text, breaks_a_line);
    end();
  }
  void lines(char type, const std::vector<std::string>& texts) {
    for (const std::string& text : texts) line(type, text);
  }
  void optional_line(char type, std::string_view text) {
    if (!text.empty()) line(type, text);
  }
  void origin(const SessionDescription& description);
  void connection(const Connection& connection);
  void connection(const std::optional<Connection>& given) {
    if (given) connection(*given);
  }
  void bandwidths(const std::vector<Bandwidth>& bandwidths);
  void times(const std::vector<Timing>& times);
  void attributes(const std::vector<Attribute>& attributes,
                  const std::optional<Direction>& direction);
  void media(const Media& media);

  std::string take() { return std::move(out_); }

 private:
  void begin(char type) {
    out_ += type;
    out_ += '=';
  }
  void end() { out_ += "\r\n"; }

  template <class IsBad>
  void put(std::string_view text, IsBad is_bad) {
    const auto begin = out_.size();
    out_ += text;
    std::replace_if(out_.begin() + static_cast<std::ptrdiff_t>(begin), out_.end(), is_bad, '_');
  }
  void word(std::string_view text) {
    put(or_dash(text), [](char c) { return is_whitespace(c) || breaks_a_line(c); });
  }
  void number(std::uint64_t value) {
    std::array<char, 20> digits{};
    const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    out_.append(digits.data(), written.ptr);
  }
  void address(const Address& address);
  void layers(const net::IpAddress& ip, const Connection& connection);

  std::string out_;
};

void LineWriter::origin(const SessionDescription& description) {
  begin('o');
  word(description.username);
  out_ += ' ';
  number(description.session_id);
  out_ += ' ';
  number(description.session_version);
  out_ += ' ';
  address(description.origin);
  end();
}

void LineWriter::address(const Address& address) {
  if (const net::IpAddress* const ip = literal(address)) {
    out_ += "IN ";
    out_ += net::sdp_address_type(ip->family());
    out_ += ' ';
    out_ += net::to_string(*ip);
    return;
  }
  const auto& named = std::get<NamedAddress>(address);
  word(named.network_type);
  out_ += ' ';
  word(named.address_type);
  out_ += ' ';
  word(named.name);
}

void LineWriter::connection(const Connection& connection) {
  begin('c');
  address(connection.address);
  const net::IpAddress* const ip = literal(connection.address);
  if (ip != nullptr && ip->is_multicast()) layers(*ip, connection);
  end();
}

void LineWriter::layers(const net::IpAddress& ip, const Connection& connection) {
  const bool counted = connection.count > 1;
  // RFC 8866 §5.7: an IPv4 multicast address has its time to live, and needs it before a number.
  if (ip.is_v4() && (connection.ttl || counted)) {
    out_ += '/';
    number(connection.ttl.value_or(0));
  }
  if (!counted) return;
  out_ += '/';
  number(connection.count);
}

void LineWriter::bandwidths(const std::vector<Bandwidth>& bandwidths) {
  for (const Bandwidth& bandwidth : bandwidths) {
    begin('b');
    word(bandwidth.type);
    out_ += ':';
    number(bandwidth.value);
    end();
  }
}

void LineWriter::times(const std::vector<Timing>& times) {
  if (times.empty()) line('t', to_string(Timing{}));
  for (const Timing& timing : times) {
    line('t', to_string(timing));
    for (const Repeat& repeat : timing.repeats) line('r', to_string(repeat));
    if (!timing.zones.empty()) line('z', to_string(timing.zones));
  }
}

void LineWriter::attributes(const std::vector<Attribute>& attributes,
                            const std::optional<Direction>& direction) {
  for (const Attribute& attribute : attributes) {
    begin('a');
    put(or_dash(attribute.name), breaks_a_line);
    if (!attribute.value.empty()) out_ += ':';
    put(attribute.value, breaks_a_line);
    end();
  }
  if (direction) line('a', to_string(*direction));
}

void LineWriter::media(const Media& media) {
  begin('m');
  word(media.type);
  out_ += ' ';
  number(media.port);
  if (media.port_count > 1) {
    out_ += '/';
    number(media.port_count);
  }
  out_ += ' ';
  word(media.protocol);
  for (const std::string& format : media.formats) {
    out_ += ' ';
    word(format);
  }
  if (media.formats.empty()) out_ += " *";  // RFC 3264 §6: at least one must be there
  end();
  optional_line('i', media.information);
  connection(media.connection);
  for (const Connection& layer : media.layers) connection(layer);
  bandwidths(media.bandwidths);
  attributes(media.attributes, media.direction);
}

std::size_t size_of(const std::vector<Attribute>& attributes) {
  std::size_t size = 0;
  for (const Attribute& attribute : attributes) {
    size += attribute.name.size() + attribute.value.size() + 5;  // "a=", ":" and the line end
  }
  return size;
}

/// About as many bytes as a usual description takes, and rather more than fewer.
std::size_t expected_size(const SessionDescription& description) {
  constexpr std::size_t kHead = 256;
  constexpr std::size_t kMedia = 128;
  std::size_t size = kHead + size_of(description.attributes);
  for (const Media& media : description.media) {
    size += kMedia + 4 * media.formats.size() + size_of(media.attributes);
  }
  return size;
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

std::optional<Direction> direction_from(std::string_view attribute) {
  for (const Direction d :
       {Direction::inactive, Direction::sendonly, Direction::recvonly, Direction::sendrecv}) {
    if (attribute == to_string(d)) return d;
  }
  return std::nullopt;
}

const Attribute* find_attribute(const std::vector<Attribute>& attributes, std::string_view name) {
  const auto found = std::find_if(attributes.begin(), attributes.end(),
                                  [&](const Attribute& a) { return a.name == name; });
  return found == attributes.end() ? nullptr : &*found;
}

// The order of lines is fixed (RFC 8866 §5): v o s i u e p c b t a, then each m with i c b a.
std::string write(const SessionDescription& description) {
  LineWriter out(expected_size(description));
  out.line('v', "0");
  out.origin(description);
  out.line('s', or_dash(description.session_name));
  out.optional_line('i', description.information);
  out.optional_line('u', description.uri);
  out.lines('e', description.emails);
  out.lines('p', description.phones);
  out.connection(description.connection);
  out.bandwidths(description.bandwidths);
  out.times(description.times);
  out.attributes(description.attributes, description.direction);
  for (const Media& media : description.media) out.media(media);
  return out.take();
}

}  // namespace godwit::sdp
