// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

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
  TransportSettings transport;
};

/// Who we are. Every field empty: nobody in particular.
struct AccountSettings {
  std::string aor;
  std::string registrar;
  std::string outbound_proxy;
  std::string username;
  std::string password_file;
};

void add_common_options(const Verb& verb, CommonSettings& settings);
void add_agent_options(const Verb& verb, AgentSettings& settings);
/// May a verb do without --aor?
enum class AorNeed { optional, required };
void add_account_options(const Verb& verb, AccountSettings& settings,
                         AorNeed need = AorNeed::optional);

/// How to show things, by --color, --json and the like.
[[nodiscard]] OutputSettings output_settings(const CommonSettings& settings);

/// "alice@example.org" becomes "sip:alice@example.org"; a text with a scheme stays; empty stays
/// empty.
[[nodiscard]] std::string as_sip_uri(const std::string& text);

/// The seconds of --timeout, or `otherwise`; empty when there is no limit.
[[nodiscard]] std::optional<Duration> time_limit(const CommonSettings& settings,
                                                 std::optional<Duration> otherwise = std::nullopt);

/// Warns of what makes calls less safe. @return `invalid_argument` naming the option that is wrong.
[[nodiscard]] Result<UserAgentOptions> make_user_agent_options(const CommonSettings& common,
                                                               const AgentSettings& agent,
                                                               Output& output);
/// Reads the password too, and warns when others can. `transport` leads to the account's server.
[[nodiscard]] Result<AccountOptions> make_account_options(const AccountSettings& account,
                                                          const std::string& transport,
                                                          Output& output);
/// Somebody without a server, who calls `target` straight.
[[nodiscard]] Result<AccountOptions> make_anonymous_account(const std::string& target,
                                                            const std::string& transport);

}  // namespace godwit::cli
