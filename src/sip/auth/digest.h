// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "sip/auth/challenge.h"
#include "sip/auth/digest_credentials.h"
#include "sip/auth/digest_terms.h"

namespace godwit::sip {

/// Who somebody is and how he proves it.
struct Secret {
  std::string username;
  std::string password;
};

/// H(A1) of RFC 7616 §3.4.2: as good as the password for its realm, so it never leaves the program.
/// For a "-sess" algorithm it is the key of the session that these credentials' nonce and cnonce
/// begin. `secret.username` is the name, in whatever form the credentials have it.
[[nodiscard]] std::string digest_key(const DigestCredentials& credentials, const Secret& secret);
/// `response` for that key and all that the credentials say (RFC 7616 §3.4.1); without a nonce
/// count the form of RFC 2069. `body` counts with qop=auth-int. With an empty method it is what the
/// server proves itself with: `rspauth` (RFC 7616 §3.5).
[[nodiscard]] std::string response_with_key(const DigestCredentials& credentials,
                                            std::string_view key, std::string_view method,
                                            std::string_view body);

/// Both in one.
[[nodiscard]] std::string digest_response(const DigestCredentials& credentials,
                                          const Secret& secret, std::string_view method,
                                          std::string_view body = {});
/// The same where the credentials name the user.
[[nodiscard]] std::string digest_response(const DigestCredentials& credentials,
                                          std::string_view password, std::string_view method,
                                          std::string_view body = {});

/// What stands for the user name with userhash=true: H(user:realm) (RFC 7616 §3.4.4).
[[nodiscard]] std::string digest_userhash(DigestAlgorithm algorithm, std::string_view username,
                                          std::string_view realm);

/// A server's check of what a client sent; compares in constant time. False for what has no qop
/// and an algorithm other than MD5: RFC 2069 knows no other.
[[nodiscard]] bool verify(const DigestCredentials& credentials, const Secret& secret,
                          std::string_view method, std::string_view body = {});
/// The same where the credentials name the user; false where they hide the name in a hash.
[[nodiscard]] bool verify(const DigestCredentials& credentials, std::string_view password,
                          std::string_view method, std::string_view body = {});

}  // namespace godwit::sip
