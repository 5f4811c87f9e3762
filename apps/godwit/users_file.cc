// SPDX-License-Identifier: Apache-2.0
#include "users_file.h"

#include <fmt/format.h>

#include <algorithm>

namespace godwit::cli {

Result<std::map<std::string, std::string>> parse_users(std::string_view text) {
  std::map<std::string, std::string> users;
  for (int number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (line.empty() || line.front() == '#') continue;
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0) {
      return fail(Errc::invalid_argument, fmt::format("line {}: write user:password", number));
    }
    const std::string user(line.substr(0, colon));
    if (!users.emplace(user, line.substr(colon + 1)).second) {
      return fail(Errc::invalid_argument, fmt::format("line {}: {} is there twice", number, user));
    }
  }
  return users;
}

}  // namespace godwit::cli
