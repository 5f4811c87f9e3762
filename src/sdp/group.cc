// SPDX-License-Identifier: Apache-2.0
#include "sdp/group.h"

namespace godwit::sdp {

// group-attribute = "a=group:" semantics *(SP identification-tag)
Scanned<Group> parse_group(std::string_view value) {
  Words words(value);
  Group group;
  group.semantics = words.next();
  if (!is_token(group.semantics)) return fault("expected semantics, such as BUNDLE", words.at());
  for (auto word = words.next(); !word.empty(); word = words.next()) {
    if (!is_token(word)) return fault("expected the mid of a media line", words.at());
    group.mids.emplace_back(word);
  }
  return group;
}

std::string to_string(const Group& group) {
  std::string text = group.semantics;
  for (const std::string& mid : group.mids) text += ' ' + mid;
  return text;
}

Scanned<std::string> parse_mid(std::string_view value) {
  const std::string_view mid = trim(value);
  if (!is_token(mid)) return fault("expected a token as the mid", 0);
  return std::string(mid);
}

}  // namespace godwit::sdp
