// SPDX-License-Identifier: Apache-2.0
#include "io/certificate.h"

#include <openssl/asn1.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <span>
#include <vector>

#include "io/tls_pointers.h"
#include "net/ip_address.h"

namespace godwit::io {
namespace {

constexpr std::size_t kNamesShown = 8;
constexpr std::size_t kNameShown = 100;  // bytes

std::string text_of(const ASN1_STRING* string) {
  const auto length = static_cast<std::size_t>(ASN1_STRING_length(string));
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)), length};
}

std::string address_of(const ASN1_OCTET_STRING* octets) {
  const std::span<const unsigned char> bytes(ASN1_STRING_get0_data(octets),
                                             static_cast<std::size_t>(ASN1_STRING_length(octets)));
  std::array<std::uint8_t, 4> v4{};
  std::array<std::uint8_t, 16> v6{};
  if (bytes.size() == v4.size()) {
    std::copy(bytes.begin(), bytes.end(), v4.begin());
    return to_string(net::IpAddress::v4(v4));
  }
  if (bytes.size() != v6.size()) return {};
  std::copy(bytes.begin(), bytes.end(), v6.begin());
  return to_string(net::IpAddress::v6(v6));
}

void add_name(sip::CertificateNames& names, const GENERAL_NAME& name) {
  switch (name.type) {
    case GEN_URI:
      names.uris.push_back(text_of(name.d.uniformResourceIdentifier));
      break;
    case GEN_DNS:
      names.dns_names.push_back(text_of(name.d.dNSName));
      break;
    case GEN_IPADD:
      names.addresses.push_back(address_of(name.d.iPAddress));
      break;
    default:
      break;  // e-mail and directory names say nothing of a SIP domain
  }
}

std::string common_name_of(X509_NAME* subject) {
  int last = -1;
  for (int at = -1; (at = X509_NAME_get_index_by_NID(subject, NID_commonName, at)) >= 0;) last = at;
  if (last < 0) return {};
  const ASN1_STRING* const value = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, last));
  unsigned char* utf8 = nullptr;
  const int length = ASN1_STRING_to_UTF8(&utf8, value);
  if (length < 0) return {};
  std::string text(reinterpret_cast<const char*>(utf8), static_cast<std::size_t>(length));
  OPENSSL_free(utf8);
  return text;
}

// In one line, control characters escaped.
std::string one_line(const X509_NAME* name) {
  const BioPtr out(BIO_new(BIO_s_mem()));
  if (!out || X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_ONELINE & ~ASN1_STRFLGS_ESC_MSB) < 0) {
    return {};
  }
  char* text = nullptr;
  const long length = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<std::size_t>(length)};
}

std::string day_of(const ASN1_TIME* time) {
  std::tm day{};
  if (ASN1_TIME_to_tm(time, &day) != 1) return "a day that does not read";
  std::array<char, 32> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%d", &day);
  return {text.data(), length};
}

// For people: what a certificate says of itself may be anything.
std::string shown(const std::string& name) {
  std::string out;
  for (const char c : name.substr(0, kNameShown)) {
    const auto byte = static_cast<unsigned char>(c);
    const bool printable = byte >= ' ' && byte < 0x7f;
    std::array<char, 8> escaped{};
    if (!printable) std::snprintf(escaped.data(), escaped.size(), "\\x%02x", byte);
    if (printable)
      out += c;
    else
      out += escaped.data();
  }
  if (name.size() > kNameShown) out += "...";
  return out;
}

std::string list_of(const sip::CertificateNames& names) {
  std::vector<std::string> all = names.uris;
  all.insert(all.end(), names.dns_names.begin(), names.dns_names.end());
  all.insert(all.end(), names.addresses.begin(), names.addresses.end());
  if (!names.has_alternative_names && !names.common_name.empty()) all.push_back(names.common_name);
  std::string out;
  for (std::size_t i = 0; i < all.size() && i < kNamesShown; ++i) {
    out += (i == 0 ? "" : ", ") + shown(all[i]);
  }
  if (all.size() > kNamesShown) out += " and others";
  return out.empty() ? "nobody" : out;
}

std::string about(const X509* certificate, const std::string& owner) {
  return "certificate of " + owner + " (" + describe(certificate) + ")";
}

}  // namespace

sip::CertificateNames names_of(const X509* certificate) {
  sip::CertificateNames names;
  X509_NAME* const subject = X509_get_subject_name(certificate);
  names.subject = one_line(subject);
  names.common_name = common_name_of(subject);
  int critical = -1;
  const GeneralNamesPtr alternatives(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, &critical, nullptr)));
  // -1: there is none. One that does not read, or several, are there all the same, and prove
  // nothing.
  names.has_alternative_names = alternatives != nullptr || critical != -1;
  if (!alternatives) return names;
  const int count = sk_GENERAL_NAME_num(alternatives.get());
  for (int i = 0; i < count; ++i) add_name(names, *sk_GENERAL_NAME_value(alternatives.get(), i));
  return names;
}

std::string describe(const X509* certificate) {
  return one_line(X509_get_subject_name(certificate)) + ", issued by " +
         one_line(X509_get_issuer_name(certificate));
}

std::string why_refused(X509_STORE_CTX* chain, const std::string& owner) {
  const int error = X509_STORE_CTX_get_error(chain);
  const X509* const leaf = X509_STORE_CTX_get0_cert(chain);
  const X509* const culprit = X509_STORE_CTX_get_current_cert(chain);
  if (leaf == nullptr) return "certificate of " + owner + " is missing";
  std::string sentence = about(leaf, owner);
  const bool is_leaf = culprit == nullptr || X509_STORE_CTX_get_error_depth(chain) == 0;
  switch (error) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      if (!is_leaf) sentence += ": the one of its issuer " + describe(culprit);
      return sentence + " expired on " + day_of(X509_get0_notAfter(is_leaf ? leaf : culprit));
    case X509_V_ERR_CERT_NOT_YET_VALID:
      if (!is_leaf) sentence += ": the one of its issuer " + describe(culprit);
      return sentence + " is not valid before " +
             day_of(X509_get0_notBefore(is_leaf ? leaf : culprit));
    default:
      return sentence + " is not trusted: " + X509_verify_cert_error_string(error);
  }
}

std::string why_not_named(const X509* certificate, const std::string& owner) {
  return about(certificate, owner) + " names " + list_of(names_of(certificate)) + ", not " + owner;
}

bool is_current(const X509* certificate) {
  return X509_cmp_current_time(X509_get0_notBefore(certificate)) < 0 &&
         X509_cmp_current_time(X509_get0_notAfter(certificate)) > 0;
}

}  // namespace godwit::io
