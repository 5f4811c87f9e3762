// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

#include "godwit/time.h"

namespace godwit::server {

/// How far each nonce has been used up: its count must rise (RFC 7616 §3.4). What one request costs
/// does not depend on how many nonces there are.
class NonceUses {
 public:
  struct Limits {
    Duration life{};       ///< an older nonce is not usable
    std::size_t most = 1;  ///< kept; the one first used is forgotten for a further one
  };
  explicit NonceUses(Limits limits) : limits_(limits) {}
  NonceUses(const NonceUses&) = delete;
  NonceUses& operator=(const NonceUses&) = delete;

  /// @return false: the nonce is used up to that count, or so old that this is not known any more.
  [[nodiscard]] bool use_up(std::string_view nonce, TimePoint made, std::uint32_t count,
                            TimePoint now);
  [[nodiscard]] std::size_t size() const { return uses_.size(); }

 private:
  struct Use {
    std::string nonce;
    TimePoint made{};
    std::uint32_t count = 0;
  };
  void forget_expired(TimePoint now);
  void forget_first();

  Limits limits_;
  std::deque<Use> uses_;  // the one first used first
  std::unordered_map<std::string_view, Use*> by_nonce_;
  /// Nonces as old as one that was forgotten before its time: any of them may have been used.
  TimePoint forgotten_ = TimePoint::min();
};

}  // namespace godwit::server
