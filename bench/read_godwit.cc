// SPDX-License-Identifier: Apache-2.0
#include "read_godwit.h"

#include <array>
#include <memory>
#include <optional>
#include <utility>

#include "godwit/version.h"
#include "sdp/session_description.h"
#include "sdp/session_view.h"
#include "sip/auth/digest_credentials.h"
#include "sip/header/number.h"
#include "sip/message/message.h"
#include "sip/message/scan.h"

namespace bench {
namespace {

namespace sip = godwit::sip;
namespace sdp = godwit::sdp;
using sip::Field;
using sip::Message;

void read_start_line(const sip::ReadMessage& read, Reading& reading) {
  if (!read.message.is_request()) {
    reading.number(Value::status, static_cast<std::uint64_t>(read.message.status()));
    return;
  }
  reading.text(Value::method, read.message.method_name());
  reading.text(Value::target_user, read.parts.uri.user);
  reading.text(Value::target_host, read.parts.uri.host);
  reading.number(Value::target_port, read.parts.uri.port);
}

void read_via(const sip::ViaParts& via, Reading& reading) {
  reading.text(Value::via_transport, via.transport);
  reading.text(Value::via_host, via.host);
  reading.number(Value::via_port, via.port);
  reading.text(Value::branch, via.branch);
}

/// The top one comes with the message.
bool read_vias(const sip::ReadMessage& read, Reading& reading) {
  read_via(read.parts.via, reading);
  bool top = true;
  bool good = true;
  read.message.for_each(Field::via, [&](std::string_view value) {
    if (std::exchange(top, false)) return;
    sip::ViaParts via;
    sip::Fault fault;
    good = sip::scan_via_into(value, via, fault) && good;
    read_via(via, reading);
  });
  return good;
}

void read_dialog(const sip::ReadMessage& read, Reading& reading) {
  reading.text(Value::from_user, read.parts.from.uri.user);
  reading.text(Value::from_host, read.parts.from.uri.host);
  reading.text(Value::from_tag, read.parts.from.tag);
  reading.text(Value::to_user, read.parts.to.uri.user);
  reading.text(Value::to_host, read.parts.to.uri.host);
  reading.text(Value::to_tag, read.parts.to.tag);
  reading.text(Value::call_id, read.message.call_id());
  reading.number(Value::cseq_number, read.parts.cseq.number);
  reading.text(Value::cseq_method, read.parts.cseq.method);
}

bool read_contact(std::string_view value, Reading& reading) {
  sip::NameAddrParts address;
  sip::Fault fault;
  if (!sip::scan_name_addr_into(value, address, fault)) return false;
  reading.text(Value::contact_user, address.uri.user);
  reading.text(Value::contact_host, address.uri.host);
  reading.number(Value::contact_port, address.uri.port);
  return true;
}

bool read_route(std::string_view value, Value host, Value port, Reading& reading) {
  sip::NameAddrParts address;
  sip::Fault fault;
  if (!sip::scan_name_addr_into(value, address, fault)) return false;
  reading.text(host, address.uri.host);
  reading.number(port, address.uri.port);
  return true;
}

template <class Number>
bool read_number(const sip::Scanned<Number>& number, Value where, Reading& reading) {
  if (number) reading.number(where, *number);
  return number.has_value();
}

bool read_expires(std::string_view value, Reading& reading) {
  const auto expires = sip::scan_delta_seconds(value);
  if (expires) reading.number(Value::expires, static_cast<std::uint64_t>(expires->count()));
  return expires.has_value();
}

bool read_credentials(std::string_view value, Reading& reading) {
  const auto credentials = sip::scan_digest_credentials(value);
  if (!credentials) return false;
  reading.text(Value::username, credentials->username);
  reading.text(Value::realm, credentials->realm);
  reading.text(Value::nonce, credentials->nonce);
  reading.text(Value::response, credentials->response);
  reading.number(Value::nonce_count, credentials->nonce_count);
  return true;
}

bool read_value(Field field, std::string_view value, Reading& reading) {
  switch (field) {
    case Field::contact:
      return read_contact(value, reading);
    case Field::route:
      return read_route(value, Value::route_host, Value::route_port, reading);
    case Field::record_route:
      return read_route(value, Value::record_route_host, Value::record_route_port, reading);
    case Field::max_forwards:
      return read_number(sip::scan_max_forwards(value), Value::max_forwards, reading);
    case Field::expires:
      return read_expires(value, reading);
    case Field::content_length:
      return read_number(sip::scan_content_length(value), Value::content_length, reading);
    case Field::authorization:
      return read_credentials(value, reading);
    default:
      return true;
  }
}

bool read_header(const sip::ReadMessage& read, Reading& reading) {
  constexpr std::array kOthers{Field::contact,      Field::route,   Field::record_route,
                               Field::max_forwards, Field::expires, Field::content_length,
                               Field::authorization};
  read_start_line(read, reading);
  read_dialog(read, reading);
  bool good = read_vias(read, reading);
  for (const Field field : kOthers) {
    read.message.for_each(
        field, [&](std::string_view value) { good = read_value(field, value, reading) && good; });
  }
  return good;
}

bool read_media(const sdp::SessionView& session, std::size_t index, Reading& reading) {
  const auto lines = session.media(index);
  const auto media = sdp::scan_media(session.value(lines.front()));
  const auto connection = session.connection(index);
  if (!media || !connection || !*connection) return false;
  reading.number(Value::media_port, media->port);
  reading.touch((*connection)->address.text.size());
  sdp::Words formats(media->formats);
  for (auto format = formats.next(); !format.empty(); format = formats.next()) {
    reading.touch(sdp::read_number<std::uint8_t>(format).value_or(0));
  }
  for (const sdp::Line& line : lines) {
    if (line.type != 'a') continue;
    const auto attribute = sdp::scan_attribute(session.value(line));
    if (!attribute) return false;
    if (attribute->name != "rtpmap") continue;
    const auto rtpmap = sdp::scan_rtpmap(attribute->value);
    if (!rtpmap) return false;
    reading.number(Value::payload_type, rtpmap->payload_type);
    reading.text(Value::encoding, rtpmap->encoding);
    reading.number(Value::clock_rate, rtpmap->clock_rate);
  }
  return true;
}

bool read_body(std::string_view body, Readings& readings) {
  sdp::SessionView session;
  if (session.read(body)) return false;
  const auto origin = session.origin();
  if (!origin) return false;
  readings.origin.text(Value::origin_user, origin->username);
  readings.origin.number(Value::origin_id, origin->session_id);
  for (std::size_t i = 0; i < session.media_count(); ++i) {
    if (!read_media(session, i, readings.media)) return false;
  }
  return true;
}

/// What stays of a message, to be written.
struct Kept {
  Message message;
  std::optional<sdp::SessionDescription> session;
};

void* keep(std::string_view bytes) {
  auto message = sip::parse_message(std::string(bytes));
  if (!message) return nullptr;
  auto kept = std::make_unique<Kept>(Kept{std::move(*message), std::nullopt});
  if (kept->message.body().empty()) return kept.release();
  auto session = sdp::parse(kept->message.body());
  if (!session) return nullptr;
  kept->session = std::move(*session);
  return kept.release();
}

bool write(void* kept, std::string* copy) {
  const auto& parsed = *static_cast<const Kept*>(kept);
  if (parsed.session && sdp::write(*parsed.session).empty()) return false;
  const auto text = parsed.message.write();
  if (copy != nullptr) *copy = text;
  return !text.empty();
}

void release(void* kept) {
  delete static_cast<Kept*>(kept);
}

}  // namespace

bool read_with_godwit(std::string_view bytes, Readings& readings) {
  const auto read = sip::read_message(std::string(bytes));
  if (read.fault || !read_header(read, readings.message)) return false;
  const auto body = read.message.body();
  return body.empty() || read_body(body, readings);
}

Parser godwit_parser() {
  return {"godwit", GODWIT_VERSION, read_with_godwit, keep, write, release};
}

}  // namespace bench
