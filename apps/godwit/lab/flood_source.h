// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <random>
#include <string>
#include <thread>

#include "godwit/error.h"
#include "lab/net_namespace.h"
#include "lab/unique_fd.h"
#include "net/socket_address.h"

namespace godwit::lab {

/// Forged sources are in here: nobody of the lab has such an address, and the router lets them pass.
inline constexpr const char* kForgedNetwork = "10.8.0.128/25";

/// An INVITE from somebody who is not there, with a session description.
[[nodiscard]] std::string forged_invite(std::uint64_t number, const std::string& source);

/// What is sent each second.
struct FloodRate {
  int junk = 20'000;
  int invites = 2'000;
};

/// Sends datagrams from forged addresses, from a thread of its own.
class FloodSource {
 public:
  FloodSource() = default;
  FloodSource(const FloodSource&) = delete;
  FloodSource& operator=(const FloodSource&) = delete;
  ~FloodSource() { stop(); }

  [[nodiscard]] Result<void> start(const NetNamespace& where, const net::SocketAddress& target,
                                   FloodRate rate, std::uint64_t seed);
  void stop();
  [[nodiscard]] std::uint64_t junk_sent() const { return junk_; }
  [[nodiscard]] std::uint64_t invites_sent() const { return invites_; }

 private:
  void loop(FloodRate rate);
  void send(const std::string& source, const std::string& bytes) const;
  std::string forged_source();

  UniqueFd socket_;
  net::SocketAddress target_;
  std::mt19937_64 random_;
  std::atomic<bool> stopping_ = false;
  std::atomic<std::uint64_t> junk_ = 0, invites_ = 0;
  std::thread thread_;
};

}  // namespace godwit::lab
