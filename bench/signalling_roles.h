// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <string>

// The two ends of docs/performance.md: user agents as a program has them, each in a process of its
// own on a core of its own.

namespace bench {

enum class Way { udp, tcp, tls };
[[nodiscard]] const char* name_of(Way way);

/// What the processes tell each other: it lies in memory that they share.
struct Board {
  std::atomic<std::uint64_t> answered{0};     ///< OPTIONS with their 200
  std::atomic<std::uint64_t> failed{0};       ///< with anything else
  std::atomic<std::uint64_t> connections{0};  ///< that a client has had an answer by
  std::atomic<bool> ready{false};             ///< the server serves
};
/// Shared with every process that is forked from now on.
[[nodiscard]] Board& shared_board();

struct ServerOptions {
  Way way = Way::udp;
  std::uint16_t port = 0;
  std::string certificates;  ///< folder of server.pem and server.key, for TLS
  int core = 0;
  bool give_back = false;  ///< memory that the heap holds for later goes back to the system
};
/// A user agent that answers OPTIONS until it is ended.
[[noreturn]] void serve(const ServerOptions& options, Board& board);

struct ClientOptions {
  Way way = Way::udp;
  std::uint16_t port = 0;
  int core = 0;
  int at_once = 32;     ///< transactions under way
  int connections = 0;  ///< more than 0: so many connections, one OPTIONS each, then silence
};
/// A user agent that asks for OPTIONS without a pause until it is ended.
[[noreturn]] void ask(const ClientOptions& options, Board& board);

/// A process that is ended with this object.
class Child {
 public:
  template <class F>
  explicit Child(F run) : id_(begin()) {
    if (id_ == 0) run();
  }
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  [[nodiscard]] double processor_seconds() const;
  [[nodiscard]] double resident_bytes() const;

 private:
  static pid_t begin();
  pid_t id_;
};

/// A port that nobody uses at the moment, neither of UDP nor of TCP.
[[nodiscard]] std::uint16_t free_port();
void stay_on_core(int core);

}  // namespace bench
