// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace godwit::test {

/// What went wrong, without its figures and addresses: two runs may fail alike.
inline std::string kind_of_failure(std::string_view wrong) {
  const auto line = wrong.substr(0, wrong.find('\n'));
  std::string kind;
  for (const char c : line) {
    if (std::isalpha(static_cast<unsigned char>(c)) != 0) kind += c;
  }
  return kind;
}

/// Leaves out of a failing run what it does not need to fail alike, as far as a few tries go.
/// `fails_alike(steps)` plays some of the steps.
template <class Step, class FailsAlike>
std::vector<Step> shrink(std::vector<Step> steps, FailsAlike fails_alike, int tries = 150) {
  for (auto part = std::max<std::size_t>(steps.size() / 2, 1); part > 0; part /= 2) {
    for (std::size_t at = 0; at < steps.size() && tries > 0; --tries) {
      auto fewer = steps;
      const auto first = fewer.begin() + static_cast<std::ptrdiff_t>(at);
      fewer.erase(first, first + static_cast<std::ptrdiff_t>(std::min(part, steps.size() - at)));
      if (fails_alike(fewer)) {
        steps = std::move(fewer);
      } else {
        at += part;
      }
    }
  }
  return steps;
}

}  // namespace godwit::test
