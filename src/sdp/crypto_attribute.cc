// SPDX-License-Identifier: Apache-2.0
#include "sdp/crypto_attribute.h"

#include <algorithm>
#include <bit>

#include "base/limits.h"
#include "crypto/base64.h"
#include "crypto/wipe.h"

namespace godwit::sdp {
namespace {

constexpr std::uint64_t kLongestLifetime = std::uint64_t{1} << 48;  // RFC 3711 §9.2
constexpr std::uint64_t kHighestPower = 48;
constexpr std::uint8_t kLongestMki = 128;  // RFC 4568 §6.1
constexpr std::size_t kTagDigits = 9;
constexpr std::string_view kInline = "inline:";
constexpr std::size_t kMostBesideKey = 64;  // ";inline:", a lifetime and an MKI

bool is_suite(std::string_view text) {
  // srtp-crypto-suite-ext = 1*(ALPHA / DIGIT / "_")
  return is_token(text) && text.find_first_of("!#$%&'*+-.^`{|}~") == std::string_view::npos;
}

// lifetime = ["2^"] 1*(DIGIT)
std::optional<std::uint64_t> read_lifetime(std::string_view text) {
  std::optional<std::uint64_t> lifetime;
  if (text.starts_with("2^")) {
    const auto power = read_number<std::uint64_t>(text.substr(2));
    if (power && *power <= kHighestPower) lifetime = std::uint64_t{1} << *power;
  } else {
    lifetime = read_number<std::uint64_t>(text);
  }
  if (lifetime && (*lifetime == 0 || *lifetime > kLongestLifetime)) return std::nullopt;
  return lifetime;
}

// mki = mki-value ":" mki-length
std::optional<MasterKeyId> read_mki(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto value = read_number<std::uint64_t>(text.substr(0, colon));
  const auto length = read_number<std::uint8_t>(text.substr(colon + 1));
  if (!value || !length || *length == 0 || *length > kLongestMki) return std::nullopt;
  // The value must go into the bytes that it is given.
  if (*length < 8 && *value >> (8 * *length) != 0) return std::nullopt;
  return MasterKeyId{*value, *length};
}

// "inline:" <key||salt> ["|" lifetime] ["|" MKI ":" length]
Scanned<CryptoKey> scan_key(std::string_view text, std::size_t at) {
  if (!equal_ignoring_case(text.substr(0, kInline.size()), kInline)) {
    return fault("expected \"inline:\" and a key", at);
  }
  std::string_view rest = text.substr(kInline.size());
  at += kInline.size();
  auto end = std::min(rest.find('|'), rest.size());
  auto bytes = crypto::from_base64(rest.substr(0, end));
  if (!bytes || bytes->empty()) return fault("expected a key in base64", at);
  CryptoKey key(std::move(*bytes));
  while (end < rest.size()) {
    rest.remove_prefix(end + 1);
    at += end + 1;
    end = std::min(rest.find('|'), rest.size());
    const std::string_view part = rest.substr(0, end);
    const bool is_mki = part.find(':') != std::string_view::npos;
    if (key.mki || (key.lifetime && !is_mki)) return fault("expected nothing after the key", at);
    if (is_mki) {
      key.mki = read_mki(part);
      if (!key.mki) return fault("expected an MKI, \":\" and its length of 1 to 128", at);
    } else {
      key.lifetime = read_lifetime(part);
      if (!key.lifetime) return fault("expected a lifetime of 1 to 2^48 packets", at);
    }
  }
  return key;
}

// key-params = key-param *(";" key-param)
std::optional<Fault> scan_keys(std::string_view text, std::size_t begin, CryptoAttribute& crypto) {
  for (std::size_t at = 0; at <= text.size();) {
    if (crypto.keys.size() == limits::kCryptoKeys) {
      return Fault{"expected at most 16 keys", begin + at};
    }
    const auto end = std::min(text.find(';', at), text.size());
    auto key = scan_key(text.substr(at, end - at), begin + at);
    if (!key) return key.error();
    crypto.keys.push_back(std::move(*key));
    at = end + 1;
  }
  return std::nullopt;
}

std::string lifetime_text(std::uint64_t lifetime) {
  if (!std::has_single_bit(lifetime)) return std::to_string(lifetime);
  return "2^" + std::to_string(std::countr_zero(lifetime));
}

}  // namespace

CryptoKey::~CryptoKey() {
  crypto::wipe(key_and_salt);
}

CryptoKey& CryptoKey::operator=(const CryptoKey& other) {
  return *this = CryptoKey(other);
}

CryptoKey& CryptoKey::operator=(CryptoKey&& other) noexcept {
  // What was here goes with `other`, and is wiped there.
  std::swap(key_and_salt, other.key_and_salt);
  std::swap(lifetime, other.lifetime);
  std::swap(mki, other.mki);
  return *this;
}

// crypto-attribute = "a=crypto:" tag 1*WSP crypto-suite 1*WSP key-params *(1*WSP session-param)
Scanned<CryptoAttribute> parse_crypto(std::string_view value) {
  Words words(value);
  CryptoAttribute crypto;
  const std::string_view digits = words.next();
  const auto tag = read_number<std::uint32_t>(digits);
  if (!tag || digits.size() > kTagDigits) {
    return fault("expected a tag of up to nine digits", words.at());
  }
  crypto.tag = *tag;
  crypto.suite = words.next();
  if (!is_suite(crypto.suite)) return fault("expected a crypto suite", words.at());
  const std::string_view keys = words.next();
  if (auto wrong = scan_keys(keys, words.at(), crypto)) return tl::unexpected(*wrong);
  for (auto word = words.next(); !word.empty(); word = words.next()) {
    crypto.session_parameters.emplace_back(word);
  }
  return crypto;
}

std::string to_string(const CryptoAttribute& crypto) {
  std::string text = std::to_string(crypto.tag) + ' ' + crypto.suite + ' ';
  // It never grows: what it grew out of would stay behind.
  std::size_t most = text.size();
  for (const CryptoKey& key : crypto.keys) most += kMostBesideKey + 2 * key.key_and_salt.size();
  for (const std::string& parameter : crypto.session_parameters) most += 1 + parameter.size();
  text.reserve(most);
  bool first = true;
  for (const CryptoKey& key : crypto.keys) {
    if (!first) text += ';';
    first = false;
    std::string digits = crypto::to_base64(key.key_and_salt);
    text.append(kInline).append(digits);
    crypto::wipe(digits);
    if (key.lifetime) text += '|' + lifetime_text(*key.lifetime);
    if (key.mki) {
      text += '|' + std::to_string(key.mki->value) + ':' + std::to_string(key.mki->length);
    }
  }
  for (const std::string& parameter : crypto.session_parameters) text += ' ' + parameter;
  return text;
}

}  // namespace godwit::sdp
