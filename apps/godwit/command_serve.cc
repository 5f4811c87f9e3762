// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>

#include "commands.h"
#include "io/server_driver.h"
#include "password_file.h"
#include "settings.h"
#include "shown_text.h"
#include "sip/message/uri.h"
#include "stop_signals.h"
#include "users_file.h"

namespace godwit::cli {
namespace {

constexpr std::uint16_t kSipPort = 5060;
constexpr Limits<int> kRegisterRates = {0, 1'000'000};
constexpr const char* kBothAlgorithms = "SHA-256,MD5";

struct ServeCommand {
  CommonSettings common;
  AgentSettings agent;
  std::string domain;
  std::string host_name;
  std::string users_file;
  std::string bindings_file;
  std::vector<std::string> edge_domains;
  std::string algorithms = kBothAlgorithms;
  std::string transports;  ///< "udp,tcp,tls"; empty: all that can be served
  int register_rate = server::ServerOptions{}.register_rate;
  bool open_calls = false;
};

constexpr std::array kTransports = {net::Transport::udp, net::Transport::tcp, net::Transport::tls};

/// Which transports --transport names. @return `invalid_argument` naming what is wrong.
Result<void> choose_transports(const std::string& list, server::ServerOptions& options) {
  if (list.empty()) return {};
  options.udp = options.tcp = options.tls = false;
  for (std::size_t at = 0; at <= list.size();) {
    const std::size_t end = std::min(list.find(',', at), list.size());
    const std::string name = list.substr(at, end - at);
    if (name == "udp") {
      options.udp = true;
    } else if (name == "tcp") {
      options.tcp = true;
    } else if (name == "tls") {
      options.tls = true;
    } else {
      return fail(Errc::invalid_argument,
                  fmt::format("--transport {}: not like udp,tcp,tls", list));
    }
    at = end + 1;
  }
  if (options.tls && port_of(options, net::Transport::tls) == 0) {
    return fail(Errc::invalid_argument, "--transport tls wants --tls-cert and --tls-key");
  }
  return {};
}

/// "UDP and TCP port 5060, TLS port 5061"
std::string places(const server::ServerOptions& options) {
  std::map<std::uint16_t, std::vector<std::string_view>> by_port;
  for (const net::Transport transport : kTransports) {
    const std::uint16_t port = port_of(options, transport);
    if (port != 0) by_port[port].push_back(via_transport(transport));
  }
  std::vector<std::string> texts;
  for (const auto& [port, names] : by_port) {
    texts.push_back(fmt::format("{} port {}", fmt::join(names, " and "), port));
  }
  return fmt::format("{}", fmt::join(texts, ", "));
}

Json flow_json(const net::Flow& flow) {
  return {{"transport", std::string(to_string(flow.transport))},
          {"local", to_string(flow.local)},
          {"remote", to_string(flow.remote)}};
}

Json binding_json(const std::string& user, const server::Binding& binding, TimePoint now) {
  const auto left = std::chrono::ceil<std::chrono::seconds>(binding.expires_at - now);
  Json j = {{"user", user},
            {"contact", sip::to_string(binding.contact)},
            {"expires_s", left.count()},
            {"lost", binding.lost}};
  if (!binding.instance.empty()) j["instance"] = binding.instance;
  if (binding.reg_id != 0) j["reg_id"] = binding.reg_id;
  if (binding.connection) j["flow"] = flow_json(*binding.connection);
  for (const auto& proxy : binding.path) j["path"].push_back(sip::to_string(proxy.uri));
  return j;
}

/// A server at work, until a signal or the time limit ends it.
class Serving {
 public:
  Serving(io::ServerDriver& driver, const server::ServerOptions& options, Output& output)
      : driver_(driver), options_(options), output_(output) {}

  Verdict run(std::optional<Duration> limit) {
    tell_ready();
    const StopSignals signals([this](Wish wish) { driver_.post([this, wish] { obey(wish); }); });
    const TimePoint end = driver_.now() + limit.value_or(Duration::zero());
    constexpr Duration kLongestNap = std::chrono::hours(1);
    while (driver_.poll(limit ? end - driver_.now() : kLongestNap)) {
      if (limit && driver_.now() >= end) break;
      if (driver_.server().failed()) return lost();
    }
    return verdict_;
  }

  [[nodiscard]] Json result() const {
    Json j;
    j["bindings"] = Json::object();
    for (const std::string& user : users()) {
      Json contacts = Json::array();
      for (const server::Binding& binding : driver_.server().bindings(user, driver_.now())) {
        contacts.push_back(sip::to_string(binding.contact));
      }
      j["bindings"][user] = contacts;
    }
    j["malformed"] = driver_.server().malformed();
    return j;
  }

 private:
  void tell_ready() {
    std::vector<std::string> families;
    if (driver_.server().serves(net::Family::v4)) families.emplace_back("IPv4");
    if (driver_.server().serves(net::Family::v6)) families.emplace_back("IPv6");
    output_.result(fmt::format("Serving {} on {}, {}; Ctrl-C ends.", options_.domain,
                               places(options_), fmt::join(families, " and ")));
    Json line = envelope(event_time_now(), "server.ready");
    line["domain"] = options_.domain;
    line["port"] = options_.port;
    line["ports"] = Json::object();
    for (const net::Transport transport : kTransports) {
      const std::uint16_t port = port_of(options_, transport);
      if (port != 0) line["ports"][std::string(to_string(transport))] = port;
    }
    line["families"] = families;
    line["restored"] = driver_.restored();
    output_.event(line);
  }

  void obey(Wish wish) {
    switch (wish) {
      case Wish::look:
        tell_bindings();
        return tell_status();
      case Wish::hang_up:
        verdict_.code = ExitCode::interrupted;
        return driver_.stop();
      case Wish::terminate:
        return driver_.stop();
    }
  }

  void tell_bindings() {
    Json line = envelope(event_time_now(), "server.bindings");
    const Json now = result();
    line.update(now);
    output_.event(line);
    for (const auto& [user, contacts] : now["bindings"].items()) {
      output_.note(fmt::format("{}: {}", shown(user), shown(contacts.dump())));
    }
  }

  void tell_status() {
    const server::Server& server = driver_.server();
    Json line = envelope(event_time_now(), "server.status");
    line["bindings"] = Json::array();
    for (const std::string& user : users()) {
      for (const server::Binding& binding : server.bindings(user, driver_.now())) {
        line["bindings"].push_back(binding_json(user, binding, driver_.now()));
      }
    }
    line["flows"] = Json::array();
    for (const net::Flow& flow : server.flows()) line["flows"].push_back(flow_json(flow));
    line["forwarding"] = server.forwarding();
    const server::ServerCounters& counted = server.counters();
    line["counters"] = {{"requests", counted.requests},
                        {"registrations", counted.registrations},
                        {"registrations_refused", counted.registrations_refused},
                        {"registrations_dropped", counted.registrations_dropped},
                        {"malformed", counted.malformed}};
    output_.event(line);
  }

  [[nodiscard]] std::set<std::string> users() const {
    std::set<std::string> names;
    for (const auto& [user, password] : options_.users) names.insert(user);
    for (const auto& [user, keys] : options_.digest_keys) names.insert(user);
    return names;
  }

  [[nodiscard]] Verdict lost() const {
    return verdict_on(*driver_.server().failed(), "The server has no socket left");
  }

  io::ServerDriver& driver_;
  const server::ServerOptions& options_;
  Output& output_;
  Verdict verdict_;
};

Result<Users> read_users(const std::string& path, Output& output) {
  const Result<SecretFile> file = read_secret_file(path);
  if (!file) return tl::unexpected(file.error());
  if (!file->warning.empty()) output.note(file->warning, Tone::attention);
  auto users = parse_users(file->text);
  if (!users) users.error().detail = path + ", " + users.error().detail;
  return users;
}

Verdict serve(const ServeCommand& command, Output& output, Json& result) {
  // Log, hosts and trace mean the same as for a user agent.
  const auto surroundings = make_user_agent_options(command.common, command.agent, output);
  if (!surroundings) return verdict_on(surroundings.error(), "Cannot start");
  auto users = read_users(command.users_file, output);
  if (!users) return verdict_on(users.error(), "Cannot start");
  server::ServerOptions options;
  options.domain = command.domain;
  options.host_name = command.host_name;
  options.port = command.agent.port;
  if (command.algorithms != kBothAlgorithms) {
    options.algorithms = {command.algorithms == "MD5" ? sip::DigestAlgorithm::md5
                                                      : sip::DigestAlgorithm::sha256};
  }
  if (const auto usable = check_keys(*users, options.algorithms); !usable) {
    return verdict_on(usable.error(), "Cannot start");
  }
  options.users = std::move(users->passwords);
  options.digest_keys = std::move(users->keys);
  options.register_rate = command.register_rate;
  options.edge_domains = command.edge_domains;
  options.authenticate_calls = !command.open_calls;
  options.tls_options = surroundings->transport.tls_options;
  options.log = surroundings->log;
  if (const auto chosen = choose_transports(command.transports, options); !chosen) {
    return verdict_on(chosen.error(), "Cannot start");
  }
  std::unique_ptr<io::BindingStore> bindings;
  if (!command.bindings_file.empty()) {
    auto opened = io::open_binding_store(command.bindings_file);
    if (!opened) return verdict_on(opened.error(), "Cannot keep bindings");
    bindings = *std::move(opened);
  }
  const auto driver =
      io::ServerDriver::start(options, {surroundings->hosts_file, surroundings->tap,
                                        surroundings->dns_servers, std::move(bindings)});
  if (!driver) {
    return verdict_on(driver.error(), fmt::format("Cannot serve on port {}", options.port));
  }
  Serving serving(**driver, options, output);
  Verdict verdict = serving.run(time_limit(command.common));
  result = serving.result();
  return verdict;
}

int run_serve(const ServeCommand& command) {
  Output output(output_settings(command.common));
  Json result = Json::object();
  const Verdict verdict = serve(command, output, result);
  output.finish("serve", verdict, result);
  return static_cast<int>(verdict.code);
}

void add_network_options(const Verb& verb, ServeCommand& command) {
  const std::string group = "Network";
  verb.port({"--port", "Of UDP and TCP; TLS has the next one; default: 5060", "PORT", group},
            command.agent.port);
  verb.text(
      {"--transport", "What is served, of udp,tcp,tls; default: udp,tcp, and tls with --tls-cert",
       "LIST", group},
      command.transports);
  TlsOptions& tls = command.agent.transport.tls;
  verb.text({"--tls-cert", "The certificate of the domain with its chain (PEM)", "FILE", group},
            tls.certificate_file);
  verb.text({"--tls-key", "Its private key (PEM)", "FILE", group}, tls.private_key_file);
  verb.text({"--tls-ca", "Trust these authorities (PEM); default: the system's", "FILE", group},
            tls.ca_file);
  verb.texts({"--dns",
              "Ask this DNS server, 192.0.2.53 or [2001:db8::53]:5353; may be given several times; "
              "default: the system's",
              "ADDRESS", group},
             command.agent.transport.dns);
  verb.text({"--hosts", "Look names up here first, in the form of /etc/hosts", "FILE", group},
            command.agent.hosts);
  verb.text(
      {"--trace", "Write every SIP message to FILE, or - for standard error; credentials masked",
       "FILE", group},
      command.agent.trace);
}

}  // namespace

void add_serve_command(const Verb& program, Selected& selected) {
  auto command = std::make_shared<ServeCommand>();
  command->agent.port = kSipPort;
  const Verb verb = program.add_verb("serve", "A small registrar and record-routing proxy");
  verb.text({"--domain", "It serves sip:USER@domain", "NAME", "", true}, command->domain);
  verb.text({"--host-name", "Put into Record-Route; default: the domain", "NAME"},
            command->host_name);
  verb.text({"--users",
             "Lines of user:password, or user:{SHA-256}KEY{MD5}KEY with the digest H(user:domain:"
             "password) in place of the password",
             "FILE", "", true},
            command->users_file);
  verb.text(
      {"--bindings",
       "Keep bindings in this file (SQLite), which is made if it is not there: who registered "
       "is reached after a restart too; default: in memory only",
       "FILE"},
      command->bindings_file);
  verb.word({"--algorithms", "Digest challenges to give, best first; default: SHA-256,MD5", "LIST"},
            command->algorithms, {kBothAlgorithms, "SHA-256", "MD5"});
  verb.texts({"--edge-for",
              "Be the edge proxy of this domain too: its registrar, elsewhere, is told the way to "
              "its clients; may be given several times",
              "NAME"},
             command->edge_domains);
  verb.number({"--register-rate",
               "REGISTERs that one address may send each second, four times as many at once; 0: "
               "any; default: 500",
               "NUMBER"},
              command->register_rate, kRegisterRates);
  verb.flag({"--open-calls", "Do not ask callers for credentials"}, command->open_calls);
  add_network_options(verb, *command);
  add_common_options(verb, command->common);
  verb.when_chosen(
      [command, &selected] { selected.run = [command] { return run_serve(*command); }; });
}

}  // namespace godwit::cli
