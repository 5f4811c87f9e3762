// SPDX-License-Identifier: Apache-2.0
#include "audio/l16_codec.h"

#include <algorithm>

#include "audio/longest_payload.h"

namespace godwit::audio {
namespace {

constexpr std::size_t kBytes = 2;  // of a sample
constexpr int kLargestPayload = 1400;

class L16Encoder final : public Encoder {
 public:
  std::size_t encode(std::span<const std::int16_t> samples, std::span<std::byte> out) override {
    if (samples.size() * kBytes > out.size()) return 0;
    auto to = out.begin();
    for (const std::int16_t sample : samples) {
      const auto bits = static_cast<std::uint16_t>(sample);
      *to++ = static_cast<std::byte>(bits >> 8U);
      *to++ = static_cast<std::byte>(bits & 0xffU);
    }
    return samples.size() * kBytes;
  }
};

class L16Decoder final : public Decoder {
 public:
  explicit L16Decoder(int hz) : most_(longest_payload(hz)) {}
  std::size_t samples_in(std::span<const std::byte> payload) const override {
    const std::size_t samples = payload.size() / kBytes;
    return payload.size() % kBytes == 0 && samples <= most_ ? samples : 0;
  }
  std::size_t decode(std::span<const std::byte> payload, std::span<std::int16_t> out) override {
    const std::size_t samples = samples_in(payload);
    if (samples > out.size()) return 0;
    for (std::size_t i = 0; i < samples; ++i) {
      const auto high = std::to_integer<std::uint16_t>(payload[kBytes * i]);
      const auto low = std::to_integer<std::uint16_t>(payload[kBytes * i + 1]);
      out[i] = static_cast<std::int16_t>(static_cast<std::uint16_t>(high << 8U | low));
    }
    return samples;
  }

 private:
  std::size_t most_;
};

}  // namespace

CodecFormat L16Codec::format() const {
  return {.name = "L16",
          .clock_rate = static_cast<std::uint32_t>(hz_),
          .channels = 1,
          .parameters = {}};
}

std::chrono::milliseconds L16Codec::packet_time(std::chrono::milliseconds wish) const {
  const int bytes_of_ten = hz_ / 100 * static_cast<int>(kBytes);
  return std::min(wish, std::chrono::milliseconds{kLargestPayload / bytes_of_ten * 10});
}

std::unique_ptr<Encoder> L16Codec::make_encoder(const CodecFormat& /*theirs*/,
                                                std::chrono::milliseconds /*packet_time*/) const {
  return std::make_unique<L16Encoder>();
}

std::unique_ptr<Decoder> L16Codec::make_decoder() const {
  return std::make_unique<L16Decoder>(hz_);
}

}  // namespace godwit::audio
