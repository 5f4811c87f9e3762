// SPDX-License-Identifier: Apache-2.0
#include "sip/header/product.h"

#include "base/limits.h"
#include "base/overloaded.h"
#include "sip/header/comment.h"
#include "sip/header/value_parameters.h"
#include "sip/header/value_reader.h"

namespace godwit::sip {
namespace {

static_assert(limits::kProducts == 64);

// product = token [ SLASH product-version ]
Scanned<Product> take_product(ValueReader& reader) {
  Product product;
  product.name = reader.take_token();
  if (product.name.empty()) return reader.fault("expected a product or a comment");
  if (!reader.take_separator('/')) return product;
  product.version = reader.take_token();
  if (product.version.empty()) return reader.fault("expected a version after \"/\"");
  return product;
}

std::optional<Fault> take_word(ValueReader& reader, ProductList& products) {
  if (reader.next_is('(')) {
    const auto comment = take_comment(reader);
    if (!comment) return comment.error();
    products.words.emplace_back(ProductComment{comment_text(*comment)});
    return std::nullopt;
  }
  auto product = take_product(reader);
  if (!product) return product.error();
  products.words.emplace_back(std::move(*product));
  return std::nullopt;
}

std::string text_of(const Product& product) {
  auto text = as_token(product.name);
  return product.version.empty() ? text : text + '/' + as_token(product.version);
}

}  // namespace

// User-Agent = "User-Agent" HCOLON server-val *( LWS server-val )
// server-val = product / comment                                      (RFC 3261 §25.1)
Scanned<ProductList> parse_products(std::string_view text) {
  ValueReader reader(text);
  reader.skip_space();
  ProductList products;
  bool separated = true;
  do {
    if (!separated && !reader.next_is('('))
      return reader.fault("expected a space between products");
    if (products.words.size() == limits::kProducts) {
      return reader.fault("more than 64 products and comments");
    }
    if (const auto wrong = take_word(reader, products)) return tl::unexpected<Fault>(*wrong);
    separated = reader.skip_space();
  } while (!reader.at_end());
  return products;
}

std::string to_string(const ProductList& products) {
  std::string text;
  for (const auto& word : products.words) {
    if (!text.empty()) text += ' ';
    text += std::visit(
        overloaded{[](const Product& product) { return text_of(product); },
                   [](const ProductComment& comment) { return write_comment(comment.text); }},
        word);
  }
  return text.empty() ? "-" : text;
}

}  // namespace godwit::sip
