// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "audio/g711.h"
#include "godwit/audio.h"

namespace godwit::audio {

/// PCMU and PCMA (RFC 3551 §4.5.14): 8,000 samples a second, a byte each.
class G711Codec final : public godwit::Codec {
 public:
  explicit G711Codec(Law law) : law_(law) {}

  [[nodiscard]] CodecFormat format() const override;
  [[nodiscard]] int sample_rate() const override { return 8000; }
  [[nodiscard]] std::optional<std::uint8_t> payload_type() const override;
  [[nodiscard]] std::unique_ptr<Encoder> make_encoder(
      const CodecFormat& theirs, std::chrono::milliseconds packet_time) const override;
  [[nodiscard]] std::unique_ptr<Decoder> make_decoder() const override;

 private:
  Law law_;
};

}  // namespace godwit::audio
