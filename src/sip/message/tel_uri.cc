// SPDX-License-Identifier: Apache-2.0
#include "sip/message/tel_uri.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "base/limits.h"
#include "sip/message/escape.h"

namespace godwit::sip {
namespace {

constexpr std::string_view kScheme = "tel:";

// visual-separator = "-" / "." / "(" / ")"
bool is_visual_separator(char c) {
  return c == '-' || c == '.' || c == '(' || c == ')';
}

// phonedigit
bool may_stand_in_global_number(char c) {
  return is_digit(c) || is_visual_separator(c);
}

// phonedigit-hex
bool may_stand_in_local_number(char c) {
  const char lower = to_lower(c);
  return may_stand_in_global_number(c) || (lower >= 'a' && lower <= 'f') || c == '*' || c == '#';
}

bool is_letter_or_digit(char c) {
  const char lower = to_lower(c);
  return is_digit(c) || (lower >= 'a' && lower <= 'z');
}

bool may_stand_in_name(char c) {
  return is_letter_or_digit(c) || c == '-';
}

// domainname = *( domainlabel "." ) toplabel [ "." ], with the "_" that hosts have too
bool may_stand_in_domain(char c) {
  return may_stand_in_name(c) || c == '.' || c == '_';
}

using IsAllowed = bool (*)(char);

std::size_t end_of(std::string_view text, std::size_t at, IsAllowed allowed) {
  while (at < text.size() && allowed(text[at])) ++at;
  return at;
}

bool has_digit(std::string_view number) {
  return !std::all_of(number.begin(), number.end(), is_visual_separator);
}

// global-number-digits = "+" *phonedigit DIGIT *phonedigit
// local-number-digits = *phonedigit-hex (HEXDIG / "*" / "#") *phonedigit-hex
Scanned<std::size_t> scan_number(std::string_view text) {
  const bool global = !text.empty() && text.front() == '+';
  const std::size_t digits_at = global ? 1 : 0;
  const auto end =
      end_of(text, digits_at, global ? may_stand_in_global_number : may_stand_in_local_number);
  if (!has_digit(text.substr(digits_at, end - digits_at))) {
    return fault(global ? "expected a digit after \"+\"" : "expected a telephone number",
                 digits_at);
  }
  return end;
}

// descriptor = domainname / global-number-digits
std::optional<std::size_t> find_fault_in_context(std::string_view context) {
  if (context.front() == '+') {
    const auto end = scan_number(context);
    if (!end) return end.error().at;
    return *end == context.size() ? std::nullopt : std::optional(*end);
  }
  const auto end = end_of(context, 0, may_stand_in_domain);
  if (!is_letter_or_digit(context.front())) return 0;
  return end == context.size() ? std::nullopt : std::optional(end);
}

std::optional<Fault> check_part(std::string_view value, UriPart part) {
  const auto bad = find_unescaped(value, part);
  if (bad == std::string_view::npos) return std::nullopt;
  return Fault{value[bad] == '%' ? "expected two hexadecimal digits after \"%\""
                                 : "character not allowed in a parameter value",
               bad};
}

bool name_is_before(const Parameter& a, const Parameter& b) {
  return std::lexicographical_compare(a.name.begin(), a.name.end(), b.name.begin(), b.name.end(),
                                      [](char x, char y) { return to_lower(x) < to_lower(y); });
}

/// Reads ";name=value" one after the other.
class SubscriberParser {
 public:
  SubscriberParser(std::string_view text, PhoneContext context) : text_(text), context_(context) {}

  Scanned<TelUri> parse() {
    const auto number_end = scan_number(text_);
    if (!number_end) return tl::unexpected<Fault>(number_end.error());
    tel_.number = text_.substr(0, *number_end);
    at_ = *number_end;
    while (at_ < text_.size()) {
      if (const auto wrong = take_parameter()) return tl::unexpected<Fault>(*wrong);
    }
    if (context_ == PhoneContext::required && !tel_.is_global() && tel_.phone_context.empty()) {
      return fault("expected \";phone-context=\" with a local number", text_.size());
    }
    std::sort(tel_.parameters.begin(), tel_.parameters.end(), name_is_before);
    return std::move(tel_);
  }

 private:
  std::optional<Fault> take_parameter() {
    if (text_[at_] != ';') return Fault{"expected a digit, a visual separator or \";\"", at_};
    const auto name_at = at_ + 1;
    const auto name_end = end_of(text_, name_at, may_stand_in_name);
    if (name_end == name_at) return Fault{"expected a parameter name after \";\"", name_at};
    const auto name = text_.substr(name_at, name_end - name_at);
    if (is_taken(name)) return Fault{"parameter given twice", name_at};
    if (++parameters_ > limits::kParameters) return Fault{"too many parameters", name_at};

    at_ = std::min(text_.find(';', name_end), text_.size());
    if (name_end == at_) return enter(name, std::nullopt, name_end);
    if (text_[name_end] != '=') {
      return Fault{"expected \"=\" or \";\" after a parameter name", name_end};
    }
    const auto value_at = name_end + 1;
    if (value_at == at_) return Fault{"expected a value after \"=\"", value_at};
    return enter(name, text_.substr(value_at, at_ - value_at), value_at);
  }

  // RFC 3966 §3: no name may stand there more than once.
  [[nodiscard]] bool is_taken(std::string_view name) const {
    const auto is = [&](std::string_view known) { return equal_ignoring_case(name, known); };
    return (is("isub") && !tel_.subaddress.empty()) || (is("ext") && !tel_.extension.empty()) ||
           (is("phone-context") && !tel_.phone_context.empty()) ||
           has_parameter(tel_.parameters, name);
  }

  std::optional<Fault> enter(std::string_view name, std::optional<std::string_view> value,
                             std::size_t value_at) {
    for (const auto& [known, member] :
         {std::pair{"isub", &TelUri::subaddress}, std::pair{"ext", &TelUri::extension},
          std::pair{"phone-context", &TelUri::phone_context}}) {
      if (!equal_ignoring_case(name, known)) continue;
      if (!value) return Fault{"expected \"=\" and a value", value_at};
      if (const auto wrong = check_known(member, *value)) {
        return Fault{wrong->what, wrong->at + value_at};
      }
      tel_.*member = *value;
      return std::nullopt;
    }
    if (const auto wrong = check_part(value.value_or(""), UriPart::parameter)) {
      return Fault{wrong->what, wrong->at + value_at};
    }
    auto& parameter = tel_.parameters.emplace_back();
    parameter.name = name;
    if (value) parameter.value = std::string(*value);
    return std::nullopt;
  }

  static std::optional<Fault> check_known(std::string TelUri::*member, std::string_view value) {
    if (member == &TelUri::subaddress) return check_part(value, UriPart::subaddress);
    if (member == &TelUri::phone_context) {
      const auto bad = find_fault_in_context(value);
      if (!bad) return std::nullopt;
      return Fault{"expected a domain name or \"+\" and digits", *bad};
    }
    // extension = ";ext=" 1*phonedigit
    const auto end = end_of(value, 0, may_stand_in_global_number);
    if (end == value.size()) return std::nullopt;
    return Fault{"expected a digit or a visual separator in an extension", end};
  }

  std::string_view text_;
  PhoneContext context_;
  std::size_t at_ = 0;
  std::size_t parameters_ = 0;
  TelUri tel_;
};

std::string only(std::string_view text, IsAllowed allowed) {
  std::string kept;
  std::copy_if(text.begin(), text.end(), std::back_inserter(kept), allowed);
  return kept;
}

std::string write_number(std::string_view number) {
  if (number.empty() || number.front() != '+') return only(number, may_stand_in_local_number);
  return '+' + only(number.substr(1), may_stand_in_global_number);
}

// RFC 3966 §3: isub or ext first, then phone-context, then all others in the order of their names.
std::string write_subscriber(const TelUri& tel) {
  std::string text = write_number(tel.number);
  if (!tel.subaddress.empty()) {
    text += ";isub=" + escape_the_rest(tel.subaddress, UriPart::subaddress);
  }
  if (!tel.extension.empty()) text += ";ext=" + only(tel.extension, may_stand_in_global_number);
  if (!tel.phone_context.empty()) {
    const bool is_number = tel.phone_context.front() == '+';
    text += ";phone-context=";
    text +=
        is_number ? write_number(tel.phone_context) : only(tel.phone_context, may_stand_in_domain);
  }
  Parameters sorted = tel.parameters;
  std::stable_sort(sorted.begin(), sorted.end(), name_is_before);
  for (const Parameter& parameter : sorted) {
    text += ';' + only(parameter.name, may_stand_in_name);
    const auto value = escape_the_rest(parameter.value.value_or(""), UriPart::parameter);
    if (!value.empty()) text += '=' + value;
  }
  return text;
}

bool same_digits(std::string_view a, std::string_view b) {
  return equal_ignoring_case(without_visual_separators(a), without_visual_separators(b));
}

// RFC 3966 §4: as host names, or digit by digit.
bool same_context(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty() || (a.front() == '+') != (b.front() == '+')) return a == b;
  return a.front() == '+' ? same_digits(a, b) : equal_ignoring_case(a, b);
}

bool parameters_within(const Parameters& mine, const Parameters& theirs) {
  return std::all_of(mine.begin(), mine.end(), [&](const Parameter& parameter) {
    const std::string* const other = find_parameter(theirs, parameter.name);
    return other != nullptr &&
           same_unescaped(parameter.value.value_or(""), *other, LetterCase::ignored);
  });
}

}  // namespace

Scanned<TelUri> parse_telephone_subscriber(std::string_view text, PhoneContext context) {
  return SubscriberParser(text, context).parse();
}

Scanned<TelUri> parse_tel_uri(std::string_view text, PhoneContext context) {
  if (!equal_ignoring_case(text.substr(0, kScheme.size()), kScheme)) {
    return fault("expected \"tel:\"", 0);
  }
  auto tel = parse_telephone_subscriber(text.substr(kScheme.size()), context);
  if (!tel) return shifted(tel.error(), kScheme.size());
  return tel;
}

Scanned<TelUri> tel_uri_from(const Uri& uri, PhoneContext context) {
  if (uri.scheme != "tel") return fault("expected \"tel:\"", 0);
  auto tel = parse_telephone_subscriber(uri.opaque, context);
  if (!tel) return shifted(tel.error(), kScheme.size());
  return tel;
}

std::string to_string(const TelUri& tel) {
  return std::string(kScheme) + write_subscriber(tel);
}

Uri to_uri(const TelUri& tel) {
  Uri uri;
  uri.scheme = "tel";
  uri.opaque = write_subscriber(tel);
  return uri;
}

// RFC 3261 §19.1.6: users are compared with regard to case, so that case is taken out first.
Uri to_sip_uri(const TelUri& tel, const Uri& domain) {
  std::string user = write_subscriber(tel);
  std::transform(user.begin(), user.end(), user.begin(), to_lower);
  Uri uri;
  uri.scheme = domain.scheme;
  uri.user = escape_the_rest(user, UriPart::user);
  uri.host = domain.host;
  uri.port = domain.port;
  uri.parameters = {{"user", "phone"}};
  return uri;
}

bool equivalent(const TelUri& a, const TelUri& b) {
  return a.is_global() == b.is_global() && same_digits(a.number, b.number) &&
         same_context(a.phone_context, b.phone_context) && same_digits(a.extension, b.extension) &&
         same_unescaped(a.subaddress, b.subaddress, LetterCase::ignored) &&
         a.parameters.size() == b.parameters.size() &&
         parameters_within(a.parameters, b.parameters) &&
         parameters_within(b.parameters, a.parameters);
}

std::string without_visual_separators(std::string_view number) {
  return only(number, [](char c) { return !is_visual_separator(c); });
}

}  // namespace godwit::sip
