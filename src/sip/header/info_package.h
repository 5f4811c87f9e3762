// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sip/message/grammar.h"
#include "sip/message/uri.h"

namespace godwit::sip {

/// What an INFO request carries: the Info-Package header field value, and one element of Recv-Info
/// (RFC 6086 §7).
struct InfoPackage {
  std::string name;  // token
  Parameters parameters;

  bool operator==(const InfoPackage&) const = default;
};

[[nodiscard]] Scanned<InfoPackage> parse_info_package(std::string_view text);
[[nodiscard]] std::string to_string(const InfoPackage& package);

/// The Recv-Info header field value. Empty: INFO is understood, no package is.
[[nodiscard]] Scanned<std::vector<InfoPackage>> parse_recv_info(std::string_view text);
/// Whether INFO with a package of this name is welcome. Names are compared without regard to case
/// (RFC 3261 §7.3.1).
[[nodiscard]] bool takes_package(const std::vector<InfoPackage>& recv_info, std::string_view name);

}  // namespace godwit::sip
