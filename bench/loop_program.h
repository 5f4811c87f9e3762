// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace bench {

/// A loop as a program of its own (loop.h says how it is called).
class LoopProgram {
 public:
  /// `counting_heap` is the library that is preloaded to count allocations.
  LoopProgram(std::string path, std::string counting_heap)
      : path_(std::move(path)), counting_heap_(std::move(counting_heap)) {}

  /// What it printed; discarded when it printed no JSON.
  [[nodiscard]] nlohmann::json check(const std::string& file) const;
  [[nodiscard]] nlohmann::json time(const std::string& work, const std::string& file,
                                    double seconds) const;
  [[nodiscard]] nlohmann::json count(const std::string& work, const std::string& file) const;

 private:
  std::string path_;
  std::string counting_heap_;
};

}  // namespace bench
