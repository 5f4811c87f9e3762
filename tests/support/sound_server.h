// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <spawn.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fcntl.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "io/file_descriptor.h"
#include "support/serve_until.h"

namespace godwit::test {

/// A PulseAudio of the test's own, in a folder of its own, whose one device swallows what is played
/// and gives it to who listens to its monitor. Programs find it by PULSE_SERVER.
class SoundServer {
 public:
  static constexpr const char* kLoudspeaker = "godwit";
  static constexpr const char* kMicrophone = "godwit.monitor";

  SoundServer() {
    std::string pattern = (std::filesystem::temp_directory_path() / "godwit-sound-XXXXXX").string();
    if (::mkdtemp(pattern.data()) != nullptr) folder_ = pattern;
    ::setenv("PULSE_SERVER", ("unix:" + socket()).c_str(), 1);
    ::setenv("PULSE_RUNTIME_PATH", folder_.c_str(), 1);
    ::setenv("PULSE_STATE_PATH", folder_.c_str(), 1);
    ::setenv("PULSE_COOKIE", (folder_ / "cookie").c_str(), 1);
  }
  ~SoundServer() {
    stop();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  SoundServer(const SoundServer&) = delete;
  SoundServer& operator=(const SoundServer&) = delete;

  /// @return false: there is no PulseAudio here, or it does not start
  [[nodiscard]] bool start() {
    process_ =
        run({"pulseaudio", "-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1", "-L",
             "module-null-sink rate=48000 sink_name=" + std::string(kLoudspeaker), "-L",
             "module-native-protocol-unix auth-anonymous=1 socket=" + socket()});
    io::Loop loop;
    return process_ > 0 && serve_until(loop, [this] { return answers(); });
  }
  void stop() {
    if (process_ <= 0) return;
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
    process_ = -1;
    std::error_code ignored;
    std::filesystem::remove(socket(), ignored);
  }
  /// Has `pactl` tell it something. @return whether it did it
  [[nodiscard]] bool tell(std::vector<std::string> words) {
    words.insert(words.begin(), "pactl");
    const pid_t told = run(words);
    int status = -1;
    return told > 0 && ::waitpid(told, &status, 0) == told && status == 0;
  }

 private:
  [[nodiscard]] std::string socket() const { return (folder_ / "native").string(); }

  static pid_t run(std::vector<std::string> words) {
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t files;
    ::posix_spawn_file_actions_init(&files);
    for (const int fd : {STDOUT_FILENO, STDERR_FILENO}) {
      ::posix_spawn_file_actions_addopen(&files, fd, "/dev/null", O_WRONLY, 0);
    }
    pid_t process = -1;
    if (::posix_spawnp(&process, arguments[0], &files, nullptr, arguments.data(), environ) != 0) {
      process = -1;
    }
    ::posix_spawn_file_actions_destroy(&files);
    return process;
  }

  [[nodiscard]] bool answers() const {
    const io::FileDescriptor fd(::socket(AF_UNIX, SOCK_STREAM, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    socket().copy(address.sun_path, sizeof address.sun_path - 1);
    return ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }

  std::filesystem::path folder_;
  pid_t process_ = -1;
};

}  // namespace godwit::test
