// SPDX-License-Identifier: Apache-2.0
#include "sip/locate/dns_cache.h"

#include <algorithm>

#include "base/limits.h"

namespace godwit::sip {
namespace {

using Status = net::DnsAnswer::Status;

std::chrono::seconds lifetime(const net::DnsAnswer& answer) {
  const std::chrono::seconds longest =
      answer.status == Status::found ? DnsCache::kLongest : DnsCache::kLongestNegative;
  return std::min(answer.ttl, longest);
}

}  // namespace

void DnsCache::put(const DnsQuestion& question, const net::DnsAnswer& answer, TimePoint now) {
  if (answer.status == Status::failed) return;
  entries_.erase(question);
  if (answer.ttl <= std::chrono::seconds{0}) return;  // used once, by who asked (RFC 1035 §3.2.1)
  make_room(now);
  entries_[question] = {answer, now + lifetime(answer)};
}

void DnsCache::keep(const DnsQuestion& question, const net::DnsAnswer& answer) {
  if (entries_.size() < limits::kDnsAnswers) entries_[question] = {answer, std::nullopt};
}

std::optional<DnsCache::Hit> DnsCache::find(const DnsQuestion& question, TimePoint now) const {
  const auto found = entries_.find(question);
  if (found == entries_.end()) return std::nullopt;
  const Entry& entry = found->second;
  if (entry.until && now >= *entry.until) return std::nullopt;
  return Hit{entry.answer, entry.until.has_value()};
}

// What has run out goes first, then what would run out first.
void DnsCache::make_room(TimePoint now) {
  if (entries_.size() < limits::kDnsAnswers) return;
  std::erase_if(entries_, [&](const auto& e) { return e.second.until && now >= *e.second.until; });
  if (entries_.size() < limits::kDnsAnswers) return;
  entries_.erase(
      std::min_element(entries_.begin(), entries_.end(), [](const auto& a, const auto& b) {
        return a.second.until.value_or(TimePoint::max()) <
               b.second.until.value_or(TimePoint::max());
      }));
}

}  // namespace godwit::sip
