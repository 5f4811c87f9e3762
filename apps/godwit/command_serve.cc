// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>
#include <nlohmann/json.hpp>

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
constexpr const char* kBothAlgorithms = "SHA-256,MD5";

struct ServeCommand {
  CommonSettings common;
  AgentSettings agent;
  std::string domain;
  std::string host_name;
  std::string users_file;
  std::string algorithms = kBothAlgorithms;
  bool open_calls = false;
};

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
    for (const auto& [user, password] : options_.users) {
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
    output_.result(fmt::format("Serving {} on UDP port {}, {}; Ctrl-C ends.", options_.domain,
                               options_.port, fmt::join(families, " and ")));
    Json line = envelope(event_time_now(), "server.ready");
    line["domain"] = options_.domain;
    line["port"] = options_.port;
    line["families"] = families;
    output_.event(line);
  }

  void obey(Wish wish) {
    switch (wish) {
      case Wish::look:
        return tell_bindings();
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

  [[nodiscard]] Verdict lost() const {
    return verdict_on(*driver_.server().failed(), "The server has no socket left");
  }

  io::ServerDriver& driver_;
  const server::ServerOptions& options_;
  Output& output_;
  Verdict verdict_;
};

Result<std::map<std::string, std::string>> read_users(const std::string& path, Output& output) {
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
  options.users = std::move(*users);
  if (command.algorithms != kBothAlgorithms) {
    options.algorithms = {command.algorithms == "MD5" ? sip::DigestAlgorithm::md5
                                                      : sip::DigestAlgorithm::sha256};
  }
  options.authenticate_calls = !command.open_calls;
  options.log = surroundings->log;
  const auto driver =
      io::ServerDriver::start(options, {surroundings->hosts_file, surroundings->tap});
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

}  // namespace

void add_serve_command(const Verb& program, Selected& selected) {
  auto command = std::make_shared<ServeCommand>();
  command->agent.port = kSipPort;
  const Verb verb = program.add_verb("serve", "A small registrar and record-routing proxy");
  verb.text({"--domain", "It serves sip:USER@domain", "NAME", "", true}, command->domain);
  verb.text({"--host-name", "Put into Record-Route; default: the domain", "NAME"},
            command->host_name);
  verb.text({"--users", "Lines of user:password", "FILE", "", true}, command->users_file);
  verb.word({"--algorithms", "Digest challenges to give, best first; default: SHA-256,MD5", "LIST"},
            command->algorithms, {kBothAlgorithms, "SHA-256", "MD5"});
  verb.flag({"--open-calls", "Do not ask callers for credentials"}, command->open_calls);
  add_agent_options(verb, command->agent);
  add_common_options(verb, command->common);
  verb.when_chosen(
      [command, &selected] { selected.run = [command] { return run_serve(*command); }; });
}

}  // namespace godwit::cli
