// SPDX-License-Identifier: Apache-2.0
#include "audio/opus_decoder.h"

#include <opus/opus.h>

#include <array>

#include "audio/longest_payload.h"
#include "base/assert.h"

namespace godwit::audio {
namespace {

constexpr int kRate = 48'000;
constexpr std::size_t kStep = 120;       // 2.5 ms
constexpr std::size_t kMostFrames = 48;  // of one packet (RFC 6716 §3.2.5)
constexpr unsigned kFirstCeltOnly = 16;  // configurations from here on have no copies (table 2)
constexpr int kSilkFrame = 960;          // 20 ms: longer frames are made of such

const unsigned char* bytes_of(std::span<const std::byte> payload) {
  return reinterpret_cast<const unsigned char*>(payload.data());
}

bool fits(std::span<const std::int16_t> out) {
  return !out.empty() && out.size() % kStep == 0 && out.size() <= longest_payload(kRate);
}

}  // namespace

void OpusDecoder::Destroy::operator()(::OpusDecoder* state) const {
  opus_decoder_destroy(state);
}

OpusDecoder::OpusDecoder() : state_(opus_decoder_create(kRate, 1, nullptr)) {
  GODWIT_ASSERT(state_ != nullptr);
}

std::size_t OpusDecoder::samples_in(std::span<const std::byte> payload) const {
  if (payload.empty()) return 0;
  const int samples =
      opus_packet_get_nb_samples(bytes_of(payload), static_cast<opus_int32>(payload.size()), kRate);
  return samples > 0 ? static_cast<std::size_t>(samples) : 0;
}

std::size_t OpusDecoder::decode(std::span<const std::byte> payload, std::span<std::int16_t> out) {
  const std::size_t samples = samples_in(payload);
  if (samples == 0 || samples > out.size()) return 0;
  const int written =
      opus_decode(state_.get(), bytes_of(payload), static_cast<opus_int32>(payload.size()),
                  out.data(), static_cast<int>(samples), 0);
  return written > 0 ? static_cast<std::size_t>(written) : 0;
}

bool OpusDecoder::recover(std::span<const std::byte> next, std::span<std::int16_t> out) {
  if (!fits(out) || !carries_copy(next)) return false;
  const int written =
      opus_decode(state_.get(), bytes_of(next), static_cast<opus_int32>(next.size()), out.data(),
                  static_cast<int>(out.size()), 1);
  return written == static_cast<int>(out.size());
}

bool OpusDecoder::conceal(std::span<std::int16_t> out) {
  if (!fits(out)) return false;
  const int written =
      opus_decode(state_.get(), nullptr, 0, out.data(), static_cast<int>(out.size()), 0);
  return written == static_cast<int>(out.size());
}

bool carries_copy(std::span<const std::byte> payload) {
  if (payload.empty() || std::to_integer<unsigned>(payload[0]) >> 3U >= kFirstCeltOnly)
    return false;
  std::array<const unsigned char*, kMostFrames> frames{};
  std::array<opus_int16, kMostFrames> sizes{};
  const int count = opus_packet_parse(bytes_of(payload), static_cast<opus_int32>(payload.size()),
                                      nullptr, frames.data(), sizes.data(), nullptr);
  if (count <= 0 || sizes[0] <= 0) return false;
  // A frame begins with one bit for each SILK frame, whether there is a voice, then one for copies;
  // those of a second channel follow (RFC 6716 §4.2.3). Being as likely as not, they stand there as
  // they are.
  const int length = opus_packet_get_samples_per_frame(bytes_of(payload), kRate);
  const unsigned silk_frames = length > kSilkFrame ? static_cast<unsigned>(length / kSilkFrame) : 1;
  const unsigned first = *frames[0];
  if ((first >> (7U - silk_frames) & 1U) != 0) return true;
  const bool two_channels = opus_packet_get_nb_channels(bytes_of(payload)) == 2;
  return two_channels && (first >> (6U - 2 * silk_frames) & 1U) != 0;
}

}  // namespace godwit::audio
