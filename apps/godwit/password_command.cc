// SPDX-License-Identifier: Apache-2.0
#include "password_command.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "condition.h"

extern char** environ;

namespace godwit::cli {
namespace {

constexpr std::size_t kLongestAnswer = 64 * 1024;

tl::unexpected<Error> failed(const std::string& program, std::string_view why) {
  return fail(Errc::invalid_argument, fmt::format("password_cmd {}: {}", program, why));
}

/// A program whose output is read; ended when it goes out of scope.
class Child {
 public:
  Child() = default;
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (output_ >= 0) ::close(output_);
    if (id_ <= 0) return;
    ::kill(id_, SIGKILL);
    static_cast<void>(wait());
  }

  /// @return 0, or why it could not be started.
  int start(const std::vector<std::string>& words) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return errno;
    output_ = ends[0];
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files, ends[1], STDOUT_FILENO);
    std::vector<char*> arguments;
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    // In our process group: it may ask its owner on the terminal.
    const int error =
        ::posix_spawnp(&id_, words.front().c_str(), &files, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&files);
    ::close(ends[1]);
    if (error != 0) id_ = 0;
    return error;
  }

  [[nodiscard]] int output() const { return output_; }

  /// How it ended, as waitpid() tells.
  int wait() {
    int status = 0;
    while (::waitpid(id_, &status, 0) < 0 && errno == EINTR) {
    }
    id_ = 0;
    return status;
  }

 private:
  pid_t id_ = 0;
  int output_ = -1;
};

/// Reads to the end of the output. @return false when the time is over.
bool read_all(int descriptor, std::chrono::milliseconds limit, std::string& text) {
  using Clock = std::chrono::steady_clock;
  const auto deadline = Clock::now() + limit;
  std::array<char, 4096> block{};
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd ready{descriptor, POLLIN, 0};
    const int n = ::poll(&ready, 1, static_cast<int>(std::max<std::int64_t>(left, 0)));
    if (n == 0) return false;
    if (n < 0) continue;  // interrupted
    const ssize_t got = ::read(descriptor, block.data(), block.size());
    if (got == 0) return true;
    if (got < 0) continue;
    // The rest is taken, too: a program that cannot write would hang.
    if (text.size() < kLongestAnswer) text.append(block.data(), static_cast<std::size_t>(got));
  }
}

}  // namespace

Result<std::vector<std::string>> parse_password_command(std::string_view text) {
  auto words = split_words(text);
  if (!words) return words;
  if (words->empty() || words->front().empty()) return failed("", "names no program");
  return words;
}

Result<std::string> password_from_command(const std::vector<std::string>& words,
                                          std::chrono::milliseconds limit) {
  if (words.empty() || words.front().empty()) return failed("", "names no program");
  const std::string& program = words.front();
  Child child;
  if (const int error = child.start(words); error != 0) {
    return failed(program, std::strerror(error));
  }
  std::string output;
  if (!read_all(child.output(), limit, output)) {
    return failed(program, fmt::format("no answer within {} s", limit.count() / 1000));
  }
  const int status = child.wait();
  if (!WIFEXITED(status)) return failed(program, "ended by a signal");
  if (WEXITSTATUS(status) != 0) {
    return failed(program, fmt::format("ended with {}", WEXITSTATUS(status)));
  }
  std::string password = output.substr(0, output.find_first_of("\r\n"));
  if (password.empty()) return failed(program, "its first line is empty");
  return password;
}

}  // namespace godwit::cli
