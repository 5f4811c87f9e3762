// SPDX-License-Identifier: Apache-2.0
#include "audio/g711_codec.h"

#include "audio/longest_payload.h"

namespace godwit::audio {
namespace {

class G711Encoder final : public Encoder {
 public:
  explicit G711Encoder(Law law) : law_(law) {}
  std::size_t encode(std::span<const std::int16_t> samples, std::span<std::byte> out) override {
    if (samples.size() > out.size()) return 0;
    audio::encode(law_, samples, out.first(samples.size()));
    return samples.size();
  }

 private:
  Law law_;
};

class G711Decoder final : public Decoder {
 public:
  explicit G711Decoder(Law law) : law_(law) {}
  std::size_t samples_in(std::span<const std::byte> payload) const override {
    return payload.size() <= longest_payload(8000) ? payload.size() : 0;
  }
  std::size_t decode(std::span<const std::byte> payload, std::span<std::int16_t> out) override {
    const std::size_t samples = samples_in(payload);
    if (samples > out.size()) return 0;
    audio::decode(law_, payload.first(samples), out.first(samples));
    return samples;
  }

 private:
  Law law_;
};

}  // namespace

CodecFormat G711Codec::format() const {
  return {.name = law_ == Law::pcmu ? "PCMU" : "PCMA",
          .clock_rate = 8000,
          .channels = 1,
          .parameters = {}};
}

std::optional<std::uint8_t> G711Codec::payload_type() const {
  return law_ == Law::pcmu ? std::uint8_t{0} : std::uint8_t{8};  // RFC 3551 §6
}

std::unique_ptr<Encoder> G711Codec::make_encoder(const CodecFormat& /*theirs*/,
                                                 std::chrono::milliseconds /*packet_time*/) const {
  return std::make_unique<G711Encoder>(law_);
}

std::unique_ptr<Decoder> G711Codec::make_decoder() const {
  return std::make_unique<G711Decoder>(law_);
}

}  // namespace godwit::audio
