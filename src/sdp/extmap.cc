// SPDX-License-Identifier: Apache-2.0
#include "sdp/extmap.h"

namespace godwit::sdp {
namespace {

constexpr std::uint16_t kLastId = 4351;

}  // namespace

// extmap = mapentry SP extensionname [SP extensionattributes];  mapentry = 1*5DIGIT ["/" direction]
Scanned<Extmap> parse_extmap(std::string_view value) {
  Words words(value);
  Extmap extmap;
  const std::string_view entry = words.next();
  const auto slash = entry.find('/');
  extmap.id = read_number<std::uint16_t>(entry.substr(0, slash)).value_or(0);
  if (extmap.id == 0 || extmap.id > kLastId) {
    return fault("expected an extension's number of 1 to 4351", words.at());
  }
  if (slash != std::string_view::npos) {
    extmap.direction = direction_from(entry.substr(slash + 1));
    if (!extmap.direction) return fault("expected a direction after \"/\"", words.at() + slash + 1);
  }
  extmap.uri = words.next();
  if (extmap.uri.empty()) return fault("expected the URI of an extension", words.at());
  extmap.attributes = words.rest();
  return extmap;
}

std::string to_string(const Extmap& extmap) {
  std::string text = std::to_string(extmap.id);
  if (extmap.direction) text += '/' + std::string(to_string(*extmap.direction));
  text += ' ' + extmap.uri;
  if (!extmap.attributes.empty()) text += ' ' + extmap.attributes;
  return text;
}

}  // namespace godwit::sdp
