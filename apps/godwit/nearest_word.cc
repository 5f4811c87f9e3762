// SPDX-License-Identifier: Apache-2.0
#include "nearest_word.h"

#include <algorithm>
#include <numeric>

namespace godwit::cli {
namespace {

/// How many letters are to be put in, taken out or exchanged (Levenshtein).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row[b.size()];
}

}  // namespace

std::string nearest_word(std::string_view typed, const std::vector<std::string>& known) {
  constexpr std::size_t kLongestWord = 64;
  if (typed.size() > kLongestWord) return {};
  std::string nearest;
  std::size_t least = typed.size() / 3 + 1;
  for (const std::string& word : known) {
    const std::size_t d = distance(typed, word);
    if (d > least || (d == least && !nearest.empty())) continue;
    nearest = word;
    least = d;
  }
  return nearest;
}

std::string hint(std::string_view typed, const std::vector<std::string>& known) {
  const std::string word = nearest_word(typed, known);
  return word.empty() ? "" : " (did you mean " + word + "?)";
}

}  // namespace godwit::cli
