// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/stat.h>

#include <optional>
#include <string>
#include <utility>

namespace godwit::io {

/// A small file of the system (hosts, resolv.conf) that is read again only when it has changed.
class DnsFile {
 public:
  explicit DnsFile(std::string path) : path_(std::move(path)) {}

  /// The file's text when it may be another one than last time (empty when there is no such file),
  /// always at the first call.
  std::optional<std::string> read_if_changed();

 private:
  std::string path_;
  std::optional<struct stat> last_;
};

}  // namespace godwit::io
