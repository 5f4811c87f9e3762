// SPDX-License-Identifier: Apache-2.0
#include "lab/certificates.h"

#include "lab/child_process.h"

namespace godwit::lab {
namespace {

std::vector<std::string> new_certificate(const std::string& key, const std::string& certificate,
                                         const std::string& name) {
  return {"openssl", "req",        "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
          "-noenc",  "-days",      "1",     "-keyout", key,  "-out",     certificate,
          "-subj",   "/CN=" + name};
}

}  // namespace

Result<void> make_certificates(const RunFiles& files) {
  const std::string names = std::string("subjectAltName=DNS:") + kDomain + ",DNS:" + kServerName;
  auto made = run_program({.arguments = new_certificate(files.authority_key(), files.authority(),
                                                        "godwit lab authority")});
  if (!made) return made;
  auto arguments = new_certificate(files.server_key(), files.server_certificate(), kServerName);
  for (const std::string& more :
       {std::string("-CA"), files.authority(), std::string("-CAkey"), files.authority_key(),
        std::string("-addext"), names, std::string("-addext"),
        std::string("basicConstraints=critical,CA:FALSE")}) {
    arguments.push_back(more);
  }
  return run_program({.arguments = std::move(arguments)});
}

}  // namespace godwit::lab
