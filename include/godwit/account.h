// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string_view>

#include "godwit/call.h"
#include "godwit/error.h"
#include "godwit/event.h"
#include "godwit/export.h"
#include "godwit/ids.h"
#include "godwit/options.h"

namespace godwit {

/// An identity that stays registered: across refreshes, failures and network changes (RFC 3261 §10).
///
/// A cheap, copyable handle; it does not own the account. Once the account is removed, every call
/// answers `Errc::no_such_account`. Use it only on the user agent's loop; event handlers may.
class GODWIT_EXPORT Account {
 public:
  Account() = default;

  [[nodiscard]] AccountId id() const { return id_; }
  /// The options as they are now (`UserAgent::modify_account()`), and how it stands.
  [[nodiscard]] Result<AccountOptions> options() const;
  [[nodiscard]] Result<AccountInfo> info() const;

  /// Registers and keeps the binding alive until `stop_registration()`.
  ///
  /// Returns at once. Outcomes arrive as `RegistrationChanged` events: one when the first attempt
  /// ends (at most 32 s, RFC 3261 §17.1.2.2 timer F), then one for each change.
  ///
  /// @param expires  Lifetime to ask for: 60 s to 24 h. The registrar may grant another.
  /// @return `Errc::invalid_argument` if `expires` is out of range, `Errc::no_such_account`.
  [[nodiscard]] Result<void> start_registration(std::chrono::seconds expires = kDefaultExpires);
  /// Removes the binding. `RegistrationChanged` with `unregistered` follows, also without an answer.
  [[nodiscard]] Result<void> stop_registration();
  /// Asks the registrar for all bindings, changing none (RFC 3261 §10.2.3). `BindingsAnswered` follows.
  /// @return `no_such_account`
  [[nodiscard]] Result<QueryId> fetch_bindings();
  /// Removes all bindings, those of other devices too (RFC 3261 §10.2.2); one that is kept by
  /// `start_registration()` is then made anew. `BindingsAnswered` follows. @return `no_such_account`
  [[nodiscard]] Result<QueryId> remove_all_bindings();

  /// Calls `target`: a SIP URI, "user@host", or a user at this account's domain ("bob").
  /// @return `invalid_argument` if the target cannot be read or an option is out of range,
  ///         `no_such_account`. What the network says arrives as events.
  [[nodiscard]] Result<Call> dial(std::string_view target, const CallOptions& options = {});

  /// Sends a MESSAGE outside calls (RFC 3428); `MessageAnswered` follows.
  /// @param target  as for `dial()`
  /// @return `invalid_argument` if the target cannot be read or the body is larger than 1,300 bytes
  ///         (RFC 3428 §8), `no_such_account`.
  [[nodiscard]] Result<MessageId> send_message(std::string_view target, const MessageBody& body);

  /// Subscribes to an event package of `target` and keeps subscribed until `unsubscribe()`: across
  /// refreshes, failures and network changes (RFC 6665). `SubscriptionChanged` and
  /// `NotificationReceived` follow.
  /// @param package  "message-summary", "dialog", "presence", any token
  /// @param expires  60 s to 24 h; 0: fetched once (RFC 6665 §4.4.3)
  [[nodiscard]] Result<SubscriptionId> subscribe(std::string_view target, std::string_view package,
                                                 std::chrono::seconds expires = std::chrono::hours{1});
  /// @return `invalid_argument` for a subscription that is not there.
  [[nodiscard]] Result<void> unsubscribe(SubscriptionId subscription);

 private:
  friend class UserAgent;
  Account(std::weak_ptr<UserAgentCore> core, AccountId id) : core_(std::move(core)), id_(id) {}

  std::weak_ptr<UserAgentCore> core_;
  AccountId id_;
};

}  // namespace godwit
