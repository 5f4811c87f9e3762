// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"
#include "server/sealed_text.h"
#include "sip/message/uri.h"

namespace godwit::server {

/// Addresses that lead to one instance of a user only (RFC 5627): public ones, made of the address
/// of record, and temporary ones, which tell nobody whose they are.
///
/// A temporary one carries its instance, encrypted and sealed with a key of this process: nothing
/// is kept for each of them. They end all together when their instance has no binding left.
class Gruus {
 public:
  struct Instance {
    std::string user;
    std::string id;  // "urn:uuid:…"

    auto operator<=>(const Instance&) const = default;
  };
  /// Beyond this many the one that was first known is forgotten.
  static constexpr std::size_t kMaxInstances = 10'000;

  /// @param random  outlives it
  Gruus(std::string_view domain, Random& random);

  /// An instance has registered that had no binding; what was temporary ends.
  void begin(const Instance& instance);
  [[nodiscard]] std::string make_public(const Instance& instance) const;
  /// A new one at each call. Empty: the instance is not known any more.
  [[nodiscard]] std::optional<std::string> make_temporary(const Instance& instance);
  /// Whom a URI with a "gr" parameter means; empty: nobody that was ever there, or not any more.
  [[nodiscard]] std::optional<Instance> read(const sip::Uri& uri) const;

 private:
  struct Known {
    std::uint64_t number = 0;
    std::uint64_t period = 0;  // of being registered
  };
  [[nodiscard]] std::optional<Instance> read_temporary(std::string_view user) const;
  [[nodiscard]] std::string cover(std::string_view nonce, std::string_view text) const;

  static constexpr std::string_view kMark = "gruu-";

  sip::Host domain_;
  Random& random_;
  std::string cover_key_;
  SealedText sealed_;
  std::uint64_t last_number_ = 0;
  std::map<Instance, Known> known_;
  std::map<std::uint64_t, Instance> by_number_;  // the oldest first
};

/// Has it the form of a GRUU (RFC 5627 §3.2)?
[[nodiscard]] bool is_gruu(const sip::Uri& uri);

}  // namespace godwit::server
