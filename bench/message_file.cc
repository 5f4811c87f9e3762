// SPDX-License-Identifier: Apache-2.0
#include "message_file.h"

#include <array>
#include <cstdint>
#include <fstream>

namespace bench {
namespace {

constexpr std::size_t kSizeBytes = 4;

std::optional<std::size_t> read_size(std::istream& in) {
  std::array<char, kSizeBytes> bytes{};
  if (!in.read(bytes.data(), bytes.size())) return std::nullopt;
  std::size_t size = 0;
  for (std::size_t i = 0; i < kSizeBytes; ++i) {
    size |= static_cast<std::size_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
  }
  return size;
}

void write_size(std::ostream& out, std::size_t size) {
  for (std::size_t i = 0; i < kSizeBytes; ++i) out.put(static_cast<char>(size >> (8 * i) & 0xFFU));
}

}  // namespace

std::optional<MessageFile> MessageFile::load(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  MessageFile file;
  while (in.peek() != std::ifstream::traits_type::eof()) {
    const auto size = read_size(in);
    if (!size) return std::nullopt;
    std::string message(*size, '\0');
    if (!in.read(message.data(), static_cast<std::streamsize>(*size))) return std::nullopt;
    file.bytes_ += *size;
    file.messages_.push_back(std::move(message));
  }
  return file;
}

bool MessageFile::save(const std::string& path, const std::vector<std::string>& messages) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  for (const std::string& message : messages) {
    write_size(out, message.size());
    out << message;
  }
  return static_cast<bool>(out.flush());
}

}  // namespace bench
