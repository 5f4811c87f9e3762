// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>

#include "godwit/time.h"
#include "net/dns_record.h"
#include "sip/locate/dns_question.h"

namespace godwit::sip {

/// Answers of DNS for as long as they may be used: each type of a name for its own TTL, negative
/// ones too (RFC 2308). Failures are not answers and are not kept.
class DnsCache {
 public:
  struct Hit {
    net::DnsAnswer answer;
    /// False: learnt on another network, to be used only until it has been asked for again.
    bool fresh = true;
  };
  /// RFC 2308 §5 and §7.1, RFC 1035 §3.2.1 as resolvers read it: however long a zone says.
  static constexpr std::chrono::hours kLongestNegative{3};
  static constexpr std::chrono::hours kLongest{24};

  void put(const DnsQuestion& question, const net::DnsAnswer& answer, TimePoint now);
  /// Keeps an answer beyond its TTL, not as a fresh one, until `put` brings another.
  void keep(const DnsQuestion& question, const net::DnsAnswer& answer);
  [[nodiscard]] std::optional<Hit> find(const DnsQuestion& question, TimePoint now) const;
  void clear() { entries_.clear(); }

  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    net::DnsAnswer answer;
    std::optional<TimePoint> until;  // empty: kept, not fresh
  };
  void make_room(TimePoint now);

  std::map<DnsQuestion, Entry> entries_;
};

}  // namespace godwit::sip
