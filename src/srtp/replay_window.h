// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace godwit::srtp {

/// Which packets of a stream were heard (RFC 3711 §3.3.2). Only authentic ones are noted.
class ReplayWindow {
 public:
  /// RFC 3711 §3.3.2 asks for 64 at least. 1,024 packets are 10 s of the shortest frames: what an
  /// old path delivers late is no replay.
  static constexpr std::uint64_t kSize = 1'024;

  [[nodiscard]] std::optional<std::uint64_t> newest() const { return newest_; }
  /// Not heard yet, nor too old to tell.
  [[nodiscard]] bool is_new(std::uint64_t index) const;
  /// @return whether it is the newest of all
  bool note(std::uint64_t index);

 private:
  static constexpr std::uint64_t kWordBits = 64;

  void forget_between(std::uint64_t older, std::uint64_t newer);

  std::optional<std::uint64_t> newest_;
  std::array<std::uint64_t, kSize / kWordBits> heard_{};  // a bit each, by the index modulo kSize
};

}  // namespace godwit::srtp
