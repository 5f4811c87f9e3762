// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "io/dns_file.h"
#include "net/name_server.h"
#include "net/socket_address.h"

namespace godwit::io {

/// The name servers to ask, in order: those given, or those of resolv.conf(5), which is read again
/// when it has changed. The one that answered last is asked first.
class DnsServers {
 public:
  /// @param given see `net::NameServer::parse`; what does not read is passed over. Empty: `file`'s.
  DnsServers(const std::vector<std::string>& given, const std::string& file);

  /// Never empty, but when none of the given ones reads.
  const std::vector<net::SocketAddress>& current();
  /// The network is another one: the file is read again, and who answered before is forgotten.
  void reread();
  void prefer(const net::SocketAddress& server);

 private:
  void take(const std::vector<net::NameServer>& configured);

  std::vector<net::NameServer> configured_;
  std::vector<net::SocketAddress> servers_;
  std::optional<DnsFile> file_;
};

}  // namespace godwit::io
