// SPDX-License-Identifier: Apache-2.0
#include "lab/nat64.h"

#include <net/if.h>

#include <filesystem>

#include "lab/netlink_batch.h"
#include "lab/run_files.h"
#include "lab/system_error.h"

namespace godwit::lab {
namespace {

constexpr const char* kDevice = "nat64";

// What tayga says of itself in ICMP has addresses of its own.
std::string config_of(const Attachment& inside, const std::string& folder) {
  return std::string("tun-device ") + kDevice + "\nipv4-addr 10.64.0.254\nipv6-addr 2001:db8:64:ffff::1\nprefix " +
         kNat64Prefix + "/96\nmap " + to_string(inside.outside) + " " + to_string(inside.address) +
         "\ndata-dir " + folder + "\n";
}

// Who sends there is led to the device, which has the networks for its own.
Result<void> lead_in() {
  auto socket = NetlinkSocket::open();
  if (!socket) return tl::unexpected(socket.error());
  const int device = static_cast<int>(::if_nametoindex(kDevice));
  NetlinkBatch batch;
  batch.set_link_up(device)
      .add_address(device, lab_address(kNat64Network), 24)
      .add_address(device, lab_address(std::string(kNat64Prefix) + "1"), 96);
  return socket->commit(batch);
}

constexpr const char* kNoIpv6Beyond =
    "add table ip6 only; "
    "add chain ip6 only through { type filter hook forward priority 0; }; "
    "add rule ip6 only through udp dport 53 accept; "
    "add rule ip6 only through udp sport 53 accept; "
    "add rule ip6 only through oifname { core0, peer0 } drop; "
    "add rule ip6 only through iifname { core0, peer0 } drop";

}  // namespace

Result<Nat64> Nat64::start(const NetNamespace& router, const Attachment& inside,
                           const std::string& folder) {
  const std::string whole = std::filesystem::absolute(folder);
  std::error_code error;
  std::filesystem::create_directories(whole, error);
  if (error) return system_failure("make " + whole, error.value());
  const std::string config = whole + "/tayga.conf";
  auto done = write_private(config, config_of(inside, whole));
  if (done) done = run_program({.arguments = {"tayga", "--config", config, "--mktun"}, .where = &router});
  if (done) done = router.inside(&lead_in);
  if (done) done = run_program({.arguments = {"nft", kNoIpv6Beyond}, .where = &router});
  if (!done) return tl::unexpected(done.error());
  auto process = ChildProcess::start({.arguments = {"tayga", "--config", config, "--nodetach"},
                                      .where = &router,
                                      .output_path = whole + "/tayga.log"});
  if (!process) return tl::unexpected(process.error());
  return Nat64(std::move(*process));
}

}  // namespace godwit::lab
