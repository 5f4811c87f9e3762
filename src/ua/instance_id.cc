// SPDX-License-Identifier: Apache-2.0
#include "ua/instance_id.h"

#include <string_view>

#include "base/text.h"

namespace godwit::ua {
namespace {

constexpr std::string_view kScheme = "urn:uuid:";
constexpr std::string_view kForm = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool is_uuid(std::string_view text) {
  if (text.size() != kForm.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (kForm[i] == '-' ? text[i] != '-' : !is_hex(text[i])) return false;
  }
  return true;
}

}  // namespace

Result<void> check_instance_id(const std::string& instance_id) {
  if (instance_id.empty()) return {};
  const std::string_view text = instance_id;
  const auto scheme = text.substr(0, kScheme.size());
  if (equal_ignoring_case(scheme, kScheme) && is_uuid(text.substr(scheme.size()))) return {};
  return fail(Errc::invalid_argument, "instance_id: not like " + std::string(kScheme) +
                                          "00000000-0000-1000-8000-000A95A0E128: " + instance_id);
}

bool asks_for_outbound(Outbound wish, const std::string& instance_id, net::Transport transport) {
  if (instance_id.empty() || wish == Outbound::never) return false;
  return wish == Outbound::always || transport == net::Transport::tls;
}

}  // namespace godwit::ua
