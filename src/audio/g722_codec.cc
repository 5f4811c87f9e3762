// SPDX-License-Identifier: Apache-2.0
#include "audio/g722_codec.h"

#include <spandsp.h>

#include "audio/longest_payload.h"
#include "base/assert.h"

namespace godwit::audio {
namespace {

constexpr int kBitRate = 64'000;
constexpr std::size_t kSamplesOfAByte = 2;

class G722Encoder final : public Encoder {
 public:
  G722Encoder() : state_(g722_encode_init(nullptr, kBitRate, 0)) {
    GODWIT_ASSERT(state_ != nullptr);
  }
  std::size_t encode(std::span<const std::int16_t> samples, std::span<std::byte> out) override {
    if (samples.size() / kSamplesOfAByte > out.size()) return 0;
    const auto even = samples.size() / kSamplesOfAByte * kSamplesOfAByte;
    const int size = g722_encode(state_.get(), reinterpret_cast<std::uint8_t*>(out.data()),
                                 samples.data(), static_cast<int>(even));
    return static_cast<std::size_t>(size);
  }

 private:
  struct Free {
    void operator()(g722_encode_state_t* state) const { g722_encode_free(state); }
  };
  std::unique_ptr<g722_encode_state_t, Free> state_;
};

class G722Decoder final : public Decoder {
 public:
  G722Decoder() : state_(g722_decode_init(nullptr, kBitRate, 0)) {
    GODWIT_ASSERT(state_ != nullptr);
  }
  std::size_t samples_in(std::span<const std::byte> payload) const override {
    const std::size_t samples = payload.size() * kSamplesOfAByte;
    return samples <= longest_payload(16'000) ? samples : 0;
  }
  std::size_t decode(std::span<const std::byte> payload, std::span<std::int16_t> out) override {
    const std::size_t samples = samples_in(payload);
    if (samples == 0 || samples > out.size()) return 0;
    const int written =
        g722_decode(state_.get(), out.data(), reinterpret_cast<const std::uint8_t*>(payload.data()),
                    static_cast<int>(payload.size()));
    return static_cast<std::size_t>(written);
  }

 private:
  struct Free {
    void operator()(g722_decode_state_t* state) const { g722_decode_free(state); }
  };
  std::unique_ptr<g722_decode_state_t, Free> state_;
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
