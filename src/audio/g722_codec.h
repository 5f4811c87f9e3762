// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "godwit/audio.h"

namespace godwit::audio {

/// G.722 at 64 kbit/s. Its clock rate in SDP and RTP is 8,000 for a historical
/// error, its sound has 16,000 samples a second (RFC 3551 §4.5.2).
class G722Codec final : public godwit::Codec {
 public:
  [[nodiscard]] CodecFormat format() const override;
  [[nodiscard]] int sample_rate() const override { return 16'000; }
  [[nodiscard]] std::optional<std::uint8_t> payload_type() const override { return 9; }
  [[nodiscard]] std::unique_ptr<Encoder> make_encoder(
      const CodecFormat& theirs, std::chrono::milliseconds packet_time) const override;
  [[nodiscard]] std::unique_ptr<Decoder> make_decoder() const override;
};

}  // namespace godwit::audio
