// SPDX-License-Identifier: Apache-2.0
#include "media/protected_channel.h"

#include <algorithm>
#include <utility>

namespace godwit::media {

ProtectedChannel::ProtectedChannel(std::uint32_t own_ssrc, Options options)
    : own_ssrc_(own_ssrc), options_(std::move(options)), outgoing_(own_ssrc, options_.limits) {}

void ProtectedChannel::use(const srtp::MasterKey& send, const srtp::MasterKey& receive,
                           TimePoint now) {
  if (!(send == send_key_)) told_worn_ = false;
  send_key_ = send;
  outgoing_.use(send);
  incoming_.use(receive, now);
}

void ProtectedChannel::configure(const sdp::DtlsProtection& agreed, TimePoint now) {
  if (!begin_keying(now)) return;
  keying_->configure(agreed, now);
  look_at_keying(now);
}

void ProtectedChannel::use_ssrc(std::uint32_t own) {
  own_ssrc_ = own;
  outgoing_ = srtp::Outgoing(own, options_.limits);
  told_worn_ = false;
  if (send_key_.valid()) outgoing_.use(send_key_);
}

/// Few calls need it: it is made for the first that does.
bool ProtectedChannel::begin_keying(TimePoint now) {
  if (keying_ || !options_.certificate) return keying_.has_value();
  keying_.emplace(
      DtlsKeying::Options{*options_.certificate, options_.suites, options_.channel});
  if (target_) keying_->send_on(target_->path, target_->remote, now);
  return true;
}

void ProtectedChannel::look_at_keying(TimePoint now) {
  if (const auto keys = keying_->take_keys()) {
    ended_ = false;
    use(keys->send, keys->receive, now);
  }
  if (keying_->status() == DtlsKeying::Status::closed && !std::exchange(ended_, true)) {
    forget_keys();
    tells_end_ = true;
  }
}

/// Nothing is sent or taken under them any more (RFC 5764 §5.1.2: they go with their association).
void ProtectedChannel::forget_keys() {
  send_key_ = {};
  outgoing_ = srtp::Outgoing(own_ssrc_, options_.limits);
  incoming_ = srtp::Incoming();
}

std::span<std::byte> ProtectedChannel::copy_out(std::span<const std::byte> plain) {
  out_.resize(std::max(out_.size(), plain.size() + srtp::Outgoing::kMostAdded));
  std::ranges::copy(plain, out_.begin());
  return out_;
}

ProtectedChannel::Sealed ProtectedChannel::sealed(const std::optional<std::size_t>& size) const {
  if (!size) return std::nullopt;
  return std::span<const std::byte>{out_}.first(*size);
}

ProtectedChannel::Sealed ProtectedChannel::seal_rtp(std::span<const std::byte> plain) {
  return sealed(outgoing_.protect_rtp(copy_out(plain), plain.size()));
}

ProtectedChannel::Sealed ProtectedChannel::seal_rtcp(std::span<const std::byte> plain) {
  return sealed(outgoing_.protect_rtcp(copy_out(plain), plain.size()));
}

ProtectedChannel::Opened ProtectedChannel::open_rtp(std::span<const std::byte> bytes,
                                                    TimePoint now) {
  in_.assign(bytes.begin(), bytes.end());
  return incoming_.open_rtp(in_, now);
}

ProtectedChannel::Opened ProtectedChannel::open_rtcp(std::span<const std::byte> bytes,
                                                     TimePoint now) {
  in_.assign(bytes.begin(), bytes.end());
  return incoming_.open_rtcp(in_, now);
}

void ProtectedChannel::send_on(PathId path, const net::SocketAddress& remote, TimePoint now) {
  target_ = Target{path, remote};
  if (!keying_) return;
  keying_->send_on(path, remote, now);
  look_at_keying(now);
}

void ProtectedChannel::stop_sending(TimePoint now) {
  target_.reset();
  if (keying_) keying_->stop_sending(now);
}

bool ProtectedChannel::on_datagram(const net::SocketAddress& from,
                                   std::span<const std::byte> bytes, TimePoint now) {
  if (!begin_keying(now)) return false;
  keying_->on_datagram(from, bytes, now);
  look_at_keying(now);
  return true;
}

void ProtectedChannel::on_timeout(TimePoint now) {
  if (keying_) keying_->on_timeout(now);
}

std::optional<TimePoint> ProtectedChannel::next_deadline() const {
  return keying_ ? keying_->next_deadline() : std::nullopt;
}

std::optional<Transmit> ProtectedChannel::poll_transmit() {
  return keying_ ? keying_->poll_transmit() : std::nullopt;
}

void ProtectedChannel::close(TimePoint now) {
  if (keying_) keying_->close(now);
}

void ProtectedChannel::take_notices(std::vector<Notice>& notices) {
  if (outgoing_.wears_out() && !std::exchange(told_worn_, true)) notices.emplace_back(KeyWearsOut{});
  if (std::exchange(tells_end_, false)) notices.emplace_back(KeyingEnded{});
  if (!keying_) return;
  if (auto failure = keying_->take_failure()) notices.emplace_back(*std::move(failure));
}

}  // namespace godwit::media
