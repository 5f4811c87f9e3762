// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "godwit/export.h"
#include "godwit/time.h"

namespace godwit {

/// error: a person should act; warning: we recovered; info: life-cycle, one line each; debug: each
/// decision with its reasons; trace: whole messages.
enum class LogLevel { error, warning, info, debug, trace };

/// One line for people. Secrets and control characters never reach it.
struct LogRecord {
  LogLevel level = LogLevel::info;
  std::string component;  ///< "registration", "call", "roam"
  std::string subject;    ///< account or Call-ID; may be empty
  std::string message;
};

/// Takes log records on the agent's loop. The default drops them.
using LogSink = std::function<void(const LogRecord&)>;

GODWIT_EXPORT std::string_view to_string(LogLevel level);

/// One SIP message as it left or came, in clear, for traces and captures.
struct TappedMessage {
  bool sent = false;
  TimePoint time{};
  std::string local;   ///< "10.1.0.2:5060"
  std::string remote;  ///< "10.9.0.2:5060"
  std::string_view bytes;
};

/// Sees every SIP message. The view is good only during the call.
using MessageTap = std::function<void(const TappedMessage&)>;

}  // namespace godwit
