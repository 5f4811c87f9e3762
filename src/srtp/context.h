// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "srtp/master_key.h"

struct srtp_ctx_t_;

namespace godwit::srtp {

/// One key in libsrtp2 with the rollover counters and replay windows of the streams under it: the
/// only place that knows the library. What fails there is empty here. Identifiers of keys are not
/// its business.
class Context {
 public:
  using Packet = std::span<std::byte>;

  Context() = default;
  /// For what we send by one SSRC. A sequence number may be used twice: see Outgoing.
  [[nodiscard]] static Context for_sending(const MasterKey& key, std::uint32_t ssrc);
  /// For what comes by any SSRC; a stream begins with the first packet of it that is authentic.
  [[nodiscard]] static Context for_receiving(const MasterKey& key);

  [[nodiscard]] bool ready() const { return session_ != nullptr; }
  /// Encrypts the first `size` bytes; answers how many there are then.
  [[nodiscard]] std::optional<std::size_t> protect_rtp(Packet buffer, std::size_t size);
  [[nodiscard]] std::optional<std::size_t> protect_rtcp(Packet buffer, std::size_t size);
  /// Decrypts in place. One that is refused may have been destroyed: AES-GCM decrypts first.
  [[nodiscard]] std::optional<Packet> unprotect_rtp(Packet packet);
  [[nodiscard]] std::optional<Packet> unprotect_rtcp(Packet packet);

  /// The stream of this SSRC begins with this rollover counter, not with 0. `key` is the context's.
  [[nodiscard]] bool begin_stream(const MasterKey& key, std::uint32_t ssrc,
                                  std::uint32_t rollovers);
  void forget_stream(std::uint32_t ssrc);

 private:
  struct Close {
    void operator()(srtp_ctx_t_* session) const;
  };

  std::unique_ptr<srtp_ctx_t_, Close> session_;
};

}  // namespace godwit::srtp
