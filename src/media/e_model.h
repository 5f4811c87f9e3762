// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "godwit/call_quality.h"
#include "godwit/time.h"

namespace godwit::media {

/// What a codec does to speech, on the scale of its own band (ITU-T G.113).
struct CodecImpairment {
  MosScale scale = MosScale::narrowband;
  double ie = 0;      ///< equipment impairment factor without loss
  double bpl = 25.1;  ///< packet-loss robustness, random loss

  bool operator==(const CodecImpairment&) const = default;
};

/// @param sample_rate  of the sound, in Hz: decides for codecs that nobody has measured
[[nodiscard]] CodecImpairment impairment_of(std::string_view codec, std::uint32_t sample_rate);

/// What a connection does to speech.
struct Conditions {
  Duration one_way{};      ///< mouth to ear
  double loss = 0;         ///< 0 to 1: not played, for whatever reason
  double burst_ratio = 1;  ///< G.107's BurstR: 1 is by chance
};

/// The rating of a conversation, 0 to 100, by the E-model (ITU-T G.107 §7, with its default values for
/// all that is not given; G.107.1 and G.107.2 for wider bands). On wider bands ITU's own figure goes to
/// 129 and 148: here it is divided by 1.29 and 1.48, as it is before a MOS is taken from it.
[[nodiscard]] double r_factor(const CodecImpairment& codec, const Conditions& conditions);

/// ITU-T G.107 annex B: 1 to 4.5.
[[nodiscard]] double mos_of(double r_factor);

}  // namespace godwit::media
