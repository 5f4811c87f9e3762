// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sip/dialog/subscription.h"
#include "ua/context.h"
#include "ua/identity.h"
#include "ua/request_out.h"

namespace godwit::ua {

/// What we have subscribed to: keeps each subscription alive with its SUBSCRIBEs, across failures and
/// network changes, and tells what its notifier says (RFC 6665).
class Subscriptions {
 public:
  /// Whose subscription it is.
  struct Subscriber {
    const Identity& identity;
    sip::CredentialStore& credentials;
  };
  enum class Told {
    events,   ///< SubscriptionChanged and NotificationReceived
    summary,  ///< MessagesWaiting alone: what `AccountOptions::watch_messages` asks for
    notice,   ///< `take_notices`: what `AccountOptions::watch_registration` asks for
  };

  explicit Subscriptions(Context& context) : context_(context) {}

  struct Wish {
    std::string package;
    std::chrono::seconds expires{};  ///< 0: fetched once
    Told told = Told::events;
  };
  SubscriptionId add(Subscriber subscriber, const sip::Uri& target, const Wish& wish,
                     TimePoint now);
  /// @return false if there is no such one of the account's.
  bool remove(AccountId account, SubscriptionId id, TimePoint now);
  /// The account's own watch for messages or for its registration begins, if there is none, or ends.
  void watch(Subscriber subscriber, Told told, TimePoint now);
  void unwatch(AccountId account, Told told, TimePoint now);
  /// All end politely.
  void stop_all(TimePoint now);
  /// The account goes: nobody waits for its subscriptions any more.
  void forget(AccountId account);
  /// The account has registered over a new flow: its notifiers are told where it is now.
  void move(AccountId account, TimePoint now);

  /// A NOTIFY outside calls. @return what it is answered; empty: it belongs to none of ours.
  [[nodiscard]] std::optional<int> on_notify(const sip::Message& notify, TimePoint now);
  /// What a registrar has told of an account's registration.
  struct Notice {
    SubscriptionId subscription;
    AccountId account;
    std::string dialog;  ///< names it: another one, and all is told anew
    std::string document;
  };
  [[nodiscard]] std::vector<Notice> take_notices() { return std::exchange(notices_, {}); }
  /// Something was missed: the notifier is asked for the full state.
  void refresh(SubscriptionId id, TimePoint now);
  void pump(TimePoint now);
  void on_response(SubscriptionId id, const sip::ResponseReceived& received, TimePoint now);
  void on_failure(SubscriptionId id, const Error& error, TimePoint now);
  void on_timeout(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;

  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  void add_hops(std::set<NextHop>& hops) const;

 private:
  struct Entry {
    Subscriber subscriber;
    sip::Uri target;
    std::string call_id, from_tag;  // of the first SUBSCRIBE; new ones for each new dialog
    sip::Subscription machine;
    Told told;
    bool unwatched = false;  // it only ends yet
    std::optional<RequestOut> request;
    net::Flow flow;           // by which the newest SUBSCRIBE left
    net::FlowId account_flow;  // the account's own at that time
    bool ended = false;
  };
  [[nodiscard]] NextHop hop_of(const Entry& entry) const;
  void perform(SubscriptionId id, Entry& entry, const sip::Subscription::Actions& actions,
               TimePoint now);
  void begin_request(SubscriptionId id, Entry& entry, TimePoint now);
  void pump(SubscriptionId id, Entry& entry, TimePoint now);
  [[nodiscard]] sip::Message compose(Entry& entry, const net::Flow& flow, std::uint32_t cseq,
                                     TimePoint now);
  void tell(SubscriptionId id, const Entry& entry, const sip::Subscription::Changed& changed,
            TimePoint now);
  void note(SubscriptionId id, const Entry& entry, const sip::Message& notify, TimePoint now);
  void drop_ended();

  Context& context_;
  std::map<SubscriptionId, Entry> entries_;
  std::vector<Notice> notices_;
  std::uint64_t last_ = 0;
};

}  // namespace godwit::ua
