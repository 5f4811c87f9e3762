// SPDX-License-Identifier: Apache-2.0
#include "media/protection.h"

#include <algorithm>

namespace godwit::media {
namespace {

/// Not valid where the suite is none of ours: such an attribute is never agreed on.
srtp::MasterKey key_of(const sdp::CryptoAttribute& crypto) {
  const auto suite = srtp::suite_named(crypto.suite);
  if (!suite || crypto.keys.empty()) return {};
  const sdp::CryptoKey& key = crypto.keys.front();
  const auto mki =
      key.mki ? srtp::KeyIdentifier{key.mki->value, key.mki->length} : srtp::KeyIdentifier{};
  return {*suite, key.key_and_salt, mki};
}

}  // namespace

Protection::Protection(std::uint32_t own_ssrc,
                       const std::optional<crypto::DtlsCertificate>& certificate)
    : outgoing_(own_ssrc), certificate_(certificate) {}

void Protection::configure(const sdp::MediaProtection& agreed, TimePoint now) {
  on_ = on_ || !std::holds_alternative<std::monostate>(agreed);
  if (const auto* const sdes = std::get_if<sdp::SdesProtection>(&agreed)) {
    use(key_of(sdes->send), key_of(sdes->receive), now);
  }
  const auto* const dtls = std::get_if<sdp::DtlsProtection>(&agreed);
  if (dtls == nullptr || !begin_keying(now)) return;
  keying_->configure(*dtls, now);
  take_keys(now);
}

/// Few calls need it: it is made for the first that does.
bool Protection::begin_keying(TimePoint now) {
  if (keying_ || !certificate_) return keying_.has_value();
  keying_.emplace(DtlsKeying::Options{*certificate_, {}, Channel::rtp});
  if (target_) keying_->send_on(target_->path, target_->remote, now);
  return true;
}

void Protection::use(const srtp::MasterKey& send, const srtp::MasterKey& receive, TimePoint now) {
  send_key_ = send;
  outgoing_.use(send);
  incoming_.use(receive, now);
}

void Protection::use_ssrc(std::uint32_t own) {
  outgoing_ = srtp::Outgoing(own);
  if (send_key_.valid()) outgoing_.use(send_key_);
}

void Protection::take_keys(TimePoint now) {
  if (const auto keys = keying_->take_keys()) use(keys->send, keys->receive, now);
}

std::span<std::byte> Protection::copy_out(std::span<const std::byte> plain) {
  out_.resize(std::max(out_.size(), plain.size() + srtp::Outgoing::kMostAdded));
  std::ranges::copy(plain, out_.begin());
  return out_;
}

std::optional<std::span<const std::byte>> Protection::seal_rtp(std::span<const std::byte> plain) {
  if (!on_) return plain;
  const auto size = outgoing_.protect_rtp(copy_out(plain), plain.size());
  if (!size) return std::nullopt;
  return std::span<const std::byte>{out_}.first(*size);
}

std::optional<std::span<const std::byte>> Protection::seal_rtcp(std::span<const std::byte> plain) {
  if (!on_) return plain;
  const auto size = outgoing_.protect_rtcp(copy_out(plain), plain.size());
  if (!size) return std::nullopt;
  return std::span<const std::byte>{out_}.first(*size);
}

std::optional<srtp::Incoming::Opened> Protection::open_rtp(std::span<const std::byte> bytes,
                                                           TimePoint now) {
  in_.assign(bytes.begin(), bytes.end());
  return incoming_.open_rtp(in_, now);
}

std::optional<srtp::Incoming::Opened> Protection::open_rtcp(std::span<const std::byte> bytes,
                                                            TimePoint now) {
  in_.assign(bytes.begin(), bytes.end());
  return incoming_.open_rtcp(in_, now);
}

void Protection::send_on(PathId path, const net::SocketAddress& remote, TimePoint now) {
  target_ = Target{path, remote};
  if (keying_) keying_->send_on(path, remote, now);
}

void Protection::stop_sending(TimePoint now) {
  target_.reset();
  if (keying_) keying_->stop_sending(now);
}

bool Protection::on_datagram(const net::SocketAddress& from, std::span<const std::byte> bytes,
                             TimePoint now) {
  if (!begin_keying(now)) return false;
  keying_->on_datagram(from, bytes, now);
  take_keys(now);
  return true;
}

void Protection::on_timeout(TimePoint now) {
  if (keying_) keying_->on_timeout(now);
}

std::optional<TimePoint> Protection::next_deadline() const {
  return keying_ ? keying_->next_deadline() : std::nullopt;
}

std::optional<Transmit> Protection::poll_transmit() {
  return keying_ ? keying_->poll_transmit() : std::nullopt;
}

}  // namespace godwit::media
