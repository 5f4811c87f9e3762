// SPDX-License-Identifier: Apache-2.0
#include "signalling_roles.h"

#include <malloc.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <new>
#include <string>
#include <variant>

#include "godwit/user_agent.h"

namespace bench {
namespace {

using namespace std::chrono_literals;

[[noreturn]] void give_up(const char* what) {
  std::perror(what);
  std::exit(1);
}

std::string target(Way way, const std::string& address, std::uint16_t port) {
  return "sip:" + address + ":" + std::to_string(port) + ";transport=" + name_of(way);
}

// The client's connections differ in the address that they lead to: 127.1.0.1, 127.1.0.2, …
std::string loopback_address(int number) {
  return "127.1." + std::to_string(number / 250) + "." + std::to_string(number % 250 + 1);
}

// A UDP socket is opened by the first request that leaves.
void open_socket(godwit::UserAgent& agent, std::uint16_t port) {
  bool answered = false;
  agent.on_event([&](const godwit::Event& event, const godwit::EventTime&) {
    answered |= std::holds_alternative<godwit::OptionsAnswered>(event);
  });
  if (!agent.query_options(target(Way::udp, "127.0.0.1", port))) std::exit(1);
  while (!answered && agent.poll(100ms)) {
  }
  agent.on_event({});
}

godwit::UserAgentOptions quiet() {
  godwit::UserAgentOptions options;
  options.network.automatic = false;
  return options;
}

void note(const godwit::OptionsAnswered& answered, Board& board) {
  if (answered.status == 200) {
    ++board.answered;
  } else {
    ++board.failed;
  }
}

// One connection after the other, so that none is refused for haste.
void connect_many(godwit::UserAgent& agent, const ClientOptions& options, Board& board) {
  int made = 0;
  const auto next = [&] {
    if (made == options.connections) return;
    if (!agent.query_options(target(options.way, loopback_address(made++), options.port))) {
      std::exit(1);
    }
  };
  agent.on_event([&](const godwit::Event& event, const godwit::EventTime&) {
    const auto* answered = std::get_if<godwit::OptionsAnswered>(&event);
    if (answered == nullptr) return;
    note(*answered, board);
    ++board.connections;
    next();
  });
  next();
  for (;;) {
    agent.poll(200ms);
    if (made == options.connections) ::malloc_trim(0);
  }
}

}  // namespace

const char* name_of(Way way) {
  switch (way) {
    case Way::udp:
      return "udp";
    case Way::tcp:
      return "tcp";
    case Way::tls:
      return "tls";
  }
  return "";
}

Board& shared_board() {
  void* const memory =
      ::mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) give_up("mmap");
  return *new (memory) Board;
}

void serve(const ServerOptions& wanted, Board& board) {
  stay_on_core(wanted.core);
  auto options = quiet();
  options.sip_port = wanted.port;
  if (wanted.way != Way::udp) {
    const bool tls = wanted.way == Way::tls;
    using Transport = godwit::ListenOptions::Transport;
    options.transport.listeners = {
        {tls ? Transport::tls : Transport::tcp, "0.0.0.0:" + std::to_string(wanted.port)}};
    if (tls) {
      options.transport.tls_options.certificate_file = wanted.certificates + "/server.pem";
      options.transport.tls_options.private_key_file = wanted.certificates + "/server.key";
    }
  }
  godwit::UserAgent agent(options);
  if (wanted.way == Way::udp) open_socket(agent, wanted.port);
  agent.poll(0ms);
  board.ready = true;
  if (!wanted.give_back) agent.run();
  for (;;) {
    agent.poll(200ms);
    ::malloc_trim(0);
  }
}

void ask(const ClientOptions& wanted, Board& board) {
  stay_on_core(wanted.core);
  while (!board.ready) ::usleep(1'000);
  auto options = quiet();
  options.transport.tls_options.verify = false;  // the certificate names no address
  godwit::UserAgent agent(options);
  if (wanted.connections > 0) connect_many(agent, wanted, board);
  const auto whom = target(wanted.way, "127.0.0.1", wanted.port);
  const auto next = [&] {
    if (!agent.query_options(whom)) std::exit(1);
  };
  agent.on_event([&](const godwit::Event& event, const godwit::EventTime&) {
    const auto* answered = std::get_if<godwit::OptionsAnswered>(&event);
    if (answered == nullptr) return;
    note(*answered, board);
    next();
  });
  for (int i = 0; i < wanted.at_once; ++i) next();
  agent.run();
  std::exit(0);
}

pid_t Child::begin() {
  std::fflush(nullptr);
  const pid_t id = ::fork();
  if (id < 0) give_up("fork");
  if (id == 0) ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  return id;
}

Child::~Child() {
  ::kill(id_, SIGKILL);
  ::waitpid(id_, nullptr, 0);
}

double Child::processor_seconds() const {
  clockid_t clock{};
  timespec spent{};
  if (::clock_getcpuclockid(id_, &clock) != 0 || ::clock_gettime(clock, &spent) != 0) return 0;
  return static_cast<double>(spent.tv_sec) + static_cast<double>(spent.tv_nsec) / 1e9;
}

double Child::resident_bytes() const {
  std::ifstream file("/proc/" + std::to_string(id_) + "/statm");
  double all = 0;
  double resident = 0;
  file >> all >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

std::uint16_t free_port() {
  const int udp = ::socket(AF_INET, SOCK_DGRAM, 0);
  const int tcp = ::socket(AF_INET, SOCK_STREAM, 0);
  if (udp < 0 || tcp < 0) give_up("socket");
  std::uint16_t port = 0;
  while (port == 0) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    address.sin_family = AF_INET;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(udp, generic, size) != 0) give_up("bind");
    if (::getsockname(udp, generic, &size) != 0) give_up("getsockname");
    if (::bind(tcp, generic, size) == 0) port = ntohs(address.sin_port);
  }
  ::close(udp);
  ::close(tcp);
  return port;
}

void stay_on_core(int core) {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(core, &cores);
  ::sched_setaffinity(0, sizeof cores, &cores);
}

}  // namespace bench
