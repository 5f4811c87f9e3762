// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "godwit/account.h"
#include "godwit/call.h"
#include "godwit/error.h"
#include "godwit/event.h"
#include "godwit/export.h"
#include "godwit/options.h"

namespace asio {
class io_context;
}

namespace godwit {

/// Takes every event, in order, after the agent has settled. It may call anything, even destroy the
/// agent.
using EventHandler = std::function<void(const Event&, const EventTime&)>;

/// A SIP user agent: owns accounts, calls, sockets and the loop they run on.
///
/// One user agent, one loop, one thread: everything happens on the thread that calls `run()` or
/// `poll()`. Only `post()`, `notify_network_changed()` and `stop()` may be called from other threads.
class GODWIT_EXPORT UserAgent {
 public:
  /// Nothing is sent and no port is opened before there is something to do.
  explicit UserAgent(UserAgentOptions options = {});
  /// Closes everything at once, without a word to anybody; `shut_down()` is the polite way.
  ~UserAgent();
  UserAgent(const UserAgent&) = delete;
  UserAgent& operator=(const UserAgent&) = delete;

  /// Sets the handler; the one from before is gone. Without one, events are dropped.
  void on_event(EventHandler handler);

  /// Adds an identity. @return `invalid_argument` naming the option that cannot be read.
  [[nodiscard]] Result<Account> add_account(AccountOptions options);
  /// All options change together, or none does; at most one REGISTER follows, if what is registered changes.
  /// Calls keep their dialogs. @return `invalid_argument` naming the option, `no_such_account`.
  [[nodiscard]] Result<void> modify_account(AccountId account, AccountOptions options);
  /// Ends its calls, removes its binding, forgets it. @return `no_such_account`.
  [[nodiscard]] Result<void> remove_account(AccountId account);
  /// Handles for ids as they come in events; a wrong id gives a handle that answers errors.
  [[nodiscard]] Account account(AccountId id) const;
  [[nodiscard]] Call call(CallId id) const;
  /// Calls that have not ended, oldest first.
  [[nodiscard]] std::vector<CallId> calls() const;

  /// Asks a URI for its abilities (RFC 3261 §11) without an account; `OptionsAnswered` follows.
  /// @return `invalid_argument` if the target cannot be read.
  [[nodiscard]] Result<QueryId> query_options(std::string_view target);

  /// An empty conference; calls `join()` it. It is gone with `close_conference()`.
  [[nodiscard]] ConferenceId open_conference();
  /// Its calls go on, each for itself. @return `invalid_argument` if it is not there.
  [[nodiscard]] Result<void> close_conference(ConferenceId conference);

  /// What network changes did to calls since the agent was made, in Prometheus' text format (version
  /// 0.0.4): counts, and histograms in seconds of each stage of a `HandoverReport`. The metrics are listed in
  /// docs/network-change.md.
  [[nodiscard]] std::string metrics() const;

  /// Hangs up all calls, removes all bindings, then makes `run()` return; at most `limit` long: the more
  /// accounts, the longer it should be, or `registration_rate` is exceeded.
  void shut_down(Duration limit = std::chrono::seconds{2});

  /// Look at the network now. Harmless when nothing changed; any thread, as often as you like.
  void notify_network_changed();
  /// Runs `f` on the loop, soon; any thread.
  void post(std::function<void()> f);

  /// Serves the loop until `stop()` or the end of `shut_down()`.
  void run();
  /// Serves what is due, waiting at most `wait` for something. @return false once it has stopped.
  bool poll(Duration wait = {});
  /// Makes `run()` return soon; any thread.
  void stop();

 private:
  // godwit/asio.h
  friend std::unique_ptr<UserAgent> make_user_agent(::asio::io_context&, UserAgentOptions,
                                                    std::function<void()>);
  explicit UserAgent(std::shared_ptr<UserAgentCore> core);

  std::shared_ptr<UserAgentCore> core_;
};

/// A user agent with a thread of its own that runs its loop, for programs that have no loop.
///
/// Everything of the agent happens on that thread, its events too: other threads reach it by
/// `post()` alone.
class GODWIT_EXPORT UserAgentThread {
 public:
  /// Starts the thread; `handler` is called on it.
  UserAgentThread(UserAgentOptions options, EventHandler handler);
  /// Hangs up all calls, removes all bindings (at most 2 s), then joins the thread. Not to be called
  /// on the agent's own thread.
  ~UserAgentThread();
  UserAgentThread(const UserAgentThread&) = delete;
  UserAgentThread& operator=(const UserAgentThread&) = delete;

  /// Runs `f` on the agent's thread, soon; any thread.
  void post(std::function<void(UserAgent&)> f);
  /// Look at the network now; any thread.
  void notify_network_changed();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace godwit
