// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>

// The two ends of a measurement of calls, each in a process of its own on a core of its own.

namespace bench {

enum class Media { none, sockets };

/// What the processes tell each other: it lies in memory that they share.
struct CallBoard {
  std::atomic<std::uint64_t> answered{0};  ///< calls, at the client
  std::atomic<std::uint64_t> failed{0};    ///< calls that ended otherwise than they should
  std::atomic<std::uint64_t> ended{0};     ///< calls that the server's end has seen ended by BYE
  std::atomic<std::uint64_t> up{0};        ///< calls that the server's end has at the moment
  std::atomic<bool> ready{false};          ///< the server serves
};
[[nodiscard]] CallBoard& shared_call_board();

struct AnswererOptions {
  Media media = Media::none;
  std::uint16_t port = 0;
  int core = 0;
};
/// A user agent, "service", that answers every call at once, until it is ended.
[[noreturn]] void answer_calls(const AnswererOptions& options, CallBoard& board);

struct DialerOptions {
  Media media = Media::none;
  std::uint16_t port = 0;
  int core = 0;
  int at_once = 32;         ///< calls under way
  std::uint64_t calls = 0;  ///< no more than these; 0: without end
  bool hang_up = true;      ///< as soon as they are answered; else they stay up
};
/// A user agent that makes calls until it is ended.
[[noreturn]] void make_calls(const DialerOptions& options, CallBoard& board);

}  // namespace bench
