// SPDX-License-Identifier: Apache-2.0
#include "sip/header/mime_version.h"

#include "sip/header/number.h"

namespace godwit::sip {

// MIME-Version = "MIME-Version" HCOLON 1*DIGIT "." 1*DIGIT
Scanned<MimeVersion> parse_mime_version(std::string_view text) {
  const auto dot = text.find('.');
  const auto major = scan_number(text.substr(0, dot));
  if (!major) return tl::unexpected<Fault>(major.error());
  if (dot == std::string_view::npos) return fault("expected \".\" after the number", text.size());
  const auto minor = scan_number(text.substr(dot + 1));
  if (!minor) return shifted(minor.error(), dot + 1);
  return MimeVersion{*major, *minor};
}

std::string to_string(const MimeVersion& version) {
  return std::to_string(version.major) + '.' + std::to_string(version.minor);
}

}  // namespace godwit::sip
