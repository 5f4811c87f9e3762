// SPDX-License-Identifier: Apache-2.0
#include "exit_code.h"

#include <fmt/format.h>

namespace godwit::cli {
namespace {

constexpr int kUnauthorized = 401;
constexpr int kForbidden = 403;
constexpr int kNotFound = 404;
constexpr int kProxyAuthenticationRequired = 407;
constexpr int kTemporarilyUnavailable = 480;
constexpr int kBusyHere = 486;
constexpr int kNotAcceptableHere = 488;
constexpr int kBusyEverywhere = 600;

constexpr const char* kTlsAdvice =
    "Check the name in the address; --tls-ca says whom to trust, --tls-wildcards whether *.domain "
    "counts.";

std::string advice_for_status(int status) {
  switch (status) {
    case kUnauthorized:
    case kProxyAuthenticationRequired:
      return "Check --username and the password (--password-file or GODWIT_PASSWORD).";
    case kForbidden:
      return "The server does not allow this user; check --aor, --username and the password.";
    case kNotFound:
      return "Check the spelling of the user and the domain.";
    case kTemporarilyUnavailable:
      return "The user is not registered at the moment; try again later.";
    case kBusyHere:
    case kBusyEverywhere:
      return "Try again later.";
    case kNotAcceptableHere:
      return "Try other codecs with --codecs, or protected sound with --media-security preferred.";
    default:
      return "";
  }
}

std::string advice_for(Who who, int status) {
  switch (who) {
    case Who::timeout:
      return "Check the address and port, or allow more time with --timeout.";
    case Who::network:
      return "Check the name, the network connection and --hosts; `godwit network watch` shows "
             "what "
             "the system offers.";
    case Who::identity:
      return kTlsAdvice;
    case Who::local:
      // With a status: an answer that we did not follow.
      return status != 0 ? advice_for_status(status)
                         : "Use another --port, or 0 to let the system choose.";
    case Who::peer:
    case Who::server:
      return advice_for_status(status);
  }
  return "";
}

/// "486 Busy Here", or the reason alone when there was no answer.
std::string cause(int status, const std::string& reason) {
  if (status == 0) return reason.empty() ? "no answer" : reason;
  return fmt::format("{} {}", status, reason);
}

}  // namespace

ExitCode exit_code_for(Who who, int status) {
  if (status == kUnauthorized || status == kProxyAuthenticationRequired) {
    return ExitCode::authentication;
  }
  switch (who) {
    case Who::timeout:
      return ExitCode::no_answer;
    case Who::network:
      return ExitCode::no_path;
    case Who::identity:
      return ExitCode::tls_failure;
    case Who::peer:
    case Who::server:
      return ExitCode::rejected;
    case Who::local:
      break;
  }
  return ExitCode::other_failure;
}

Verdict verdict_on(const Error& error, const std::string& what) {
  const auto is = [&error](Errc code) { return error.code == make_error_code(code); };
  Verdict verdict;
  verdict.sentence =
      fmt::format("{}: {}.", what, error.detail.empty() ? error.code.message() : error.detail);
  verdict.code = ExitCode::other_failure;
  if (is(Errc::invalid_argument) || is(Errc::malformed_message)) {
    verdict.code = ExitCode::usage;
    verdict.advice = "See --help.";
  } else if (is(Errc::no_network) || is(Errc::name_not_found) || is(Errc::unreachable)) {
    verdict.code = ExitCode::no_path;
    verdict.advice = advice_for(Who::network, 0);
  } else if (is(Errc::address_in_use) || error.code == std::errc::address_in_use) {
    verdict.advice = advice_for(Who::local, 0);
  } else if (is(Errc::tls_failed) || is(Errc::certificate_rejected)) {
    verdict.code = ExitCode::tls_failure;
    verdict.advice = kTlsAdvice;
  } else if (is(Errc::authentication_failed)) {
    verdict.code = ExitCode::authentication;
    verdict.advice = advice_for_status(kUnauthorized);
  } else if (is(Errc::media_failed)) {
    verdict.code = ExitCode::media_failure;
  }
  return verdict;
}

Verdict verdict_on(const RegistrationChanged& failure, const std::string& server) {
  return {exit_code_for(failure.who, failure.status),
          fmt::format("Not registered at {}: {}.", server, cause(failure.status, failure.reason)),
          advice_for(failure.who, failure.status)};
}

Verdict verdict_on_unanswered(const CallEnded& end, const std::string& target) {
  if (end.status == kBusyHere || end.status == kBusyEverywhere) {
    return {ExitCode::rejected,
            fmt::format("{} is busy ({}).", target, cause(end.status, end.reason)),
            advice_for_status(end.status)};
  }
  return {exit_code_for(end.who, end.status),
          fmt::format("No call with {}: {}.", target, cause(end.status, end.reason)),
          advice_for(end.who, end.status)};
}

Verdict verdict_on(const OptionsAnswered& answer, const std::string& target) {
  const bool answered_well = answer.status >= 200 && answer.status < 300;
  if (answered_well) return {};
  const auto why = cause(answer.status, answer.reason);
  return {exit_code_for(answer.who, answer.status),
          answer.status == 0 ? fmt::format("{} did not answer OPTIONS: {}.", target, why)
                             : fmt::format("{} answered OPTIONS with {}.", target, why),
          advice_for(answer.who, answer.status)};
}

Verdict verdict_on(const BindingsAnswered& answer, const std::string& server) {
  if (answer.status >= 200 && answer.status < 300) return {};
  return {exit_code_for(answer.who, answer.status),
          fmt::format("{} does not tell of bindings: {}.", server, cause(answer.status, answer.reason)),
          advice_for(answer.who, answer.status)};
}

Verdict verdict_on(const MessageAnswered& answer, const std::string& target) {
  if (answer.status >= 200 && answer.status < 300) return {};
  return {
      exit_code_for(answer.who, answer.status),
      fmt::format("{} did not take the message: {}.", target, cause(answer.status, answer.reason)),
      advice_for(answer.who, answer.status)};
}

Verdict verdict_on(const SubscriptionChanged& end, const std::string& target) {
  // Ends that were wished for, and one that leaves nothing to tell (RFC 6665 §4.1.3).
  const bool ended_well = end.reason == "fetched" || end.reason == "unsubscribed" ||
                          end.reason == "invariant";
  if (end.status == 0 ? ended_well : end.status < 300) return {};
  const bool by_notifier = end.reason == "rejected" || end.reason == "noresource";
  const Who who = end.status == 0 && !by_notifier ? Who::timeout : Who::server;
  return {exit_code_for(who, end.status),
          fmt::format("No subscription at {}: {}.", target, cause(end.status, end.reason)),
          advice_for(who, end.status)};
}

}  // namespace godwit::cli
