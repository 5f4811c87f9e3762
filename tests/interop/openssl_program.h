// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace godwit::test {

/// The openssl program with its input and output in our hands; gone with the object.
class OpenSslProgram {
 public:
  using Clock = std::chrono::steady_clock;

  explicit OpenSslProgram(std::vector<std::string> arguments) {
    std::array<int, 2> input{};
    std::array<int, 2> output{};
    if (::pipe(input.data()) != 0 || ::pipe(output.data()) != 0) std::abort();
    arguments.insert(arguments.begin(), "openssl");
    std::vector<char*> words;
    words.reserve(arguments.size() + 1);
    for (std::string& one : arguments) words.push_back(one.data());
    words.push_back(nullptr);
    child_ = ::fork();
    if (child_ == 0) {
      ::dup2(input[0], STDIN_FILENO);
      ::dup2(output[1], STDOUT_FILENO);
      ::dup2(output[1], STDERR_FILENO);
      for (const int end : {input[0], input[1], output[0], output[1]}) ::close(end);
      ::execvp(words.front(), words.data());
      ::_exit(127);
    }
    ::close(input[0]);
    ::close(output[1]);
    input_ = input[1];
    output_ = output[0];
  }
  ~OpenSslProgram() {
    ::close(input_);
    ::close(output_);
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }
  OpenSslProgram(const OpenSslProgram&) = delete;
  OpenSslProgram& operator=(const OpenSslProgram&) = delete;

  void say(std::string_view text) const {
    if (::write(input_, text.data(), text.size()) < 0) std::abort();
  }
  /// What stands behind these words in their line; empty when they do not come in time.
  [[nodiscard]] std::string what_follows(std::string_view words, Clock::time_point until) {
    for (;;) {
      const auto at = said_.find(words);
      const auto end = at == std::string::npos ? at : said_.find('\n', at);
      if (end != std::string::npos) {
        return said_.substr(at + words.size(), end - at - words.size());
      }
      if (!hear(until)) return {};
    }
  }
  [[nodiscard]] const std::string& said() const { return said_; }

 private:
  bool hear(Clock::time_point until) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
    pollfd ready{.fd = output_, .events = POLLIN, .revents = 0};
    if (left.count() <= 0 || ::poll(&ready, 1, static_cast<int>(left.count())) <= 0) return false;
    std::array<char, 4'096> bytes{};
    const auto size = ::read(output_, bytes.data(), bytes.size());
    if (size <= 0) return false;
    said_.append(bytes.data(), static_cast<std::size_t>(size));
    return true;
  }

  pid_t child_ = -1;
  int input_ = -1, output_ = -1;
  std::string said_;
};

}  // namespace godwit::test
