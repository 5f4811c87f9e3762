// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sip/message/grammar.h"

namespace godwit::sip {

/// An exact decimal number: (negative ? -1 : 1) * digits / 10^places, without zeros at the end of
/// its places.
struct Decimal {
  bool negative = false;
  std::uint64_t digits = 0;  // at most 19 of them
  std::uint8_t places = 0;

  bool operator==(const Decimal&) const = default;
};

/// The numbers from `min` to `max`, both included; at least one of the two is there.
struct FeatureRange {
  std::optional<Decimal> min;
  std::optional<Decimal> max;

  bool operator==(const FeatureRange&) const = default;
};

/// One of the values that a capability has: "!video", TRUE, "#>=5".
struct FeatureValue {
  bool negated = false;
  std::variant<bool, FeatureRange, std::string> value;  // the string is a token without "!"

  bool operator==(const FeatureValue&) const = default;
};

/// A capability of a user agent, or one that is asked for (RFC 3840 §9): `audio`,
/// `methods="INVITE,BYE"`, `+sip.rendering="no"`, `description="<PC>"`.
struct FeatureTag {
  std::string name;  // as on the wire: one of the base tags, or with "+" before it
  /// A list; empty for a bare name, which means TRUE. Or the text of a string value.
  std::variant<std::vector<FeatureValue>, std::string> content;

  bool operator==(const FeatureTag&) const = default;
};
using FeatureTags = std::vector<FeatureTag>;

/// Whether a parameter of this name is a feature tag.
[[nodiscard]] bool is_feature_tag(std::string_view name);

/// Parses a parameter; `value` is as on the wire, and faults are places in it. A value without
/// quotes is read as if it had them.
[[nodiscard]] Scanned<FeatureTag> parse_feature_tag(std::string_view name,
                                                    std::optional<std::string_view> value);
/// `name` or `name="value"`, without ";".
[[nodiscard]] std::string to_string(const FeatureTag& tag);

/// Adds a parameter that is a good feature tag; answers false for every other one.
[[nodiscard]] bool put_feature_tag(FeatureTags& tags, std::string_view name,
                                   std::optional<std::string_view> value);
/// Writes each with its ";".
void append_feature_tags(std::string& text, const FeatureTags& tags);
/// The tag of that name, in any case; nullptr when there is none.
[[nodiscard]] const FeatureTag* find_feature_tag(const FeatureTags& tags, std::string_view name);

}  // namespace godwit::sip
