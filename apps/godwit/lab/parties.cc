// SPDX-License-Identifier: Apache-2.0
#include "lab/parties.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "lab/baresip.h"
#include "lab/interrupt.h"
#include "lab/kamailio.h"
#include "lab/knot.h"

namespace godwit::lab {
namespace {

// A polite end asked for by SIGINT (docs/getting-started.md, exit codes).
constexpr int kInterrupted = 130;
constexpr double kStartLimitMs = 10'000;
constexpr double kCallLimitMs = 15'000;
constexpr int kPatienceMs = 5000;
constexpr int kMostCalls = 1000;  // of B at once

std::string own_program() {
  std::error_code error;
  return std::filesystem::read_symlink("/proc/self/exe", error);
}

std::string read_text(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string last_line(const std::string& path) {
  const std::string text = read_text(path);
  const auto end = text.find_last_not_of("\n");
  if (end == std::string::npos) return "it said nothing";
  const auto start = text.find_last_of('\n', end);
  return text.substr(start + 1, end - start);
}

template <class Ready>
bool wait_until(double limit_ms, const Ready& ready) {
  constexpr double kStepMs = 10;
  for (double waited = 0; waited < limit_ms; waited += kStepMs) {
    if (ready()) return true;
    if (!pause_ms(kStepMs)) return false;
  }
  return ready();
}

// The kernel's table of sockets as the process sees it, for both families.
bool has_socket(pid_t pid, const std::string& table, const char* what) {
  const std::string proc = "/proc/" + std::to_string(pid) + "/net/" + table;
  return read_text(proc).find(what) != std::string::npos &&
         read_text(proc + "6").find(what) != std::string::npos;
}

// 13C4 is 5060, 13C5 is 5061.
bool serves(pid_t pid, Transports transports) {
  if (!has_socket(pid, "udp", ":13C4 ")) return false;
  return transports == Transports::udp ||
         (has_socket(pid, "tcp", ":13C4 ") && has_socket(pid, "tcp", ":13C5 "));
}

Result<void> not_started(const std::string& what, const std::string& log) {
  if (interrupted()) return fail(Errc::cancelled, "interrupted");
  return fail(Errc::timed_out, what + ": " + last_line(log) + " (see " + log + ")");
}

}  // namespace

Result<Party> Parties::start_godwit(const NetNamespace& where, const std::string& letter,
                                    std::vector<std::string> arguments,
                                    EventStream::Listener listener) {
  arguments.insert(arguments.begin(), own_program());
  auto process = ChildProcess::start({.arguments = std::move(arguments),
                                      .where = &where,
                                      .log_path = files_.path(letter + ".log"),
                                      .listens = true});
  if (!process) return tl::unexpected(process.error());
  auto events = std::make_unique<EventStream>(std::move(process->output()),
                                              files_.path(letter + ".ndjson"), std::move(listener));
  return Party{std::move(*process), std::move(events)};
}

std::vector<std::string> Parties::account_arguments(const std::string& user) const {
  return {"--aor",           "sip:" + user + "@" + kDomain,
          "--registrar",     std::string("sip:") + kServerName,
          "--username",      user,
          "--password-file", user == "alice" ? files_.password_a() : files_.password_b(),
          "--hosts",         files_.hosts(),
          "--events"};
}

// One codec, whose packets the figures are read from, also where they are encrypted.
std::vector<std::string> Parties::media_arguments() const {
  std::vector<std::string> arguments = {"--codecs", "PCMU"};
  if (scenario_.catch_up) arguments.emplace_back("--catch-up");
  if (options_.media == "plain") {
    arguments.insert(arguments.end(), {"--media-security", "off"});
    return arguments;
  }
  // Others answer keys beside plain RTP, and not all of them answer a profile that demands them.
  const bool asks = options_.peer != "godwit" && options_.media == "sdes";
  arguments.insert(arguments.end(), {"--media-security", asks ? "preferred" : "required",
                                     "--srtp-keying", options_.media});
  return arguments;
}

// What A's signalling goes by; the keys of TLS are for those who read the captures.
std::vector<std::string> Parties::transport_arguments() const {
  std::vector<std::string> arguments = {"--transport", options_.transport};
  if (options_.transport == "tls") {
    arguments.insert(arguments.end(),
                     {"--tls-ca", files_.authority(), "--tls-keylog", files_.tls_keys()});
  }
  return arguments;
}

Result<void> Parties::start_name_server() {
  auto spec = prepare_knot(files_, rig_.core());
  if (!spec) return tl::unexpected(spec.error());
  auto process = ChildProcess::start(*spec);
  if (!process) return tl::unexpected(process.error());
  name_server_.emplace(Party{std::move(*process), nullptr});
  ChildProcess& knot = name_server_->process;
  const bool ready = wait_until(kStartLimitMs, [&] {
    return knot.poll().has_value() || has_socket(knot.pid(), "udp", ":0035 ");
  });
  if (ready && !knot.poll()) return {};
  return not_started("the name server did not start", files_.path("knot.log"));
}

Result<void> Parties::start_kamailio(Transports transports) {
  auto spec =
      prepare_kamailio(transports == Transports::udp ? KamailioForm::udp : KamailioForm::streams,
                       files_, rig_.core());
  if (!spec) return tl::unexpected(spec.error());
  auto process = ChildProcess::start(*spec);
  if (!process) return tl::unexpected(process.error());
  server_.emplace(Party{std::move(*process), nullptr});
  return {};
}

Result<void> Parties::start_embedded(Transports transports) {
  std::vector<std::string> arguments = {"serve",     "--domain", kDomain,        "--host-name",
                                        kServerName, "--users",  files_.users(), "--events"};
  // All parties of a large run stand behind one address.
  arguments.insert(arguments.end(), {"--register-rate", "0"});
  // baresip 1.0 gives up when any challenge is not MD5.
  if (options_.peer == "baresip") arguments.insert(arguments.end(), {"--algorithms", "MD5"});
  if (transports == Transports::all) {
    arguments.insert(arguments.end(),
                     {"--tls-cert", files_.server_certificate(), "--tls-key", files_.server_key()});
  }
  auto party = start_godwit(rig_.core(), "server", std::move(arguments));
  if (!party) return tl::unexpected(party.error());
  server_.emplace(std::move(*party));
  return {};
}

Result<void> Parties::start_server(Transports transports) {
  auto started =
      options_.server == "kamailio" ? start_kamailio(transports) : start_embedded(transports);
  if (!started) return started;
  const bool ready = wait_until(kStartLimitMs, [&] {
    return server_->process.poll().has_value() || serves(server_->process.pid(), transports);
  });
  if (ready && !server_->process.poll()) return {};
  return not_started("the server did not start", files_.path("server.log"));
}

// What an end says, and where it keeps what it hears.
std::vector<std::string> Parties::sound_of(const std::string& letter) const {
  const bool is_a = letter == "a";
  std::vector<std::string> arguments = {"--play", is_a ? files_.said_by_a() : files_.said_by_b(),
                                        "--loop"};
  // Of many calls at once only the captures tell.
  if (scenario_.course != Course::trunk) {
    arguments.insert(arguments.end(),
                     {"--record", is_a ? files_.heard_by_a() : files_.heard_by_b()});
  }
  for (const auto& more : {account_arguments(is_a ? "alice" : "bob"), media_arguments()}) {
    arguments.insert(arguments.end(), more.begin(), more.end());
  }
  return arguments;
}

Result<void> Parties::start_b() {
  if (scenario_.state == CallState::ringing_in) return {};
  if (options_.peer == "baresip") return wait_for_baresip();
  const bool by_hand = scenario_.state == CallState::ringing_out;
  std::vector<std::string> arguments = sound_of("b");
  arguments.insert(arguments.begin(), {"answer", by_hand ? "--commands" : "--auto"});
  if (scenario_.course == Course::trunk) {
    arguments.insert(arguments.end(), {"--calls", std::to_string(kMostCalls)});
  }
  auto party = start_godwit(rig_.b(), "b", std::move(arguments));
  if (!party) return tl::unexpected(party.error());
  b_.emplace(std::move(*party));
  if (b_->events->wait_for("reg.ok", kStartLimitMs)) return {};
  return not_started("B did not register", files_.path("b.log"));
}

Result<void> Parties::wait_for_baresip() {
  auto spec = prepare_baresip(options_.media, files_, rig_.b());
  if (!spec) return tl::unexpected(spec.error());
  auto process = ChildProcess::start(*spec);
  if (!process) return tl::unexpected(process.error());
  b_.emplace(Party{std::move(*process), nullptr});
  const std::string log = files_.path("b.log");
  const bool registered = wait_until(kStartLimitMs, [&] {
    return b_->process.poll().has_value() || read_text(log).find("} 200 OK (") != std::string::npos;
  });
  if (registered && !b_->process.poll()) return {};
  return not_started("baresip did not register", log);
}

Result<void> Parties::start_call(int seconds) {
  return scenario_.state == CallState::ringing_in ? wait_for_bob(seconds) : dial_bob(seconds);
}

Result<void> Parties::start_a(std::vector<std::string> arguments) {
  for (const auto& more : {sound_of("a"), transport_arguments()}) {
    arguments.insert(arguments.end(), more.begin(), more.end());
  }
  arguments.insert(arguments.end(), scenario_.call_options.begin(), scenario_.call_options.end());
  if (scenario_.state != CallState::talking || scenario_.course == Course::trunk) {
    arguments.emplace_back("--commands");
  }
  auto party = start_godwit(rig_.a(), "a", std::move(arguments),
                            [this](const EventStream::Event& event) { progress_.tell(event); });
  if (!party) return tl::unexpected(party.error());
  a_.emplace(std::move(*party));
  return {};
}

Result<void> Parties::dial_bob(int seconds) {
  progress_.say("calling");
  auto started = start_a(
      {"call", std::string("sip:bob@") + kDomain, "--duration", std::to_string(seconds)});
  if (!started) return started;
  const bool rings = scenario_.state == CallState::ringing_out;
  if (a_->events->wait_for(rings ? "call.ringing" : "call.media", kCallLimitMs)) return {};
  return not_started("the call did not come about", files_.path("a.log"));
}

Result<void> Parties::wait_for_bob(int seconds) {
  auto started = start_a({"answer", "--duration", std::to_string(seconds)});
  if (!started) return started;
  if (!a_->events->wait_for("reg.ok", kStartLimitMs)) {
    return not_started("A did not register", files_.path("a.log"));
  }
  progress_.say("B calls");
  std::vector<std::string> arguments = sound_of("b");
  arguments.insert(arguments.begin(), {"call", std::string("sip:alice@") + kDomain});
  auto party = start_godwit(rig_.b(), "b", std::move(arguments));
  if (!party) return tl::unexpected(party.error());
  b_.emplace(std::move(*party));
  if (a_->events->wait_for("call.incoming", kCallLimitMs)) return {};
  return not_started("B did not call", files_.path("b.log"));
}

Result<void> Parties::start_many_calls(std::size_t count) {
  auto started = start_a({"call"});
  if (!started) return started;
  if (!a_->events->wait_for("reg.ok", kStartLimitMs)) {
    return not_started("A did not register", files_.path("a.log"));
  }
  progress_.say("A dials " + std::to_string(count) + " times");
  for (std::size_t i = 0; i < count; ++i) {
    a_->process.tell(
        nlohmann::json{{"do", "dial"}, {"target", std::string("sip:bob@") + kDomain}}.dump());
  }
  const auto talking = [&] {
    const auto events = a_->events->events();
    return std::ranges::count_if(events, [](const EventStream::Event& event) {
             return event.value("type", "") == "call.media";
           }) >= static_cast<std::ptrdiff_t>(count);
  };
  if (wait_until(kCallLimitMs, talking)) return {};
  return not_started("not all of the calls came about", files_.path("a.log"));
}

void Parties::tell(const Party& party, const std::string& command) {
  party.process.tell(nlohmann::json{{"do", command}}.dump());
}

Result<Moment> Parties::start_contact() {
  std::vector<std::string> arguments = {"call",
                                        std::string("sip:bob@") + kDomain,
                                        "--aor",
                                        std::string("sip:alice@") + kDomain,
                                        "--username",
                                        "alice",
                                        "--password-file",
                                        files_.password_a(),
                                        "--dns",
                                        std::string(kCoreV4) + ":53",
                                        "--duration",
                                        "1",
                                        "--events"};
  for (const auto& more : {media_arguments(), transport_arguments()}) {
    arguments.insert(arguments.end(), more.begin(), more.end());
  }
  progress_.say("calling");
  const Moment given = Moment::now();
  auto party = start_godwit(rig_.a(), "a", std::move(arguments),
                            [this](const EventStream::Event& event) { progress_.tell(event); });
  if (!party) return tl::unexpected(party.error());
  a_.emplace(std::move(*party));
  return given;
}

std::optional<int> Parties::wait_for_a(double limit_ms) {
  wait_until(limit_ms, [this] { return a_->process.poll().has_value(); });
  return a_->process.poll();
}

bool Parties::call_is_up() {
  if (a_->process.poll()) return false;
  const auto events = a_->events->events();
  const auto is = [](const char* type) {
    return [type](const EventStream::Event& event) { return event.value("type", "") == type; };
  };
  // Strangers call as well; the call that counts is the one that was answered.
  const auto answered = std::find_if(events.begin(), events.end(), is("call.answered"));
  if (answered == events.end()) return std::none_of(events.begin(), events.end(), is("call.ended"));
  const int own = answered->value("call", 0);
  return std::none_of(answered, events.end(), [&](const EventStream::Event& event) {
    return is("call.ended")(event) && event.value("call", 0) == own;
  });
}

std::vector<std::string> Parties::stop() {
  std::vector<std::string> problems;
  const auto end = [&](std::optional<Party>& party, const char* name) {
    if (!party) return;
    const int code = party->process.stop(kPatienceMs);
    if (code != 0 && code != kInterrupted) {
      problems.push_back(std::string(name) + " ended with exit code " + std::to_string(code));
    }
    if (party->events) party->events->finish();
  };
  end(a_, "A");
  end(b_, "B");
  end(server_, "the server");
  end(name_server_, "the name server");
  return problems;
}

Result<Samples> Parties::heard_by_b() const {
  return options_.peer == "baresip" ? read_baresip_recordings(files_)
                                    : read_wav(files_.heard_by_b());
}

}  // namespace godwit::lab
