// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "base/random.h"
#include "media/session.h"
#include "stun/binding_client.h"

namespace godwit::media {

/// Asks STUN servers from the sockets of RTP how the world sees these sockets (RFC 8489 §6.2.1). Each
/// path is asked of once at a time; what was asked before is forgotten then.
class AddressProbe {
 public:
  void ask(PathId path, const net::SocketAddress& server, Random& random, TimePoint now);
  void remove(PathId path);

  /// What the packet tells; empty when it answers nothing that was asked on its path.
  [[nodiscard]] std::optional<AddressSeen> on_packet(const Received& packet);
  void on_timeout(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;
  /// The next request to send; its bytes are good until the next call.
  [[nodiscard]] std::optional<Transmit> poll();

 private:
  struct Asked {
    PathId path;
    TimePoint at;
    stun::BindingClient client;
    int sends = 1;
    bool due = true;
  };
  std::vector<Asked> asked_;
};

}  // namespace godwit::media
