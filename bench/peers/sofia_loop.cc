// SPDX-License-Identifier: Apache-2.0
// sofia-sip: msg_make() with the default message class parses every header field into its
// structure; SDP by sdp_parse(). Writing is what its transports do: msg_serialize(), msg_prepare(),
// msg_iovec().
#include <sofia-sip/auth_digest.h>
#include <sofia-sip/msg.h>
#include <sofia-sip/msg_addr.h>
#include <sofia-sip/sdp.h>
#include <sofia-sip/sip.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_parser.h>
#include <sofia-sip/sofia_features.h>

#include <array>
#include <memory>

#include "c_numbers.h"
#include "loop.h"

namespace bench {
namespace {

void read_start_line(const sip_t& sip, Reading& reading) {
  if (sip.sip_request == nullptr) {
    reading.number(Value::status, static_cast<std::uint64_t>(sip.sip_status->st_status));
    return;
  }
  reading.text(Value::method, sip.sip_request->rq_method_name);
  const url_t& uri = *sip.sip_request->rq_url;
  reading.text(Value::target_user, uri.url_user);
  reading.text(Value::target_host, uri.url_host);
  reading.number(Value::target_port, decimal(uri.url_port));
}

void read_vias(const sip_t& sip, Reading& reading) {
  for (const sip_via_t* via = sip.sip_via; via != nullptr; via = via->v_next) {
    reading.text(Value::via_transport, sip_via_transport(via));
    reading.text(Value::via_host, via->v_host);
    reading.number(Value::via_port, decimal(via->v_port));
    reading.text(Value::branch, via->v_branch);
  }
}

void read_dialog(const sip_t& sip, Reading& reading) {
  reading.text(Value::from_user, sip.sip_from->a_url->url_user);
  reading.text(Value::from_host, sip.sip_from->a_url->url_host);
  reading.text(Value::from_tag, sip.sip_from->a_tag);
  reading.text(Value::to_user, sip.sip_to->a_url->url_user);
  reading.text(Value::to_host, sip.sip_to->a_url->url_host);
  reading.text(Value::to_tag, sip.sip_to->a_tag);
  reading.text(Value::call_id, sip.sip_call_id->i_id);
  reading.number(Value::cseq_number, sip.sip_cseq->cs_seq);
  reading.text(Value::cseq_method, sip.sip_cseq->cs_method_name);
}

void read_targets(const sip_t& sip, Reading& reading) {
  for (const sip_contact_t* contact = sip.sip_contact; contact != nullptr;
       contact = contact->m_next) {
    reading.text(Value::contact_user, contact->m_url->url_user);
    reading.text(Value::contact_host, contact->m_url->url_host);
    reading.number(Value::contact_port, decimal(contact->m_url->url_port));
  }
  for (const sip_route_t* route = sip.sip_route; route != nullptr; route = route->r_next) {
    reading.text(Value::route_host, route->r_url->url_host);
    reading.number(Value::route_port, decimal(route->r_url->url_port));
  }
  for (const sip_record_route_t* route = sip.sip_record_route; route != nullptr;
       route = route->r_next) {
    reading.text(Value::record_route_host, route->r_url->url_host);
    reading.number(Value::record_route_port, decimal(route->r_url->url_port));
  }
}

void read_numbers(const sip_t& sip, Reading& reading) {
  if (sip.sip_max_forwards != nullptr) {
    reading.number(Value::max_forwards, sip.sip_max_forwards->mf_count);
  }
  if (sip.sip_expires != nullptr) reading.number(Value::expires, sip.sip_expires->ex_delta);
  if (sip.sip_content_length != nullptr) {
    reading.number(Value::content_length, sip.sip_content_length->l_length);
  }
}

bool read_credentials(su_home_t* home, const sip_t& sip, Reading& reading) {
  for (const sip_authorization_t* field = sip.sip_authorization; field != nullptr;
       field = field->au_next) {
    auth_response_t credentials{};
    credentials.ar_size = sizeof credentials;
    if (auth_digest_response_get(home, &credentials, field->au_params) < 0) return false;
    reading.text(Value::username, credentials.ar_username);
    reading.text(Value::realm, credentials.ar_realm);
    reading.text(Value::nonce, credentials.ar_nonce);
    reading.text(Value::response, credentials.ar_response);
    reading.number(Value::nonce_count, hexadecimal(credentials.ar_nc));
  }
  return true;
}

bool read_header(msg_t* msg, const sip_t& sip, Reading& reading) {
  read_start_line(sip, reading);
  read_vias(sip, reading);
  read_dialog(sip, reading);
  read_targets(sip, reading);
  read_numbers(sip, reading);
  return read_credentials(msg_home(msg), sip, reading);
}

void read_session(const sdp_session_t& session, Readings& readings) {
  readings.origin.text(Value::origin_user, session.sdp_origin->o_username);
  readings.origin.number(Value::origin_id, session.sdp_origin->o_id);
  if (session.sdp_connection != nullptr) {
    readings.media.touch(static_cast<unsigned char>(session.sdp_connection->c_address[0]));
  }
  for (const sdp_media_t* media = session.sdp_media; media != nullptr; media = media->m_next) {
    readings.media.number(Value::media_port, media->m_port);
    for (const sdp_rtpmap_t* map = media->m_rtpmaps; map != nullptr; map = map->rm_next) {
      readings.media.number(Value::payload_type, map->rm_pt);
      readings.media.text(Value::encoding, map->rm_encoding);
      readings.media.number(Value::clock_rate, map->rm_rate);
    }
  }
}

struct DestroyMessage {
  void operator()(msg_t* msg) const { msg_destroy(msg); }
};
using MessagePtr = std::unique_ptr<msg_t, DestroyMessage>;
struct FreeParser {
  void operator()(sdp_parser_t* parser) const { sdp_parser_free(parser); }
};
using SdpPtr = std::unique_ptr<sdp_parser_t, FreeParser>;

/// The message, or nullptr when anything in it was refused.
MessagePtr make_message(std::string_view bytes) {
  MessagePtr msg(
      msg_make(sip_default_mclass(), 0, bytes.data(), static_cast<issize_t>(bytes.size())));
  const sip_t* const sip = msg ? sip_object(msg.get()) : nullptr;
  const bool whole = sip != nullptr && msg_has_error(msg.get()) == 0 && sip->sip_error == nullptr &&
                     (sip->sip_request != nullptr || sip->sip_status != nullptr) &&
                     sip->sip_via != nullptr && sip->sip_from != nullptr &&
                     sip->sip_to != nullptr && sip->sip_call_id != nullptr &&
                     sip->sip_cseq != nullptr;
  return whole ? std::move(msg) : nullptr;
}

SdpPtr parse_sdp(msg_t* msg, const sip_payload_t& payload) {
  return SdpPtr(
      sdp_parse(msg_home(msg), payload.pl_data, static_cast<issize_t>(payload.pl_len), 0));
}

bool parse(std::string_view bytes, Readings& readings) {
  const auto msg = make_message(bytes);
  if (!msg) return false;
  const sip_t& sip = *sip_object(msg.get());
  if (!read_header(msg.get(), sip, readings.message)) return false;
  if (sip.sip_payload == nullptr || sip.sip_payload->pl_len == 0) return true;
  const auto parser = parse_sdp(msg.get(), *sip.sip_payload);
  const sdp_session_t* const session = sdp_session(parser.get());
  if (session == nullptr) return false;
  read_session(*session, readings);
  return true;
}

struct Kept {
  MessagePtr msg;
  SdpPtr sdp;  // in the message's memory home: goes first
};

void* keep(std::string_view bytes) {
  auto kept = std::make_unique<Kept>();
  kept->msg = make_message(bytes);
  if (!kept->msg) return nullptr;
  const sip_t& sip = *sip_object(kept->msg.get());
  if (sip.sip_payload == nullptr || sip.sip_payload->pl_len == 0) return kept.release();
  kept->sdp = parse_sdp(kept->msg.get(), *sip.sip_payload);
  return sdp_session(kept->sdp.get()) != nullptr ? kept.release() : nullptr;
}

bool write_sdp(const Kept& kept) {
  if (!kept.sdp) return true;
  sdp_printer_t* const printer =
      sdp_print(msg_home(kept.msg.get()), sdp_session(kept.sdp.get()), nullptr, 0, 0);
  const bool written = sdp_message(printer) != nullptr;
  sdp_printer_free(printer);
  return written;
}

bool write(void* kept, std::string* copy) {
  const auto& parsed = *static_cast<const Kept*>(kept);
  msg_t* const msg = parsed.msg.get();
  if (!write_sdp(parsed)) return false;
  if (msg_serialize(msg, msg_object(msg)) < 0 || msg_prepare(msg) <= 0) return false;
  std::array<msg_iovec_t, 64> parts{};
  const auto count = static_cast<std::size_t>(msg_iovec(msg, parts.data(), parts.size()));
  if (count == 0 || count > parts.size()) return false;
  if (copy == nullptr) return true;
  copy->clear();
  for (std::size_t i = 0; i < count; ++i) {
    copy->append(static_cast<const char*>(parts[i].mv_base), parts[i].mv_len);
  }
  return true;
}

void release(void* kept) {
  delete static_cast<Kept*>(kept);
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  return bench::run_loop(
      {"sofia-sip", SOFIA_SIP_VERSION, bench::parse, bench::keep, bench::write, bench::release},
      argc, argv);
}
