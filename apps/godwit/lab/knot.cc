// SPDX-License-Identifier: Apache-2.0
#include "lab/knot.h"

#include <filesystem>

#include "lab/attachment.h"
#include "lab/nat64.h"
#include "lab/system_error.h"

namespace godwit::lab {
namespace {

constexpr std::size_t kLongestFolder = 107 - 10;  // sockaddr_un, less "/knot.sock"

std::string knot_config(const std::string& folder) {
  return R"(server:
    rundir: ")" +
         folder + R"("
    listen: [ )" +
         kCoreV4 + "@53, " + kCoreV6 + R"(@53 ]
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
log:
  - target: stderr
    any: warning
database:
    storage: ")" +
         folder + R"("
zone:
  - domain: )" +
         kDomain + R"(
    file: ")" +
         folder + R"(/zone"
    journal-content: none
    zonefile-load: whole
    zonefile-sync: -1
  - domain: ipv4only.arpa
    file: ")" +
         folder + R"(/ipv4only"
    journal-content: none
    zonefile-load: whole
    zonefile-sync: -1
)";
}

}  // namespace

std::string zone_text() {
  const std::string addresses = std::string(" A ") + kCoreV4 + "\n";
  const std::string addresses6 = std::string(" AAAA ") + kCoreV6 + "\n";
  return std::string("$ORIGIN ") + kDomain +
         ".\n$TTL 300\n"
         "@ SOA core admin 1 3600 600 86400 60\n"
         "@ NS core\n"
         "@" +
         addresses + "@" + addresses6 + "core" + addresses + "core" + addresses6 +
         "_sip._udp SRV 0 0 5060 core\n"
         "_sip._tcp SRV 0 0 5060 core\n"
         "_sips._tcp SRV 0 0 5061 core\n";
}

// What a DNS64 would make of it (RFC 7050 §3).
std::string ipv4only_zone_text() {
  return std::string("$ORIGIN ipv4only.arpa.\n$TTL 300\n"
                     "@ SOA core admin 1 3600 600 86400 60\n"
                     "@ NS core\n"
                     "@ A 192.0.0.170\n"
                     "@ AAAA ") +
         kNat64Prefix + "192.0.0.170\n";
}

Result<ProcessSpec> prepare_knot(const RunFiles& files, const NetNamespace& core) {
  const std::string folder = std::filesystem::absolute(files.path("knot"));
  if (folder.size() > kLongestFolder) {
    return fail(Errc::invalid_argument,
                "--out: the name is too long for a socket of Knot's: " + folder);
  }
  std::error_code error;
  std::filesystem::remove_all(folder, error);
  std::filesystem::create_directories(folder, error);
  if (error) return system_failure("make " + folder, error.value());
  for (const auto& [name, text] :
       {std::pair{"/zone", zone_text()},
        {"/ipv4only", ipv4only_zone_text()},
        {"/knot.conf", knot_config(folder)}}) {
    if (auto written = write_private(folder + name, text); !written) {
      return tl::unexpected(written.error());
    }
  }
  return ProcessSpec{.arguments = {"knotd", "-c", folder + "/knot.conf"},
                     .where = &core,
                     .output_path = files.path("knot.log")};
}

}  // namespace godwit::lab
