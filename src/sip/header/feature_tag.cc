// SPDX-License-Identifier: Apache-2.0
#include "sip/header/feature_tag.h"

#include <algorithm>
#include <array>

#include "base/limits.h"
#include "base/overloaded.h"
#include "sip/header/value_parameters.h"
#include "sip/header/value_reader.h"

namespace godwit::sip {
namespace {

constexpr std::array<std::string_view, 20> kBaseTags{
    "audio",       "automata", "class",    "duplex",  "data",    "control",     "mobility",
    "description", "events",   "priority", "methods", "schemes", "application", "video",
    "language",    "type",     "isfocus",  "actor",   "text",    "extensions"};

constexpr std::size_t kDecimalDigits = 19;  // what 64 bits hold

// number = [ "+" / "-" ] 1*DIGIT [ "." 0*DIGIT ]                                (RFC 3840 §9)
Scanned<Decimal> read_decimal(ValueReader& reader) {
  Decimal number;
  const auto begin = reader.at();
  number.negative = reader.take('-');
  if (!number.negative) reader.take('+');
  auto whole = reader.take_digits();
  if (whole.empty()) return reader.fault("expected a number");
  auto fraction = reader.take('.') ? reader.take_digits() : std::string_view{};
  whole.remove_prefix(std::min(whole.find_first_not_of('0'), whole.size()));
  while (fraction.ends_with('0')) fraction.remove_suffix(1);
  if (whole.size() + fraction.size() > kDecimalDigits) return fault("number too long", begin);
  for (const auto part : {whole, fraction}) {
    for (const char digit : part) {
      number.digits = number.digits * 10 + static_cast<std::uint64_t>(digit - '0');
    }
  }
  number.places = static_cast<std::uint8_t>(fraction.size());
  if (number.digits == 0) number.negative = false;
  return number;
}

std::string write_decimal(const Decimal& number) {
  std::string text = std::to_string(number.digits);
  if (number.places > 0) {
    if (text.size() <= number.places) text.insert(0, number.places + 1 - text.size(), '0');
    text.insert(text.size() - number.places, 1, '.');
  }
  return number.negative ? '-' + text : text;
}

// numeric = "#" ( ">=" / "<=" / "=" / (number ":") ) number, from behind the "#"
Scanned<FeatureRange> read_range(ValueReader& reader) {
  const bool from = reader.take('>');
  const bool to = !from && reader.take('<');
  const bool related = reader.take('=');
  if ((from || to) && !related) return reader.fault("expected \"=\"");
  const auto first = read_decimal(reader);
  if (!first) return tl::unexpected<Fault>(first.error());
  if (from) return FeatureRange{*first, std::nullopt};
  if (to) return FeatureRange{std::nullopt, *first};
  if (related) return FeatureRange{*first, *first};
  if (!reader.take(':')) return reader.fault("expected \":\" between two numbers");
  const auto second = read_decimal(reader);
  if (!second) return tl::unexpected<Fault>(second.error());
  return FeatureRange{*first, *second};
}

std::string write_range(const FeatureRange& range) {
  if (!range.min && !range.max) return "TRUE";  // any number will do
  if (!range.max) return "#>=" + write_decimal(*range.min);
  if (!range.min) return "#<=" + write_decimal(*range.max);
  if (range.min == range.max) return "#=" + write_decimal(*range.min);
  return '#' + write_decimal(*range.min) + ':' + write_decimal(*range.max);
}

// tag-value = [ "!" ] ( token-nobang / boolean / numeric )
Scanned<FeatureValue> read_value(ValueReader& reader) {
  FeatureValue value;
  value.negated = reader.take('!');
  if (reader.take('#')) {
    const auto range = read_range(reader);
    if (!range) return tl::unexpected<Fault>(range.error());
    value.value = *range;
    return value;
  }
  const auto begin = reader.at();
  const auto token = reader.take_token();
  if (token.empty()) return reader.fault("expected a value of the feature tag");
  const auto bang = token.find('!');
  if (bang != std::string_view::npos) return fault("unexpected \"!\" in a value", begin + bang);
  const bool is_true = equal_ignoring_case(token, "TRUE");
  if (is_true || equal_ignoring_case(token, "FALSE")) {
    value.value = is_true;
  } else {
    value.value = std::string(token);
  }
  return value;
}

std::string write_value(const FeatureValue& value) {
  const auto text =
      std::visit(overloaded{[](bool is_true) { return std::string(is_true ? "TRUE" : "FALSE"); },
                            [](const FeatureRange& range) { return write_range(range); },
                            [](const std::string& token) {
                              auto written = as_token(token);
                              std::replace(written.begin(), written.end(), '!', '-');
                              return written;
                            }},
                 value.value);
  return value.negated ? '!' + text : text;
}

Scanned<std::vector<FeatureValue>> read_list(std::string_view text) {
  std::vector<FeatureValue> values;
  ValueReader reader(text);
  do {
    reader.skip_space();
    if (values.size() == limits::kFeatureValues) return reader.fault("too many values");
    auto value = read_value(reader);
    if (!value) return tl::unexpected<Fault>(value.error());
    values.push_back(std::move(*value));
    reader.skip_space();
  } while (reader.take(','));
  if (!reader.at_end()) return reader.fault("expected \",\" between values");
  return values;
}

std::string write_content(const std::vector<FeatureValue>& values) {
  std::string text;
  for (const FeatureValue& value : values) {
    text += text.empty() ? "=\"" : ",";
    text += write_value(value);
  }
  if (!text.empty()) text += '"';
  return text;
}

// string-value = "<" *( qdtext-no-abkt / quoted-pair ) ">": brackets inside are escaped.
std::string write_content(const std::string& text) {
  std::string written = "=\"<";
  const auto quoted = quote(text);
  for (const char c : std::string_view(quoted).substr(1, quoted.size() - 2)) {
    if (c == '<' || c == '>') written += '\\';
    written += c;
  }
  return written + ">\"";
}

}  // namespace

bool is_feature_tag(std::string_view name) {
  if (name.starts_with('+')) return name.size() > 1;
  return std::any_of(kBaseTags.begin(), kBaseTags.end(),
                     [&](std::string_view tag) { return equal_ignoring_case(tag, name); });
}

// feature-param = enc-feature-tag [ EQUAL LDQUOT ( tag-value-list / string-value ) RDQUOT ]
Scanned<FeatureTag> parse_feature_tag(std::string_view name,
                                      std::optional<std::string_view> value) {
  FeatureTag tag{std::string(name), {}};
  if (!value) return tag;
  if (value->starts_with("\"<") && value->ends_with(">\"") && value->size() >= 4) {
    const auto text = unquote(*value);
    tag.content = text.substr(1, text.size() - 2);
    return tag;
  }
  auto list = scan_bare_or_quoted(value, read_list);
  if (!list) return tl::unexpected<Fault>(list.error());
  tag.content = std::move(*list);
  return tag;
}

std::string to_string(const FeatureTag& tag) {
  return as_token(tag.name) +
         std::visit([](const auto& content) { return write_content(content); }, tag.content);
}

bool put_feature_tag(FeatureTags& tags, std::string_view name,
                     std::optional<std::string_view> value) {
  if (!is_feature_tag(name)) return false;
  auto tag = parse_feature_tag(name, value);
  if (!tag) return false;
  tags.push_back(std::move(*tag));
  return true;
}

void append_feature_tags(std::string& text, const FeatureTags& tags) {
  for (const FeatureTag& tag : tags) text += ';' + to_string(tag);
}

const FeatureTag* find_feature_tag(const FeatureTags& tags, std::string_view name) {
  const auto found = std::find_if(tags.begin(), tags.end(), [&](const FeatureTag& tag) {
    return equal_ignoring_case(tag.name, name);
  });
  return found == tags.end() ? nullptr : &*found;
}

}  // namespace godwit::sip
