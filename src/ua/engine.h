// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "godwit/call.h"
#include "godwit/error.h"
#include "godwit/event.h"
#include "godwit/ids.h"
#include "godwit/options.h"
#include "godwit/time.h"
#include "roam/in_use.h"
#include "ua/action.h"

namespace godwit::ua {

/// What `Call::send_dtmf` asks for.
struct Digits {
  std::string text;
  Duration each = std::chrono::milliseconds{100};
  DtmfMethod method = DtmfMethod::rtp_event;
};

/// What `Account::subscribe` asks for.
struct EventWish {
  std::string package;
  std::chrono::seconds expires{3600};
};

/// The whole user agent as one pure machine: commands, inputs and `now` go in, actions come out.
///
/// Whoever drives it calls `take_actions()` after every command, input or time-out, carries them out,
/// and feeds what comes of them back in, until nothing is left.
class Engine {
 public:
  Engine(UserAgentOptions options, Random& random, TimePoint now);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // Commands: see the functions of the same names in include/godwit.
  [[nodiscard]] Result<AccountId> add_account(AccountOptions options, TimePoint now);
  [[nodiscard]] Result<void> remove_account(AccountId account, TimePoint now);
  [[nodiscard]] Result<void> modify_account(AccountId account, AccountOptions options,
                                            TimePoint now);
  [[nodiscard]] Result<AccountOptions> account_options(AccountId account) const;
  [[nodiscard]] Result<AccountInfo> account_info(AccountId account) const;
  [[nodiscard]] Result<void> start_registration(AccountId account, std::chrono::seconds expires,
                                                TimePoint now);
  [[nodiscard]] Result<void> stop_registration(AccountId account, TimePoint now);
  // Bindings: engine_bindings.cc.
  [[nodiscard]] Result<QueryId> fetch_bindings(AccountId account, TimePoint now);
  [[nodiscard]] Result<QueryId> remove_all_bindings(AccountId account, TimePoint now);
  [[nodiscard]] Result<CallId> dial(AccountId account, std::string_view target,
                                    const CallOptions& options, TimePoint now);
  [[nodiscard]] Result<void> answer(CallId call, const CallOptions& options, TimePoint now);
  [[nodiscard]] Result<void> decline(CallId call, int status, TimePoint now);
  [[nodiscard]] Result<void> hang_up(CallId call, TimePoint now);
  [[nodiscard]] Result<void> send_dtmf(CallId call, const Digits& digits, TimePoint now);
  // Hold: engine_hold.cc.
  [[nodiscard]] Result<void> hold(CallId call, TimePoint now);
  [[nodiscard]] Result<void> resume(CallId call, TimePoint now);
  // Before the answer.
  [[nodiscard]] Result<void> send_progress(CallId call, int status, const CallOptions& options,
                                           TimePoint now);
  [[nodiscard]] Result<void> redirect(CallId call, const std::vector<std::string>& targets,
                                      TimePoint now);

  [[nodiscard]] Result<QueryId> query_options(std::string_view target, TimePoint now);

  // Messages (engine_messaging.cc).
  [[nodiscard]] Result<MessageId> send_message(AccountId account, std::string_view target,
                                               const MessageBody& body, TimePoint now);
  [[nodiscard]] Result<MessageId> send_message(CallId call, const MessageBody& body, TimePoint now);
  [[nodiscard]] Result<MessageId> send_info(CallId call, const MessageBody& body, TimePoint now);

  // Subscriptions (engine_subscriptions.cc).
  [[nodiscard]] Result<SubscriptionId> subscribe(AccountId account, std::string_view target,
                                                 const EventWish& wish, TimePoint now);
  [[nodiscard]] Result<void> unsubscribe(AccountId account, SubscriptionId subscription,
                                         TimePoint now);

  // Transfer (engine_transfer.cc).
  [[nodiscard]] Result<void> transfer(CallId call, std::string_view target, TimePoint now);
  [[nodiscard]] Result<void> transfer_to(CallId call, CallId other, TimePoint now);

  // The sound of calls (engine_sound.cc).
  [[nodiscard]] Result<void> play(CallId call, const PlaySource& source, TimePoint now);
  [[nodiscard]] Result<void> mute(CallId call, TimePoint now);
  [[nodiscard]] Result<void> unmute(CallId call, TimePoint now);
  [[nodiscard]] Result<void> start_recording(CallId call, const RecordOptions& options,
                                             TimePoint now);
  [[nodiscard]] Result<void> stop_recording(CallId call, TimePoint now);
  [[nodiscard]] ConferenceId open_conference();
  [[nodiscard]] Result<void> close_conference(ConferenceId conference, TimePoint now);
  [[nodiscard]] Result<void> join(CallId call, ConferenceId conference, TimePoint now);
  /// Hangs up every call and removes every binding. There is a `limit` after which nobody listens any
  /// more: what the pace of REGISTERs would hold back leaves in half of it.
  void shut_down(TimePoint now, const std::optional<Duration>& limit = std::nullopt);

  /// State of a call; its media counters are the rack's to fill in.
  [[nodiscard]] Result<CallInfo> call_info(CallId call) const;
  [[nodiscard]] std::optional<MediaId> media_of(CallId call) const;
  [[nodiscard]] std::vector<CallId> calls() const;
  /// No call, no binding, no request of ours without its final answer: nothing is lost by stopping.
  [[nodiscard]] bool idle() const;

  void on_input(const Input& input, TimePoint now);
  void on_timeout(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;
  [[nodiscard]] std::vector<Action> take_actions();

  /// Every address that something in use talks to, and the other addresses of the same hosts: a
  /// NetworkObserved answers for each of them.
  [[nodiscard]] std::vector<net::IpAddress> destinations_in_use() const;
  /// What a network change could touch now.
  [[nodiscard]] roam::InUse in_use() const;

  /// How much the engine holds: what a long life must not let grow.
  struct Sizes {
    std::size_t flows = 0;
    std::size_t streams = 0;
    std::size_t hops = 0;
    std::size_t remembered = 0;  ///< servers that failed or worked
    std::size_t transactions = 0;
    std::size_t owners = 0;
  };
  [[nodiscard]] Sizes sizes() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace godwit::ua
