// SPDX-License-Identifier: Apache-2.0
#include "server/register_gate.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

namespace godwit::server {
namespace {

constexpr std::size_t kNetworkBytes = 8;  // of an IPv6 address

net::IpAddress source_key(const net::IpAddress& source) {
  if (source.is_v4()) return source;
  std::array<std::uint8_t, 16> network{};
  const auto bytes = source.bytes().first(kNetworkBytes);
  std::copy(bytes.begin(), bytes.end(), network.begin());
  return net::IpAddress::v6(network);
}

}  // namespace

RegisterGate::Verdict RegisterGate::judge(const net::IpAddress& source, TimePoint now) {
  if (per_second_ <= 0) return Verdict::pass;
  const net::IpAddress key = source_key(source);
  if (buckets_.size() >= kMaxSources && buckets_.count(key) == 0) make_room(now);
  Bucket& bucket = buckets_[key];
  bucket.full_at = std::max(bucket.full_at, now);
  const Duration each = Duration(std::chrono::seconds{1}) / per_second_;
  if (bucket.full_at + each <= now + kDepth) {
    bucket.full_at += each;
    return Verdict::pass;
  }
  if (now < bucket.silent_until) return Verdict::refuse_again;
  bucket.silent_until = now + kRetryAfter;
  return Verdict::refuse;
}

/// Half at a time, so that a flood from ever new sources does not make each of them cost a search.
void RegisterGate::make_room(TimePoint now) {
  // A full bucket is like none.
  std::erase_if(buckets_, [now](const auto& entry) { return entry.second.full_at <= now; });
  if (buckets_.size() <= kMaxSources / 2) return;
  std::vector<TimePoint> times;
  times.reserve(buckets_.size());
  for (const auto& [source, bucket] : buckets_) times.push_back(bucket.full_at);
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::nth_element(times.begin(), middle, times.end());
  std::erase_if(buckets_, [at = *middle](const auto& entry) { return entry.second.full_at <= at; });
}

}  // namespace godwit::server
