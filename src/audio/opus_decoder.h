// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "godwit/audio.h"

struct OpusDecoder;

namespace godwit::audio {

/// The other direction of Opus: takes whatever the far end chooses to send, of any bandwidth and
/// frame length.
class OpusDecoder final : public Decoder {
 public:
  OpusDecoder();

  [[nodiscard]] std::size_t samples_in(std::span<const std::byte> payload) const override;
  [[nodiscard]] std::size_t decode(std::span<const std::byte> payload,
                                   std::span<std::int16_t> out) override;
  /// True only where `next` carries a copy: what libopus would make up itself is `conceal`'s.
  [[nodiscard]] bool recover(std::span<const std::byte> next, std::span<std::int16_t> out) override;
  /// In steps of 2.5 ms, up to 120 ms; other lengths are left to others.
  [[nodiscard]] bool conceal(std::span<std::int16_t> out) override;

 private:
  struct Destroy {
    void operator()(::OpusDecoder* state) const;
  };
  std::unique_ptr<::OpusDecoder, Destroy> state_;
};

/// Whether a packet carries a copy of the one before it (LBRR, RFC 6716 §4.2.4).
[[nodiscard]] bool carries_copy(std::span<const std::byte> payload);

}  // namespace godwit::audio
