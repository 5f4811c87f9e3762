// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace godwit::sip {

/// What an end certificate says of whose it is. Texts as long as their ASN.1 length says: a NUL in
/// one is a byte like any other.
struct CertificateNames {
  std::vector<std::string> uris;       ///< subjectAltName uniformResourceIdentifier
  std::vector<std::string> dns_names;  ///< subjectAltName dNSName
  std::vector<std::string> addresses;  ///< subjectAltName iPAddress, as text: "192.0.2.1"
  std::string common_name;             ///< of the subject, the most specific one
  bool has_alternative_names = false;  ///< there is a subjectAltName, of whatever kinds
  std::string subject;  ///< in one line, for errors: "CN = sip.example.org, O = Example"

  bool operator==(const CertificateNames&) const = default;
};

/// Whether "*.example.org" stands for one more label. RFC 5922 §7.2 forbids it, public certificate
/// authorities issue it.
enum class Wildcards { refused, allowed };

/// Does the certificate belong to this SIP domain (RFC 5922 §7)? That it is signed by somebody who
/// is trusted, and valid now, is for others to find out.
///
/// A sip URI without user part decides alone, where there is one; else a DNS name; the common name
/// only where there is no subjectAltName at all. A literal address is proven by an iPAddress only.
/// Names are compared whole and without regard to case.
/// @param domain  what was meant to be reached, from the account or a URI; never what DNS pointed
/// to.
[[nodiscard]] bool proves(const CertificateNames& names, std::string_view domain,
                          Wildcards wildcards);

}  // namespace godwit::sip
