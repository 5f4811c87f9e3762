// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "godwit/error.h"
#include "godwit/options.h"

namespace godwit::ua {

/// Whether the options can be read and are in their ranges (docs/settings.md).
/// @return `invalid_argument` naming the first that is not: "transport.bind.dscp: 0 to 63".
[[nodiscard]] Result<void> check_transport(const TransportOptions& options);
/// @param name  how the options are called: "bind"
[[nodiscard]] Result<void> check_bind(const BindOptions& options, const std::string& name);

[[nodiscard]] Result<void> check_stun_server(const std::string& text);

}  // namespace godwit::ua
