// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "call_desk.h"
#include "key_reader.h"
#include "standard_input.h"
#include "terminal.h"

namespace godwit::cli {

/// The keyboard during calls: keys become commands on the calls of a desk, and the last line of the
/// screen shows how they stand.
class InCallKeys {
 public:
  InCallKeys(AgentSession& session, CallDesk& desk);
  ~InCallKeys();
  InCallKeys(const InCallKeys&) = delete;
  InCallKeys& operator=(const InCallKeys&) = delete;

  /// To be called when something has changed, and every second.
  void show_status();

 private:
  void on_bytes(const std::string& bytes);
  void on_press(const KeyPress& press);
  [[nodiscard]] Result<void> act(const KeyPress& press, Call call);
  [[nodiscard]] Result<void> answer();
  [[nodiscard]] Result<void> decline();
  [[nodiscard]] Result<void> connect(Call call);
  [[nodiscard]] Result<void> change_conference();
  [[nodiscard]] Result<void> change_recording(Call call);
  [[nodiscard]] CallId next_up(CallId except) const;

  AgentSession& session_;
  CallDesk& desk_;
  KeyReader reader_;
  ConferenceId conference_;  ///< 0: none
  int recordings_ = 0;
  KeyboardMode mode_;
  std::unique_ptr<StandardInput> input_;
};

}  // namespace godwit::cli
