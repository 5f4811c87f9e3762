// SPDX-License-Identifier: Apache-2.0
#include "sdp/ice_credentials.h"

namespace godwit::sdp {
namespace {

constexpr std::size_t kUfragBytes = 4;
constexpr std::size_t kPwdBytes = 22;
constexpr std::size_t kMostBytes = 256;

}  // namespace

Scanned<std::string> parse_ice_ufrag(std::string_view value) {
  const std::string_view text = trim(value);
  if (!is_ice_text(text) || text.size() < kUfragBytes || text.size() > kMostBytes) {
    return fault("expected 4 to 256 letters, digits, \"+\" or \"/\"", 0);
  }
  return std::string(text);
}

Scanned<std::string> parse_ice_pwd(std::string_view value) {
  const std::string_view text = trim(value);
  if (!is_ice_text(text) || text.size() < kPwdBytes || text.size() > kMostBytes) {
    return fault("expected 22 to 256 letters, digits, \"+\" or \"/\"", 0);
  }
  return std::string(text);
}

// ice-options = "ice-options:" ice-option-tag *(SP ice-option-tag)
// RFC 8839 wants ice-char in a tag; "rtp+ecn" (RFC 6679) is, others that are in use are tokens.
Scanned<IceOptions> parse_ice_options(std::string_view value) {
  Words words(value);
  IceOptions options;
  for (auto word = words.next(); !word.empty(); word = words.next()) {
    if (!is_token(word)) return fault("expected the tag of an option", words.at());
    options.tags.emplace_back(word);
  }
  if (options.tags.empty()) return fault("expected the tag of an option", words.at());
  return options;
}

std::string to_string(const IceOptions& options) {
  std::string text;
  for (const std::string& tag : options.tags) {
    if (!text.empty()) text += ' ';
    text += tag;
  }
  return text;
}

}  // namespace godwit::sdp
