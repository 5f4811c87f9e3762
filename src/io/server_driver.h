// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "godwit/log.h"
#include "godwit/time.h"
#include "io/binding_store.h"
#include "server/server.h"

namespace godwit::io {

/// What surrounds a server: see `UserAgentOptions` for the same names.
struct ServerDriverOptions {
  std::string hosts_file;
  MessageTap tap;
  std::vector<std::string> dns_servers{};
  /// Keeps the bindings for the next process. Null: they end with this one.
  std::unique_ptr<BindingStore> bindings{};
};

/// Drives one `server::Server` on a loop of its own.
///
/// Everything is called on the loop's thread but `post()` and `stop()`.
class ServerDriver {
 public:
  /// Opens the server's sockets. @return why none could be opened.
  static Result<std::unique_ptr<ServerDriver>> start(server::ServerOptions options,
                                                     ServerDriverOptions surroundings = {});
  ~ServerDriver();
  ServerDriver(const ServerDriver&) = delete;
  ServerDriver& operator=(const ServerDriver&) = delete;

  [[nodiscard]] const server::Server& server() const;
  [[nodiscard]] TimePoint now() const;
  /// How many bindings of an earlier process were still good.
  [[nodiscard]] std::size_t restored() const;

  void post(std::function<void()> f);
  /// Serves until `stop()`.
  void run();
  /// Serves what is due, waiting at most `wait` for something. @return false once stopped.
  bool poll(Duration wait);
  void stop();

 private:
  struct State;
  explicit ServerDriver(std::shared_ptr<State> state) : state_(std::move(state)) {}

  std::shared_ptr<State> state_;
};

}  // namespace godwit::io
