// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "io/dns_file.h"
#include "io/fd_watch.h"
#include "io/file_descriptor.h"
#include "io/loop.h"
#include "net/name_server.h"

namespace godwit::io {

/// Where the system keeps its name servers.
struct NameServerFiles {
  std::string resolv_conf = "/etc/resolv.conf";
  /// Those that a resolver on this host asks in its turn, where `resolv_conf` names only that one.
  std::string behind_this_host = "/run/systemd/resolve/resolv.conf";
};

/// Tells when the system has got other name servers (inotify). It asks none of them: see Resolver.
class NameServerWatch {
 public:
  using Hint = std::function<void()>;

  /// @param hint  runs on the loop when `current()` has changed. Empty, or where the system has no
  ///   inotify left for us: nothing is watched, a look still sees what there is.
  NameServerWatch(Loop& loop, Hint hint, NameServerFiles files = {});

  /// The last ones that were known: a file that is gone, or empty as long as it is being written,
  /// changes nothing.
  const std::vector<net::NameServer>& current();

 private:
  void watch_files();
  void watch_file(const std::string& path);
  void on_ready();

  NameServerFiles files_;
  Hint hint_;
  DnsFile resolv_conf_;
  DnsFile behind_;
  std::vector<net::NameServer> named_;
  std::vector<net::NameServer> named_behind_;
  std::vector<net::NameServer> known_;
  std::vector<net::NameServer> told_;
  FileDescriptor inotify_;
  std::optional<FdWatch> watch_;
};

}  // namespace godwit::io
