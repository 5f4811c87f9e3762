// SPDX-License-Identifier: Apache-2.0
#include "audio/opus_codec.h"

#include <algorithm>

#include "audio/opus_decoder.h"
#include "audio/opus_encoder.h"

namespace godwit::audio {

CodecFormat OpusCodec::format() const {
  return {.name = "opus", .clock_rate = 48'000, .channels = 2, .parameters = to_string(ours_)};
}

std::string OpusCodec::answer_to(const std::string& their_parameters) const {
  OpusParameters answer = ours_;
  const OpusParameters theirs = parse_opus_parameters(their_parameters);
  answer.max_capture_rate = std::min(answer.max_capture_rate, theirs.max_playback_rate);
  return to_string(answer);
}

std::chrono::milliseconds OpusCodec::packet_time(std::chrono::milliseconds wish) const {
  using std::chrono::milliseconds;
  for (const milliseconds frame : {milliseconds{60}, milliseconds{40}, milliseconds{20}}) {
    if (wish >= frame) return frame;
  }
  return milliseconds{10};
}

std::unique_ptr<Encoder> OpusCodec::make_encoder(const CodecFormat& theirs,
                                                 std::chrono::milliseconds /*packet_time*/) const {
  return std::make_unique<OpusEncoder>(parse_opus_parameters(theirs.parameters));
}

std::unique_ptr<Decoder> OpusCodec::make_decoder() const {
  return std::make_unique<OpusDecoder>();
}

}  // namespace godwit::audio
