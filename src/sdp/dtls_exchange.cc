// SPDX-License-Identifier: Apache-2.0
#include "sdp/dtls_exchange.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "sdp/tls_id.h"

namespace godwit::sdp {
namespace {

/// RFC 8122 §5.1 leaves nothing older in use.
bool is_trusted(std::string_view hash) {
  constexpr std::array<std::string_view, 3> kTrusted{"sha-256", "sha-384", "sha-512"};
  return std::find(kTrusted.begin(), kTrusted.end(), hash) != kTrusted.end();
}

std::vector<Fingerprint> fingerprints_in(const std::vector<Attribute>& attributes) {
  std::vector<Fingerprint> fingerprints;
  for (const Attribute& attribute : attributes) {
    if (attribute.name != "fingerprint") continue;
    auto fingerprint = parse_fingerprint(attribute.value);
    if (fingerprint && is_trusted(fingerprint->hash)) {
      fingerprints.push_back(*std::move(fingerprint));
    }
  }
  return fingerprints;
}

/// The line's own, else the session's.
const Attribute* find(const SessionDescription& description, const Media& line,
                      std::string_view name) {
  const Attribute* const own = find_attribute(line.attributes, name);
  return own != nullptr ? own : find_attribute(description.attributes, name);
}

}  // namespace

DtlsExchange::DtlsExchange(std::vector<Fingerprint> fingerprints, Random* random)
    : fingerprints_(std::move(fingerprints)), random_(random) {}

void DtlsExchange::put_offer(Media& line, const net::SocketAddress& here) {
  const bool goes_on = agreed_ && !renew_ && !moves_unnamed(here);
  // The same offer again, because the first was refused, has the same name.
  const bool again = !offered_id_.empty() && offered_from_ == here &&
                     (!agreed_ || offered_id_ != agreed_->local_tls_id);
  if (goes_on) {
    offered_id_ = agreed_->local_tls_id;
  } else if (!again) {
    offered_id_ = make_tls_id(*random_);
  }
  offered_from_ = here;
  // RFC 8842 §5.2, §5.5: also where the association goes on.
  put(line, Setup::actpass, offered_id_);
}

std::optional<DtlsProtection> DtlsExchange::take_answer(const SessionDescription& answer,
                                                        const Media& line,
                                                        const net::SocketAddress& there) {
  const auto told = read(answer, line);
  if (!told) return std::nullopt;
  const Setup theirs = told->setup.value_or(Setup::active);  // RFC 4145 §4
  if (theirs != Setup::active && theirs != Setup::passive) return std::nullopt;
  return agree(*told, theirs == Setup::passive, offered_id_, {offered_from_, there});
}

bool DtlsExchange::takes(const SessionDescription& offer, const Media& line) const {
  return possible() && read(offer, line).has_value();
}

DtlsProtection DtlsExchange::put_answer(const SessionDescription& offer, const Media& offered,
                                        Media& line, const Path& path) {
  const Told told = *read(offer, offered);
  const bool anew =
      !agreed_ || renew_ || changes_far_end(told, path.there) || moves_unnamed(path.here);
  bool client = true;  // RFC 5763 §5: the answerer that begins needs no round trip more
  if (told.setup == Setup::active) client = false;
  if (told.setup.value_or(Setup::actpass) == Setup::actpass && !anew) client = agreed_->client;
  const bool keeps = !anew && client == agreed_->client;
  auto tls_id = keeps ? agreed_->local_tls_id : make_tls_id(*random_);
  put(line, client ? Setup::active : Setup::passive, tls_id);
  return agree(told, client, std::move(tls_id), path);
}

/// Empty without a certificate that can be trusted, or where the association is to wait.
std::optional<DtlsExchange::Told> DtlsExchange::read(const SessionDescription& description,
                                                     const Media& line) {
  Told told;
  told.fingerprints = fingerprints_in(line.attributes);
  if (told.fingerprints.empty()) told.fingerprints = fingerprints_in(description.attributes);
  if (told.fingerprints.empty()) return std::nullopt;
  if (const Attribute* const attribute = find(description, line, "setup")) {
    const auto setup = parse_setup(attribute->value);
    if (!setup || *setup == Setup::holdconn) return std::nullopt;
    told.setup = *setup;
  }
  if (const Attribute* const attribute = find_attribute(line.attributes, "tls-id")) {
    if (const auto id = parse_tls_id(attribute->value)) told.tls_id = *id;
  }
  return told;
}

/// What the far end says of itself asks for a new association (RFC 8842 §3.1, RFC 5763 §6.6).
bool DtlsExchange::changes_far_end(const Told& told, const net::SocketAddress& there) const {
  if (told.fingerprints != agreed_->remote_fingerprints) return true;
  if (told.tls_id != agreed_->remote_tls_id) return true;
  return told.tls_id.empty() && !there.address.is_unspecified() && there != path_.there;
}

/// We have moved, and the far end knows no name by which the association could go on.
bool DtlsExchange::moves_unnamed(const net::SocketAddress& here) const {
  return agreed_->remote_tls_id.empty() && here != path_.here;
}

void DtlsExchange::put(Media& line, Setup setup, const std::string& tls_id) const {
  for (const Fingerprint& fingerprint : fingerprints_) {
    line.attributes.push_back({"fingerprint", to_string(fingerprint)});
  }
  line.attributes.push_back({"setup", std::string(to_string(setup))});
  line.attributes.push_back({"tls-id", tls_id});
}

DtlsProtection DtlsExchange::agree(const Told& told, bool client, std::string tls_id,
                                   const Path& path) {
  DtlsProtection now{client, told.fingerprints, std::move(tls_id), told.tls_id, 1};
  if (agreed_) {
    const bool anew = client != agreed_->client || now.local_tls_id != agreed_->local_tls_id ||
                      changes_far_end(told, path.there) || moves_unnamed(path.here);
    now.association = agreed_->association + (anew ? 1 : 0);
    if (anew) renew_ = false;
  }
  path_.here = path.here;
  if (!path.there.address.is_unspecified()) path_.there = path.there;
  agreed_ = now;
  return now;
}

}  // namespace godwit::sdp
