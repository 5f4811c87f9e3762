// SPDX-License-Identifier: Apache-2.0
#include "settings.h"

#include <fmt/format.h>
#include <unistd.h>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <cerrno>
#include <cstring>
#include <map>

#include "log_output.h"
#include "password_file.h"
#include "sip_trace.h"

namespace godwit::cli {
namespace {

constexpr double kLongestTimeout = 7 * 24 * 3600.0;
constexpr int kInfo = 1;
constexpr int kDebug = 2;

Result<LogLevel> log_level(const CommonSettings& common) {
  if (!common.log.empty()) return parse_log_level(common.log);
  if (common.verbose > kDebug) return LogLevel::trace;
  if (common.verbose == kDebug) return LogLevel::debug;
  return common.verbose == kInfo ? LogLevel::info : LogLevel::warning;
}

/// "sip:bob@192.0.2.1:5070;transport=udp" -> "192.0.2.1:5070"
std::string host_and_port(std::string uri) {
  uri = uri.substr(0, uri.find_first_of(";?>"));
  const std::size_t at = uri.rfind('@');
  return at != std::string::npos ? uri.substr(at + 1) : uri.substr(uri.find(':') + 1);
}

}  // namespace

void add_common_options(CLI::App& parser, CommonSettings& settings) {
  static const std::map<std::string, ColorUse> kColorNames = {
      {"auto", ColorUse::automatic}, {"always", ColorUse::always}, {"never", ColorUse::never}};
  OutputSettings& output = settings.output;
  const std::string group = "Output";
  parser.add_flag("--json", output.json, "Print one JSON object at the end")->group(group);
  parser.add_flag("--events", output.events, "Print one JSON object per line as things happen")
      ->group(group);
  parser.add_flag("-q,--quiet", output.quiet, "No progress on standard error")->group(group);
  parser.add_option("--color", output.color, "auto, always or never (NO_COLOR is honoured)")
      ->transform(CLI::CheckedTransformer(kColorNames).description(""))
      ->type_name("WHEN")
      ->group(group);
  parser
      .add_option("--log", settings.log,
                  "Log to standard error: error, warning, info, debug, trace")
      ->type_name("LEVEL")
      ->group(group);
  parser.add_flag("-v,--verbose", settings.verbose, "Log more: -v info, -vv debug, -vvv trace")
      ->group(group);
  parser.add_option("--timeout", settings.timeout, "Give up after this many seconds")
      ->type_name("SECONDS")
      ->check(CLI::Range(0.0, kLongestTimeout).description(""));
}

void add_agent_options(CLI::App& parser, AgentSettings& settings) {
  const std::string group = "Network";
  parser.add_option("--port", settings.port, "Local SIP port; 0, the default: the system chooses")
      ->type_name("PORT")
      ->group(group);
  parser
      .add_option("--hosts", settings.hosts, "Look names up here first, in the form of /etc/hosts")
      ->type_name("FILE")
      ->group(group);
  parser
      .add_option("--trace", settings.trace,
                  "Write every SIP message to FILE, or - for standard error; credentials masked")
      ->type_name("FILE")
      ->group(group);
}

void add_account_options(CLI::App& parser, AccountSettings& settings) {
  const std::string group = "Account";
  parser.add_option("--aor", settings.aor, "Who we are: alice@example.org")
      ->type_name("URI")
      ->group(group);
  parser.add_option("--registrar", settings.registrar, "Default: the domain of --aor")
      ->type_name("URI")
      ->group(group);
  parser.add_option("--outbound-proxy", settings.outbound_proxy, "Default: the registrar")
      ->type_name("URI")
      ->group(group);
  parser
      .add_option("--username", settings.username, "For authentication; default: the user of --aor")
      ->type_name("NAME")
      ->group(group);
  parser
      .add_option("--password-file", settings.password_file,
                  "First line is the password; without it GODWIT_PASSWORD is read")
      ->type_name("FILE")
      ->group(group);
}

std::string as_sip_uri(const std::string& text) {
  const bool has_scheme = text.rfind("sip:", 0) == 0 || text.rfind("sips:", 0) == 0 ||
                          text.rfind("tel:", 0) == 0 || text.find('<') != std::string::npos;
  return text.empty() || has_scheme ? text : "sip:" + text;
}

std::optional<Duration> time_limit(const CommonSettings& settings,
                                   std::optional<Duration> otherwise) {
  if (settings.timeout <= 0) return otherwise;
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(settings.timeout));
}

Result<UserAgentOptions> make_user_agent_options(const CommonSettings& common,
                                                 const AgentSettings& agent, const Output& output) {
  UserAgentOptions options;
  options.sip_port = agent.port;
  options.hosts_file = agent.hosts;
  if (!agent.hosts.empty() && ::access(agent.hosts.c_str(), R_OK) != 0) {
    return fail(Errc::invalid_argument,
                fmt::format("--hosts {}: {}", agent.hosts, std::strerror(errno)));
  }
  const Result<LogLevel> level = log_level(common);
  if (!level) return tl::unexpected(level.error());
  options.log = make_log_sink(*level, output);
  if (!agent.trace.empty()) {
    Result<MessageTap> tap = open_sip_trace(agent.trace);
    if (!tap) return tl::unexpected(tap.error());
    options.tap = std::move(*tap);
  }
  return options;
}

Result<AccountOptions> make_account_options(const AccountSettings& account, Output& output) {
  AccountOptions options;
  options.address_of_record = as_sip_uri(account.aor);
  options.registrar = as_sip_uri(account.registrar);
  options.outbound_proxy = as_sip_uri(account.outbound_proxy);
  options.username = account.username;
  Result<SecretFile> password = read_password(account.password_file);
  if (!password) return tl::unexpected(password.error());
  if (!password->warning.empty()) output.note(password->warning, Tone::attention);
  options.password = std::move(password->text);
  return options;
}

AccountOptions make_anonymous_account(const std::string& target) {
  AccountOptions options;
  options.address_of_record = "sip:anonymous@anonymous.invalid";  // RFC 3323 §4.1
  options.outbound_proxy = "sip:" + host_and_port(as_sip_uri(target)) + ";lr";
  return options;
}

}  // namespace godwit::cli
