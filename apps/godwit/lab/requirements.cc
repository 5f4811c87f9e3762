// SPDX-License-Identifier: Apache-2.0
#include "lab/requirements.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "lab/child_process.h"
#include "lab/scenario.h"
#include "lab/system_error.h"
#include "lab/unique_fd.h"

namespace godwit::lab {
namespace {

struct Need {
  int capability;
  const char* name;
};

Result<void> check_rights() {
  __user_cap_header_struct head{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, 2> data{};
  if (::syscall(SYS_capget, &head, data.data()) != 0) return system_failure("read our rights");
  constexpr std::array<Need, 3> kNeeds = {{{CAP_NET_ADMIN, "CAP_NET_ADMIN"},
                                           {CAP_SYS_ADMIN, "CAP_SYS_ADMIN"},
                                           {CAP_NET_RAW, "CAP_NET_RAW"}}};
  for (const Need& need : kNeeds) {
    const auto word = static_cast<std::size_t>(need.capability) / 32;
    if ((data[word].effective >> (need.capability % 32) & 1) != 0) continue;
    if (::geteuid() != 0) {
      return fail(
          Errc::unsupported,
          "the lab makes network namespaces, which only root may do: sudo godwit lab run …");
    }
    return fail(Errc::unsupported, std::string("the lab needs ") + need.name +
                                       ", which even root lacks here: start the container with "
                                       "--privileged, or run on a machine of your own");
  }
  return {};
}

Result<void> check_tun() {
  const UniqueFd fd(::open("/dev/net/tun", O_RDWR | O_CLOEXEC));
  if (fd.valid()) return {};
  return system_failure(
      "the lab's links need /dev/net/tun (modprobe tun; containers: --device /dev/net/tun)");
}

Result<void> check_program(const std::string& program, const std::string& package) {
  if (!find_program(program).empty()) return {};
  return fail(Errc::unsupported, program + " is not installed: apt-get install " + package);
}

// Certificates, and Kamailio with all transports.
Result<void> check_streams(const LabOptions& options) {
  auto met = check_program("openssl", "openssl");
  if (!met || options.server != "kamailio") return met;
  for (const auto& folder : std::filesystem::directory_iterator("/usr/lib")) {
    if (std::filesystem::exists(folder.path() / "kamailio/modules/tls.so")) return {};
  }
  return fail(Errc::unsupported,
              "Kamailio's module tls is not installed: apt-get install kamailio-tls-modules");
}

bool one_of(const std::string& value, std::initializer_list<const char*> all) {
  return std::find(all.begin(), all.end(), value) != all.end();
}

}  // namespace

Result<void> check_options(const LabOptions& options) {
  const Scenario scenario = make_scenario(options.scenario, 0);
  if (scenario.name.empty()) {
    return fail(Errc::invalid_argument,
                "no scenario is called \"" + options.scenario + "\"; try: godwit lab list");
  }
  const bool contact = scenario.course == Course::contact;
  if (!one_of(options.transport, {"udp", "tcp", "tls"})) {
    return fail(Errc::invalid_argument, "--transport: udp, tcp or tls");
  }
  if (scenario.course == Course::flood && options.transport != "udp") {
    return fail(Errc::invalid_argument, "--transport: with " + options.scenario + " only udp");
  }
  const bool needs_stun = one_of(scenario.name, {"behind-nat", "nat-rebind", "nat64"});
  if (needs_stun && options.server != "embedded") {
    return fail(Errc::invalid_argument, "--server: with " + scenario.name +
                                            " only embedded, which answers STUN as well");
  }
  if (!one_of(options.server, {"embedded", "kamailio"})) {
    return fail(Errc::invalid_argument, "--server: embedded or kamailio");
  }
  if (!one_of(options.peer, {"godwit", "baresip"})) {
    return fail(Errc::invalid_argument, "--peer: godwit or baresip");
  }
  if (contact && options.peer != "godwit") {
    return fail(Errc::invalid_argument, "--peer: with " + options.scenario + " only godwit");
  }
  if (scenario.name == "silent-wifi" && options.server != "embedded") {
    return fail(Errc::invalid_argument,
                "--server: with silent-wifi only embedded, which keeps flows of clients (RFC 5626)");
  }
  // Others do not seek us when they have moved as well, and their buffers drop what comes all at once.
  const bool two_of_us = scenario.catch_up || one_of(scenario.name, {"both-move"});
  const bool ours = two_of_us || rings(scenario.state) || scenario.course == Course::trunk;
  if (ours && options.peer != "godwit") {
    return fail(Errc::invalid_argument, "--peer: with " + options.scenario + " only godwit");
  }
  if (!one_of(options.media, {"plain", "sdes", "dtls"})) {
    return fail(Errc::invalid_argument, "--media: plain, sdes or dtls");
  }
  if (options.runs < 1 || options.down_ms < 0) {
    return fail(Errc::invalid_argument, "--runs is at least 1, --down at least 0");
  }
  return {};
}

Result<void> check_requirements(const LabOptions& options) {
  auto met = check_rights();
  if (met) met = check_tun();
  if (met) met = check_program("nft", "nftables");
  if (met && options.server == "kamailio") met = check_program("kamailio", "kamailio");
  const bool contact = make_scenario(options.scenario, 0).course == Course::contact;
  const bool nat64 = options.scenario == "nat64";
  if (met && (contact || nat64)) met = check_program("knotd", "knot");
  if (met && nat64) met = check_program("tayga", "tayga");
  if (met && (contact || options.transport != "udp")) met = check_streams(options);
  if (met && options.peer == "baresip") met = check_program("baresip", "baresip-core");
  return met;
}

}  // namespace godwit::lab
