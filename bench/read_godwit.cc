// SPDX-License-Identifier: Apache-2.0
#include "read_godwit.h"

#include <charconv>
#include <memory>
#include <optional>

#include "godwit/version.h"
#include "sdp/format_list.h"
#include "sdp/session_description.h"
#include "sip/auth/digest.h"
#include "sip/message/message.h"
#include "sip/message/scan.h"

namespace bench {
namespace {

namespace sip = godwit::sip;
namespace sdp = godwit::sdp;
using sip::Field;
using sip::Message;

bool read_start_line(const Message& message, Reading& reading) {
  if (!message.is_request()) {
    reading.number(Value::status, static_cast<std::uint64_t>(message.status()));
    return true;
  }
  const auto uri = sip::scan_uri(message.uri());
  if (!uri) return false;
  reading.text(Value::method, message.method_name());
  reading.text(Value::target_user, uri->user);
  reading.text(Value::target_host, uri->host);
  reading.number(Value::target_port, uri->port);
  return true;
}

bool read_via(std::string_view value, Reading& reading) {
  const auto via = sip::scan_via(value);
  if (!via) return false;
  reading.text(Value::via_transport, via->transport);
  reading.text(Value::via_host, via->host);
  reading.number(Value::via_port, via->port);
  sip::for_each_parameter(via->parameters, sip::scan_field_parameter, [&](const auto& parameter) {
    if (parameter.name == "branch") reading.text(Value::branch, parameter.value.value_or(""));
  });
  return true;
}

/// Where the parts of an address count.
struct AddressValues {
  Value user, host, tag;
};
constexpr AddressValues kFrom{Value::from_user, Value::from_host, Value::from_tag};
constexpr AddressValues kTo{Value::to_user, Value::to_host, Value::to_tag};

bool read_address(std::string_view value, AddressValues values, Reading& reading) {
  const auto address = sip::scan_name_addr(value);
  if (!address) return false;
  reading.text(values.user, address->uri.user);
  reading.text(values.host, address->uri.host);
  reading.text(values.tag, sip::scan_tag(value));
  return true;
}

bool read_contact(std::string_view value, Reading& reading) {
  const auto address = sip::scan_name_addr(value);
  if (!address) return false;
  reading.text(Value::contact_user, address->uri.user);
  reading.text(Value::contact_host, address->uri.host);
  reading.number(Value::contact_port, address->uri.port);
  return true;
}

bool read_route(std::string_view value, Value host, Value port, Reading& reading) {
  const auto address = sip::scan_name_addr(value);
  if (!address) return false;
  reading.text(host, address->uri.host);
  reading.number(port, address->uri.port);
  return true;
}

bool read_cseq(std::string_view value, Reading& reading) {
  const auto cseq = sip::scan_cseq(value);
  if (!cseq) return false;
  reading.number(Value::cseq_number, cseq->number);
  reading.text(Value::cseq_method, cseq->method);
  return true;
}

bool read_number(std::string_view value, Value where, Reading& reading) {
  std::uint32_t number = 0;
  const char* const end = value.data() + value.size();
  const auto [stopped, error] = std::from_chars(value.data(), end, number);
  if (error != std::errc{} || stopped != end) return false;
  reading.number(where, number);
  return true;
}

bool read_credentials(std::string_view value, Reading& reading) {
  const auto credentials = sip::parse_digest_credentials(value);
  if (!credentials) return false;
  reading.text(Value::username, credentials->username);
  reading.text(Value::realm, credentials->realm);
  reading.text(Value::nonce, credentials->nonce);
  reading.text(Value::response, credentials->response);
  reading.number(Value::nonce_count, credentials->nonce_count.value_or(0));
  return true;
}

bool read_header(const Message& message, Reading& reading) {
  bool good = read_start_line(message, reading);
  const auto each = [&](Field field, auto read) {
    for (const auto value : message.values(field)) good = read(value) && good;
  };
  each(Field::via, [&](auto value) { return read_via(value, reading); });
  each(Field::from, [&](auto value) { return read_address(value, kFrom, reading); });
  each(Field::to, [&](auto value) { return read_address(value, kTo, reading); });
  reading.text(Value::call_id, message.call_id());
  each(Field::cseq, [&](auto value) { return read_cseq(value, reading); });
  each(Field::contact, [&](auto value) { return read_contact(value, reading); });
  each(Field::route, [&](auto value) {
    return read_route(value, Value::route_host, Value::route_port, reading);
  });
  each(Field::record_route, [&](auto value) {
    return read_route(value, Value::record_route_host, Value::record_route_port, reading);
  });
  for (const auto& [field, where] : {std::pair(Field::max_forwards, Value::max_forwards),
                                     {Field::expires, Value::expires},
                                     {Field::content_length, Value::content_length}}) {
    each(field,
         [&, value_of = where](auto value) { return read_number(value, value_of, reading); });
  }
  each(Field::authorization, [&](auto value) { return read_credentials(value, reading); });
  return good;
}

void touch_connection(const sdp::SessionDescription& session, Reading& reading) {
  if (session.connection && session.connection->address) {
    reading.touch(session.connection->address->bytes()[3]);
  }
}

bool read_body(const Message& message, Readings& readings) {
  const auto session = sdp::parse(message.body());
  if (!session) return false;
  readings.origin.text(Value::origin_user, session->username);
  readings.origin.number(Value::origin_id, session->session_id);
  touch_connection(*session, readings.media);
  for (const sdp::Media& media : session->media) {
    readings.media.number(Value::media_port, media.port);
    for (const sdp::Format& format : sdp::formats_of(media)) {
      readings.media.number(Value::payload_type, format.payload_type);
      readings.media.text(Value::encoding, format.name);
      readings.media.number(Value::clock_rate, format.clock_rate);
    }
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
  const auto message = sip::parse_message(std::string(bytes));
  if (!message || !read_header(*message, readings.message)) return false;
  return message->body().empty() || read_body(*message, readings);
}

Parser godwit_parser() {
  return {"godwit", GODWIT_VERSION, read_with_godwit, keep, write, release};
}

}  // namespace bench
