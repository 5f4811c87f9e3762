// SPDX-License-Identifier: Apache-2.0
#include "baresip_peer.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <numbers>
#include <string>
#include <thread>
#include <vector>

#include "signalling_roles.h"

namespace bench {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr int kTheirCore = 0;
constexpr int kSaysLonger = 15;  // seconds more than are measured

/// A folder of its own, gone with this object.
class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "godwit-bench-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) std::exit(1);
    path_ = name;
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

void put(std::ofstream& file, std::uint32_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) file.put(static_cast<char>(value >> (8U * static_cast<unsigned>(i))));
}

// WAV: 16 bit, mono, 8,000 Hz.
void write_tone(const fs::path& name, unsigned seconds) {
  constexpr std::uint32_t kRate = 8000;
  const std::uint32_t size = 2 * kRate * seconds;
  std::ofstream file(name, std::ios::binary);
  file << "RIFF";
  put(file, 36 + size, 4);
  file << "WAVEfmt ";
  put(file, 16, 4);
  put(file, 1, 2);
  put(file, 1, 2);
  put(file, kRate, 4);
  put(file, 2 * kRate, 4);
  put(file, 2, 2);
  put(file, 16, 2);
  file << "data";
  put(file, size, 4);
  for (std::uint32_t i = 0; i < size / 2; ++i) {
    const double turns = 440.0 * i / kRate;
    const auto sample = static_cast<int>(std::lround(8192 * std::sin(2 * std::numbers::pi * turns)));
    put(file, static_cast<std::uint32_t>(sample), 2);
  }
}

void configure(const fs::path& folder, const std::string& name, std::uint16_t port,
               unsigned seconds) {
  fs::create_directory(folder);
  write_tone(folder / "says.wav", seconds);
  std::ofstream(folder / "config") << "poll_method epoll\n"
                                      "sip_listen 127.0.0.1:"
                                   << port
                                   << "\naudio_player aubridge,nowhere\n"
                                      "audio_alert aubridge,nowhere\n"
                                      "audio_source aufile,"
                                   << (folder / "says.wav").string()
                                   << "\nausrc_srate 8000\nauplay_srate 8000\n"
                                      "ausrc_channels 1\nauplay_channels 1\n"
                                      "module_path /usr/lib/baresip/modules\n"
                                      "module g711.so\nmodule aufile.so\nmodule aubridge.so\n"
                                      "module_tmp account.so\nmodule_app menu.so\n";
  std::ofstream(folder / "accounts")
      << "<sip:" << name << "@127.0.0.1:" << port << ">;regint=0;answermode=auto;audio_codecs=pcmu\n";
  std::ofstream(folder / "contacts") << "";
}

[[noreturn]] void become_baresip(const fs::path& folder, const std::string& command) {
  stay_on_core(kTheirCore);
  const int nowhere = ::open("/dev/null", O_RDWR);
  const int told = ::creat((folder / "told").c_str(), 0600);
  ::dup2(nowhere, 0);
  for (const int descriptor : {1, 2}) ::dup2(told, descriptor);
  if (command.empty()) {
    ::execlp("baresip", "baresip", "-f", folder.c_str(), nullptr);
  } else {
    ::execlp("baresip", "baresip", "-f", folder.c_str(), "-e", command.c_str(), nullptr);
  }
  std::_Exit(127);
}

bool has_told(const fs::path& folder, const std::string& what) {
  for (int i = 0; i < 100; ++i) {
    std::ifstream file(folder / "told");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    if (text.find(what) != std::string::npos) return true;
    std::this_thread::sleep_for(100ms);
  }
  return false;
}

}  // namespace

std::optional<double> measure_baresip(unsigned seconds) {
  const Folder folder;
  const fs::path bob = folder.path() / "bob";
  const fs::path alice = folder.path() / "alice";
  const std::uint16_t port = free_port();
  configure(bob, "bob", port, seconds + kSaysLonger);
  configure(alice, "alice", free_port(), seconds + kSaysLonger);
  const Child answers([&] { become_baresip(bob, {}); });
  if (!has_told(bob, "baresip is ready")) return std::nullopt;
  const Child calls([&] { become_baresip(alice, "/dial sip:bob@127.0.0.1:" + std::to_string(port)); });
  if (!has_told(alice, "Call established")) return std::nullopt;
  std::this_thread::sleep_for(2s);
  const double before = answers.processor_seconds() + calls.processor_seconds();
  std::this_thread::sleep_for(std::chrono::seconds{seconds});
  const double spent = answers.processor_seconds() + calls.processor_seconds() - before;
  return 1e6 * spent / 2 / seconds / 50;
}

}  // namespace bench
