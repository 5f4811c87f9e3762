// SPDX-License-Identifier: Apache-2.0
#include "sdp/msid.h"

namespace godwit::sdp {
namespace {

constexpr std::size_t kMostBytes = 64;

bool is_identifier(std::string_view text) {
  return is_token(text) && text.size() <= kMostBytes;
}

}  // namespace

// msid-value = msid-id [ SP msid-appdata ]
Scanned<Msid> parse_msid(std::string_view value) {
  Words words(value);
  Msid msid;
  msid.id = words.next();
  if (!is_identifier(msid.id))
    return fault("expected an identifier of up to 64 characters", words.at());
  msid.appdata = words.next();
  if (!msid.appdata.empty() && !is_identifier(msid.appdata)) {
    return fault("expected an identifier of up to 64 characters", words.at());
  }
  if (!words.next().empty()) return fault("expected nothing after the identifiers", words.at());
  return msid;
}

std::string to_string(const Msid& msid) {
  return msid.appdata.empty() ? msid.id : msid.id + ' ' + msid.appdata;
}

}  // namespace godwit::sdp
