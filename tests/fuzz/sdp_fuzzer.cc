// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "base/assert.h"
#include "base/random.h"
#include "fuzz_input.h"
#include "sdp/candidate.h"
#include "sdp/crypto_attribute.h"
#include "sdp/extmap.h"
#include "sdp/fingerprint.h"
#include "sdp/fmtp.h"
#include "sdp/group.h"
#include "sdp/ice_credentials.h"
#include "sdp/inspect.h"
#include "sdp/msid.h"
#include "sdp/offer_answer.h"
#include "sdp/packet_time.h"
#include "sdp/rtcp_feedback.h"
#include "sdp/rtcp_port.h"
#include "sdp/rtpmap.h"
#include "sdp/rtpmap_table.h"
#include "sdp/setup.h"
#include "sdp/ssrc.h"
#include "sdp/tls_id.h"

namespace {

using godwit::sdp::Agreement;
using godwit::sdp::Direction;
using godwit::sdp::Format;
using godwit::sdp::Line;
using godwit::sdp::OfferAnswer;
using godwit::sdp::ProtectionPolicy;
using godwit::sdp::SessionDescription;
using godwit::sdp::SessionView;

/// What a session of ours can do, with every way of protection that the policy allows.
godwit::sdp::Terms make_terms(ProtectionPolicy policy, godwit::Random& random) {
  godwit::sdp::Terms terms;
  terms.formats = {{96, "opus", 48000, 2, "useinbandfec=1"},
                   {9, "G722", 8000, 1, ""},
                   {0, "PCMU", 8000, 1, ""},
                   {8, "PCMA", 8000, 1, ""},
                   {13, "CN", 8000, 1, ""},
                   {101, "telephone-event", 8000, 1, ""}};
  terms.rules.takes = [](const Format& theirs) { return theirs.parameters.size() < 100; };
  terms.rules.answer = [](const Format& theirs) { return theirs.parameters; };
  terms.rtcp = {true, true, true};
  terms.protection = {policy,
                      godwit::sdp::Keying::sdes,
                      {"AES_CM_128_HMAC_SHA1_80", "AEAD_AES_256_GCM"},
                      {{"sha-256", std::vector<std::uint8_t>(32, 1)}},
                      &random};
  return terms;
}

godwit::net::SocketAddress here() {
  return {*godwit::net::IpAddress::parse("192.0.2.1"), 4000};
}

godwit::net::SocketAddress elsewhere() {
  return {*godwit::net::IpAddress::parse("2001:db8::1"), 4002};
}

void check(const Agreement& agreement, ProtectionPolicy policy) {
  const bool is_plain = std::holds_alternative<std::monostate>(agreement.protection);
  GODWIT_ASSERT(is_plain || policy != ProtectionPolicy::never);
  GODWIT_ASSERT(!is_plain || policy != ProtectionPolicy::required);
  GODWIT_ASSERT(agreement.packet_time.count() >= 10 && agreement.packet_time.count() <= 60);
  GODWIT_ASSERT(agreement.packet_time.count() % 10 == 0);
}

/// Once protected, always protected, whatever comes.
void check_stays(const OfferAnswer& session, const std::optional<Agreement>& before) {
  if (!before || !session.agreement()) return;
  const bool was_plain = std::holds_alternative<std::monostate>(before->protection);
  const bool is_plain = std::holds_alternative<std::monostate>(session.agreement()->protection);
  GODWIT_ASSERT(was_plain || !is_plain);
}

void as_offer(const SessionDescription& offer, ProtectionPolicy policy) {
  godwit::SeededRandom random(1);
  OfferAnswer session(1, make_terms(policy, random));
  if (!session.take_offer(offer)) return;
  const auto answer = session.make_answer(here(), Direction::sendrecv);
  GODWIT_ASSERT(answer && answer->media.size() == offer.media.size());
  GODWIT_ASSERT(godwit::sdp::parse(write(*answer)) == *answer);
  const auto agreed = session.agreement();
  if (agreed) check(*agreed, policy);
  const auto next = session.make_offer(elsewhere(), Direction::sendonly);
  // To a session without media our own line is added (RFC 3264 §8.1).
  GODWIT_ASSERT(next && next->media.size() == std::max<std::size_t>(offer.media.size(), 1));
  (void)session.take_answer(offer);
  check_stays(session, agreed);
}

void as_answer(const SessionDescription& answer, ProtectionPolicy policy) {
  godwit::SeededRandom random(1);
  OfferAnswer session(1, make_terms(policy, random));
  (void)session.make_offer(here(), Direction::sendrecv);
  (void)session.take_answer(answer);
  GODWIT_ASSERT(session.state() == OfferAnswer::State::stable);
  const auto agreed = session.agreement();
  if (agreed) check(*agreed, policy);
  if (session.take_offer(answer)) {
    GODWIT_ASSERT(session.make_answer(elsewhere(), Direction::sendrecv));
    check_stays(session, agreed);
  }
}

/// Our answer to what is offered is an answer that the offerer can take, were it one of us.
void both_sides(ProtectionPolicy policy, const SessionDescription& seen) {
  godwit::SeededRandom random(2);
  OfferAnswer caller(1, make_terms(policy, random));
  OfferAnswer callee(2, make_terms(policy, random));
  if (callee.take_offer(seen)) (void)callee.make_answer(elsewhere(), Direction::sendrecv);
  const auto offer = caller.make_offer(here(), Direction::sendrecv);
  if (!callee.take_offer(*offer)) return;
  const auto answer = callee.make_answer(elsewhere(), Direction::sendrecv);
  GODWIT_ASSERT(answer && offer);
  if (answer->media.front().port != 0) GODWIT_ASSERT(caller.take_answer(*answer));
}

/// A value that can be read is written, and read again without a change.
template <class Parse>
void try_value(Parse parse, std::string_view text) {
  const auto value = parse(text);
  if (!value) {
    GODWIT_ASSERT(value.error().at <= text.size());
    return;
  }
  const std::string written(to_string(*value));
  const auto again = parse(written);
  GODWIT_ASSERT(again && *again == *value);
}

/// Everything that could stand in a line, whatever its type and name say.
void try_values(std::string_view text) {
  namespace sdp = godwit::sdp;
  try_value(sdp::parse_candidate, text);
  try_value(sdp::parse_remote_candidates, text);
  try_value(sdp::parse_crypto, text);
  try_value(sdp::parse_extmap, text);
  try_value(sdp::parse_fingerprint, text);
  try_value(sdp::parse_fmtp, text);
  try_value(sdp::parse_format_parameters, text);
  try_value(sdp::parse_group, text);
  try_value(sdp::parse_ice_options, text);
  try_value(sdp::parse_msid, text);
  try_value(sdp::parse_packet_time, text);
  try_value(sdp::parse_rtcp_feedback, text);
  try_value(sdp::parse_rtcp_port, text);
  try_value(sdp::parse_rtpmap, text);
  try_value(sdp::parse_setup, text);
  try_value(sdp::parse_ssrc, text);
  try_value(sdp::parse_ssrc_group, text);
  try_value(sdp::parse_timing, text);
  try_value(sdp::parse_repeat, text);
  try_value(sdp::parse_zones, text);
  (void)sdp::parse_ice_ufrag(text);
  (void)sdp::parse_ice_pwd(text);
  (void)sdp::parse_mid(text);
  (void)sdp::parse_tls_id(text);
  (void)sdp::scan_origin(text);
  (void)sdp::scan_connection(text);
  (void)sdp::scan_media(text);
}

void in_place(std::string_view text) {
  SessionView view;
  if (const auto fault = view.read(text)) {
    GODWIT_ASSERT(fault->fault.at <= text.size());
    return;
  }
  std::size_t lines = view.session().size();
  (void)view.origin();
  for (const Line& line : view.lines()) {
    const std::string_view value = view.value(line);
    try_values(value);
    try_values(value.substr(std::min(value.find(':') + 1, value.size())));
  }
  for (std::size_t i = 0; i < view.media_count(); ++i) {
    lines += view.media(i).size();
    (void)view.connection(i);
    const auto media = godwit::sdp::scan_media(view.value(view.media(i).front()));
    if (!media) continue;
    const godwit::sdp::RtpmapTable rtpmaps(view, i);
    godwit::sdp::Words formats(media->formats);
    for (auto format = formats.next(); !format.empty(); format = formats.next()) {
      (void)rtpmaps.find(format);
    }
  }
  GODWIT_ASSERT(lines == view.lines().size());
}

}  // namespace

/// Whatever comes is read or refused; what is read is written and read again without a change.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // A block of exactly that size: the sanitizer sees a read past its end.
  const auto block = std::make_unique<char[]>(size);
  std::copy(data, data + size, block.get());
  const std::string_view text(block.get(), size);

  in_place(text);
  const auto seen = godwit::sdp::inspect(text);
  const auto description = godwit::sdp::parse(text);
  GODWIT_ASSERT(description.has_value() == seen.description.has_value());
  GODWIT_ASSERT(description.has_value() != seen.fault.has_value());
  for (const auto& warning : seen.warnings) GODWIT_ASSERT(warning.at <= size);
  if (!description) return 0;
  GODWIT_ASSERT(*description == *seen.description);
  GODWIT_ASSERT(godwit::sdp::parse(write(*description)) == *description);
  for (const auto policy : {ProtectionPolicy::never, ProtectionPolicy::accepted,
                            ProtectionPolicy::preferred, ProtectionPolicy::required}) {
    as_offer(*description, policy);
    as_answer(*description, policy);
    both_sides(policy, *description);
  }
  return 0;
}
