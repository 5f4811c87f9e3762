// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "audio/codec_book.h"
#include "audio/comfort_noise.h"
#include "audio/concealer.h"
#include "audio/opus_parameters.h"
#include "base/assert.h"
#include "base/byte_reader.h"
#include "base/limits.h"
#include "fuzz_input.h"

namespace {

using godwit::audio::CodecBook;
using godwit::audio::OpusParameters;

using Bytes = std::span<const std::byte>;

constexpr std::array kNames{"opus", "G722",      "PCMU",      "PCMA",
                            "L16",  "L16/16000", "L16/32000", "L16/48000"};

void as_fmtp(Bytes bytes) {
  const std::string_view text{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  const OpusParameters read = godwit::audio::parse_opus_parameters(text);
  GODWIT_ASSERT(godwit::audio::parse_opus_parameters(to_string(read)) == read);
}

void as_comfort_noise(Bytes bytes) {
  const auto description = godwit::audio::parse_comfort_noise(bytes);
  GODWIT_ASSERT(description.has_value() == !bytes.empty());
  if (!description) return;
  godwit::audio::ComfortNoise noise(8000);
  noise.describe(*description);
  std::array<std::int16_t, 160> made{};
  noise.make(made);
}

/// One stream: its codec, then packets, each with a length and how it came.
void as_stream(Bytes bytes) {
  godwit::ByteReader reader(bytes);
  const auto codec = CodecBook().named(kNames[reader.u8() % kNames.size()]);
  const auto decoder = codec->make_decoder();
  godwit::audio::Concealer concealer(codec->sample_rate());
  std::array<std::int16_t, 48 * godwit::limits::kPayloadMilliseconds> room{};
  while (reader.left() > 2) {
    const unsigned head = reader.u16();
    const auto payload = reader.take(std::min<std::size_t>(head & 0x7ffU, reader.left()));
    const std::size_t samples = decoder->samples_in(payload);
    GODWIT_ASSERT(samples <= room.size());
    const auto out = std::span{room}.first(samples);
    if ((head & 0x8000U) != 0 && !out.empty()) {  // the one before it was lost
      if (!decoder->recover(payload, out) && !decoder->conceal(out)) concealer.conceal(out);
    }
    const std::size_t written = decoder->decode(payload, out);
    GODWIT_ASSERT(written == 0 || written == samples);
    concealer.heard(out.first(written));
  }
}

}  // namespace

/// Whatever comes is played or passed over.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes = std::as_bytes(std::span{data, size});
  as_fmtp(bytes);
  as_comfort_noise(bytes);
  as_stream(bytes);
  return 0;
}
