// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sdp/scan.h"

namespace godwit::sdp {

/// `a=fmtp`: what a format needs to know (RFC 8866 §6.15). Read in place: `scan_fmtp`.
struct Fmtp {
  std::string format;      // a token: the payload type, for RTP
  std::string parameters;  // as they came; not empty
  bool operator==(const Fmtp&) const = default;
};

[[nodiscard]] Scanned<Fmtp> parse_fmtp(std::string_view value);
[[nodiscard]] std::string to_string(const Fmtp& fmtp);

/// One of the parameters of the codecs that write them as "key=value;key=value".
struct FormatParameter {
  std::string key;
  std::optional<std::string> value;
  bool operator==(const FormatParameter&) const = default;
};
using FormatParameters = std::vector<FormatParameter>;

/// Reads "stereo=1; useinbandfec=1"; what stands between two semicolons may be a key alone
/// ("0-15"), or nothing at all.
[[nodiscard]] Scanned<FormatParameters> parse_format_parameters(std::string_view text);
/// "stereo=1;useinbandfec=1"
[[nodiscard]] std::string to_string(const FormatParameters& parameters);
/// The first parameter of that key, without regard to case (RFC 4855 §3); nullptr when there is
/// none.
[[nodiscard]] const FormatParameter* find_parameter(const FormatParameters& parameters,
                                                    std::string_view key);

}  // namespace godwit::sdp
