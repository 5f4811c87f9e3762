// SPDX-License-Identifier: Apache-2.0
#include "srtp/context.h"

#include <srtp2/srtp.h>

#include <array>
#include <bit>
#include <limits>

#include "base/assert.h"

namespace godwit::srtp {
namespace {

// RFC 3711 §3.3.2 asks for 64 at least. 1,024 packets are 10 s of the shortest frames: what an old
// path delivers late is no replay.
constexpr unsigned long kReplayWindow = 1'024;

bool library_ready() {
  static const bool ready = srtp_init() == srtp_err_status_ok;
  return ready;
}

void choose_cipher(Suite suite, srtp_policy_t& policy) {
  // RTCP's tag has 80 bits with the suites of 32 as well (RFC 4568 §6.2.2).
  switch (suite) {
    case Suite::aes_cm_128_hmac_sha1_80:
      srtp_crypto_policy_set_rtp_default(&policy.rtp);
      srtp_crypto_policy_set_rtp_default(&policy.rtcp);
      return;
    case Suite::aes_cm_128_hmac_sha1_32:
      srtp_crypto_policy_set_aes_cm_128_hmac_sha1_32(&policy.rtp);
      srtp_crypto_policy_set_rtp_default(&policy.rtcp);
      return;
    case Suite::aes_256_cm_hmac_sha1_80:
      srtp_crypto_policy_set_aes_cm_256_hmac_sha1_80(&policy.rtp);
      srtp_crypto_policy_set_aes_cm_256_hmac_sha1_80(&policy.rtcp);
      return;
    case Suite::aes_256_cm_hmac_sha1_32:
      srtp_crypto_policy_set_aes_cm_256_hmac_sha1_32(&policy.rtp);
      srtp_crypto_policy_set_aes_cm_256_hmac_sha1_80(&policy.rtcp);
      return;
    case Suite::aead_aes_128_gcm:
      srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtp);
      srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtcp);
      return;
    case Suite::aead_aes_256_gcm:
      srtp_crypto_policy_set_aes_gcm_256_16_auth(&policy.rtp);
      srtp_crypto_policy_set_aes_gcm_256_16_auth(&policy.rtcp);
      return;
  }
}

/// What it points to is the key's.
srtp_policy_t policy_for(const MasterKey& key, srtp_ssrc_t ssrc) {
  srtp_policy_t policy{};
  choose_cipher(key.suite(), policy);
  policy.ssrc = ssrc;
  policy.key = const_cast<unsigned char*>(key.key_and_salt().data());  // the library only reads it
  policy.window_size = kReplayWindow;
  policy.allow_repeat_tx = 1;
  return policy;
}

srtp_ctx_t_* open_session(const MasterKey& key, srtp_ssrc_t ssrc) {
  if (!key.valid() || !library_ready()) return nullptr;
  srtp_t session = nullptr;
  const srtp_policy_t policy = policy_for(key, ssrc);
  return srtp_create(&session, &policy) == srtp_err_status_ok ? session : nullptr;
}

std::uint32_t in_network_order(std::uint32_t number) {
  std::array<unsigned char, 4> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<unsigned char>(number >> (24U - 8U * i));
  }
  return std::bit_cast<std::uint32_t>(bytes);
}

int length_of(std::size_t size) {
  GODWIT_ASSERT(size <= std::numeric_limits<std::uint16_t>::max());
  return static_cast<int>(size);
}

}  // namespace

void Context::Close::operator()(srtp_ctx_t_* session) const {
  srtp_dealloc(session);  // zeros the keys
}

Context Context::for_sending(const MasterKey& key, std::uint32_t ssrc) {
  Context context;
  context.session_.reset(open_session(key, {.type = ssrc_specific, .value = ssrc}));
  return context;
}

Context Context::for_receiving(const MasterKey& key) {
  Context context;
  context.session_.reset(open_session(key, {.type = ssrc_any_inbound, .value = 0}));
  return context;
}

std::optional<std::size_t> Context::protect_rtp(Packet buffer, std::size_t size) {
  int length = length_of(size);
  const auto status = srtp_protect(session_.get(), buffer.data(), &length);
  if (status != srtp_err_status_ok) return std::nullopt;
  return static_cast<std::size_t>(length);
}

std::optional<std::size_t> Context::protect_rtcp(Packet buffer, std::size_t size) {
  int length = length_of(size);
  const auto status = srtp_protect_rtcp(session_.get(), buffer.data(), &length);
  if (status != srtp_err_status_ok) return std::nullopt;
  return static_cast<std::size_t>(length);
}

std::optional<Context::Packet> Context::unprotect_rtp(Packet packet) {
  int length = length_of(packet.size());
  const auto status = srtp_unprotect(session_.get(), packet.data(), &length);
  if (status != srtp_err_status_ok) return std::nullopt;
  return packet.first(static_cast<std::size_t>(length));
}

std::optional<Context::Packet> Context::unprotect_rtcp(Packet packet) {
  int length = length_of(packet.size());
  const auto status = srtp_unprotect_rtcp(session_.get(), packet.data(), &length);
  if (status != srtp_err_status_ok) return std::nullopt;
  return packet.first(static_cast<std::size_t>(length));
}

bool Context::begin_stream(const MasterKey& key, std::uint32_t ssrc, std::uint32_t rollovers) {
  const auto policy = policy_for(key, {.type = ssrc_specific, .value = ssrc});
  return srtp_add_stream(session_.get(), &policy) == srtp_err_status_ok &&
         srtp_set_stream_roc(session_.get(), ssrc, rollovers) == srtp_err_status_ok;
}

void Context::forget_stream(std::uint32_t ssrc) {
  srtp_remove_stream(session_.get(), in_network_order(ssrc));  // so it wants it, here alone
}

}  // namespace godwit::srtp
