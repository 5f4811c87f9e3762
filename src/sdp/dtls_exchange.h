// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "net/socket_address.h"
#include "sdp/fingerprint.h"
#include "sdp/media_protection.h"
#include "sdp/session_description.h"
#include "sdp/setup.h"

namespace godwit::sdp {

/// The DTLS association of one session as descriptions tell of it (RFC 5763, RFC 8842): certificates,
/// roles, and whether the association goes on or is made anew.
///
/// With a far end that knows tls-id it is made anew when one side names another, changes its certificate
/// or its role; a new address alone keeps it. Without tls-id a new address of either side makes it anew
/// (RFC 5763 §6.6).
class DtlsExchange {
 public:
  /// Where both sides have their media.
  struct Path {
    net::SocketAddress here, there;
  };

  /// @param fingerprints  of our certificate; empty: no DTLS
  DtlsExchange(std::vector<Fingerprint> fingerprints, Random* random);

  [[nodiscard]] bool possible() const { return random_ != nullptr && !fingerprints_.empty(); }
  /// The next agreement is about another association, if the far end can be told so: by tls-id.
  void renew() { renew_ = agreed_ && !agreed_->remote_tls_id.empty(); }
  void put_offer(Media& line, const net::SocketAddress& here);
  /// Empty: the answer shows no certificate, or leaves nobody to begin the handshake.
  [[nodiscard]] std::optional<DtlsProtection> take_answer(const SessionDescription& answer,
                                                          const Media& line,
                                                          const net::SocketAddress& there);
  /// Whether we can answer a line with DTLS.
  [[nodiscard]] bool takes(const SessionDescription& offer, const Media& line) const;
  /// Answers an offered line that `takes`.
  [[nodiscard]] DtlsProtection put_answer(const SessionDescription& offer, const Media& offered,
                                          Media& line, const Path& path);

 private:
  /// What a description says of the far end.
  struct Told {
    std::vector<Fingerprint> fingerprints;
    std::optional<Setup> setup;
    std::string tls_id;
  };
  [[nodiscard]] static std::optional<Told> read(const SessionDescription& description,
                                                const Media& line);
  [[nodiscard]] bool changes_far_end(const Told& told, const net::SocketAddress& there) const;
  [[nodiscard]] bool moves_unnamed(const net::SocketAddress& here) const;
  void put(Media& line, Setup setup, const std::string& tls_id) const;
  DtlsProtection agree(const Told& told, bool client, std::string tls_id, const Path& path);

  std::vector<Fingerprint> fingerprints_;
  Random* random_;
  std::string offered_id_;  // in our last offer
  net::SocketAddress offered_from_;
  std::optional<DtlsProtection> agreed_;
  bool renew_ = false;  // that association has to make way for another one
  Path path_;  // of the agreement; an address that is nowhere is not remembered
};

}  // namespace godwit::sdp
