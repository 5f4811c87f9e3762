// SPDX-License-Identifier: Apache-2.0
// A stream in one piece and in pieces as long as its own bytes say gives the same messages; its
// first byte says who opened it.

#include <algorithm>
#include <iterator>
#include <string>

#include "base/assert.h"
#include "base/limits.h"
#include "fuzz_input.h"
#include "sip/message/message.h"
#include "sip/transport/stream_framer.h"

namespace {

using godwit::sip::StreamFault;
using godwit::sip::StreamFramer;

StreamFramer::Outputs in_pieces(StreamFramer& framer, std::string_view bytes) {
  StreamFramer::Outputs outputs;
  while (!bytes.empty()) {
    const auto size = std::size_t{1} + static_cast<unsigned char>(bytes.front()) % 64;
    auto more = framer.on_bytes(bytes.substr(0, size));
    bytes.remove_prefix(std::min(size, bytes.size()));
    std::move(more.begin(), more.end(), std::back_inserter(outputs));
    GODWIT_ASSERT(framer.buffered() <= godwit::limits::kMessageBytes);
  }
  return outputs;
}

void check(const StreamFramer::Outputs& outputs, std::string_view stream) {
  std::size_t at = 0;
  for (const auto& output : outputs) {
    if (const auto* const fault = std::get_if<StreamFault>(&output)) {
      GODWIT_ASSERT(fault == std::get_if<StreamFault>(&outputs.back()) &&
                    !to_string(fault->kind).empty());
      GODWIT_ASSERT((answer_to(fault->kind) == 0) == fault->head.empty());
      continue;
    }
    const auto* const message = std::get_if<StreamFramer::MessageReceived>(&output);
    if (message == nullptr) continue;
    GODWIT_ASSERT(!message->bytes.empty());
    GODWIT_ASSERT(message->bytes.size() <= godwit::limits::kMessageBytes);
    // As it stood in the stream, behind the message before it.
    at = stream.find(message->bytes, at);
    GODWIT_ASSERT(at != stream.npos);
    at += message->bytes.size();
    (void)godwit::sip::parse_message(message->bytes);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view stream(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto opened =
      data[0] % 2 == 0 ? StreamFramer::Opened::by_us : StreamFramer::Opened::by_peer;
  StreamFramer whole(opened);
  const auto outputs = whole.on_bytes(stream);
  check(outputs, stream);
  StreamFramer pieces(opened);
  GODWIT_ASSERT(in_pieces(pieces, stream) == outputs);
  GODWIT_ASSERT(pieces.state() == whole.state() && pieces.on_end() == whole.on_end());
  return 0;
}
