// SPDX-License-Identifier: Apache-2.0
#include "sdp/sdes_exchange.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <utility>

namespace godwit::sdp {
namespace {

struct Suite {
  std::string_view name;
  std::size_t key_and_salt;
};
constexpr std::array<Suite, 6> kSuites{{
    {"AES_CM_128_HMAC_SHA1_80", 16 + 14},
    {"AES_CM_128_HMAC_SHA1_32", 16 + 14},
    {"AES_256_CM_HMAC_SHA1_80", 32 + 14},
    {"AES_256_CM_HMAC_SHA1_32", 32 + 14},
    {"AEAD_AES_128_GCM", 16 + 12},
    {"AEAD_AES_256_GCM", 32 + 12},
}};

/// RFC 4568 §6.3: what a "-" stands before may be passed over, and the window is a hint. All others would
/// change what packets look like (UNENCRYPTED_SRTP, KDR, FEC_ORDER): whoever does not do them refuses.
bool may_be_ignored(std::string_view parameter) {
  return parameter.starts_with('-') || parameter.starts_with("WSH=");
}

/// One key of the right size, and nothing asked for beside it that we cannot do.
bool is_usable(const CryptoAttribute& crypto) {
  const auto size = key_and_salt_of(crypto.suite);
  return size && crypto.keys.size() == 1 && crypto.keys.front().key_and_salt.size() == *size &&
         std::all_of(crypto.session_parameters.begin(), crypto.session_parameters.end(),
                     may_be_ignored);
}

std::vector<CryptoAttribute> usable_in(const Media& line) {
  std::vector<CryptoAttribute> usable;
  for (const Attribute& attribute : line.attributes) {
    if (attribute.name != "crypto") continue;
    auto crypto = parse_crypto(attribute.value);
    if (crypto && is_usable(*crypto)) usable.push_back(*std::move(crypto));
  }
  return usable;
}

void put(const CryptoAttribute& crypto, Media& line) {
  line.attributes.push_back({"crypto", to_string(crypto)});
}

}  // namespace

std::optional<std::size_t> key_and_salt_of(std::string_view suite) {
  const auto* const known = std::find_if(kSuites.begin(), kSuites.end(),
                                         [&](const Suite& s) { return s.name == suite; });
  return known == kSuites.end() ? std::nullopt : std::optional(known->key_and_salt);
}

bool has_crypto(const Media& line) {
  return find_attribute(line.attributes, "crypto") != nullptr;
}

SdesExchange::SdesExchange(const std::vector<std::string>& suites, Random* random)
    : random_(random) {
  for (const std::string& suite : suites) {
    if (key_and_salt_of(suite)) suites_.push_back(suite);
  }
}

void SdesExchange::put_offer(Media& line, const net::SocketAddress& here, Suites suites) {
  offered_.clear();
  std::uint32_t tag = 0;
  for (const std::string& suite : suites_) {
    ++tag;
    if (suites == Suites::in_use && in_use_ && suite != *in_use_) continue;
    offered_.push_back({tag, suite, {key_for(suite, here)}, {}});
    put(offered_.back(), line);
  }
}

// RFC 4568 §7.1.3: the answer repeats the tag and the suite of the one that it takes.
std::optional<SdesProtection> SdesExchange::take_answer(const Media& answer) {
  for (CryptoAttribute& theirs : usable_in(answer)) {
    const auto ours =
        std::find_if(offered_.begin(), offered_.end(), [&](const CryptoAttribute& o) {
          return o.tag == theirs.tag && o.suite == theirs.suite;
        });
    if (ours == offered_.end()) continue;
    settle_on(ours->suite);
    return SdesProtection{*ours, std::move(theirs)};
  }
  return std::nullopt;
}

std::optional<CryptoAttribute> SdesExchange::choose(const Media& offered) const {
  for (CryptoAttribute& theirs : usable_in(offered)) {
    if (std::find(suites_.begin(), suites_.end(), theirs.suite) != suites_.end()) {
      return std::move(theirs);
    }
  }
  return std::nullopt;
}

SdesProtection SdesExchange::put_answer(const CryptoAttribute& chosen, Media& line,
                                        const net::SocketAddress& here) {
  CryptoAttribute ours{chosen.tag, chosen.suite, {key_for(chosen.suite, here)}, {}};
  put(ours, line);
  settle_on(chosen.suite);
  return {std::move(ours), chosen};
}

const CryptoKey& SdesExchange::key_for(const std::string& suite, const net::SocketAddress& here) {
  if (told_for_ != here) keys_.clear();
  told_for_ = here;
  for (const OwnKey& own : keys_) {
    if (own.suite == suite) return own.key;
  }
  CryptoKey key;
  key.key_and_salt.resize(key_and_salt_of(suite).value_or(0));
  random_->fill(std::as_writable_bytes(std::span(key.key_and_salt)));
  keys_.push_back({suite, std::move(key)});
  return keys_.back().key;
}

// The key of the suite that is left has been used: should it come back, it begins with another.
void SdesExchange::settle_on(const std::string& suite) {
  if (in_use_ && *in_use_ != suite) {
    std::erase_if(keys_, [&](const OwnKey& own) { return own.suite == *in_use_; });
  }
  in_use_ = suite;
}

}  // namespace godwit::sdp
