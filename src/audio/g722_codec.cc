// SPDX-License-Identifier: Apache-2.0
#include "audio/g722_codec.h"

#include "audio/g722.h"
#include "audio/longest_payload.h"

namespace godwit::audio {
namespace {

constexpr std::size_t kSamplesOfAByte = 2;

class G722Encoder final : public Encoder {
 public:
  std::size_t encode(std::span<const std::int16_t> samples, std::span<std::byte> out) override {
    const std::size_t size = samples.size() / kSamplesOfAByte;
    if (size > out.size()) return 0;
    encoder_.encode(samples.first(size * kSamplesOfAByte), out.first(size));
    return size;
  }

 private:
  g722::Encoder encoder_;
};

class G722Decoder final : public Decoder {
 public:
  std::size_t samples_in(std::span<const std::byte> payload) const override {
    const std::size_t samples = payload.size() * kSamplesOfAByte;
    return samples <= longest_payload(16'000) ? samples : 0;
  }
  std::size_t decode(std::span<const std::byte> payload, std::span<std::int16_t> out) override {
    const std::size_t samples = samples_in(payload);
    if (samples > out.size()) return 0;
    decoder_.decode(payload.first(samples / kSamplesOfAByte), out);
    return samples;
  }

 private:
  g722::Decoder decoder_;
};

}  // namespace

CodecFormat G722Codec::format() const {
  return {.name = "G722", .clock_rate = 8000, .channels = 1, .parameters = {}};
}

std::unique_ptr<Encoder> G722Codec::make_encoder(const CodecFormat& /*theirs*/,
                                                 std::chrono::milliseconds /*packet_time*/) const {
  return std::make_unique<G722Encoder>();
}

std::unique_ptr<Decoder> G722Codec::make_decoder() const {
  return std::make_unique<G722Decoder>();
}

}  // namespace godwit::audio
