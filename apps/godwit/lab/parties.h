// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "lab/child_process.h"
#include "lab/clock.h"
#include "lab/event_stream.h"
#include "lab/lab.h"
#include "lab/progress.h"
#include "lab/rig.h"
#include "lab/run_files.h"
#include "lab/scenario.h"
#include "lab/wav_file.h"

namespace godwit::lab {

/// A program with its event stream, if it has one.
struct Party {
  ChildProcess process;
  std::unique_ptr<EventStream> events;  ///< null: it tells nothing, only writes a log
};

/// What the server serves.
enum class Transports { udp, all };

/// The programs of one run: the server, B and A, each in its namespace, as a user would start them.
class Parties {
 public:
  Parties(const LabOptions& options, const Rig& rig, const RunFiles& files, Progress& progress)
      : options_(options),
        scenario_(make_scenario(options.scenario, 0)),
        rig_(rig),
        files_(files),
        progress_(progress) {}

  /// Returns when DNS answers for the lab's domain.
  [[nodiscard]] Result<void> start_name_server();
  /// Returns when it answers on its ports: UDP alone, or with `make_certificates()` before, all
  /// transports.
  [[nodiscard]] Result<void> start_server(Transports transports = Transports::udp);
  /// Returns when B is registered; at once where it is B who calls, which is `start_call()`.
  [[nodiscard]] Result<void> start_b();
  /// Returns when A hears B, or where the scenario is about that, when the phone of the called one
  /// rings.
  [[nodiscard]] Result<void> start_call(int seconds);
  /// A dials B so many times; returns when all of them hear B.
  [[nodiscard]] Result<void> start_many_calls(std::size_t count);
  /// Commands of the scripts that A and B take (docs/command-line.md), for the call they have.
  void tell_a(const std::string& command) const { tell(*a_, command); }
  void tell_b(const std::string& command) const { tell(*b_, command); }
  /// A finds its server by DNS, registers, calls B, and ends by itself. Returns at once, with the
  /// moment at which the command was given.
  [[nodiscard]] Result<Moment> start_contact();
  /// Waits until A's program has ended. @return its exit code; empty at the limit
  [[nodiscard]] std::optional<int> wait_for_a(double limit_ms);

  [[nodiscard]] bool started_call() const { return a_.has_value(); }
  [[nodiscard]] const EventStream& a_events() const { return *a_->events; }
  [[nodiscard]] pid_t a_pid() const { return a_->process.pid(); }
  void signal_a(int number) const { a_->process.signal_all(number); }
  void signal_server(int number) const { server_->process.signal_all(number); }
  /// False once A's program has ended, or told that its call has.
  [[nodiscard]] bool call_is_up();

  /// Asks A to hang up, then stops B and the server; the sentences tell who ended badly.
  std::vector<std::string> stop();
  [[nodiscard]] Result<Samples> heard_by_b() const;

 private:
  [[nodiscard]] Result<Party> start_godwit(const NetNamespace& where, const std::string& letter,
                                           std::vector<std::string> arguments,
                                           EventStream::Listener listener = {});
  static void tell(const Party& party, const std::string& command);
  [[nodiscard]] std::vector<std::string> sound_of(const std::string& letter) const;
  [[nodiscard]] Result<void> start_a(std::vector<std::string> arguments);
  [[nodiscard]] Result<void> dial_bob(int seconds);
  [[nodiscard]] Result<void> wait_for_bob(int seconds);
  [[nodiscard]] Result<void> start_kamailio(Transports transports);
  [[nodiscard]] Result<void> start_embedded(Transports transports);
  [[nodiscard]] Result<void> wait_for_baresip();
  [[nodiscard]] std::vector<std::string> account_arguments(const std::string& user) const;
  [[nodiscard]] std::vector<std::string> media_arguments() const;
  [[nodiscard]] std::vector<std::string> transport_arguments() const;

  const LabOptions& options_;
  const Scenario scenario_;
  const Rig& rig_;
  const RunFiles& files_;
  Progress& progress_;
  std::optional<Party> name_server_, server_, b_, a_;
};

}  // namespace godwit::lab
