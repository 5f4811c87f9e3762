// SPDX-License-Identifier: Apache-2.0
#include "support/sim_world.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <utility>

#include "support/sent_message.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;

FakeHost& make_server_host(FakeNetwork& network) {
  auto& host = network.add_host("server");
  host.add_interface("eth0", {.delay = 100us});
  host.attach("eth0", {"10.9.0.2", "2001:db8:9::2"});
  network.add_name("example.test", {"10.9.0.2", "2001:db8:9::2"});
  network.add_name("sip.example.test", {"10.9.0.2", "2001:db8:9::2"});
  return host;
}

FakeHost& make_alice(FakeNetwork& network, const WorldOptions& options) {
  auto& host = network.add_host("alice");
  host.add_interface("wifi0", options.access);
  host.add_interface("lte0", options.access);
  host.add_interface("tun0", options.access);
  host.attach("wifi0", options.alice_at);
  return host;
}

FakeHost& make_bob(FakeNetwork& network, const WorldOptions& options) {
  auto& host = network.add_host("bob");
  host.add_interface("eth0", options.access);
  host.attach("eth0", options.bob_at);
  return host;
}

AccountOptions account(std::string_view uri, std::string_view password, net::Transport by,
                       const WorldOptions& world) {
  AccountOptions options;
  options.address_of_record = uri;
  options.password = password;
  options.media_security = world.media_security;
  options.outbound = world.outbound;
  options.srtp_keying = world.srtp_keying;
  if (!world.srtp_suites.empty()) options.srtp_suites = world.srtp_suites;
  if (by != net::Transport::udp) {
    options.registrar = "sip:example.test;transport=" + std::string(to_string(by));
  }
  return options;
}

AccountOptions account_of_alice(const WorldOptions& world) {
  auto options = account(kAliceUri, "wonderland", world.alice_by, world);
  if (world.bob_by == net::Transport::tls && world.alice_by != world.bob_by)
    options.media_security = MediaSecurity::preferred;
  options.outbound_proxies = world.alice_through;
  if (!world.alice_suites.empty()) options.srtp_suites = world.alice_suites;
  return options;
}

/// Who is called by TLS demands keys: who calls it without TLS offers some.
AccountOptions account_of_bob(const WorldOptions& world) {
  auto options = account(kBobUri, "builder", world.bob_by, world);
  if (world.alice_by == net::Transport::tls && world.bob_by != world.alice_by)
    options.media_security = MediaSecurity::preferred;
  if (!world.bob_suites.empty()) options.srtp_suites = world.bob_suites;
  return options;
}

server::ServerOptions server_options(const WorldOptions& world) {
  server::ServerOptions options;
  options.domain = "example.test";
  options.host_name = "sip.example.test";
  options.tls_options.certificate_file = "example.test,sip.example.test";
  options.tls_options.private_key_file = "the key";
  options.users = {{"alice", "wonderland"}, {"bob", "builder"}, {"carol", "singer"}};
  options.authenticate_calls = world.calls_are_challenged;
  options.register_rate = 0;  // thousands of moves within seconds of virtual time are no flood
  return options;
}

}  // namespace

std::uint64_t number_from_environment(const char* name, std::uint64_t usual) {
  const char* text = std::getenv(name);
  if (text == nullptr) return usual;
  std::uint64_t number = usual;
  std::from_chars(text, text + std::strlen(text), number);
  return number;
}

std::uint64_t seed_of_run(std::uint64_t usual) {
  return number_from_environment("GODWIT_SEED", usual);
}

SimWorld::SimWorld(const WorldOptions& options)
    : random(options.seed),
      network(time, random),
      server_host(make_server_host(network)),
      a(make_alice(network, options)),
      b(make_bob(network, options)),
      server(network, server_host, server_options(options)),
      alice(network, a, options.agent),
      bob(network, b, options.agent),
      alice_account(alice.add_account(account_of_alice(options))),
      bob_account(bob.add_account(account_of_bob(options))),
      access_(options.access),
      carol_at_(options.carol_at),
      alice_registers_(options.alice_registers),
      agent_options_(options.agent) {
  network.set_tap([this](const FakeHost& host, const FakePacket& packet) { tap(host, packet); });
}

void SimWorld::tap(const FakeHost& host, const FakePacket& packet) {
  // RTP and RTCP begin with version bits, SIP with a letter.
  if (packet.bytes.empty() || (static_cast<unsigned char>(packet.bytes[0]) & 0x80U) != 0) return;
  if (is_keep_alive(packet.bytes)) return;
  const auto read = sip::read_message(packet.bytes);
  wire_.push_back({time.now(), host.name(), packet.source, packet.destination,
                   std::string(read.message.method_name()), read.message.status(), packet.bytes,
                   packet.transport});
}

bool SimWorld::register_both() {
  if (alice_registers_) alice.start_registration(alice_account);
  bob.start_registration(bob_account);
  if (carol) carol->start_registration(carol_account);
  const auto registered = [](const SimUserAgent& agent) {
    const auto changed = agent.last<RegistrationChanged>();
    return changed && changed->state == RegistrationState::registered;
  };
  return time.run_until(
      [&] { return (!alice_registers_ || registered(alice)) && registered(bob) && (!carol || registered(*carol)); }, 35s);
}

SimUserAgent& SimWorld::add_carol() {
  c = &network.add_host("carol");
  c->add_interface("eth0", access_);
  c->attach("eth0", carol_at_);
  carol.emplace(network, *c, agent_options_);
  carol_account = carol->add_account(account(kCarolUri, "singer", net::Transport::udp, {}));
  return *carol;
}

CallOptions SimWorld::speaking(int hz) const {
  CallOptions options;
  options.play = {.kind = PlaySource::Kind::tone, .tone_hz = hz};
  options.record_file = "ear";
  // Opus, the default, takes a hundred times the processor time.
  options.codecs = {"PCMU", "PCMA"};
  return options;
}

bool SimWorld::both_hear(TimePoint since, Duration limit, std::size_t frames) {
  return time.run_until(
      [&] {
        return alice.ear().heard(kBobTone, since) >= frames &&
               bob.ear().heard(kAliceTone, since) >= frames;
      },
      limit);
}

bool SimWorld::call_bob() {
  bob.auto_answer(speaking(kBobTone));
  const auto call = alice.dial(alice_account, kBobUri, speaking(kAliceTone));
  return call.has_value() && both_hear(now(), 35s);
}

bool SimWorld::call_alice() {
  alice.auto_answer(speaking(kAliceTone));
  const auto call = bob.dial(bob_account, kAliceUri, speaking(kBobTone));
  return call.has_value() && both_hear(now(), 35s);
}

void SimWorld::break_to(const std::vector<std::string>& addresses, Duration down) {
  a.detach("wifi0");
  time.after(down, [this, addresses] { a.attach("lte0", addresses); });
}

std::size_t SimWorld::sent(std::string_view host, std::string_view method, TimePoint since) const {
  return static_cast<std::size_t>(
      std::count_if(wire_.begin(), wire_.end(), [&](const OnWire& message) {
        return message.at >= since && message.status == 0 && message.host == host &&
               message.method == method;
      }));
}

std::string SimWorld::faults() const {
  std::string text;
  for (const auto& fault : alice.faults()) text += "alice: " + fault + '\n';
  for (const auto& fault : bob.faults()) text += "bob: " + fault + '\n';
  if (carol) {
    for (const auto& fault : carol->faults()) text += "carol: " + fault + '\n';
  }
  for (const auto& fault : server.faults()) text += "server: " + fault + '\n';
  return text;
}

void SimWorld::forget_history() {
  // Freed with their room, for those who look at what is held.
  std::vector<OnWire>().swap(wire_);
  for (auto* agent : {&alice, &bob, carol ? &*carol : nullptr}) {
    if (agent == nullptr) continue;
    agent->forget_log();
    agent->forget_told();
    agent->forget_heard();
  }
  server.forget_log();
}

std::string SimWorld::story() const {
  std::vector<std::pair<double, std::string>> lines;
  std::istringstream all(alice.log() + bob.log() + (carol ? carol->log() : "") + server.log());
  for (std::string line; std::getline(all, line);) {
    const double when = lines.empty() ? 0 : lines.back().first;
    const bool timed = !line.empty() && std::isdigit(static_cast<unsigned char>(line[0])) != 0;
    lines.emplace_back(timed ? std::strtod(line.c_str(), nullptr) : when, line);
  }
  std::stable_sort(lines.begin(), lines.end(),
                   [](const auto& x, const auto& y) { return x.first < y.first; });
  std::string text;
  for (const auto& [when, line] : lines) text += line + '\n';
  return text;
}

std::string SimWorld::unrest_at_the_end() {
  alice.shut_down();
  bob.shut_down();
  if (carol) carol->shut_down();
  // Every transaction, and one more for who is asked again, is over by then (64*T1 each, RFC 3261
  // §17).
  const auto idle = [&] {
    return alice.has_nothing_to_do() && bob.has_nothing_to_do() &&
           (!carol || carol->has_nothing_to_do());
  };
  // A target that failed is looked after for ten minutes.
  const auto agents = [&] {
    return alice.at_rest() && bob.at_rest() && (!carol || carol->at_rest());
  };
  // A connection that nobody closes is the server's to watch, for twice ten minutes at most.
  const auto all = [&] { return agents() && server.at_rest(); };
  if (time.run_until(idle, 180s) && time.run_until(agents, 11min) && time.run_until(all, 21min)) {
    return {};
  }
  return alice.unrest() + bob.unrest() + (carol ? carol->unrest() : "") +
         (server.at_rest() ? "" : "the server waits");
}

}  // namespace godwit::test
