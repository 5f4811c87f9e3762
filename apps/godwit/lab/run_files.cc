// SPDX-License-Identifier: Apache-2.0
#include "lab/run_files.h"

#include <fcntl.h>

#include <array>
#include <filesystem>

#include "lab/attachment.h"
#include "lab/speech.h"
#include "lab/system_error.h"
#include "lab/unique_fd.h"
#include "lab/wav_file.h"

namespace godwit::lab {
namespace {

std::string hosts_text(bool only_v4) {
  const std::string names = std::string(" ") + kServerName + " " + kDomain + "\n";
  std::string text = "127.0.0.1 localhost\n::1 localhost\n" + (kCoreV4 + names) + kPeerV4 +
                     " peer.godwit.test\n";
  if (!only_v4) text += kCoreV6 + names + kPeerV6 + " peer.godwit.test\n";
  return text;
}

// Only what a run of the lab writes is removed, in case somebody names a folder with other things
// in it.
void remove_old_evidence(const std::string& folder) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    const auto extension = entry.path().extension();
    if (extension == ".pcapng" || extension == ".wav" || extension == ".ndjson" ||
        extension == ".log" || entry.path().filename() == "tls-keys") {
      std::filesystem::remove(entry.path(), ignored);
    }
  }
}

}  // namespace

Result<void> write_private(const std::string& path, const std::string& text) {
  UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!fd.valid() || ::write(fd.get(), text.data(), text.size()) < 0) {
    return system_failure("write " + path);
  }
  return {};
}

Result<void> write_run_files(const RunFiles& files, std::uint64_t seed, double seconds,
                             bool only_v4) {
  std::error_code error;
  std::filesystem::create_directories(files.folder, error);
  if (error) return system_failure("make " + files.folder, error.value());
  remove_old_evidence(files.folder);
  const std::array<std::pair<std::string, std::string>, 5> texts = {{
      {files.hosts(), hosts_text(only_v4)},
      // Nobody answers there, at once: a name that is not in the hosts file is unknown.
      {files.resolver(), "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n"},
      {files.users(), std::string("alice:") + kPasswordA + "\nbob:" + kPasswordB + "\n"},
      {files.password_a(), std::string(kPasswordA) + "\n"},
      {files.password_b(), std::string(kPasswordB) + "\n"},
  }};
  for (const auto& [path, text] : texts) {
    if (auto written = write_private(path, text); !written) return written;
  }
  if (auto said = write_wav(files.said_by_a(), make_speech(seed * 2 + 1, seconds)); !said)
    return said;
  return write_wav(files.said_by_b(), make_speech(seed * 2 + 2, seconds));
}

}  // namespace godwit::lab
