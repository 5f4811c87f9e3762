// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "event_json.h"
#include "exit_code.h"
#include "godwit/call.h"
#include "godwit/event.h"

namespace godwit::cli {

/// What became of one call, gathered from its events for the end of the command.
class CallStory {
 public:
  explicit CallStory(CallId call, std::string target) : call_(call), target_(std::move(target)) {}

  /// Events of other calls are passed over.
  void on_event(const Event& event);
  /// The latest figures; those from just before the end are the ones reported.
  void on_info(const CallInfo& info) { info_ = info; }
  void on_quality(const CallQuality& quality) { quality_ = quality; }

  [[nodiscard]] CallId call() const { return call_; }
  [[nodiscard]] bool answered() const { return answered_.has_value(); }
  [[nodiscard]] bool ended() const { return ended_.has_value(); }
  [[nodiscard]] Verdict verdict() const;
  /// Up to five lines for people.
  [[nodiscard]] std::string to_text() const;
  [[nodiscard]] Json to_json() const;
  /// "Survived 2 network changes, longest gap 143 ms"
  [[nodiscard]] std::string survival() const;

 private:
  [[nodiscard]] Duration longest_gap() const;

  CallId call_;
  std::string target_;
  std::optional<CallAnswered> answered_;
  std::optional<CallEnded> ended_;
  std::optional<Dropped> dropped_;
  std::vector<HandoverReport> handovers_;
  CallInfo info_;
  CallQuality quality_;
  bool heard_ = false;
};

}  // namespace godwit::cli
