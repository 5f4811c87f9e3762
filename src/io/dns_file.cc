// SPDX-License-Identifier: Apache-2.0
#include "io/dns_file.h"

#include <ctime>
#include <fstream>
#include <iterator>

namespace godwit::io {
namespace {

// Two changes within this time may leave the same stamp behind.
constexpr time_t kStampResolution = 2;

bool is_same(const struct stat& a, const struct stat& b) {
  return a.st_ino == b.st_ino && a.st_dev == b.st_dev && a.st_size == b.st_size &&
         a.st_mtim.tv_sec == b.st_mtim.tv_sec && a.st_mtim.tv_nsec == b.st_mtim.tv_nsec;
}

}  // namespace

std::optional<std::string> DnsFile::read_if_changed() {
  struct stat now {};
  if (::stat(path_.c_str(), &now) != 0) now = {};
  if (last_ && is_same(*last_, now)) return std::nullopt;
  last_ = now;
  // Changed just now: it may change once more without showing it.
  const time_t age = std::time(nullptr) - now.st_mtim.tv_sec;
  if (age >= 0 && age <= kStampResolution) last_.reset();
  std::ifstream file(path_);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

}  // namespace godwit::io
