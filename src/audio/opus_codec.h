// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "audio/opus_parameters.h"
#include "godwit/audio.h"

namespace godwit::audio {

/// Opus (RFC 6716, RFC 7587), by libopus: one channel at 48,000 samples a second both ways; what
/// comes in stereo is mixed down.
class OpusCodec final : public godwit::Codec {
 public:
  /// @param ours  how we want to receive
  explicit OpusCodec(const OpusParameters& ours = {.inband_fec = true}) : ours_(ours) {}

  [[nodiscard]] CodecFormat format() const override;
  [[nodiscard]] int sample_rate() const override { return 48'000; }
  /// Ours do not depend on theirs (RFC 7587 §7.1), but we can tell that we shall not send more than
  /// they play.
  [[nodiscard]] std::string answer_to(const std::string& their_parameters) const override;
  /// Opus has frames of 10, 20, 40 and 60 ms: 30 becomes 20, 50 becomes 40.
  [[nodiscard]] std::chrono::milliseconds packet_time(
      std::chrono::milliseconds wish) const override;
  [[nodiscard]] std::unique_ptr<Encoder> make_encoder(
      const CodecFormat& theirs, std::chrono::milliseconds packet_time) const override;
  [[nodiscard]] std::unique_ptr<Decoder> make_decoder() const override;

 private:
  OpusParameters ours_;
};

}  // namespace godwit::audio
