// SPDX-License-Identifier: Apache-2.0
#include "media/protection.h"

#include <utility>

#include "base/earlier_of.h"

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

ProtectedChannel::Options of_channel(Channel channel, ProtectedChannel::Options options) {
  options.channel = channel;
  return options;
}

}  // namespace

Protection::Protection(std::uint32_t own_ssrc, const Kit& kit, std::vector<srtp::Suite> suites)
    : own_ssrc_(own_ssrc),
      options_{Channel::rtcp, kit.certificate, std::move(suites), kit.key_limits},
      rtp_(own_ssrc, of_channel(Channel::rtp, options_)),
      reports_(own_ssrc, options_) {}

ProtectedChannel Protection::make_reports() const {
  return ProtectedChannel(own_ssrc_, options_);
}

void Protection::configure(const sdp::MediaProtection& agreed, Reports reports, TimePoint now) {
  on_ = on_ || !std::holds_alternative<std::monostate>(agreed);
  const auto* const dtls = std::get_if<sdp::DtlsProtection>(&agreed);
  const bool apart = dtls != nullptr && reports == Reports::beside_rtp;
  // An association ends with its channel; should that come back, it begins with another.
  if (!apart) reports_ = make_reports();
  reports_apart_ = apart;
  if (const auto* const sdes = std::get_if<sdp::SdesProtection>(&agreed)) {
    rtp_.use(key_of(sdes->send), key_of(sdes->receive), now);
  }
  if (dtls != nullptr) rtp_.configure(*dtls, now);
  if (apart) reports_.configure(*dtls, now);
}

void Protection::expect_reset() {
  rtp_.expect_reset();
  reports_.expect_reset();
}

void Protection::use_ssrc(std::uint32_t own) {
  own_ssrc_ = own;
  rtp_.use_ssrc(own);
  reports_.use_ssrc(own);
}

ProtectedChannel::Sealed Protection::seal_rtp(std::span<const std::byte> plain) {
  if (!on_) return plain;
  return rtp_.seal_rtp(plain);
}

ProtectedChannel::Sealed Protection::seal_rtcp(std::span<const std::byte> plain) {
  if (!on_) return plain;
  return of_reports().seal_rtcp(plain);
}

ProtectedChannel::Opened Protection::open_rtp(std::span<const std::byte> bytes, TimePoint now) {
  return rtp_.open_rtp(bytes, now);
}

ProtectedChannel::Opened Protection::open_rtcp(std::span<const std::byte> bytes, TimePoint now) {
  return of_reports().open_rtcp(bytes, now);
}

void Protection::send_on(PathId path, const Remotes& remotes, TimePoint now) {
  rtp_.send_on(path, remotes.rtp, now);
  if (remotes.rtcp) {
    reports_.send_on(path, *remotes.rtcp, now);
  } else {
    reports_.stop_sending(now);
  }
}

void Protection::stop_sending(TimePoint now) {
  rtp_.stop_sending(now);
  reports_.stop_sending(now);
}

bool Protection::on_datagram(const Received& datagram, TimePoint now) {
  // Before the answer says where RTCP goes, either channel may be the first to hear something.
  ProtectedChannel& channel = datagram.channel == Channel::rtcp ? reports_ : rtp_;
  return channel.on_datagram(datagram.from, datagram.bytes, now);
}

void Protection::on_timeout(TimePoint now) {
  rtp_.on_timeout(now);
  reports_.on_timeout(now);
}

std::optional<TimePoint> Protection::next_deadline() const {
  return earlier_of(rtp_.next_deadline(), reports_.next_deadline());
}

std::optional<Transmit> Protection::poll_transmit() {
  auto next = rtp_.poll_transmit();
  return next ? next : reports_.poll_transmit();
}

void Protection::close(TimePoint now) {
  rtp_.close(now);
  reports_.close(now);
}

void Protection::take_notices(std::vector<Notice>& notices) {
  rtp_.take_notices(notices);
  reports_.take_notices(notices);
}

}  // namespace godwit::media
