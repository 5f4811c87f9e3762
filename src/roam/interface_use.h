// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "godwit/options.h"

namespace godwit::roam {

/// What kind of network an interface leads to, guessed from its name by the conventions of Linux
/// (systemd.net-naming-scheme) and of telephones.
enum class InterfaceClass { ethernet, wifi, cellular, vpn, other };
[[nodiscard]] InterfaceClass class_of(std::string_view interface);
[[nodiscard]] std::string_view to_string(InterfaceClass kind);

/// A rule's pattern: the name of a class, or of interfaces; one star stands for any end.
[[nodiscard]] bool matches(std::string_view pattern, std::string_view interface);

/// What an interface may be used for: as the first rule says that matches it. Without one a metered
/// interface and a VPN are the last resort, a cellular network stands by, all others are preferred.
[[nodiscard]] InterfaceUse use_of(std::string_view interface, const NetworkPolicy& policy);

/// Kept ready while another interface carries.
[[nodiscard]] inline bool is_kept_warm(InterfaceUse use) {
  return use == InterfaceUse::prefer || use == InterfaceUse::standby;
}

}  // namespace godwit::roam
