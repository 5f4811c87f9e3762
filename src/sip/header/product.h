// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sip/message/grammar.h"

namespace godwit::sip {

/// "godwit/1.2": a program, perhaps with its version.
struct Product {
  std::string name;     // token
  std::string version;  // token; empty: none

  bool operator==(const Product&) const = default;
};
/// "(Debian)": a remark, without its parentheses.
struct ProductComment {
  std::string text;

  bool operator==(const ProductComment&) const = default;
};

/// The value of User-Agent and of Server (RFC 3261 §20.41 and §20.35).
struct ProductList {
  std::vector<std::variant<Product, ProductComment>> words;

  bool operator==(const ProductList&) const = default;
};

/// A comment may follow a product without white space between: "PBX/13(1.8)" is common.
[[nodiscard]] Scanned<ProductList> parse_products(std::string_view text);
[[nodiscard]] std::string to_string(const ProductList& products);

}  // namespace godwit::sip
