// SPDX-License-Identifier: Apache-2.0
#include "sdp/ssrc.h"

namespace godwit::sdp {

// ssrc-attr = "ssrc:" ssrc-id SP attribute
Scanned<Ssrc> parse_ssrc(std::string_view value) {
  Words words(value);
  Ssrc ssrc;
  const auto id = read_number<std::uint32_t>(words.next());
  if (!id) return fault("expected a source's number", words.at());
  ssrc.id = *id;
  const std::string_view rest = words.rest();
  const auto colon = rest.find(':');
  ssrc.attribute = rest.substr(0, colon);
  if (!is_token(ssrc.attribute)) {
    return fault("expected an attribute of the source, such as cname", words.at());
  }
  if (colon != std::string_view::npos) ssrc.value = rest.substr(colon + 1);
  return ssrc;
}

std::string to_string(const Ssrc& ssrc) {
  std::string text = std::to_string(ssrc.id) + ' ' + ssrc.attribute;
  if (!ssrc.value.empty()) text += ':' + ssrc.value;
  return text;
}

// ssrc-group-attr = "ssrc-group:" semantics *(SP ssrc-id)
Scanned<SsrcGroup> parse_ssrc_group(std::string_view value) {
  Words words(value);
  SsrcGroup group;
  group.semantics = words.next();
  if (!is_token(group.semantics)) return fault("expected semantics, such as FID", words.at());
  for (auto word = words.next(); !word.empty(); word = words.next()) {
    const auto id = read_number<std::uint32_t>(word);
    if (!id) return fault("expected a source's number", words.at());
    group.ids.push_back(*id);
  }
  return group;
}

std::string to_string(const SsrcGroup& group) {
  std::string text = group.semantics;
  for (const std::uint32_t id : group.ids) text += ' ' + std::to_string(id);
  return text;
}

}  // namespace godwit::sdp
