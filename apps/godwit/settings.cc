// SPDX-License-Identifier: Apache-2.0
#include "settings.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "log_output.h"
#include "password_command.h"
#include "password_file.h"
#include "sip/message/dial_target.h"
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

/// The server that an address names: "sip:bob@192.0.2.1:5070;user=phone" -> "sip:192.0.2.1:5070".
Result<sip::Uri> server_in(const std::string& address) {
  auto target = sip::read_dial_target(address, nullptr);
  if (!target) return tl::unexpected(target.error());
  const sip::Uri& whole = target->address.uri;
  sip::Uri server;
  server.scheme = whole.scheme;
  server.host = whole.host;
  server.port = whole.port;
  if (const auto* transport = find_parameter(whole.parameters, "transport")) {
    set_parameter(server.parameters, "transport", *transport);
  }
  return server;
}

/// Lets the account's servers be reached by `transport`; of proxies in a row that is the first one.
Result<void> lead_by(const std::string& transport, AccountOptions& options) {
  if (transport.empty()) return {};
  if (options.registrar.empty()) {
    const auto server = server_in(options.address_of_record);
    if (!server) return tl::unexpected(server.error());
    options.registrar = to_string(*server);
  }
  std::vector<std::string*> servers;
  if (!options.registrar.empty()) servers.push_back(&options.registrar);
  for (auto& backup : options.backup_registrars) servers.push_back(&backup);
  if (!options.outbound_proxies.empty()) servers.push_back(&options.outbound_proxies.front());
  for (std::string* const uri : servers) {
    auto led = with_transport(*uri, transport);
    if (!led) return tl::unexpected(led.error());
    *uri = std::move(*led);
  }
  return {};
}

void add_registration_options(const Verb& verb, AgentSettings& settings) {
  constexpr Limits<int> kRates{0, 100'000};
  constexpr Limits<int> kTries{0, 10};
  constexpr Limits<int> kBases{1, 3600};
  constexpr Limits<int> kWaits{1, 24 * 3600};
  const std::string group = "Registration";
  verb.number({"--registration-rate",
               "REGISTERs begun per second towards one server, of many accounts; default 200; 0: no limit",
               "NUMBER", group},
              settings.registration_rate, kRates);
  verb.number({"--retry-quick-tries",
               "Tries after a failed REGISTER that come within seconds, 0 to 10; default 3", "NUMBER",
               group},
              settings.retry_quick_tries, kTries);
  verb.number({"--retry-base", "Half of the longest wait before the try after those; default 30",
               "SECONDS", group},
              settings.retry_base, kBases);
  verb.number({"--retry-longest", "Waits grow until they are so long; default 1800", "SECONDS", group},
              settings.retry_longest, kWaits);
}

Result<SecretFile> password_of(const AccountSettings& account) {
  if (!account.password_command.empty() && !account.password_file.empty()) {
    return fail(Errc::invalid_argument, "--password-file and --password-cmd exclude each other");
  }
  if (!account.password.empty()) return SecretFile{account.password, ""};
  if (account.password_command.empty()) return read_password(account.password_file);
  const auto words = parse_password_command(account.password_command);
  if (!words) return tl::unexpected(words.error());
  auto password = password_from_command(*words);
  if (!password) return tl::unexpected(password.error());
  return SecretFile{std::move(*password), ""};
}

}  // namespace

void add_common_options(const Verb& verb, CommonSettings& settings) {
  const std::string group = "Output";
  OutputSettings& output = settings.output;
  verb.flag({"--json", "Print one JSON object at the end", "", group}, output.json);
  verb.flag({"--events", "Print one JSON object per line as things happen", "", group},
            output.events);
  verb.flag({"-q,--quiet", "No progress on standard error", "", group}, output.quiet);
  verb.word({"--color", "auto, always or never (NO_COLOR is honoured)", "WHEN", group},
            settings.color, {"auto", "always", "never"});
  verb.text({"--log", "Log to standard error: error, warning, info, debug, trace", "LEVEL", group},
            settings.log);
  verb.counted_flag({"-v,--verbose", "Log more: -v info, -vv debug, -vvv trace", "", group},
                    settings.verbose);
  verb.number({"--timeout", "Give up after this many seconds", "SECONDS"}, settings.timeout,
              {0, kLongestTimeout});
}

void add_agent_options(const Verb& verb, AgentSettings& settings) {
  const std::string group = "Network";
  verb.port({"--port", "Local SIP port (UDP)", "PORT", group}, settings.port);
  verb.text({"--hosts", "Look names up here first, in the form of /etc/hosts", "FILE", group},
            settings.hosts);
  verb.text(
      {"--trace", "Write every SIP message to FILE, or - for standard error; credentials masked",
       "FILE", group},
      settings.trace);
  verb.text({"--origin-username", "User name in the o= line of session descriptions; default: -",
             "NAME", group},
            settings.origin_username);
  add_registration_options(verb, settings);
  add_transport_options(verb, settings.transport);
}

void add_config_options(const Verb& verb, ConfigChoice& choice) {
  const std::string group = "Account";
  verb.text({"--config", "Settings and accounts; default: config.toml of the user; none: no file",
             "FILE", group},
            choice.file);
  verb.text({"--account", "Use [account.NAME] of the config; default: its default_account", "NAME",
             group},
            choice.account);
}

void add_account_options(const Verb& verb, AccountSettings& settings) {
  const std::string group = "Account";
  verb.text({"--aor", "Who we are: alice@example.org", "URI", group}, settings.aor);
  verb.text(
      {"--display-name", "Shown to the peer beside the address; default: none", "NAME", group},
      settings.display_name);
  verb.text({"--registrar", "Default: the domain of --aor", "URI", group}, settings.registrar);
  verb.texts({"--backup-registrar",
              "Asked when the one before has failed, and left for it when it works again; may be given several "
              "times, at most 7; default: none",
              "URI", group},
             settings.backup_registrars);
  verb.texts({"--outbound-proxy",
              "First hop of everything; default: the registrar. Again for each one behind it",
              "URI", group},
             settings.outbound_proxies);
  verb.text({"--username", "For authentication; default: the user of --aor", "NAME", group},
            settings.username);
  verb.text({"--password-file", "First line is the password; without it GODWIT_PASSWORD is read",
             "FILE", group},
            settings.password_file);
  verb.text({"--password-cmd", "The first line that this command prints is the password; no shell",
             "COMMAND", group},
            settings.password_command);
  verb.hidden_text("--password", settings.password);
  verb.flag({"--anonymous", "Do not tell who calls (RFC 3323)", "", group}, settings.anonymous);
  verb.word(
      {"--transfers", "Asked to call somebody else: follow (the default) or refuse", "WHAT", group},
      settings.transfers, {"follow", "refuse"});
  verb.flag({"--watch-messages", "Ask the server for waiting messages", "", group},
            settings.watch_messages);
  verb.flag({"--watch-registration", "Ask the registrar what becomes of our binding (RFC 3680)", "", group},
            settings.watch_registration);
  verb.texts({"--dialog-watchers",
              "Who may watch our calls (RFC 4235): bob, bob@example.net, or * for everybody that "
              "the server lets through; may be given several times; default: nobody",
              "ADDRESS", group},
             settings.dialog_watchers);
  verb.word({"--contact-rewrite",
             "Behind a NAT, Contact is where the server sees us: never (the default), as-needed, always",
             "WHEN", group},
            settings.contact_rewrite, {"never", "as-needed", "always"});
  verb.word({"--outbound",
             "Register as one instance whose flows replace each other (RFC 5626): automatic (over TLS, the "
             "default), always, never",
             "WHEN", group},
            settings.outbound, {"automatic", "always", "never"});
}

OutputSettings output_settings(const CommonSettings& settings) {
  OutputSettings output = settings.output;
  if (settings.color == "always") output.color = ColorUse::always;
  if (settings.color == "never") output.color = ColorUse::never;
  return output;
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
                                                 const AgentSettings& agent, Output& output) {
  UserAgentOptions options;
  options.sip_port = agent.port;
  options.hosts_file = agent.hosts;
  options.origin_username = agent.origin_username;
  options.registration_rate = static_cast<std::uint32_t>(agent.registration_rate);
  options.registration_retry = {agent.retry_quick_tries, std::chrono::seconds{agent.retry_base},
                                std::chrono::seconds{std::max(agent.retry_base, agent.retry_longest)}};
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
  const Result<void> applied = apply(agent.transport, options);
  if (!applied) return tl::unexpected(applied.error());
  if (!options.transport.tls_options.verify) {
    output.note("--tls-no-verify: anybody can pretend to be the server", Tone::attention);
  }
  return options;
}

Result<AccountOptions> make_account_options(const AccountSettings& account,
                                            const std::string& transport, Output& output) {
  if (account.aor.empty()) {
    return fail(Errc::invalid_argument,
                "--aor is missing: give it, or name an account of config.toml with --account");
  }
  AccountOptions options;
  options.address_of_record = as_sip_uri(account.aor);
  options.display_name = account.display_name;
  options.registrar = as_sip_uri(account.registrar);
  for (const std::string& backup : account.backup_registrars) {
    if (!backup.empty()) options.backup_registrars.push_back(as_sip_uri(backup));
  }
  for (const std::string& proxy : account.outbound_proxies) {
    if (!proxy.empty()) options.outbound_proxies.push_back(as_sip_uri(proxy));
  }
  options.username = account.username;
  options.privacy = account.anonymous ? Privacy::anonymous : Privacy::none;
  options.transfers =
      account.transfers == "refuse" ? TransferPolicy::refuse : TransferPolicy::follow;
  options.watch_messages = account.watch_messages;
  options.watch_registration = account.watch_registration;
  options.dialog_watchers = account.dialog_watchers;
  if (account.contact_rewrite == "as-needed") {
    options.contact.rewrite = ContactOptions::Rewrite::as_needed;
  } else if (account.contact_rewrite == "always") {
    options.contact.rewrite = ContactOptions::Rewrite::always;
  }
  if (account.outbound == "always") options.outbound = Outbound::always;
  if (account.outbound == "never") options.outbound = Outbound::never;
  Result<SecretFile> password = password_of(account);
  if (!password) return tl::unexpected(password.error());
  if (!password->warning.empty()) output.note(password->warning, Tone::attention);
  options.password = std::move(password->text);
  const Result<void> led = lead_by(transport, options);
  if (!led) return tl::unexpected(led.error());
  return options;
}

Result<AccountOptions> make_anonymous_account(const std::string& target,
                                              const std::string& transport) {
  AccountOptions options;
  options.address_of_record = "sip:anonymous@anonymous.invalid";  // RFC 3323 §4.1
  const Result<sip::Uri> server = server_in(target);
  if (!server) return tl::unexpected(server.error());
  auto proxy = with_transport(to_string(*server), transport);
  if (!proxy) return tl::unexpected(proxy.error());
  options.outbound_proxies = {*proxy + ";lr"};
  return options;
}

}  // namespace godwit::cli
