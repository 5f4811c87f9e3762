// SPDX-License-Identifier: Apache-2.0
#include "sip/message/multipart_writer.h"

#include <algorithm>
#include <iterator>

#include "base/assert.h"
#include "sip/message/grammar.h"
#include "sip/message/multipart.h"

namespace godwit::sip {
namespace {

constexpr std::size_t kBoundaryBytes = 16;

// Header fields and body. A value cannot begin a line of its own.
std::string write_part(const OutgoingPart& part) {
  std::string text;
  for (const auto& [name, value] : part.fields) {
    GODWIT_ASSERT(is_token(name));
    text += name;
    text += ": ";
    std::replace_copy_if(value.begin(), value.end(), std::back_inserter(text), breaks_a_line, ' ');
    text += "\r\n";
  }
  text += "\r\n";
  text += part.body;
  return text;
}

}  // namespace

MultipartBody write_multipart(std::string_view content_type, std::span<const OutgoingPart> parts,
                              Random& random) {
  GODWIT_ASSERT(!parts.empty() && is_multipart(content_type));
  std::vector<std::string> texts(parts.size());
  std::transform(parts.begin(), parts.end(), texts.begin(), write_part);

  std::string boundary;
  const auto occurs = [&](const std::string& text) {
    return text.find(boundary) != std::string::npos;
  };
  do {
    boundary = random.token(kBoundaryBytes);
  } while (std::any_of(texts.begin(), texts.end(), occurs));

  MultipartBody written;
  written.content_type = std::string(content_type) + ";boundary=" + boundary;
  for (const auto& text : texts) written.body += "--" + boundary + "\r\n" + text + "\r\n";
  written.body += "--" + boundary + "--\r\n";
  return written;
}

}  // namespace godwit::sip
