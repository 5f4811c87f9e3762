// SPDX-License-Identifier: Apache-2.0
#include "password_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <cstring>

namespace godwit::cli {
namespace {

constexpr std::size_t kLargestFile = 1 << 20;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

tl::unexpected<Error> unreadable(const std::string& path) {
  return fail(Errc::invalid_argument, fmt::format("{}: {}", path, std::strerror(errno)));
}

}  // namespace

Result<SecretFile> read_secret_file(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status {};
  // The mode of what is open, not of what the name stands for by now.
  if (file.get() < 0 || ::fstat(file.get(), &status) != 0) return unreadable(path);
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return fail(Errc::invalid_argument,
                fmt::format("{} may be written by others: chmod 600 {}", path, path));
  }
  SecretFile secret;
  if ((status.st_mode & (S_IRGRP | S_IROTH)) != 0) {
    secret.warning = fmt::format("{} may be read by others; chmod 600 {} closes it.", path, path);
  }
  std::array<char, 4096> block{};
  for (;;) {
    const ssize_t n = ::read(file.get(), block.data(), block.size());
    if (n < 0) return unreadable(path);
    if (n == 0) return secret;
    secret.text.append(block.data(), static_cast<std::size_t>(n));
    if (secret.text.size() > kLargestFile) {
      return fail(Errc::invalid_argument, fmt::format("{} is no file of secrets: too large", path));
    }
  }
}

Result<SecretFile> read_password(const std::string& path) {
  if (path.empty()) {
    const char* value = std::getenv("GODWIT_PASSWORD");
    return SecretFile{value == nullptr ? "" : value, ""};
  }
  Result<SecretFile> secret = read_secret_file(path);
  if (secret) secret->text = secret->text.substr(0, secret->text.find_first_of("\r\n"));
  return secret;
}

}  // namespace godwit::cli
