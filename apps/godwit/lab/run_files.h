// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "godwit/error.h"

namespace godwit::lab {

inline constexpr const char* kDomain = "godwit.test";
inline constexpr const char* kServerName = "core.godwit.test";
inline constexpr const char* kPasswordA = "alice-in-the-lab";
inline constexpr const char* kPasswordB = "bob-in-the-lab";

/// Where everything of one run lies.
struct RunFiles {
  std::string folder;

  [[nodiscard]] std::string path(const std::string& name) const { return folder + "/" + name; }
  [[nodiscard]] std::string hosts() const { return path("hosts"); }
  [[nodiscard]] std::string resolver() const { return path("resolv.conf"); }
  [[nodiscard]] std::string users() const { return path("users"); }
  [[nodiscard]] std::string password_a() const { return path("password-a"); }
  [[nodiscard]] std::string password_b() const { return path("password-b"); }
  [[nodiscard]] std::string authority() const { return path("authority.pem"); }
  [[nodiscard]] std::string authority_key() const { return path("authority.key"); }
  [[nodiscard]] std::string server_certificate() const { return path("server.pem"); }
  [[nodiscard]] std::string server_key() const { return path("server.key"); }
  [[nodiscard]] std::string tls_keys() const { return path("tls-keys"); }
  [[nodiscard]] std::string said_by_a() const { return path("said-by-a.wav"); }
  [[nodiscard]] std::string said_by_b() const { return path("said-by-b.wav"); }
  [[nodiscard]] std::string heard_by_a() const { return path("heard-by-a.wav"); }
  [[nodiscard]] std::string heard_by_b() const { return path("heard-by-b.wav"); }
};

/// Makes the folder, removes what an earlier run left in it, and writes names, passwords and speech
/// of `seconds` for both ends. `only_v4`: the names have no addresses of IPv6.
[[nodiscard]] Result<void> write_run_files(const RunFiles& files, std::uint64_t seed,
                                           double seconds, bool only_v4 = false);

/// Writes a text file that only its owner may read.
[[nodiscard]] Result<void> write_private(const std::string& path, const std::string& text);

}  // namespace godwit::lab
