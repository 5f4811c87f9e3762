// SPDX-License-Identifier: Apache-2.0
#include "audio/opus_encoder.h"

#include <opus/opus.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/assert.h"

namespace godwit::audio {
namespace {

// Of 10: half the time of 9 (0.1 ms for 20 ms of speech), and speech comes out as close to what was
// said. From 7 on libopus looks at each frame to tell music from speech, too.
constexpr int kComplexity = 5;

// libopus may say that a packet of up to two bytes need not be sent: silence goes on.
constexpr int kLongestOfSilence = 2;

// Losses above this are no noise on the path but an outage: more protection would only cost
// quality.
constexpr int kMostLossPercent = 40;

/// A bandwidth of Opus (RFC 6716 §2, table 1) with a bitrate for speech: the upper ends of RFC 7587
/// §3.1.1 and what copies need; with less libopus makes none, or gives bandwidth away for them.
struct Bandwidth {
  int rate;  // Hz, twice the bandwidth that is kept
  int value;
  int bitrate;
};
constexpr std::array kBandwidths{
    Bandwidth{40'000, OPUS_BANDWIDTH_FULLBAND, 40'000},
    Bandwidth{24'000, OPUS_BANDWIDTH_SUPERWIDEBAND, 32'000},
    Bandwidth{16'000, OPUS_BANDWIDTH_WIDEBAND, 28'000},
    Bandwidth{12'000, OPUS_BANDWIDTH_MEDIUMBAND, 20'000},
    Bandwidth{8000, OPUS_BANDWIDTH_NARROWBAND, 16'000},
};

/// The widest that is played whole (RFC 7587 §6.1: more SHOULD NOT be encoded).
const Bandwidth& widest_for(int max_playback_rate) {
  const auto fits = [&](const Bandwidth& bandwidth) { return bandwidth.rate <= max_playback_rate; };
  const auto* const found = std::ranges::find_if(kBandwidths, fits);
  return found == kBandwidths.end() ? kBandwidths.back() : *found;
}

}  // namespace

void OpusEncoder::Destroy::operator()(::OpusEncoder* state) const {
  opus_encoder_destroy(state);
}

OpusEncoder::OpusEncoder(const OpusParameters& theirs)
    : state_(opus_encoder_create(48'000, 1, OPUS_APPLICATION_VOIP, nullptr)) {
  GODWIT_ASSERT(state_ != nullptr);
  configure(theirs);
}

void OpusEncoder::configure(const OpusParameters& theirs) {
  const auto set = [this](int request, int value) {
    const int result = opus_encoder_ctl(state_.get(), request, value);
    GODWIT_ASSERT(result == OPUS_OK);
  };
  const Bandwidth& widest = widest_for(theirs.max_playback_rate);
  set(OPUS_SET_MAX_BANDWIDTH_REQUEST, widest.value);
  set(OPUS_SET_BITRATE_REQUEST,
      std::min(widest.bitrate, theirs.max_average_bitrate.value_or(widest.bitrate)));
  set(OPUS_SET_VBR_REQUEST, theirs.constant_bitrate ? 0 : 1);
  set(OPUS_SET_INBAND_FEC_REQUEST, theirs.inband_fec ? 1 : 0);
  set(OPUS_SET_DTX_REQUEST, theirs.dtx ? 1 : 0);
  set(OPUS_SET_COMPLEXITY_REQUEST, kComplexity);
}

std::size_t OpusEncoder::encode(std::span<const std::int16_t> samples, std::span<std::byte> out) {
  const int size = opus_encode(state_.get(), samples.data(), static_cast<int>(samples.size()),
                               reinterpret_cast<unsigned char*>(out.data()),
                               static_cast<opus_int32>(out.size()));
  return size > kLongestOfSilence ? static_cast<std::size_t>(size) : 0;
}

void OpusEncoder::set_expected_loss(double share) {
  const auto percent = static_cast<int>(std::ceil(std::clamp(share, 0.0, 1.0) * 100));
  opus_encoder_ctl(state_.get(), OPUS_SET_PACKET_LOSS_PERC_REQUEST,
                   std::min(percent, kMostLossPercent));
}

}  // namespace godwit::audio
