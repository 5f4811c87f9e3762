// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "godwit/audio.h"

namespace godwit::audio {

/// L16 (RFC 3551 §4.5.11): the samples as they are, the more significant byte first, one channel.
/// The static payload types are of 44,100 Hz: not ours.
class L16Codec final : public godwit::Codec {
 public:
  /// @param hz  8,000, 16,000, 32,000 or 48,000
  explicit L16Codec(int hz) : hz_(hz) {}

  [[nodiscard]] CodecFormat format() const override;
  [[nodiscard]] int sample_rate() const override { return hz_; }
  /// As many of 10 ms as a packet of 1,400 bytes takes.
  [[nodiscard]] std::chrono::milliseconds packet_time(
      std::chrono::milliseconds wish) const override;
  [[nodiscard]] std::unique_ptr<Encoder> make_encoder(
      const CodecFormat& theirs, std::chrono::milliseconds packet_time) const override;
  [[nodiscard]] std::unique_ptr<Decoder> make_decoder() const override;

 private:
  int hz_;
};

}  // namespace godwit::audio
