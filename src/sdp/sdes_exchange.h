// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "net/socket_address.h"
#include "sdp/crypto_attribute.h"
#include "sdp/media_protection.h"
#include "sdp/session_description.h"

namespace godwit::sdp {

/// How many bytes of key and salt a suite of SRTP takes (RFC 4568 §6.2, RFC 6188, RFC 7714); empty for
/// one that we do not know.
[[nodiscard]] std::optional<std::size_t> key_and_salt_of(std::string_view suite);

/// The keys that are told in the descriptions of one session (RFC 4568), ours and theirs.
///
/// Ours stay the same as long as our media address does; each description of another one tells new keys
/// (§7.1.4), and so does the return to a suite that was given up: no key is begun with twice.
class SdesExchange {
 public:
  /// @param suites  best first; unknown ones are left out
  SdesExchange(const std::vector<std::string>& suites, Random* random);

  [[nodiscard]] bool possible() const { return random_ != nullptr && !suites_.empty(); }
  /// The next description tells new keys, wherever our media is.
  void renew() { told_for_.reset(); }
  enum class Suites : std::uint8_t { all, in_use };
  /// One a=crypto for each suite, or for the one that was agreed on last, if there is one: it keeps its tag.
  void put_offer(Media& line, const net::SocketAddress& here, Suites suites = Suites::all);
  /// What an answer makes of our offer; empty: it tells no key that fits.
  [[nodiscard]] std::optional<SdesProtection> take_answer(const Media& answer);
  /// The first of the offered keys that we can use; empty: none.
  [[nodiscard]] std::optional<CryptoAttribute> choose(const Media& offered) const;
  /// Answers with the same tag and suite, and a key of ours.
  [[nodiscard]] SdesProtection put_answer(const CryptoAttribute& chosen, Media& line,
                                          const net::SocketAddress& here);

 private:
  [[nodiscard]] const CryptoKey& key_for(const std::string& suite, const net::SocketAddress& here);
  void settle_on(const std::string& suite);

  std::vector<std::string> suites_;
  Random* random_;
  struct OwnKey {
    std::string suite;
    CryptoKey key;
  };
  std::vector<OwnKey> keys_;
  std::optional<net::SocketAddress> told_for_;  // the media address that `keys_` were told with
  std::optional<std::string> in_use_;           // the suite that was agreed on
  std::vector<CryptoAttribute> offered_;        // in our last offer
};

/// Whether a line tells keys at all.
[[nodiscard]] bool has_crypto(const Media& line);

}  // namespace godwit::sdp
