// SPDX-License-Identifier: Apache-2.0
// A line with a Content-Type, and the body behind it: what is read is part of the body, and reads
// the same once written with another boundary.

#include <algorithm>
#include <string>
#include <vector>

#include "base/assert.h"
#include "base/limits.h"
#include "base/random.h"
#include "fuzz_input.h"
#include "sip/message/multipart.h"
#include "sip/message/multipart_writer.h"

namespace {

using namespace godwit::sip;

bool lies_within(std::string_view part, std::string_view whole) {
  return part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size();
}

void check_parts(const std::vector<BodyPart>& parts, std::string_view body) {
  GODWIT_ASSERT(!parts.empty() && parts.size() <= godwit::limits::kMultipartParts);
  std::size_t depth = 1;
  for (const BodyPart& part : parts) {
    GODWIT_ASSERT(lies_within(part.header, body) && lies_within(part.body, body));
    GODWIT_ASSERT(part.depth >= 1 && part.depth <= depth);
    depth = part.depth + (part.is_multipart ? 1 : 0);
    GODWIT_ASSERT(depth <= godwit::limits::kMultipartDepth);
    GODWIT_ASSERT(part.is_multipart == is_multipart(part.content_type()));
    for (const auto* const name : {"Content-Disposition", "Content-ID", "x"}) {
      const auto value = part.field(name);
      GODWIT_ASSERT(!value || value->find_first_of("\r\n") == value->npos);
    }
  }
}

// The parts of the whole; what is in them comes along as bytes.
void rewrite(const std::vector<BodyPart>& parts) {
  std::vector<OutgoingPart> outgoing;
  for (const BodyPart& part : parts) {
    if (part.depth > 1) continue;
    auto& written = outgoing.emplace_back();
    written.fields.push_back({"Content-Type", part.content_type()});
    written.body = part.body;
  }
  godwit::SeededRandom random(1);
  const auto written = write_multipart("multipart/mixed", outgoing, random);
  const auto again = parse_multipart(written.content_type, written.body);
  GODWIT_ASSERT(again && again->size() == parts.size());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    GODWIT_ASSERT((*again)[i].body == parts[i].body && (*again)[i].depth == parts[i].depth);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto content_type = input.substr(0, input.find('\n'));
  const auto body = input.substr(std::min(content_type.size() + 1, size));
  const auto parts = parse_multipart(content_type, body);
  if (parts) {
    check_parts(*parts, body);
    rewrite(*parts);
  } else {
    GODWIT_ASSERT(parts.error().at <= std::max(content_type.size(), body.size()));
  }
  const auto sdp = find_part(content_type, body, "application/sdp");
  if (sdp && *sdp) GODWIT_ASSERT(lies_within((*sdp)->body, body) && !(*sdp)->is_multipart);
  return 0;
}
