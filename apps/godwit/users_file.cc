// SPDX-License-Identifier: Apache-2.0
#include "users_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace godwit::cli {
namespace {

struct KeyForm {
  std::string_view mark;
  sip::DigestAlgorithm algorithm;
  std::size_t digits;
};
constexpr std::array kKeyForms = {KeyForm{"{SHA-256}", sip::DigestAlgorithm::sha256, 64},
                                  KeyForm{"{MD5}", sip::DigestAlgorithm::md5, 32}};

bool begins_with(std::string_view text, std::string_view mark) {
  return text.substr(0, mark.size()) == mark;
}

/// Of "{SHA-256}…{MD5}…"; nullopt when it is not written so.
std::optional<std::map<sip::DigestAlgorithm, std::string>> read_keys(std::string_view text) {
  std::map<sip::DigestAlgorithm, std::string> keys;
  while (!text.empty()) {
    const auto* const form =
        std::find_if(kKeyForms.begin(), kKeyForms.end(),
                     [text](const KeyForm& f) { return begins_with(text, f.mark); });
    if (form == kKeyForms.end()) return std::nullopt;
    const std::string_view key = text.substr(form->mark.size(), form->digits);
    if (key.size() != form->digits ||
        key.find_first_not_of("0123456789abcdef") != std::string_view::npos ||
        !keys.emplace(form->algorithm, key).second) {
      return std::nullopt;
    }
    text.remove_prefix(form->mark.size() + form->digits);
  }
  return keys;
}

bool holds_keys(std::string_view secret) {
  return std::any_of(kKeyForms.begin(), kKeyForms.end(),
                     [secret](const KeyForm& f) { return begins_with(secret, f.mark); });
}

}  // namespace

Result<Users> parse_users(std::string_view text) {
  Users users;
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
    const std::string_view secret = line.substr(colon + 1);
    if (users.passwords.count(user) != 0 || users.keys.count(user) != 0) {
      return fail(Errc::invalid_argument, fmt::format("line {}: {} is there twice", number, user));
    }
    if (!holds_keys(secret)) {
      users.passwords.emplace(user, secret);
      continue;
    }
    auto keys = read_keys(secret);
    if (!keys) {
      return fail(
          Errc::invalid_argument,
          fmt::format("line {}: a key is {{SHA-256}} and 64, or {{MD5}} and 32 digits 0-9a-f",
                      number));
    }
    users.keys.emplace(user, *std::move(keys));
  }
  return users;
}

Result<void> check_keys(const Users& users, const std::vector<sip::DigestAlgorithm>& algorithms) {
  for (const auto& [user, keys] : users.keys) {
    if (keys.count(algorithms.front()) != 0) continue;
    return fail(Errc::invalid_argument,
                fmt::format("{} has no key for {}, the first of --algorithms", user,
                            sip::to_string(algorithms.front())));
  }
  return {};
}

}  // namespace godwit::cli
