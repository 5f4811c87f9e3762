// SPDX-License-Identifier: Apache-2.0
#include "ua/retry_wait.h"

#include <algorithm>
#include <array>

#include "base/limits.h"
#include "sip/header/retry_after.h"

namespace godwit::ua {
namespace {

constexpr Duration kFirstQuick = std::chrono::seconds{2};
constexpr int kMostQuick = 10;
constexpr int kMostDoublings = 20;  // 1 s becomes 12 days: past every `longest`

template <std::size_t N>
bool one_of(int status, const std::array<int, N>& all) {
  return std::find(all.begin(), all.end(), status) != all.end();
}

// Of what a policy may hold what makes sense: nobody told who wrote it that it was out of range.
Duration within(std::chrono::seconds value, std::chrono::seconds least, std::chrono::seconds most) {
  return std::clamp<Duration>(value, least, most);
}

Duration bound_of(const RetryPolicy& policy, int failures) {
  const auto base = within(policy.base, std::chrono::seconds{1}, std::chrono::hours{1});
  const auto longest = std::max(base, within(policy.longest, std::chrono::seconds{1}, std::chrono::hours{24}));
  const int quick = std::clamp(policy.quick_tries, 0, kMostQuick);
  if (failures <= quick) return std::min(longest, kFirstQuick * (1 << (failures - 1)));
  return std::min(longest, base * (1 << std::min(failures - quick, kMostDoublings)));
}

}  // namespace

Duration retry_wait(const RetryPolicy& policy, int failures, Random& random) {
  const Duration bound = bound_of(policy, std::max(failures, 1));
  const auto half = static_cast<std::uint64_t>(bound.count() / 2);
  return bound / 2 + Duration{static_cast<std::int64_t>(random.below(half + 1))};
}

std::optional<Duration> asked_rest(const sip::Message& response) {
  constexpr std::array kMayAsk{404, 413, 480, 486, 500, 503, 600, 603};
  const auto asked = sip::retry_after_of(response);
  if (!asked || !one_of(response.status(), kMayAsk)) return std::nullopt;
  return within(*asked, std::chrono::seconds{1}, std::chrono::seconds{limits::kRetryAfterSeconds});
}

bool refuses_for_good(const sip::Message& response) {
  constexpr std::array kPass{408, 430, 480, 491};
  constexpr std::array kStay{501, 505, 513, 555};
  const int status = response.status();
  if (asked_rest(response)) return false;
  if (status >= 500 && status < 600) return one_of(status, kStay);
  return !one_of(status, kPass);
}

}  // namespace godwit::ua
