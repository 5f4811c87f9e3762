// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "io/fd_watch.h"
#include "io/loop.h"
#include "io/netlink_socket.h"
#include "io/route_lookup.h"
#include "io/timer.h"
#include "net/rtnetlink.h"

namespace godwit::io {

/// Watches links, addresses, routes and rules of both families (rtnetlink), and looks at them.
///
/// A hint only says that it is worth looking; `observe()` is the look. The table is kept up to date
/// by the notifications themselves, so a look costs no dump, only one route lookup per destination.
class NetlinkMonitor {
 public:
  /// Why a look is worth while. `at`: when the system told.
  enum class Cause {
    told,     ///< a notification came
    recheck,  ///< a moment later: the kernel notifies before it has finished
  };
  using Hint = std::function<void(Cause cause, TimePoint at)>;

  /// An empty `hint`: nothing is watched, every look is a dump. @return the system's error.
  static Result<std::unique_ptr<NetlinkMonitor>> open(Loop& loop, Hint hint);

  /// The network now, with the kernel's way to each destination.
  [[nodiscard]] net::NetworkSnapshot observe(const std::vector<net::IpAddress>& destinations);

 private:
  NetlinkMonitor(Loop& loop, Hint hint, NetlinkSocket events);
  [[nodiscard]] Result<void> start();
  void on_ready();
  bool drain();
  void recheck();
  void refresh();
  void dump(std::uint16_t type, std::uint8_t family);
  void dump_routes();

  static constexpr Duration kRechecks[] = {std::chrono::milliseconds{3},
                                           std::chrono::milliseconds{50}};
  Loop& loop_;
  Hint hint_;
  NetlinkSocket events_;
  RouteLookup lookup_;
  net::RtnetlinkTable table_;
  bool routes_uncertain_ = false;
  bool known_ = false;  // the table holds a whole dump
  std::size_t next_recheck_ = 0;
  TimePoint told_at_{};
  Timer timer_;
  std::optional<FdWatch> watch_;
};

}  // namespace godwit::io
