// SPDX-License-Identifier: Apache-2.0
#include "input_bytes.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace godwit::cli {
namespace {

constexpr std::size_t kLargestInput = std::size_t{256} << 20U;

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

File open_input(const std::string& path) {
  if (path == "-") return {stdin, [](std::FILE*) { return 0; }};
  return {std::fopen(path.c_str(), "rbe"), &std::fclose};
}

tl::unexpected<Error> unreadable(const std::string& path, const char* why) {
  return fail(Errc::invalid_argument,
              fmt::format("{}: {}", path == "-" ? "standard input" : path, why));
}

}  // namespace

Result<std::string> read_input(const std::string& path) {
  const File file = open_input(path);
  if (!file) return unreadable(path, std::strerror(errno));
  std::string bytes;
  std::array<char, 65'536> block{};
  for (;;) {
    const auto n = std::fread(block.data(), 1, block.size(), file.get());
    bytes.append(block.data(), n);
    if (bytes.size() > kLargestInput) return unreadable(path, "more than 256 MiB");
    if (n == block.size()) continue;
    if (std::ferror(file.get()) != 0) return unreadable(path, std::strerror(errno));
    return bytes;
  }
}

}  // namespace godwit::cli
