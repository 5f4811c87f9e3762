// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>

#include "godwit/event.h"

namespace godwit::test {

/// What must hold of the events of one agent, whatever happens: a call ends once, and nothing is told
/// of it afterwards; a transfer and a message come to one end each. It is to see every event, in order.
class EventRules {
 public:
  /// A command has made this call; what was told of it may have come first.
  void on_dialled(CallId call) {
    if (!ended_.contains(call)) open_.emplace(call, "dialled");
  }
  /// A command has asked for a transfer of this call, or has sent this message.
  void on_transfer(CallId call) { ++transfers_[call]; }
  void on_transfer_refused(CallId call) { --transfers_[call]; }
  void on_sent(MessageId message) { sent_.insert(message); }
  void on_event(const Event& event);

  /// What was broken so far; empty when all is well.
  [[nodiscard]] const std::string& broken() const { return broken_; }
  /// Calls that were told of and have not ended, with the newest thing told of each.
  [[nodiscard]] const std::map<CallId, std::string>& open() const { return open_; }
  [[nodiscard]] std::size_t ended() const { return ended_.size(); }
  /// Transfers of calls that have not ended, and messages, of which nobody knows yet how it went.
  [[nodiscard]] std::size_t open_transfers() const;
  [[nodiscard]] std::size_t open_messages() const;

 private:
  void on_progress(const TransferProgress& progress);
  void on_answered(const MessageAnswered& answered);

  std::map<CallId, std::string> open_;
  std::map<CallId, int> transfers_;  // asked for, less those that have come to their end
  std::set<MessageId> sent_;
  std::set<MessageId> answered_;
  std::set<CallId> ended_;
  std::string broken_;
};

}  // namespace godwit::test
