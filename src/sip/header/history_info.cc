// SPDX-License-Identifier: Apache-2.0
#include "sip/header/history_info.h"

#include <algorithm>

#include "base/limits.h"
#include "sip/header/address.h"
#include "sip/header/number.h"
#include "sip/header/value_parameters.h"
#include "sip/message/escape.h"

namespace godwit::sip {
namespace {

using Change = HistoryTarget::Change;

constexpr std::string_view target_name(Change change) {
  switch (change) {
    case Change::same_user:
      return "rc";
    case Change::other_user:
      return "mp";
    case Change::none:
      return "np";
  }
  return "";
}

// index-val = number *( "." number )
Scanned<HistoryIndex> scan_index(std::string_view text) {
  HistoryIndex index;
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find('.', begin), text.size());
    if (index.size() == limits::kHistoryDepth) return fault("history too deep", begin);
    const auto number = scan_number(text.substr(begin, end - begin));
    if (!number) return shifted(number.error(), begin);
    index.push_back(*number);
    begin = end + 1;
  }
  return index;
}

std::string write_index(const HistoryIndex& index) {
  std::string text;
  for (const std::uint32_t number : index) {
    if (!text.empty()) text += '.';
    text += std::to_string(number);
  }
  return text;
}

Taken take(HistoryInfo& entry, std::string_view name, std::optional<std::string_view> value) {
  if (entry.index.empty() && equal_ignoring_case(name, "index")) {
    auto index = scan_index(value.value_or(""));
    if (!index) return tl::unexpected<Fault>(index.error());
    entry.index = std::move(*index);
    return true;
  }
  for (const Change change : {Change::same_user, Change::other_user, Change::none}) {
    if (entry.target || !equal_ignoring_case(name, target_name(change))) continue;
    auto index = scan_index(value.value_or(""));
    if (!index) return tl::unexpected<Fault>(index.error());
    entry.target = HistoryTarget{change, std::move(*index)};
    return true;
  }
  return false;
}

std::optional<std::string> unescaped_header(const Uri& uri, std::string_view name) {
  const std::string* const escaped = find_parameter(uri.headers, name);
  if (escaped == nullptr) return std::nullopt;
  const auto text = unescape(*escaped);
  return text ? std::optional(*text) : std::nullopt;
}

}  // namespace

// hi-entry = ( name-addr / addr-spec ) *( SEMI ( hi-index / hi-target-param / generic-param ) )
Scanned<HistoryInfo> parse_history_info(std::string_view text) {
  const auto parts = scan_name_addr(text);
  if (!parts) return tl::unexpected<Fault>(parts.error());
  HistoryInfo entry;
  entry.display_name = read_display_name(*parts);
  entry.uri = read_uri(parts->uri);
  const auto wrong = read_value_parameters(
      text, parameters_at(text, *parts), entry.other,
      [&](std::string_view name, auto value) { return take(entry, name, value); });
  if (wrong) return tl::unexpected<Fault>(*wrong);
  return entry;
}

std::string to_string(const HistoryInfo& entry) {
  std::string text;
  append_address(text, entry.display_name, entry.uri);
  if (!entry.index.empty()) append_parameter(text, "index", write_index(entry.index));
  if (entry.target && !entry.target->index.empty()) {
    append_parameter(text, target_name(entry.target->change), write_index(entry.target->index));
  }
  append_parameters(text, entry.other);
  return text;
}

std::optional<std::string> history_reason(const HistoryInfo& entry) {
  return unescaped_header(entry.uri, "Reason");
}

void set_history_reason(HistoryInfo& entry, std::string_view reason) {
  set_parameter(entry.uri.headers, "Reason", escape(reason, UriPart::header));
}

std::optional<std::string> history_privacy(const HistoryInfo& entry) {
  return unescaped_header(entry.uri, "Privacy");
}

void set_history_privacy(HistoryInfo& entry, std::string_view privacy) {
  set_parameter(entry.uri.headers, "Privacy", escape(privacy, UriPart::header));
}

}  // namespace godwit::sip
