// SPDX-License-Identifier: Apache-2.0
#include "godwit/error.h"

namespace godwit {
namespace {

const char* phrase(Errc code) {
  switch (code) {
    case Errc::malformed_message: return "malformed message";
    case Errc::invalid_argument: return "invalid argument";
    case Errc::no_such_account: return "no such account";
    case Errc::no_such_call: return "no such call";
    case Errc::wrong_state: return "not possible in this state";
    case Errc::timed_out: return "timed out";
    case Errc::cancelled: return "cancelled";
    case Errc::no_network: return "no usable network";
    case Errc::name_not_found: return "name not found";
    case Errc::unreachable: return "unreachable";
    case Errc::address_in_use: return "address in use";
    case Errc::authentication_failed: return "authentication failed";
    case Errc::rejected: return "rejected";
    case Errc::unsupported: return "unsupported";
    case Errc::media_failed: return "media failed";
    case Errc::limit_reached: return "limit reached";
    case Errc::connection_closed: return "connection closed";
    case Errc::tls_failed: return "TLS handshake failed";
    case Errc::certificate_rejected: return "certificate rejected";
    case Errc::not_protected: return "not protected";
  }
  return "unknown error";
}

class Category final : public std::error_category {
 public:
  const char* name() const noexcept override { return "godwit"; }
  std::string message(int value) const override { return phrase(static_cast<Errc>(value)); }
};

}  // namespace

const std::error_category& godwit_category() noexcept {
  static const Category category;
  return category;
}

}  // namespace godwit
