// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace godwit::lab {

/// "8 x Some Processor, 15.5 GiB, Linux 6.1.0": where figures were taken.
[[nodiscard]] std::string describe_machine();

/// "2026-01-31 12:00:00 UTC".
[[nodiscard]] std::string describe_now();

/// The programs that take part, each with the version that it says it has; those that are not
/// installed are left out.
[[nodiscard]] nlohmann::json describe_versions();

/// The first number with a point in what a program prints: "version: kamailio 5.6.3 (x86_64)".
[[nodiscard]] std::string version_in(const std::string& text);

}  // namespace godwit::lab
