// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace godwit::lab {

/// Text that may stand between tags and in attributes of HTML and SVG.
[[nodiscard]] std::string escaped(std::string_view text);

/// JSON that may stand within a script element: nothing in it ends that element.
[[nodiscard]] std::string escaped_json(std::string_view json);

}  // namespace godwit::lab
