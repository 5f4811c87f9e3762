// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "godwit/error.h"
#include "godwit/options.h"
#include "grammar.h"
#include "output.h"
#include "transport_settings.h"

namespace godwit::cli {

/// What every verb takes.
struct CommonSettings {
  OutputSettings output;
  std::string color = "auto";
  std::string log;     ///< level; empty: by `verbose`
  int verbose = 0;     ///< -v: info, -vv: debug, -vvv: trace
  double timeout = 0;  ///< seconds; 0: the verb's own default
};

/// What a verb takes that speaks SIP.
struct AgentSettings {
  std::string hosts;       ///< hosts(5) file looked into before anything else
  std::uint16_t port = 0;  ///< local SIP port
  std::string trace;       ///< file, or "-"
  std::string origin_username;
  int registration_rate = 200;  ///< REGISTERs per second and server; 0: no limit
  int retry_quick_tries = 3;    ///< after a failed REGISTER; RetryPolicy has the meaning of all three
  int retry_base = 30;          ///< seconds
  int retry_longest = 1800;     ///< seconds
  TransportSettings transport;
};

/// Who we are. Every field empty: nobody in particular.
struct AccountSettings {
  std::string aor;
  std::string registrar;
  std::vector<std::string> backup_registrars;
  std::vector<std::string> outbound_proxies;
  std::string username;
  std::string password;  ///< of config.toml or GODWIT_PASSWORD, never of the command line
  std::string password_file;
  std::string password_command;
  std::string display_name;
  bool anonymous = false;
  std::string transfers = "follow";
  bool watch_messages = false;
  bool watch_registration = false;
  std::vector<std::string> dialog_watchers;
  std::string contact_rewrite = "never";
  std::string outbound = "automatic";
};

/// Where settings come from that the command line does not give.
struct ConfigChoice {
  std::string file;     ///< empty: the user's own
  std::string account;  ///< empty: the default one
};

/// --config and --account: a verb that has them is filled from config.toml and the environment.
void add_config_options(const Verb& verb, ConfigChoice& choice);
void add_common_options(const Verb& verb, CommonSettings& settings);
void add_agent_options(const Verb& verb, AgentSettings& settings);
void add_account_options(const Verb& verb, AccountSettings& settings);

/// How to show things, by --color, --json and the like.
[[nodiscard]] OutputSettings output_settings(const CommonSettings& settings);

/// "alice@example.org" becomes "sip:alice@example.org"; a text with a scheme stays; empty stays
/// empty.
[[nodiscard]] std::string as_sip_uri(const std::string& text);

/// How long an answer to one request is waited for (RFC 3261 §17.1.2.2, timer F).
constexpr std::chrono::seconds kRequestLimit{32};

/// The seconds of --timeout, or `otherwise`; empty when there is no limit.
[[nodiscard]] std::optional<Duration> time_limit(const CommonSettings& settings,
                                                 std::optional<Duration> otherwise = std::nullopt);

/// Warns of what makes calls less safe. @return `invalid_argument` naming the option that is wrong.
[[nodiscard]] Result<UserAgentOptions> make_user_agent_options(const CommonSettings& common,
                                                               const AgentSettings& agent,
                                                               Output& output);
/// Reads the password too, and warns when others can. `transport` leads to the account's server.
/// @return `invalid_argument` without an address of record.
[[nodiscard]] Result<AccountOptions> make_account_options(const AccountSettings& account,
                                                          const std::string& transport,
                                                          Output& output);
/// Somebody without a server, who calls `target` straight.
[[nodiscard]] Result<AccountOptions> make_anonymous_account(const std::string& target,
                                                            const std::string& transport);

}  // namespace godwit::cli
