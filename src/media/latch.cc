// SPDX-License-Identifier: Apache-2.0
#include "media/latch.h"

namespace godwit::media {

void Latch::on_signalled(const net::SocketAddress& remote, TimePoint now) {
  if (signalled_ != remote) found_.reset();
  signalled_ = remote;
  open_until_ = remote.address.is_private() ? now + kWindow : TimePoint::min();
  run_ = {};
}

std::optional<Target> Latch::on_rtp(const Target& from, std::uint32_t ssrc, std::uint16_t sequence,
                                    TimePoint now) {
  if (!allowed_ || now >= open_until_) return std::nullopt;
  if (known_ssrc_ && ssrc != *known_ssrc_) return std::nullopt;
  const bool contended = run_.packets != 0 && (from.remote != run_.from || ssrc != run_.ssrc);
  if (contended || from.remote == signalled_) {  // in the latter case it is reached as it says
    close();
    return std::nullopt;
  }
  const bool next = run_.packets != 0 && sequence == static_cast<std::uint16_t>(run_.sequence + 1);
  run_ = {.from = from.remote,
          .ssrc = ssrc,
          .sequence = sequence,
          .packets = next ? run_.packets + 1 : 1};
  if (run_.packets < kPackets) return std::nullopt;
  close();
  known_ssrc_ = ssrc;
  found_ = from.remote;
  return from;
}

net::SocketAddress Latch::found_for(const net::SocketAddress& signalled) const {
  return signalled == signalled_ ? found_.value_or(signalled) : signalled;
}

}  // namespace godwit::media
