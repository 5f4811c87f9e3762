// SPDX-License-Identifier: Apache-2.0
// libre: sip_msg_decode() finds every header field and reads the first Via, From, To and CSeq; the
// others are read by their decoders where they are wanted. SDP has no parser of its own:
// sdp_decode() reads an offer into a session, so each message gets a fresh one; it does not read
// the origin. There is no writer for a message that was parsed.
#include <re.h>

#include <memory>

#include "loop.h"

namespace bench {
namespace {

struct Dereference {
  void operator()(void* object) const { mem_deref(object); }
};
template <class T>
using Ref = std::unique_ptr<T, Dereference>;

std::string_view view(const pl& text) {
  return {text.p, text.l};
}

void read_start_line(const sip_msg& msg, Reading& reading) {
  if (!msg.req) {
    reading.number(Value::status, msg.scode);
    return;
  }
  reading.text(Value::method, view(msg.met));
  reading.text(Value::target_user, view(msg.uri.user));
  reading.text(Value::target_host, view(msg.uri.host));
  reading.number(Value::target_port, msg.uri.port);
}

/// What a handler of sip_msg_hdr_apply() needs; it answers true to stop.
struct Walk {
  Reading& reading;
  bool good = true;
  Value host = Value::route_host;
  Value port = Value::route_port;
};

bool read_via(const sip_hdr* field, const sip_msg* msg, void* argument) {
  auto& walk = *static_cast<Walk*>(argument);
  sip_via decoded;
  const bool first = field->val.p == msg->via.val.p;
  if (!first && sip_via_decode(&decoded, &field->val) != 0) {
    walk.good = false;
    return true;
  }
  const sip_via& via = first ? msg->via : decoded;
  const auto sent_by = view(via.sentby);
  walk.reading.text(Value::via_transport, sip_transp_name(via.tp));
  walk.reading.text(Value::via_host, sent_by.substr(0, sent_by.find(':')));
  walk.reading.number(Value::via_port, sa_port(&via.addr));
  walk.reading.text(Value::branch, view(via.branch));
  return false;
}

bool read_contact(const sip_hdr* field, const sip_msg*, void* argument) {
  auto& walk = *static_cast<Walk*>(argument);
  sip_addr address;
  walk.good = sip_addr_decode(&address, &field->val) == 0;
  if (!walk.good) return true;
  walk.reading.text(Value::contact_user, view(address.uri.user));
  walk.reading.text(Value::contact_host, view(address.uri.host));
  walk.reading.number(Value::contact_port, address.uri.port);
  return false;
}

bool read_route(const sip_hdr* field, const sip_msg*, void* argument) {
  auto& walk = *static_cast<Walk*>(argument);
  sip_addr address;
  walk.good = sip_addr_decode(&address, &field->val) == 0;
  if (!walk.good) return true;
  walk.reading.text(walk.host, view(address.uri.host));
  walk.reading.number(walk.port, address.uri.port);
  return false;
}

bool read_lists(const sip_msg& msg, Reading& reading) {
  Walk walk{reading};
  sip_msg_hdr_apply(&msg, true, SIP_HDR_VIA, read_via, &walk);
  if (!walk.good) return false;
  sip_msg_hdr_apply(&msg, true, SIP_HDR_CONTACT, read_contact, &walk);
  if (!walk.good) return false;
  sip_msg_hdr_apply(&msg, true, SIP_HDR_ROUTE, read_route, &walk);
  if (!walk.good) return false;
  walk.host = Value::record_route_host;
  walk.port = Value::record_route_port;
  sip_msg_hdr_apply(&msg, true, SIP_HDR_RECORD_ROUTE, read_route, &walk);
  return walk.good;
}

void read_dialog(const sip_msg& msg, Reading& reading) {
  reading.text(Value::from_user, view(msg.from.uri.user));
  reading.text(Value::from_host, view(msg.from.uri.host));
  reading.text(Value::from_tag, view(msg.from.tag));
  reading.text(Value::to_user, view(msg.to.uri.user));
  reading.text(Value::to_host, view(msg.to.uri.host));
  reading.text(Value::to_tag, view(msg.to.tag));
  reading.text(Value::call_id, view(msg.callid));
  reading.number(Value::cseq_number, msg.cseq.num);
  reading.text(Value::cseq_method, view(msg.cseq.met));
}

void read_numbers(const sip_msg& msg, Reading& reading) {
  reading.number(Value::max_forwards, pl_u32(&msg.maxfwd));
  reading.number(Value::expires, pl_u32(&msg.expires));
  reading.number(Value::content_length, pl_u32(&msg.clen));
}

bool read_credentials(const sip_msg& msg, Reading& reading) {
  const sip_hdr* const field = sip_msg_hdr(&msg, SIP_HDR_AUTHORIZATION);
  if (field == nullptr) return true;
  httpauth_digest_resp credentials;
  if (httpauth_digest_response_decode(&credentials, &field->val) != 0) return false;
  reading.text(Value::username, view(credentials.username));
  reading.text(Value::realm, view(credentials.realm));
  reading.text(Value::nonce, view(credentials.nonce));
  reading.text(Value::response, view(credentials.response));
  reading.number(Value::nonce_count, pl_x32(&credentials.nc));
  return true;
}

void read_media(const sdp_media& media, Reading& reading) {
  reading.number(Value::media_port, sdp_media_rport(&media));
  reading.touch(sa_in(sdp_media_raddr(&media)));
  for (const le* at = sdp_media_format_lst(&media, false)->head; at != nullptr; at = at->next) {
    const auto& format = *static_cast<const sdp_format*>(at->data);
    reading.number(Value::payload_type, static_cast<std::uint64_t>(format.pt));
    reading.text(Value::encoding, format.name);
    reading.number(Value::clock_rate, format.srate);
  }
}

bool read_session(mbuf* body, Reading& reading) {
  sa local;
  sa_set_in(&local, 0x7f000001, 0);
  sdp_session* raw = nullptr;
  if (sdp_session_alloc(&raw, &local) != 0) return false;
  const Ref<sdp_session> session(raw);
  if (sdp_decode(raw, body, true) != 0) return false;
  for (const le* at = sdp_session_medial(raw, false)->head; at != nullptr; at = at->next) {
    read_media(*static_cast<const sdp_media*>(at->data), reading);
  }
  return true;
}

bool parse(std::string_view bytes, Readings& readings) {
  const Ref<mbuf> buffer(mbuf_alloc(bytes.size()));
  if (!buffer) return false;
  const auto* const data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  if (mbuf_write_mem(buffer.get(), data, bytes.size()) != 0) return false;
  buffer->pos = 0;
  sip_msg* raw = nullptr;
  if (sip_msg_decode(&raw, buffer.get()) != 0) return false;
  const Ref<sip_msg> msg(raw);
  Reading& reading = readings.message;
  read_start_line(*msg, reading);
  read_dialog(*msg, reading);
  read_numbers(*msg, reading);
  if (!read_lists(*msg, reading) || !read_credentials(*msg, reading)) return false;
  return mbuf_get_left(buffer.get()) == 0 || read_session(buffer.get(), readings.media);
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  return bench::run_loop({"libre", sys_libre_version_get(), bench::parse}, argc, argv);
}
