// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "sip/message/message.h"

namespace godwit::sip {

/// Where the parts of a message stand in the bytes that it was read from.
///
/// A message keeps those bytes as they are, folded line ends apart: the body is where the two meet.
/// Without the bytes every place is 0.
class Places {
 public:
  Places(std::string_view bytes, const Message& message) {
    if (bytes.empty()) return;
    header_end_ = end_of_header(bytes);
    origin_ = message.body().data() - header_end_;
  }

  [[nodiscard]] std::size_t of(std::string_view part) const {
    return origin_ == nullptr ? 0 : static_cast<std::size_t>(part.data() - origin_);
  }
  [[nodiscard]] std::size_t header_end() const { return header_end_; }

  /// Where the body begins: behind the first empty line after the start line.
  [[nodiscard]] static std::size_t end_of_header(std::string_view bytes) {
    auto at = std::min(bytes.find_first_not_of("\r\n"), bytes.size());
    for (;;) {
      at = bytes.find('\n', at);
      if (at == std::string_view::npos) return bytes.size();
      ++at;
      if (bytes.substr(at, 1) == "\n") return at + 1;
      if (bytes.substr(at, 2) == "\r\n") return at + 2;
    }
  }

 private:
  const char* origin_ = nullptr;
  std::size_t header_end_ = 0;
};

}  // namespace godwit::sip
