// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace godwit::sip::option_tag {

// The extensions that Supported, Require, Proxy-Require and Unsupported speak of (IANA registry of
// SIP option tags), for those that this project's RFCs define. Compared without regard to case.

inline constexpr std::string_view kReliableProvisional = "100rel";      // RFC 3262
inline constexpr std::string_view kSessionTimer = "timer";              // RFC 4028
inline constexpr std::string_view kReplaces = "replaces";               // RFC 3891
inline constexpr std::string_view kJoin = "join";                       // RFC 3911
inline constexpr std::string_view kTargetDialog = "tdialog";            // RFC 4538
inline constexpr std::string_view kNoReferSubscription = "norefersub";  // RFC 4488
inline constexpr std::string_view kPath = "path";                       // RFC 3327
inline constexpr std::string_view kOutbound = "outbound";               // RFC 5626
inline constexpr std::string_view kGruu = "gruu";                       // RFC 5627
inline constexpr std::string_view kHistoryInfo = "histinfo";            // RFC 7044
inline constexpr std::string_view kPreferences = "pref";                // RFC 3840
inline constexpr std::string_view kPrivacy = "privacy";                 // RFC 3323
inline constexpr std::string_view kFromChange = "from-change";          // RFC 4916
inline constexpr std::string_view kIce = "ice";                         // RFC 5768
inline constexpr std::string_view kUserToUser = "uui";                  // RFC 7433

}  // namespace godwit::sip::option_tag
