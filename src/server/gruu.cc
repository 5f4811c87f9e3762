// SPDX-License-Identifier: Apache-2.0
#include "server/gruu.h"

#include <span>

#include "base/byte_reader.h"
#include "base/byte_writer.h"
#include "base/text.h"
#include "crypto/hmac.h"
#include "sip/message/escape.h"

namespace godwit::server {
namespace {

constexpr std::size_t kNonceBytes = 8;
constexpr std::size_t kNumberBytes = 8;
constexpr std::size_t kTextBytes = 2 * kNumberBytes;  // the instance's number, its period

std::string bytes_of(std::uint64_t value) {
  std::string bytes(kNumberBytes, '\0');
  ByteWriter(std::as_writable_bytes(std::span{bytes})).u64(value);
  return bytes;
}

std::uint64_t number_of(std::string_view bytes) {
  return ByteReader(std::as_bytes(std::span{bytes})).u64();
}

}  // namespace

bool is_gruu(const sip::Uri& uri) {
  return uri.is_sip() && has_parameter(uri.parameters, "gr");
}

Gruus::Gruus(std::string_view domain, Random& random)
    : domain_(sip::host_from_text(domain)),
      random_(random),
      cover_key_(random.token(32)),
      sealed_(kMark, random) {}

void Gruus::begin(const Instance& instance) {
  const auto [known, is_new] = known_.try_emplace(instance);
  if (is_new) {
    known->second.number = ++last_number_;
    by_number_.emplace(last_number_, instance);
  }
  ++known->second.period;
  if (known_.size() <= kMaxInstances) return;
  known_.erase(by_number_.begin()->second);
  by_number_.erase(by_number_.begin());
}

std::string Gruus::make_public(const Instance& instance) const {
  sip::Uri uri;
  uri.user = instance.user;
  uri.host = domain_;
  set_parameter(uri.parameters, "gr", sip::escape(instance.id, sip::UriPart::parameter));
  return to_string(uri);
}

// The nonce, and the covered text: RFC 5627 appendix A.2 is the idea.
std::optional<std::string> Gruus::make_temporary(const Instance& instance) {
  const auto found = known_.find(instance);
  if (found == known_.end()) return std::nullopt;
  const Known& known = found->second;
  const std::string nonce = bytes_of(random_.u64());
  sip::Uri uri;
  uri.user = sealed_.close(nonce + cover(nonce, bytes_of(known.number) + bytes_of(known.period)));
  uri.host = domain_;
  set_parameter(uri.parameters, "gr", std::nullopt);
  return to_string(uri);
}

std::optional<Gruus::Instance> Gruus::read(const sip::Uri& uri) const {
  if (!is_gruu(uri)) return std::nullopt;
  const std::string& named = *find_parameter(uri.parameters, "gr");
  if (named.empty()) return read_temporary(uri.user);
  const auto id = sip::unescape(named);
  if (!id) return std::nullopt;
  // RFC 5627 §5.1: compared as URNs of UUIDs are, without regard to case.
  for (auto at = known_.lower_bound({uri.user, {}});
       at != known_.end() && at->first.user == uri.user; ++at) {
    if (equal_ignoring_case(at->first.id, *id)) return at->first;
  }
  return std::nullopt;
}

std::optional<Gruus::Instance> Gruus::read_temporary(std::string_view user) const {
  const auto text = sealed_.open(user);
  if (!text || text->size() != kNonceBytes + kTextBytes) return std::nullopt;
  const std::string open = cover(text->substr(0, kNonceBytes), text->substr(kNonceBytes));
  const auto instance = by_number_.find(number_of(open.substr(0, kNumberBytes)));
  if (instance == by_number_.end()) return std::nullopt;
  const bool still = known_.at(instance->second).period == number_of(open.substr(kNumberBytes));
  return still ? std::optional(instance->second) : std::nullopt;
}

/// Covers what is open and opens what is covered: the keystream is that of HMAC over the nonce.
std::string Gruus::cover(std::string_view nonce, std::string_view text) const {
  std::string stream = crypto::hmac_sha256(cover_key_, nonce).substr(0, text.size());
  for (std::size_t i = 0; i < stream.size(); ++i) {
    stream[i] = static_cast<char>(static_cast<unsigned char>(stream[i]) ^
                                  static_cast<unsigned char>(text[i]));
  }
  return stream;
}

}  // namespace godwit::server
