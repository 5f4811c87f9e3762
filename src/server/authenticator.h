// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "godwit/time.h"
#include "server/nonce_uses.h"
#include "server/server_options.h"
#include "sip/message/message.h"

namespace godwit::server {

/// Makes challenges and checks the answers (RFC 3261 §22, RFC 7616).
///
/// A nonce carries its time and is sealed with a key of ours, so nothing is kept for those who only
/// ask. It is not bound to an address: who comes from a new network answers an old challenge. What
/// stands against replay is the nonce count, which must rise.
class Authenticator {
 public:
  enum class Role {
    registrar,  ///< 401, WWW-Authenticate, Authorization
    proxy,      ///< 407, Proxy-Authenticate, Proxy-Authorization
  };
  struct Judgement {
    std::string user;    ///< who it is; empty: nobody we can believe
    bool stale = false;  ///< the password is right, the nonce is not usable any more
  };

  Authenticator(const ServerOptions& options, Random& random);

  /// Checks the credentials for our realm. Believed ones use their nonce count up.
  [[nodiscard]] Judgement judge(const sip::Message& request, Role role, TimePoint now);
  /// The 401 or 407 to a request.
  [[nodiscard]] sip::Message challenge(const sip::Message& request, Role role,
                                       const Judgement& judgement, TimePoint now);
  /// Removes the credentials that were for us before the request goes on (RFC 3261 §22.3).
  void consume(sip::Message& request) const;
  [[nodiscard]] bool knows(const std::string& user) const {
    return users_.count(user) != 0 || keys_.count(user) != 0;
  }

  static constexpr std::chrono::seconds kNonceLife{300};
  static constexpr std::size_t kMaxNonces = 50'000;

 private:
  [[nodiscard]] bool proves(const sip::DigestCredentials& credentials,
                            std::string_view method) const;
  [[nodiscard]] std::string make_nonce(TimePoint now);
  [[nodiscard]] std::string seal(std::string_view text) const;
  [[nodiscard]] std::optional<TimePoint> time_of(std::string_view nonce) const;
  [[nodiscard]] bool use_up(const std::string& nonce, std::uint32_t count, TimePoint now);

  std::string realm_;
  std::map<std::string, std::string> users_;
  std::map<std::string, std::map<sip::DigestAlgorithm, std::string>> keys_;
  std::vector<sip::DigestAlgorithm> algorithms_;
  Random& random_;
  std::string key_;
  NonceUses uses_{{kNonceLife, kMaxNonces}};  // of those that were answered with a true password
};

}  // namespace godwit::server
