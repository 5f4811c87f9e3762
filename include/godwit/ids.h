// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace godwit {

/// A number that names one thing of one kind; ids of different kinds do not mix. 0 names nothing.
template <class Tag>
struct StrongId {
  std::uint64_t value = 0;

  explicit operator bool() const { return value != 0; }
  auto operator<=>(const StrongId&) const = default;
};

/// Names an account for the life of its user agent; never used twice.
using AccountId = StrongId<struct AccountTag>;
/// Names a call for the life of its user agent; never used twice.
using CallId = StrongId<struct CallTag>;
/// Names one network change; the same in every log line, event and report it causes.
using ChangeId = StrongId<struct ChangeTag>;
/// Names one question to a server: `UserAgent::query_options()`, `Account::fetch_bindings()`.
using QueryId = StrongId<struct QueryTag>;
/// Names one MESSAGE or INFO sent by us.
using MessageId = StrongId<struct MessageTag>;
/// Names one subscription of ours for the life of its user agent; never used twice.
using SubscriptionId = StrongId<struct SubscriptionTag>;
/// Names a local conference: calls whose sound is mixed here.
using ConferenceId = StrongId<struct ConferenceTag>;

}  // namespace godwit

template <class Tag>
struct std::hash<godwit::StrongId<Tag>> {
  std::size_t operator()(godwit::StrongId<Tag> id) const noexcept {
    return std::hash<std::uint64_t>{}(id.value);
  }
};
