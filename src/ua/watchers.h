// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "sip/dialog/dialog.h"
#include "sip/header/event_package.h"
#include "ua/context.h"
#include "ua/dialog_choice.h"
#include "ua/dialog_info.h"
#include "ua/identity.h"
#include "ua/request_out.h"

namespace godwit::ua {

/// Those who are told of the calls of our accounts: the notifier of the `dialog` package (RFC 4235,
/// RFC 6665 §4.2). Who may be one of them is for the engine to say.
///
/// What is to be told is the difference between what a watcher was told last and what is. While a
/// NOTIFY waits for its answer, and for 5 s after it left, nothing else is said to that watcher, and
/// then all that is new at once. Not held back is what is not about a dialog: the answer to a
/// SUBSCRIBE, where we are after a change of network, the end of the subscription.
class Watchers {
 public:
  /// Whose calls are watched.
  struct Watched {
    const Identity& identity;
    sip::CredentialStore& credentials;
  };

  explicit Watchers(Context& context) : context_(context) {}

  static constexpr std::chrono::seconds kLongest{3600};  ///< also when nothing is asked for
  static constexpr std::chrono::seconds kShortest{60};   ///< below it 423, but for 0
  static constexpr std::chrono::seconds kRest{5};        ///< between two NOTIFYs (RFC 4235 §3.10)

  /// A SUBSCRIBE outside dialogs of somebody who may.
  void on_new(const sip::RequestReceived& subscribe, Watched watched, TimePoint now);
  /// A SUBSCRIBE inside a dialog. @return false: it is of none of ours.
  [[nodiscard]] bool on_refresh(const sip::RequestReceived& subscribe, TimePoint now);
  [[nodiscard]] bool watches(AccountId account) const;

  /// How a call of an account stands; what nobody watches is not kept.
  void tell(AccountId account, CallId call, const std::optional<DialogInfo>& info);
  /// What is to be said leaves.
  void pump(TimePoint now);

  /// The account has registered over a new flow: its watchers are told where it is now.
  void move(AccountId account, TimePoint now);
  /// All are told that nothing more is told; who comes later is turned away.
  void stop_all(TimePoint now);
  /// Who may be told is another question now: everybody has to ask again.
  void ask_again(AccountId account, TimePoint now);
  /// The account goes: nothing more is told of it.
  void forget(AccountId account);

  void on_response(WatcherId id, const sip::ResponseReceived& received, TimePoint now);
  void on_failure(WatcherId id, const Error& error, TimePoint now);
  void on_timeout(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;

  [[nodiscard]] std::size_t size() const { return watchers_.size(); }
  void add_hops(std::set<NextHop>& hops) const;

 private:
  using Dialogs = std::map<std::string, DialogInfo>;  // by their id
  struct Watcher {
    Watched watched;
    sip::Dialog dialog;
    sip::EventPackage event;
    DialogChoice choice;
    TimePoint until{};
    std::uint32_t version = 0;  // of the next document
    bool all_due = true;        // the next document tells of everything
    std::string over{};         // why nothing more is told after the next NOTIFY; empty: it goes on
    Dialogs told{};             // what it has acknowledged and is not over
    Dialogs saying{};           // what it will know once it acknowledges the NOTIFY under way
    std::set<std::string> came{};  // ids of what came up or changed since; to be told even if over
    TimePoint rests_until{};       // before it nothing of dialogs is said
    bool held = false;             // something waits for that
    std::optional<RequestOut> request{};
    bool left = false;           // the NOTIFY under way has left once
    net::Flow flow{};            // by which the newest one left
    net::FlowId account_flow{};  // the account's own at that time
    bool gone = false;
  };
  struct Line {
    Dialogs dialogs;
    std::map<CallId, std::string> newest;  // ids
  };

  [[nodiscard]] std::optional<std::chrono::seconds> granted(const sip::RequestReceived& subscribe,
                                                            TimePoint now);
  void refuse(const sip::RequestReceived& subscribe, int status, std::string_view to_tag,
              TimePoint now);
  void accept(const sip::RequestReceived& subscribe, Watcher& watcher, std::chrono::seconds expires,
              TimePoint now);
  void say_all(Watcher& watcher);
  static void note(Watcher& watcher, const DialogInfo& info);
  [[nodiscard]] static bool is_news(const Watcher& watcher, const DialogInfo& dialog);
  [[nodiscard]] bool has_news(const Watcher& watcher) const;
  [[nodiscard]] bool may_speak(Watcher& watcher, TimePoint now) const;
  [[nodiscard]] const Dialogs& dialogs_of(const Watcher& watcher) const;
  [[nodiscard]] DialogInfoDocument document_for(Watcher& watcher) const;
  [[nodiscard]] sip::Message compose(Watcher& watcher, const net::Flow& flow, TimePoint now);
  void pump(WatcherId id, Watcher& watcher, TimePoint now);
  void on_outcome(Watcher& watcher, const RequestOut::Outcome& outcome);
  void drop_gone();
  void forget_terminated();

  Context& context_;
  std::map<WatcherId, Watcher> watchers_;
  std::map<AccountId, Line> lines_;
  std::uint64_t last_ = 0;
  bool stopped_ = false;
};

}  // namespace godwit::ua
