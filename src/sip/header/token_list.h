// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "sip/message/grammar.h"

namespace godwit::sip {

/// A comma-separated list of tokens, read where it stands: Allow, Supported, Require,
/// Proxy-Require, Unsupported, Allow-Events, Content-Encoding.
///
/// A view over the unfolded field value, which must outlive it. It goes through any text, elements
/// that are no tokens included, and passes over empty ones; `check_token_list` tells whether the
/// grammar holds.
class TokenList {
 public:
  class Iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = std::string_view;
    using difference_type = std::ptrdiff_t;
    using pointer = const std::string_view*;
    using reference = std::string_view;

    Iterator() = default;
    reference operator*() const { return element_; }
    Iterator& operator++() {
      advance();
      return *this;
    }
    Iterator operator++(int) {
      const Iterator before = *this;
      advance();
      return before;
    }
    bool operator==(const Iterator& other) const {
      return element_.data() == other.element_.data();
    }

   private:
    friend class TokenList;
    explicit Iterator(std::string_view rest) : rest_(rest) { advance(); }
    void advance();

    std::string_view rest_;
    std::string_view element_;  // without data at the end
  };

  TokenList() = default;
  explicit TokenList(std::string_view text) : text_(text) {}

  [[nodiscard]] Iterator begin() const { return Iterator(text_); }
  [[nodiscard]] Iterator end() const { return {}; }
  [[nodiscard]] bool empty() const { return begin() == end(); }

  /// Tokens are compared without regard to case (RFC 3261 §7.3.1): option tags, encodings.
  [[nodiscard]] bool contains(std::string_view token) const;
  /// Methods (RFC 3261 §7.1) and event packages (RFC 6665 §8.2.1) are compared byte by byte.
  [[nodiscard]] bool contains_exactly(std::string_view token) const;

 private:
  std::string_view text_;
};

/// Whether a list may stand empty: "Supported:" may, "Require:" may not.
enum class EmptyList { allowed, refused };
[[nodiscard]] std::optional<Fault> check_token_list(std::string_view text, EmptyList empty);

/// "INVITE, ACK". Elements that are no tokens are left out.
[[nodiscard]] std::string write_token_list(std::span<const std::string_view> tokens);

/// The elements of `wanted` that `known` does not hold, as a list: what Unsupported says of a
/// Require that is not understood (RFC 3261 §8.2.2.3). Empty when all are known.
[[nodiscard]] std::string tokens_missing(TokenList wanted, std::span<const std::string_view> known);

}  // namespace godwit::sip
