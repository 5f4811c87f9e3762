// SPDX-License-Identifier: Apache-2.0
#include "net/hosts_file.h"

#include <algorithm>
#include <optional>

namespace godwit::net {
namespace {

constexpr std::string_view kBlank = " \t\r\f\v";

// The next word of the line, cut off its front; empty at the end.
std::string_view take_word(std::string_view& line) {
  const auto begin = std::min(line.find_first_not_of(kBlank), line.size());
  line.remove_prefix(begin);
  const auto word = line.substr(0, line.find_first_of(kBlank));
  line.remove_prefix(word.size());
  return word;
}

std::string_view take_line(std::string_view& text) {
  const auto line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(line.size() + 1, text.size()));
  return line.substr(0, line.find('#'));
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// "Example.ORG." and "example.org" are one name.
std::string canonical(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  std::string out(name);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

}  // namespace

HostsFile HostsFile::parse(std::string_view text) {
  HostsFile hosts;
  while (!text.empty()) {
    std::string_view line = take_line(text);
    const auto address = IpAddress::parse(take_word(line));
    if (!address) continue;
    for (auto name = take_word(line); !name.empty(); name = take_word(line)) {
      hosts.add(name, *address);
    }
  }
  return hosts;
}

void HostsFile::add(std::string_view name, const IpAddress& address) {
  auto& known = addresses_[canonical(name)];
  if (std::find(known.begin(), known.end(), address) == known.end()) known.push_back(address);
}

std::vector<IpAddress> HostsFile::find(std::string_view name) const {
  const auto found = addresses_.find(canonical(name));
  return found == addresses_.end() ? std::vector<IpAddress>{} : found->second;
}

}  // namespace godwit::net
