// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "godwit/error.h"
#include "godwit/event.h"

namespace godwit::cli {

/// What a script learns from the program's end. Stable: docs/getting-started.md lists them.
enum class ExitCode {
  success = 0,
  other_failure = 1,    ///< a port in use, a rig that cannot be built
  usage = 2,            ///< wrong command line or settings
  rejected = 3,         ///< the far end refused (SIP 3xx to 6xx)
  no_answer = 4,        ///< nothing came within the time
  no_path = 5,          ///< no usable network, name not found, nothing reachable
  tls_failure = 6,      ///< no TLS, or the server did not prove who it is
  authentication = 7,   ///< the credentials were refused, or are missing
  media_failure = 8,    ///< no sound, or in one direction only
  handover_failed = 9,  ///< the call was up, and was lost with a network change
  interrupted = 130,    ///< ended by Ctrl-C
};

/// How a command came out: the code for scripts, a sentence and advice for people.
struct Verdict {
  ExitCode code = ExitCode::success;
  std::string sentence;  ///< "bob is busy (486 Busy Here)."
  std::string advice;    ///< what to try; may be empty
};

/// `reason` is the reason phrase, or why there was no answer.
[[nodiscard]] ExitCode exit_code_for(Who who, int status);
/// The verdict on something that could not even be started.
[[nodiscard]] Verdict verdict_on(const Error& error, const std::string& what);
[[nodiscard]] Verdict verdict_on(const RegistrationChanged& failure, const std::string& server);
/// On a call that ended before it was answered.
[[nodiscard]] Verdict verdict_on_unanswered(const CallEnded& end, const std::string& target);
[[nodiscard]] Verdict verdict_on(const OptionsAnswered& answer, const std::string& target);
[[nodiscard]] Verdict verdict_on(const BindingsAnswered& answer, const std::string& server);
[[nodiscard]] Verdict verdict_on(const MessageAnswered& answer, const std::string& target);
/// On a subscription that is over, or was never there.
[[nodiscard]] Verdict verdict_on(const SubscriptionChanged& end, const std::string& target);

}  // namespace godwit::cli
