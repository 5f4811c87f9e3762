// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

/// Messages one after the other, each after its size as four bytes, lowest first.
class MessageFile {
 public:
  /// Empty when the file cannot be read or ends within a message.
  static std::optional<MessageFile> load(const std::string& path);
  /// False when the file cannot be written.
  static bool save(const std::string& path, const std::vector<std::string>& messages);

  /// Each message is a block of its own, with a NUL behind its last byte for parsers of C strings.
  [[nodiscard]] const std::vector<std::string>& messages() const { return messages_; }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }  // of all messages together

 private:
  std::vector<std::string> messages_;
  std::size_t bytes_ = 0;
};

}  // namespace bench
