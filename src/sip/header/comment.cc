// SPDX-License-Identifier: Apache-2.0
#include "sip/header/comment.h"

#include "base/limits.h"

namespace godwit::sip {
namespace {

static_assert(limits::kCommentDepth == 16);

/// Whether the parentheses of a text can stand for a comment's own.
bool pairs_up(std::string_view text) {
  std::size_t depth = 1;
  for (const char c : text) {
    if (c == '(' && ++depth > limits::kCommentDepth) return false;
    if (c == ')' && --depth == 0) return false;
  }
  return depth == 1;
}

bool is_plain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= 0x20 && byte != 0x7f && c != '\\') || c == '\t';
}

}  // namespace

Scanned<std::string_view> take_comment(ValueReader& reader) {
  const auto text = reader.rest();
  const auto begin = reader.at();
  std::size_t depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    switch (text[i]) {
      case '(':
        if (++depth > limits::kCommentDepth)
          return fault("comments nested deeper than 16", begin + i);
        break;
      case ')':
        if (--depth > 0) break;
        reader.skip_to(begin + i + 1);
        return text.substr(1, i - 1);
      case '\\':
        if (++i == text.size() || text[i] == '\r' || text[i] == '\n') {
          return fault("expected a character after \"\\\"", begin + i);
        }
        break;
      default:
        if (breaks_a_line(text[i])) return fault("control character", begin + i);
    }
  }
  return fault("unterminated comment", begin);
}

std::string comment_text(std::string_view inside) {
  std::string text;
  text.reserve(inside.size());
  for (std::size_t i = 0; i < inside.size(); ++i) {
    if (inside[i] == '\\' && i + 1 < inside.size()) ++i;
    text += inside[i];
  }
  return text;
}

std::string write_comment(std::string_view text) {
  const bool keeps_parentheses = pairs_up(text);
  std::string comment = "(";
  for (const char c : text) {
    const bool parenthesis = c == '(' || c == ')';
    if (c == '\r' || c == '\n') {
      comment += ' ';
      continue;
    }
    if (!is_plain(c) || (parenthesis && !keeps_parentheses)) comment += '\\';
    comment += c;
  }
  return comment + ')';
}

}  // namespace godwit::sip
