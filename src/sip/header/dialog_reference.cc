// SPDX-License-Identifier: Apache-2.0
#include "sip/header/dialog_reference.h"

#include <algorithm>

#include "sip/header/call_id.h"
#include "sip/header/value_parameters.h"

namespace godwit::sip {
namespace {

/// One of the two tags that such a field must have.
struct WantedTag {
  std::string_view name;
  const char* bad_value;  // the faults
  const char* missing;
  std::string& place;
};

Taken take_tag(const WantedTag& wanted, std::string_view name,
               std::optional<std::string_view> value) {
  if (!wanted.place.empty() || !equal_ignoring_case(name, wanted.name)) return false;
  if (!value || !is_token(*value)) return fault(wanted.bad_value, 0);
  wanted.place = *value;
  return true;
}

/// What all three fields have in common; `take` gets the parameters that are no tag.
template <class Take>
std::optional<Fault> read(std::string_view text, std::string& call_id, Parameters& other,
                          const WantedTag& first, const WantedTag& second, Take take) {
  const auto begin = skip_whitespace(text, 0);
  const auto end = std::min(text.find(';', begin), text.size());
  const auto scanned = scan_call_id(trim(text.substr(begin, end - begin)));
  if (!scanned) return Fault{scanned.error().what, scanned.error().at + begin};
  call_id = *scanned;
  const auto take_any = [&](std::string_view name, std::optional<std::string_view> value) -> Taken {
    for (const WantedTag* const wanted : {&first, &second}) {
      const auto taken = take_tag(*wanted, name, value);
      if (!taken || *taken) return taken;
    }
    return take(name, value);
  };
  if (const auto wrong = read_value_parameters(text, end, other, take_any)) return wrong;
  for (const WantedTag* const wanted : {&first, &second}) {
    if (wanted->place.empty()) return Fault{wanted->missing, text.size()};
  }
  return std::nullopt;
}

Taken take_nothing(std::string_view, std::optional<std::string_view>) {
  return false;
}

WantedTag to_tag(std::string& place) {
  return {"to-tag", "expected a token after \"to-tag=\"", "expected a parameter \"to-tag\"", place};
}

WantedTag from_tag(std::string& place) {
  return {"from-tag", "expected a token after \"from-tag=\"", "expected a parameter \"from-tag\"",
          place};
}

}  // namespace

// callid *( SEMI ( to-tag / from-tag / early-flag / generic-param ) ): each tag exactly once
Scanned<Replaces> parse_replaces(std::string_view text) {
  Replaces value;
  const auto take = [&](std::string_view name, std::optional<std::string_view> flag) -> Taken {
    if (flag || value.early_only || !equal_ignoring_case(name, "early-only")) return false;
    value.early_only = true;
    return true;
  };
  const auto wrong =
      read(text, value.call_id, value.other, to_tag(value.to_tag), from_tag(value.from_tag), take);
  if (wrong) return tl::unexpected<Fault>(*wrong);
  return value;
}

std::string to_string(const Replaces& value) {
  std::string text = as_call_id(value.call_id);
  append_parameter(text, "to-tag", as_token(value.to_tag));
  append_parameter(text, "from-tag", as_token(value.from_tag));
  if (value.early_only) text += ";early-only";
  append_parameters(text, value.other);
  return text;
}

// callid *( SEMI ( to-tag / from-tag / generic-param ) )
Scanned<Join> parse_join(std::string_view text) {
  Join value;
  const auto wrong = read(text, value.call_id, value.other, to_tag(value.to_tag),
                          from_tag(value.from_tag), take_nothing);
  if (wrong) return tl::unexpected<Fault>(*wrong);
  return value;
}

std::string to_string(const Join& value) {
  std::string text = as_call_id(value.call_id);
  append_parameter(text, "to-tag", as_token(value.to_tag));
  append_parameter(text, "from-tag", as_token(value.from_tag));
  append_parameters(text, value.other);
  return text;
}

// callid *( SEMI ( remote-param / local-param / generic-param ) )
Scanned<TargetDialog> parse_target_dialog(std::string_view text) {
  TargetDialog value;
  const WantedTag local{"local-tag", "expected a token after \"local-tag=\"",
                        "expected a parameter \"local-tag\"", value.local_tag};
  const WantedTag remote{"remote-tag", "expected a token after \"remote-tag=\"",
                         "expected a parameter \"remote-tag\"", value.remote_tag};
  const auto wrong = read(text, value.call_id, value.other, local, remote, take_nothing);
  if (wrong) return tl::unexpected<Fault>(*wrong);
  return value;
}

std::string to_string(const TargetDialog& value) {
  std::string text = as_call_id(value.call_id);
  append_parameter(text, "local-tag", as_token(value.local_tag));
  append_parameter(text, "remote-tag", as_token(value.remote_tag));
  append_parameters(text, value.other);
  return text;
}

}  // namespace godwit::sip
