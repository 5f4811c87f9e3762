// SPDX-License-Identifier: Apache-2.0
#include "lab/kamailio.h"

#include <filesystem>

#include "lab/attachment.h"
#include "lab/system_error.h"

namespace godwit::lab {
namespace {

constexpr const char* kModules = R"(
loadmodule "kex.so"
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "rr.so"
loadmodule "pv.so"
loadmodule "maxfwd.so"
loadmodule "textops.so"
loadmodule "siputils.so"
loadmodule "usrloc.so"
loadmodule "registrar.so"
loadmodule "auth.so"
loadmodule "htable.so"

modparam("usrloc", "db_mode", 0)
modparam("registrar", "max_expires", 3600)
modparam("registrar", "default_expires", 300)
modparam("htable", "htable", "users=>size=4;")
modparam("auth", "nonce_expire", 3600)
modparam("auth", "qop", "auth")
)";

constexpr const char* kRoutes = R"cfg(
request_route {
  force_rport();
  if (!mf_process_maxfwd_header("10")) {
    sl_send_reply("483", "Too Many Hops");
    exit;
  }
  if (is_method("CANCEL")) {
    if (t_check_trans()) t_relay();
    exit;
  }
  if (has_totag()) {
    if (loose_route()) {
      t_relay();
    } else if (!is_method("ACK")) {
      sl_send_reply("404", "Not Here");
    } else if (t_check_trans()) {
      t_relay();
    }
    exit;
  }
  t_check_trans();
  if (is_method("REGISTER")) {
    if (!pv_www_authenticate("$td", "$sht(users=>$au)", "0")) {
      www_challenge("$td", "0");
      exit;
    }
    if (!save("location")) sl_reply_error();
    exit;
  }
  if (is_method("INVITE")) {
    if (!pv_proxy_authenticate("$fd", "$sht(users=>$au)", "0")) {
      proxy_challenge("$fd", "0");
      exit;
    }
    consume_credentials();
  }
  loose_route();
  if (is_method("INVITE|SUBSCRIBE")) {
#!ifdef STREAMS
    record_route();
#!else
    record_route_preset("core.godwit.test:5060");
#!endif
  }
  if (is_method("OPTIONS") && $rU == $null) {
    sl_send_reply("200", "OK");
    exit;
  }
  if (!lookup("location")) {
    sl_send_reply("404", "Not Found");
    exit;
  }
  t_relay();
}
)cfg";

std::string listeners(const char* transport, const char* port) {
  const std::string head = std::string("listen=") + transport + ":";
  return head + kCoreV4 + ":" + port + "\n" + head + "[" + kCoreV6 + "]:" + port + "\n";
}

// What listens at which port; the modules of TLS.
std::string transports(KamailioForm form, const RunFiles& files) {
  const std::string udp = listeners("udp", "5060");
  if (form == KamailioForm::udp) return "disable_tcp=yes\n" + udp;
  return "#!define STREAMS\nenable_tls=yes\ntcp_children=1\ntcp_connection_lifetime=3600\n" + udp +
         listeners("tcp", "5060") + listeners("tls", "5061") +
         "loadmodule \"tls.so\"\n"
         "modparam(\"tls\", \"tls_method\", \"TLSv1.2+\")\n"
         "modparam(\"tls\", \"certificate\", \"" +
         std::string(std::filesystem::absolute(files.server_certificate())) +
         "\")\nmodparam(\"tls\", \"private_key\", \"" +
         std::string(std::filesystem::absolute(files.server_key())) +
         "\")\n"
         "modparam(\"tls\", \"verify_certificate\", 0)\n"
         "modparam(\"tls\", \"require_certificate\", 0)\n";
}

std::string settings() {
  return std::string(R"(#!KAMAILIO
debug=2
log_stderror=yes
children=2
auto_aliases=no
dns_srv_lb=no
dns_try_ipv6=yes
alias="godwit.test"
alias="core.godwit.test"
)");
}

std::string passwords() {
  return std::string("\nevent_route[htable:mod-init] {\n  $sht(users=>alice) = \"") + kPasswordA +
         "\";\n  $sht(users=>bob) = \"" + kPasswordB + "\";\n}\n";
}

}  // namespace

std::string kamailio_config(KamailioForm form, const RunFiles& files) {
  return settings() + transports(form, files) + kModules + kRoutes + passwords();
}

Result<ProcessSpec> prepare_kamailio(KamailioForm form, const RunFiles& files,
                                     const NetNamespace& core) {
  const std::string folder = std::filesystem::absolute(files.path("kamailio"));
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return system_failure("make " + folder, error.value());
  if (auto written = write_private(folder + "/kamailio.cfg", kamailio_config(form, files));
      !written) {
    return tl::unexpected(written.error());
  }
  return ProcessSpec{
      .arguments = {"kamailio", "-f", folder + "/kamailio.cfg", "-DD", "-E", "-m",
                    form == KamailioForm::udp ? "32" : "64", "-M", "8", "-P", folder + "/pid", "-Y",
                    folder, "-w", folder},
      .where = &core,
      .overlays = {{files.hosts(), "/etc/hosts"}, {files.resolver(), "/etc/resolv.conf"}},
      .output_path = files.path("server.log")};
}

}  // namespace godwit::lab
