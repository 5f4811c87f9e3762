// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "audio/opus_parameters.h"
#include "godwit/audio.h"

// libopus has it under this name outside all namespaces.
struct OpusEncoder;

namespace godwit::audio {

/// One direction of Opus, made as the far end wants to receive it (RFC 7587 §6.1).
class OpusEncoder final : public Encoder {
 public:
  explicit OpusEncoder(const OpusParameters& theirs);

  [[nodiscard]] std::size_t encode(std::span<const std::int16_t> samples,
                                   std::span<std::byte> out) override;
  /// With FEC the bits of a copy are spent as soon as losses are reported.
  void set_expected_loss(double share) override;

 private:
  void configure(const OpusParameters& theirs);

  struct Destroy {
    void operator()(::OpusEncoder* state) const;
  };
  std::unique_ptr<::OpusEncoder, Destroy> state_;
};

}  // namespace godwit::audio
