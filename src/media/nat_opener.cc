// SPDX-License-Identifier: Apache-2.0
#include "media/nat_opener.h"

#include <algorithm>
#include <span>

#include "stun/message.h"

namespace godwit::media {

void NatOpener::expect_nat(Random& random) {
  if (!indication_.empty()) return;
  stun::Message message;
  message.kind = stun::Class::indication;
  message.id = stun::make_transaction_id(random);
  indication_ = stun::write_message(message);
}

void NatOpener::wait_for(const std::optional<Target>& target, const std::optional<net::SocketAddress>& rtcp,
                         TimePoint now) {
  if (indication_.empty() || !target) {
    target_.reset();
    next_.reset();
    rtp_due_ = rtcp_due_ = false;
    return;
  }
  if (target_ == target && rtcp_ == rtcp) return;
  target_ = target;
  rtcp_ = rtcp;
  wait_ = kFirstWait;
  next_ = now;
  on_timeout(now);
}

void NatOpener::on_timeout(TimePoint now) {
  if (!next_ || now < *next_) return;
  rtp_due_ = true;
  rtcp_due_ = rtcp_.has_value();
  next_ = now + wait_;
  wait_ = std::min<Duration>(2 * wait_, kLongestWait);
}

std::optional<Transmit> NatOpener::poll() {
  if (!target_ || (!rtp_due_ && !rtcp_due_)) return std::nullopt;
  Transmit indication{.path = target_->path,
                      .channel = rtp_due_ ? Channel::rtp : Channel::rtcp,
                      .to = rtp_due_ ? target_->remote : *rtcp_,
                      .bytes = std::as_bytes(std::span(indication_))};
  (rtp_due_ ? rtp_due_ : rtcp_due_) = false;
  return indication;
}

}  // namespace godwit::media
