// SPDX-License-Identifier: Apache-2.0
// libosip2: osip_message_parse() and sdp_message_parse() copy every part into a string of its own;
// numbers stay text, and Max-Forwards and Expires are looked up by name.
#include <osipparser2/osip_message.h>
#include <osipparser2/osip_parser.h>
#include <osipparser2/sdp_message.h>

#include <memory>

#include "c_numbers.h"
#include "loop.h"

namespace bench {
namespace {

template <class T, class Visit>
void for_each(const osip_list_t& list, Visit visit) {
  osip_list_iterator_t at;
  for (auto* item = static_cast<const T*>(osip_list_get_first(&list, &at)); item != nullptr;
       item = static_cast<const T*>(osip_list_get_next(&at))) {
    visit(*item);
  }
}

const char* parameter(const osip_list_t& list, const char* name) {
  osip_generic_param_t* found = nullptr;
  osip_generic_param_get_byname(const_cast<osip_list_t*>(&list), const_cast<char*>(name), &found);
  return found == nullptr ? nullptr : found->gvalue;
}

/// The value of a quoted string, as long as nothing in it is escaped.
std::string_view inner(const char* quoted) {
  std::string_view text(quoted == nullptr ? "" : quoted);
  if (text.size() < 2 || text.front() != '"') return text;
  return text.substr(1, text.size() - 2);
}

bool read_start_line(const osip_message_t& sip, Reading& reading) {
  if (MSG_IS_RESPONSE(&sip)) {
    reading.number(Value::status, static_cast<std::uint64_t>(sip.status_code));
    return true;
  }
  if (sip.req_uri == nullptr) return false;
  reading.text(Value::method, sip.sip_method);
  reading.text(Value::target_user, sip.req_uri->username);
  reading.text(Value::target_host, sip.req_uri->host);
  reading.number(Value::target_port, decimal(sip.req_uri->port));
  return true;
}

void read_vias(const osip_message_t& sip, Reading& reading) {
  for_each<osip_via_t>(sip.vias, [&](const osip_via_t& via) {
    reading.text(Value::via_transport, via.protocol);
    reading.text(Value::via_host, via.host);
    reading.number(Value::via_port, decimal(via.port));
    reading.text(Value::branch, parameter(via.via_params, "branch"));
  });
}

/// osip cuts a Call-ID in two at "@".
void read_call_id(const osip_call_id_t& call_id, Reading& reading) {
  std::size_t size = std::strlen(call_id.number);
  if (call_id.host != nullptr) size += 1 + std::strlen(call_id.host);
  reading.text(Value::call_id, std::string_view(call_id.number, size));
}

bool read_dialog(const osip_message_t& sip, Reading& reading) {
  if (sip.from == nullptr || sip.to == nullptr || sip.call_id == nullptr || sip.cseq == nullptr) {
    return false;
  }
  reading.text(Value::from_user, sip.from->url->username);
  reading.text(Value::from_host, sip.from->url->host);
  reading.text(Value::from_tag, parameter(sip.from->gen_params, "tag"));
  reading.text(Value::to_user, sip.to->url->username);
  reading.text(Value::to_host, sip.to->url->host);
  reading.text(Value::to_tag, parameter(sip.to->gen_params, "tag"));
  read_call_id(*sip.call_id, reading);
  reading.number(Value::cseq_number, decimal(sip.cseq->number));
  reading.text(Value::cseq_method, sip.cseq->method);
  return true;
}

void read_targets(const osip_message_t& sip, Reading& reading) {
  for_each<osip_contact_t>(sip.contacts, [&](const osip_contact_t& contact) {
    reading.text(Value::contact_user, contact.url->username);
    reading.text(Value::contact_host, contact.url->host);
    reading.number(Value::contact_port, decimal(contact.url->port));
  });
  for_each<osip_route_t>(sip.routes, [&](const osip_route_t& route) {
    reading.text(Value::route_host, route.url->host);
    reading.number(Value::route_port, decimal(route.url->port));
  });
  for_each<osip_record_route_t>(sip.record_routes, [&](const osip_record_route_t& route) {
    reading.text(Value::record_route_host, route.url->host);
    reading.number(Value::record_route_port, decimal(route.url->port));
  });
}

void read_numbers(osip_message_t& sip, Reading& reading) {
  osip_header_t* header = nullptr;
  if (osip_message_get_max_forwards(&sip, 0, &header) >= 0 && header != nullptr) {
    reading.number(Value::max_forwards, decimal(header->hvalue));
  }
  header = nullptr;
  if (osip_message_get_expires(&sip, 0, &header) >= 0 && header != nullptr) {
    reading.number(Value::expires, decimal(header->hvalue));
  }
  if (sip.content_length != nullptr) {
    reading.number(Value::content_length, decimal(sip.content_length->value));
  }
}

void read_credentials(const osip_message_t& sip, Reading& reading) {
  for_each<osip_authorization_t>(sip.authorizations, [&](const osip_authorization_t& field) {
    reading.text(Value::username, inner(field.username));
    reading.text(Value::realm, inner(field.realm));
    reading.text(Value::nonce, inner(field.nonce));
    reading.text(Value::response, inner(field.response));
    reading.number(Value::nonce_count, hexadecimal(field.nonce_count));
  });
}

bool read_header(osip_message_t& sip, Reading& reading) {
  if (!read_start_line(sip, reading) || !read_dialog(sip, reading)) return false;
  read_vias(sip, reading);
  read_targets(sip, reading);
  read_numbers(sip, reading);
  read_credentials(sip, reading);
  return true;
}

/// a=rtpmap:<payload type> <encoding>/<clock rate>[/...], which osip leaves as text.
void read_rtpmap(const char* value, Reading& reading) {
  reading.number(Value::payload_type, decimal(value));
  const char* const space = std::strchr(value, ' ');
  if (space == nullptr) return;
  const char* const slash = std::strchr(space, '/');
  if (slash == nullptr) return;
  const auto size = static_cast<std::size_t>(slash - space - 1);
  reading.text(Value::encoding, std::string_view(space + 1, size));
  reading.number(Value::clock_rate, decimal(slash + 1));
}

void read_session(const sdp_message_t& session, Readings& readings) {
  readings.origin.text(Value::origin_user, session.o_username);
  readings.origin.number(Value::origin_id, decimal(session.o_sess_id));
  if (session.c_connection != nullptr) {
    readings.media.touch(static_cast<unsigned char>(session.c_connection->c_addr[0]));
  }
  for_each<sdp_media_t>(session.m_medias, [&](const sdp_media_t& media) {
    readings.media.number(Value::media_port, decimal(media.m_port));
    for_each<char>(media.m_payloads,
                   [&](const char& payload) { readings.media.touch(decimal(&payload)); });
    for_each<sdp_attribute_t>(media.a_attributes, [&](const sdp_attribute_t& attribute) {
      if (std::strcmp(attribute.a_att_field, "rtpmap") == 0) {
        read_rtpmap(attribute.a_att_value, readings.media);
      }
    });
  });
}

struct FreeMessage {
  void operator()(osip_message_t* sip) const { osip_message_free(sip); }
};
using MessagePtr = std::unique_ptr<osip_message_t, FreeMessage>;
struct FreeSession {
  void operator()(sdp_message_t* session) const { sdp_message_free(session); }
};
using SessionPtr = std::unique_ptr<sdp_message_t, FreeSession>;

MessagePtr parse_message(std::string_view bytes) {
  osip_message_t* raw = nullptr;
  if (osip_message_init(&raw) != 0) return nullptr;
  MessagePtr sip(raw);
  return osip_message_parse(raw, bytes.data(), bytes.size()) == 0 ? std::move(sip) : nullptr;
}

const osip_body_t* body_of(const osip_message_t& sip) {
  return static_cast<const osip_body_t*>(osip_list_get(&sip.bodies, 0));
}

SessionPtr parse_session(const osip_body_t& body) {
  sdp_message_t* raw = nullptr;
  if (sdp_message_init(&raw) != 0) return nullptr;
  SessionPtr session(raw);
  return sdp_message_parse(raw, body.body) == 0 ? std::move(session) : nullptr;
}

bool parse(std::string_view bytes, Readings& readings) {
  const auto sip = parse_message(bytes);
  if (!sip || !read_header(*sip, readings.message)) return false;
  const auto* const body = body_of(*sip);
  if (body == nullptr) return true;
  const auto session = parse_session(*body);
  if (session) read_session(*session, readings);
  return session != nullptr;
}

struct Kept {
  MessagePtr sip;
  SessionPtr session;
};

void* keep(std::string_view bytes) {
  auto kept = std::make_unique<Kept>();
  kept->sip = parse_message(bytes);
  if (!kept->sip) return nullptr;
  osip_message_force_update(kept->sip.get());
  const auto* const body = body_of(*kept->sip);
  if (body == nullptr) return kept.release();
  kept->session = parse_session(*body);
  return kept->session ? kept.release() : nullptr;
}

bool write_sdp(const Kept& kept) {
  if (!kept.session) return true;
  char* text = nullptr;
  const bool written = sdp_message_to_str(kept.session.get(), &text) == 0;
  osip_free(text);
  return written;
}

bool write(void* kept, std::string* copy) {
  const auto& parsed = *static_cast<const Kept*>(kept);
  if (!write_sdp(parsed)) return false;
  char* text = nullptr;
  std::size_t size = 0;
  if (osip_message_to_str(parsed.sip.get(), &text, &size) != 0) return false;
  if (copy != nullptr) copy->assign(text, size);
  osip_free(text);
  return true;
}

void release(void* kept) {
  delete static_cast<Kept*>(kept);
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  parser_init();
  return bench::run_loop(
      {"libosip2", BENCH_OSIP_VERSION, bench::parse, bench::keep, bench::write, bench::release},
      argc, argv);
}
