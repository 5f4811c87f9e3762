// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "account_session.h"
#include "call_story.h"
#include "expectation.h"
#include "history_file.h"

namespace godwit::cli {

/// One of the calls on the desk.
struct DeskCall {
  CallStory story;
  std::string peer;
  bool incoming = false;
  bool ours = true;    ///< dialled, answered, or in the place of such; false: it rings, was refused
  bool counts = true;  ///< its outcome is that of the command
  CallInfo info;       ///< as it was a second ago at most
  std::chrono::system_clock::time_point began;
  std::chrono::steady_clock::time_point answered_at;
  std::string record;      ///< the file that a recording was asked into; empty: none
  bool continues = false;  ///< takes the part of one before it, by transfer
  CallQuality quality;     ///< of the last whole second
};

/// All calls of a running command: makes and takes them, follows them, remembers them.
class CallDesk {
 public:
  /// `options` are those of every call, unless others are given.
  CallDesk(AgentSession& session, AccountSession& account, CallOptions options,
           HistoryFile history);

  /// Whose calls they are, for the history.
  void set_identity(std::string address) { identity_ = std::move(address); }
  [[nodiscard]] const CallOptions& options() const { return options_; }

  /// Each recording gets a name of its own: "heard.wav", "heard-2.wav" ...
  [[nodiscard]] Result<Call> dial(const std::string& target, CallOptions options,
                                  bool counts = false);
  [[nodiscard]] Result<void> answer(CallId call, CallOptions options);

  /// To be told of every event.
  void on_event(const Event& event);
  /// Takes the figures of this moment.
  void look();

  [[nodiscard]] const std::vector<DeskCall>& calls() const { return calls_; }
  [[nodiscard]] const DeskCall* find(CallId call) const;
  /// Those that have not ended.
  [[nodiscard]] std::vector<CallId> alive() const;
  /// Is there a call that we dialled or answered?
  [[nodiscard]] bool is_busy() const;
  /// The oldest one that waits for an answer; 0: none.
  [[nodiscard]] CallId ringing() const;

  /// The call that keys are for; the newest, unless another was chosen. 0: none.
  [[nodiscard]] CallId current() const;
  void choose_next();
  void choose(CallId call) { chosen_ = call; }

  /// The first failure among the calls that count.
  [[nodiscard]] Verdict verdict() const;
  /// The worst figures of all calls that have ended.
  [[nodiscard]] const CallFigures& figures() const { return figures_; }
  /// Forgets calls that have ended, except the last.
  void tidy();

 private:
  DeskCall* known(CallId call);
  std::string own_recording(const std::string& file);
  void add_incoming(const IncomingCall& event);
  void add_transferred(const TransferRequested& event);
  void continue_recording(const DeskCall& call);
  void when_ended(DeskCall& call, const CallEnded& event);

  AgentSession& session_;
  AccountSession& account_;
  CallOptions options_;
  HistoryFile history_;
  std::string identity_;
  std::vector<DeskCall> calls_;
  CallId chosen_;
  CallFigures figures_;
  std::map<std::string, int> recorded_;  // how many calls, by the file that was asked for
};

/// The worse of the figures so far and those of a story (`CallStory::to_json()`).
[[nodiscard]] CallFigures worse_of(CallFigures so_far, const Json& story);

/// What people see of the calls in one line: "call 1 up 00:12 bob@example.org PCMU/8000 muted".
[[nodiscard]] std::string status_line(const CallDesk& desk,
                                      std::chrono::steady_clock::time_point now);

}  // namespace godwit::cli
