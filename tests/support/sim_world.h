// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/fake_network.h"
#include "support/sim_server.h"
#include "support/sim_user_agent.h"

namespace godwit::test {

/// A setting of a test run; `usual` when it is not set.
[[nodiscard]] std::uint64_t number_from_environment(const char* name, std::uint64_t usual);
/// The seed of this run: GODWIT_SEED from the environment, or `usual`.
[[nodiscard]] std::uint64_t seed_of_run(std::uint64_t usual = 1);

/// One SIP message as it left a host.
struct OnWire {
  TimePoint at{};
  std::string host;
  net::SocketAddress from;
  net::SocketAddress to;
  std::string method;  ///< of a request; of a response its CSeq method
  int status = 0;      ///< 0: a request
  std::string bytes;
  net::Transport transport = net::Transport::udp;
};

struct WorldOptions {
  std::uint64_t seed = 1;
  /// Each access link of A and B; the server is next to the router.
  LinkOptions access{.delay = std::chrono::milliseconds{25}};
  std::vector<std::string> alice_at = {"10.1.0.2"};  ///< addresses on wifi0 at the start
  std::vector<std::string> bob_at = {"10.3.0.2", "2001:db8:3::2"};
  std::vector<std::string> carol_at = {"10.4.0.2", "2001:db8:4::2"};
  net::Transport alice_by = net::Transport::udp;
  std::vector<std::string> alice_through;  ///< her outbound proxies
  net::Transport bob_by = net::Transport::udp;
  /// How everybody protects the sound of calls.
  MediaSecurity media_security = MediaSecurity::automatic;
  SrtpKeying srtp_keying = SrtpKeying::sdes;
  std::vector<std::string> srtp_suites = {};  ///< empty: those of an account by itself
  std::vector<std::string> alice_suites = {}, bob_suites = {};  ///< empty: the same
  Outbound outbound = Outbound::automatic;  ///< of everybody, where `agent` has an instance-id
  bool alice_registers = true;              ///< false: `register_both()` leaves her out
  bool calls_are_challenged = true;         ///< by the server; REGISTER always is
  UserAgentOptions agent;
};

inline constexpr auto kSomeInstance = "urn:uuid:00000000-0000-1000-8000-000a95a0e128";

inline constexpr auto kAliceUri = "sip:alice@example.test";
inline constexpr auto kBobUri = "sip:bob@example.test";
inline constexpr auto kCarolUri = "sip:carol@example.test";

/// What each of them sings, in Hz.
inline constexpr int kAliceTone = 440;
inline constexpr int kBobTone = 880;
inline constexpr int kCarolTone = 660;

/// Alice with a phone that roams (wifi0, lte0, tun0), Bob (eth0), and the registrar and proxy of
/// example.test, which serves UDP, TCP and TLS of both families.
class SimWorld {
 public:
  explicit SimWorld(const WorldOptions& options = {});

  VirtualTime time;
  SeededRandom random;
  FakeNetwork network;
  FakeHost& server_host;
  FakeHost& a;
  FakeHost& b;
  SimServer server;
  SimUserAgent alice;
  SimUserAgent bob;
  AccountId alice_account;
  AccountId bob_account;

  [[nodiscard]] TimePoint now() const { return time.now(); }
  void run_for(Duration span) { time.run_for(span); }

  /// Both registered, and Carol if she is there; false if that does not come to pass.
  [[nodiscard]] bool register_both();
  /// A third user, for calls that go from one to the next.
  SimUserAgent& add_carol();
  FakeHost* c = nullptr;
  std::optional<SimUserAgent> carol;
  AccountId carol_account;

  /// Alice calls Bob, who answers at once; true once both hear each other.
  [[nodiscard]] bool call_bob();
  [[nodiscard]] bool call_alice();
  [[nodiscard]] bool both_hear(TimePoint since, Duration limit, std::size_t frames = 5);
  [[nodiscard]] CallOptions speaking(int hz) const;

  /// wifi0 goes, and after `down` lte0 comes with these addresses.
  void break_to(const std::vector<std::string>& addresses, Duration down);

  [[nodiscard]] const std::vector<OnWire>& wire() const { return wire_; }
  [[nodiscard]] std::size_t sent(std::string_view host, std::string_view method,
                                 TimePoint since = {}) const;
  /// What was told, logged and seen on the wire so far, in a run that is too long to keep it.
  void forget_history();
  /// Everybody's faults, in one text; empty when all is well.
  [[nodiscard]] std::string faults() const;
  /// What everybody logged, for a failed run.
  [[nodiscard]] std::string story() const;

  /// After the calls are hung up and everybody is unregistered: nobody waits for anything.
  /// @return what is still waited for.
  [[nodiscard]] std::string unrest_at_the_end();

 private:
  void tap(const FakeHost& host, const FakePacket& packet);
  std::vector<OnWire> wire_;
  LinkOptions access_;
  std::vector<std::string> carol_at_;
  bool alice_registers_;
  UserAgentOptions agent_options_;
};

}  // namespace godwit::test
