// SPDX-License-Identifier: Apache-2.0
#include "ua/dialog_contact.h"

#include <algorithm>
#include <variant>

#include "base/limits.h"

namespace godwit::ua {
namespace {

const sip::Uri* gruu_of(const Identity& identity) {
  const auto& [lasting, temporary] = identity.gruus;
  if (identity.contact.forced) return nullptr;
  if (identity.preferred) return temporary.empty() ? nullptr : &temporary.front().uri;
  return lasting ? &*lasting : nullptr;
}

}  // namespace

sip::NameAddr dialog_contact(const net::Flow& flow, const Identity& identity) {
  auto contact = contact_on(flow, identity);
  if (const auto* gruu = gruu_of(identity)) {
    contact.uri = *gruu;
  } else if (identity.keeps_flow && !identity.contact.forced) {
    sip::set_parameter(contact.uri.parameters, "ob", std::nullopt);
  }
  return contact;
}

bool is_gruu_of(const Identity& identity, const sip::Uri& uri) {
  if (!sip::has_parameter(uri.parameters, "gr")) return false;
  const auto& [lasting, temporary] = identity.gruus;
  const auto is_it = [&](const sip::Uri& gruu) { return sip::equivalent(gruu, uri); };
  return (lasting && is_it(*lasting)) ||
         std::any_of(temporary.begin(), temporary.end(), [&](const auto& one) { return is_it(one.uri); });
}

std::optional<sip::Uri> read_gruu(const std::string& text) {
  if (text.empty() || text.size() > limits::kGruuBytes) return std::nullopt;
  auto uri = sip::parse_uri(text);
  const bool is_gruu = uri && uri->is_sip() && sip::has_parameter(uri->parameters, "gr") &&
                       std::holds_alternative<std::string>(uri->host);
  if (!is_gruu) return std::nullopt;
  return *std::move(uri);
}

}  // namespace godwit::ua
