// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "net/ip_address.h"

namespace godwit::net {

/// The names of a hosts(5) file. Names are compared without case; lines that make no sense, and
/// addresses with a zone, are passed over, as the system's own resolver does.
class HostsFile {
 public:
  HostsFile() = default;
  static HostsFile parse(std::string_view text);

  /// All addresses of a name, in the file's order, each once; empty when it is not there.
  [[nodiscard]] std::vector<IpAddress> find(std::string_view name) const;

 private:
  void add(std::string_view name, const IpAddress& address);

  std::map<std::string, std::vector<IpAddress>, std::less<>> addresses_;
};

}  // namespace godwit::net
