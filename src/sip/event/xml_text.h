// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace godwit::sip {

/// Text as it stands in an element or an attribute of an XML document (XML 1.0 §2.2, §2.4): what has a meaning
/// there is written as an entity, what has no place there is replaced or left out.
[[nodiscard]] std::string xml_escaped(std::string_view text);

/// ` name="value"`; nothing where the value is empty.
void append_xml_attribute(std::string& out, std::string_view name, std::string_view value);

}  // namespace godwit::sip
