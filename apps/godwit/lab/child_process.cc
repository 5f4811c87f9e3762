// SPDX-License-Identifier: Apache-2.0
#include "lab/child_process.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <sstream>

#include "lab/clock.h"
#include "lab/system_error.h"

namespace godwit::lab {
namespace {

constexpr int kCannotStart = 127;

// Everything the child needs, ready before the fork: after it only system calls are safe, because
// the lab has threads.
struct Prepared {
  std::string program;
  std::vector<char*> arguments;
  int input = -1;  // none: it reads nothing
  int output = -1;
  int log = -1;
};

bool lay_over(const ProcessSpec& spec) {
  if (spec.overlays.empty()) return true;
  if (::unshare(CLONE_NEWNS) != 0) return false;
  if (::mount("", "/", "none", MS_SLAVE | MS_REC, nullptr) != 0) return false;
  for (const auto& [file, over] : spec.overlays) {
    // A bare system has no /etc/hosts, and only a file can be covered by a file.
    const UniqueFd there(::open(over.c_str(), O_RDONLY | O_CREAT | O_CLOEXEC, 0644));
    if (!there.valid()) return false;
    if (::mount(file.c_str(), over.c_str(), "none", MS_BIND, nullptr) != 0) return false;
  }
  return true;
}

[[noreturn]] void become(const ProcessSpec& spec, const Prepared& ready, pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(kCannotStart);
  ::setpgid(0, 0);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  const bool inside = spec.where == nullptr || ::setns(spec.where->fd(), CLONE_NEWNET) == 0;
  if (!inside || !lay_over(spec)) {
    ::dprintf(ready.log, "cannot lay files over the system's own: %s\n", std::strerror(errno));
    ::_exit(kCannotStart);
  }
  ::dup2(ready.input >= 0 ? ready.input : ::open("/dev/null", O_RDONLY), 0);
  ::dup2(ready.output, 1);
  ::dup2(ready.log, 2);
  ::execv(ready.program.c_str(), ready.arguments.data());
  ::_exit(kCannotStart);
}

struct Pipe {
  UniqueFd read_end, write_end;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return system_failure("make a pipe");
  return Pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

// A socket: writing to who has ended raises no signal.
Result<Pipe> make_input() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return system_failure("make a pair of sockets");
  }
  return Pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

Result<UniqueFd> create_file(const std::string& path) {
  UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!fd.valid()) return system_failure("write " + path);
  return fd;
}

int exit_code_of(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void sleep_ms(int ms) {
  const timespec span{ms / 1000, ms % 1000 * kNsPerMs};
  ::nanosleep(&span, nullptr);
}

}  // namespace

std::string find_program(const std::string& name) {
  if (name.find('/') != std::string::npos) return ::access(name.c_str(), X_OK) == 0 ? name : "";
  const char* const path = std::getenv("PATH");
  std::istringstream folders(std::string(path != nullptr ? path : "") +
                             ":/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin");
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::string candidate = folder + "/" + name;
    if (!folder.empty() && ::access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return {};
}

Result<ChildProcess> ChildProcess::start(const ProcessSpec& spec) {
  Prepared ready;
  ready.program = find_program(spec.arguments.at(0));
  if (ready.program.empty()) {
    return fail(Errc::invalid_argument, spec.arguments[0] + " is not installed");
  }
  for (const std::string& argument : spec.arguments) {
    ready.arguments.push_back(const_cast<char*>(argument.c_str()));
  }
  ready.arguments.push_back(nullptr);

  Pipe out;
  Pipe in;
  if (spec.output_path.empty()) {
    auto pipe = make_pipe();
    if (!pipe) return tl::unexpected(pipe.error());
    out = std::move(*pipe);
  } else {
    auto file = create_file(spec.output_path);
    if (!file) return tl::unexpected(file.error());
    out.write_end = std::move(*file);
  }
  if (spec.listens) {
    auto input = make_input();
    if (!input) return tl::unexpected(input.error());
    in = std::move(*input);
  }
  UniqueFd log;
  if (!spec.log_path.empty()) {
    auto file = create_file(spec.log_path);
    if (!file) return tl::unexpected(file.error());
    log = std::move(*file);
  }
  ready.input = in.read_end.get();
  ready.output = out.write_end.get();
  ready.log = log.valid() ? log.get() : ready.output;

  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) return system_failure("start " + spec.arguments[0]);
  if (pid == 0) become(spec, ready, parent);
  return ChildProcess(pid, std::move(out.read_end), std::move(in.write_end));
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      output_(std::move(other.output_)),
      input_(std::move(other.input_)),
      exit_code_(other.exit_code_) {}

ChildProcess::~ChildProcess() {
  if (pid_ < 0 || poll()) return;
  ::kill(-pid_, SIGKILL);
  ::kill(pid_, SIGKILL);
  int status = 0;
  ::waitpid(pid_, &status, 0);
}

void ChildProcess::signal(int number) const {
  if (pid_ > 0 && !exit_code_) ::kill(pid_, number);
}

void ChildProcess::tell(const std::string& line) const {
  const std::string whole = line + "\n";
  // Who has ended hears nothing: that is seen by its exit code.
  static_cast<void>(::send(input_.get(), whole.data(), whole.size(), MSG_NOSIGNAL));
}

void ChildProcess::signal_all(int number) const {
  if (pid_ > 0 && !exit_code_) ::kill(-pid_, number);
}

std::optional<int> ChildProcess::poll() {
  if (exit_code_ || pid_ < 0) return exit_code_;
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) == pid_) exit_code_ = exit_code_of(status);
  return exit_code_;
}

int ChildProcess::stop(int patience_ms) {
  constexpr int kStepMs = 10;
  signal(SIGINT);
  for (int waited = 0; waited < patience_ms && !poll(); waited += kStepMs) sleep_ms(kStepMs);
  if (!poll()) {
    ::kill(-pid_, SIGKILL);
    int status = 0;
    ::waitpid(pid_, &status, 0);
    exit_code_ = exit_code_of(status);
  }
  return *exit_code_;
}

Result<void> run_program(const ProcessSpec& spec) {
  auto child = ChildProcess::start(spec);
  if (!child) return tl::unexpected(child.error());
  std::string said;
  std::array<char, 4096> buffer;
  ssize_t size = 0;
  while (child->output().valid() &&
         (size = ::read(child->output().get(), buffer.data(), buffer.size())) > 0) {
    said.append(buffer.data(), static_cast<std::size_t>(size));
  }
  while (!child->poll()) sleep_ms(1);
  if (*child->poll() == 0) return {};
  return fail(Errc::rejected, spec.arguments[0] + " failed: " + said);
}

}  // namespace godwit::lab
