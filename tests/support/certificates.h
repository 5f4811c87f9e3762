// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "godwit/options.h"

namespace godwit::test {

/// What tools/make_certificates makes, once for a test program, gone at its end.
class Certificates {
 public:
  static const Certificates& get() {
    static const Certificates certificates;
    return certificates;
  }
  ~Certificates() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  Certificates(const Certificates&) = delete;
  Certificates& operator=(const Certificates&) = delete;

  [[nodiscard]] bool made() const { return made_; }
  [[nodiscard]] std::string pem(const std::string& name) const { return folder_ / (name + ".pem"); }
  [[nodiscard]] std::string key(const std::string& name) const { return folder_ / (name + ".key"); }
  [[nodiscard]] std::string file(const std::string& name) const { return folder_ / name; }

  /// Trusts the authority and shows nothing.
  [[nodiscard]] TlsOptions trusting() const { return {.ca_file = pem("ca")}; }
  /// Trusts the authority and shows the certificate of this name.
  [[nodiscard]] TlsOptions showing(const std::string& name) const {
    return {.ca_file = pem("ca"), .certificate_file = pem(name), .private_key_file = key(name)};
  }

 private:
  Certificates()
      : folder_(std::filesystem::temp_directory_path() /
                ("godwit_certificates_" + std::to_string(::getpid()))) {
    const std::string command = GODWIT_SOURCE_DIR "/tools/make_certificates " + folder_.string();
    made_ = std::system(command.c_str()) == 0;
  }

  std::filesystem::path folder_;
  bool made_ = false;
};

}  // namespace godwit::test
