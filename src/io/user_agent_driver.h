// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "godwit/options.h"
#include "godwit/user_agent.h"
#include "io/loop.h"
#include "ua/engine.h"
#include "ua/media_rack.h"

namespace godwit::io {

/// Drives one engine: owns its loop, sockets, files' factory and the watch on the network.
///
/// One turn: an input or command goes into the engine, its actions are carried out, what is known
/// at once goes back in, until nothing is left; then media leaves, one timer is armed, and events
/// are given to the application, which may call anything, even destroy the driver.
///
/// Everything is called on the loop's thread but `post()`, `notify_network_changed()` and `stop()`.
class UserAgentDriver {
 public:
  /// Looks at the network once; sends nothing.
  UserAgentDriver(UserAgentOptions options, std::unique_ptr<ua::AudioFactory> audio);
  /// The same on somebody else's loop: see Loop.
  UserAgentDriver(UserAgentOptions options, std::unique_ptr<ua::AudioFactory> audio,
                  asio::io_context& context, std::function<void()> stopped);
  ~UserAgentDriver();
  UserAgentDriver(const UserAgentDriver&) = delete;
  UserAgentDriver& operator=(const UserAgentDriver&) = delete;

  void on_event(EventHandler handler);

  /// Gives `f(engine, now)` the engine, then carries out what it asks for; the events that this
  /// causes follow from the loop, never from inside this call.
  template <class F>
  auto command(F&& f) {
    const Turn turn(*this);
    return std::forward<F>(f)(engine(), now());
  }
  /// The same for a command that returns `Result<void>` and may open a file: what kept the file from
  /// being opened is the answer too.
  template <class F>
  Result<void> file_command(F&& f) {
    forget_file_error();
    auto result = command(std::forward<F>(f));
    if (!result) return result;
    return take_file_error();
  }
  [[nodiscard]] const ua::Engine& engine() const;
  [[nodiscard]] std::optional<media::Statistics> media_statistics(ua::MediaId media) const;
  [[nodiscard]] const media::Session* media_session(ua::MediaId media) const;
  /// See `UserAgent`.
  [[nodiscard]] std::string metrics() const;
  [[nodiscard]] TimePoint now() const;

  /// See `UserAgent`.
  void notify_network_changed();
  void post(std::function<void()> f);
  /// Stops the loop once the engine has nothing left to say, at the latest at `until`.
  void stop_when_idle(TimePoint until);
  void run();
  bool poll(Duration wait);
  void stop();

 private:
  struct State;
  // Settles the engine when the command has been given.
  class Turn {
   public:
    explicit Turn(UserAgentDriver& driver) : state_(driver.state_) {}
    ~Turn();
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    std::shared_ptr<State> state_;
  };

  [[nodiscard]] ua::Engine& engine();
  void forget_file_error();
  [[nodiscard]] Result<void> take_file_error();

  std::shared_ptr<State> state_;
};

}  // namespace godwit::io
