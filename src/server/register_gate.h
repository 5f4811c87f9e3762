// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <map>

#include "godwit/time.h"
#include "net/ip_address.h"

namespace godwit::server {

/// How many REGISTERs one source may send: a bucket for each address, of IPv6 for each /64, for one
/// host has all of that. It fills at an even rate, and holds enough for a site behind one NAT whose
/// phones all start at once.
///
/// Over UDP a source may be forged; then its owner is refused too, for as long as that lasts.
class RegisterGate {
 public:
  /// @param per_second  what a source may send for as long as it likes; 0 or less: anything
  explicit RegisterGate(int per_second) : per_second_(per_second) {}

  enum class Verdict {
    pass,
    refuse,        ///< it has to be told: 503 with Retry-After, `kRetryAfter`
    refuse_again,  ///< it was told so a moment ago
  };
  [[nodiscard]] Verdict judge(const net::IpAddress& source, TimePoint now);

  /// As much time as a full bucket lasts: so many times the rate may come at once.
  static constexpr std::chrono::seconds kDepth{4};
  static constexpr std::chrono::seconds kRetryAfter{5};
  /// Sources of which something is remembered; beyond, the half that did least is forgotten.
  static constexpr std::size_t kMaxSources = 4'096;

 private:
  struct Bucket {
    TimePoint full_at{};  // if nothing is taken any more
    TimePoint silent_until{};
  };
  void make_room(TimePoint now);

  int per_second_;
  std::map<net::IpAddress, Bucket> buckets_;
};

}  // namespace godwit::server
