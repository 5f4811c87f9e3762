// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "godwit/error.h"
#include "lab/net_namespace.h"
#include "lab/unique_fd.h"

namespace godwit::lab {

/// How to start a program.
struct ProcessSpec {
  std::vector<std::string> arguments;  ///< the program first; found by PATH
  const NetNamespace* where = nullptr;
  /// Files laid over others for this program only: {"/out/hosts", "/etc/hosts"}.
  std::vector<std::pair<std::string, std::string>> overlays;
  std::string output_path;  ///< standard output; empty: a pipe, see `output()`
  std::string log_path;     ///< standard error; empty: same as `output_path`
  bool listens = false;     ///< to `tell()`, by standard input, which is empty else
};

/// A program of the lab, in a process group of its own: Ctrl-C reaches the lab, which then ends it
/// politely. It dies with the thread that started it, and with this object.
class ChildProcess {
 public:
  [[nodiscard]] static Result<ChildProcess> start(const ProcessSpec& spec);
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&&) = delete;
  ~ChildProcess();

  void signal(int number) const;
  /// Writes a line to its standard input, if it listens.
  void tell(const std::string& line) const;
  /// To what it has started as well.
  void signal_all(int number) const;
  /// Asks with SIGINT, after `patience_ms` kills.
  /// @return the exit code; 128 + signal if one ended it
  int stop(int patience_ms);
  /// Exit code if it has ended.
  [[nodiscard]] std::optional<int> poll();
  /// Reading end of its standard output, when that is a pipe.
  [[nodiscard]] UniqueFd& output() { return output_; }
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  ChildProcess(pid_t pid, UniqueFd output, UniqueFd input)
      : pid_(pid), output_(std::move(output)), input_(std::move(input)) {}

  pid_t pid_ = -1;
  UniqueFd output_, input_;
  std::optional<int> exit_code_;
};

/// Runs a program to its end inside a namespace; failure carries what it said.
[[nodiscard]] Result<void> run_program(const ProcessSpec& spec);

/// Absolute path of a program in PATH or the usual system folders; empty if there is none.
[[nodiscard]] std::string find_program(const std::string& name);

}  // namespace godwit::lab
