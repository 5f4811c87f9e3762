// SPDX-License-Identifier: Apache-2.0
#include "sip/message/dial_target.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/limits.h"
#include "sip/message/escape.h"
#include "sip/message/grammar.h"
#include "sip/message/tel_uri.h"

namespace godwit::sip {
namespace {

constexpr std::string_view kNothing =
    "nothing to call: expected an address such as sip:alice@example.com, or a number";

tl::unexpected<Error> refuse(std::string sentence) {
  return fail(Errc::invalid_argument, std::move(sentence));
}

// Not quote(): people read it, no parser. Of a long one the beginning, cut between characters.
std::string in_quotes(std::string_view text) {
  constexpr std::size_t kShown = 80;
  if (text.size() <= kShown) return '"' + std::string(text) + '"';
  auto end = kShown;
  while (end > 0 && (text[end] & 0xc0) == 0x80) --end;
  return '"' + std::string(text.substr(0, end)) + "...\"";
}

std::string_view without_blank_ends(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const auto begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

bool is_control(char c) {
  return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
}

bool begins_with(std::string_view text, std::string_view word) {
  return equal_ignoring_case(text.substr(0, word.size()), word);
}

// What comes along when a number is copied out of a document: unbreakable blanks (U+00A0, U+202F),
// dashes (U+2010 to U+2013), and marks of direction (U+200E, U+200F, U+202A to U+202E).
std::string without_typography(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto rest = text.substr(i);
    if (begins_with(rest, "\xc2\xa0")) {
      plain += ' ';
      ++i;
      continue;
    }
    const auto third = rest.size() > 2 ? static_cast<unsigned char>(rest[2]) : 0U;
    const bool blank = third == 0xaf;
    const bool dash = third >= 0x90 && third <= 0x93;
    const bool direction = third == 0x8e || third == 0x8f || (third >= 0xaa && third <= 0xae);
    if (begins_with(rest, "\xe2\x80") && (blank || dash || direction)) {
      if (!direction) plain += blank ? ' ' : '-';
      i += 2;
      continue;
    }
    plain += text[i] == '\t' ? ' ' : text[i];
  }
  return plain;
}

/// An address, and what stands behind it from the first ";" or "?" on.
struct Split {
  std::string_view main;
  std::string_view tail;
};

Split split_tail(std::string_view text) {
  const auto end = std::min(text.find_first_of(";?"), text.size());
  return {without_blank_ends(text.substr(0, end)), text.substr(end)};
}

bool is_port(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

bool is_sip_scheme(std::string_view scheme) {
  return equal_ignoring_case(scheme, "sip") || equal_ignoring_case(scheme, "sips");
}

// The word before the first ":", unless it is a host and what follows its port, or has characters
// that no scheme has.
std::string_view scheme_of(std::string_view text) {
  const auto main = split_tail(text).main;
  const auto colon = main.find(':');
  if (colon == std::string_view::npos) return {};
  const auto word = main.substr(0, colon);
  const bool known = is_sip_scheme(word) || equal_ignoring_case(word, "tel");
  if (known) return word;
  const bool may_be = !word.empty() && !is_digit(word.front()) &&
                      std::all_of(word.begin(), word.end(),
                                  [](char c) { return is_token_char(c) && c != '%' && c != '*'; });
  return may_be && !is_port(main.substr(colon + 1)) ? word : std::string_view{};
}

// What people write between the digits of a number, beside RFC 3966's visual separators.
bool is_number(std::string_view text) {
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  constexpr std::string_view kDialled = "0123456789*#";
  return text.find_first_of(kDialled) != std::string_view::npos &&
         text.find_first_not_of("0123456789*#-.()/ ") == std::string_view::npos;
}

// Host and port of "sip:user@host:port;…".
std::string_view host_part(std::string_view text) {
  const auto sign = text.find('@');
  text.remove_prefix((sign == std::string_view::npos ? text.find(':') : sign) + 1);
  return split_tail(text).main;
}

// What is wrong with a host, in words that the parser, which must be short, does not have.
std::optional<std::string> find_host_mistake(std::string_view host) {
  if (host.empty()) return "expected a host behind \"@\" or the scheme";
  const auto zone = std::min(host.find('%'), host.size());
  auto address = host.substr(0, zone);
  const bool bracketed = host.front() == '[';
  if (bracketed && !address.empty()) address.remove_prefix(1);
  if (!address.empty() && address.back() == ']') address.remove_suffix(1);
  const bool is_v6 =
      address.find(':') != std::string_view::npos && net::IpAddress::parse(address).has_value();
  if (is_v6 && zone != host.size()) {  // RFC 5954 has none, and they mean nothing to the far end
    return "an interface is no part of a SIP address: write [" + std::string(address) +
           "] without \"" + std::string(host.substr(zone, host.find(']') - zone)) + '"';
  }
  if (is_v6 && !bracketed) {
    return "expected brackets around an IPv6 address: [" + std::string(address) + ']';
  }
  if (std::any_of(host.begin(), host.end(), [](char c) { return (c & 0x80) != 0; })) {
    return in_quotes(host) +
           " has letters that no host name has: write it as the DNS does, beginning with xn--";
  }
  return std::nullopt;
}

void escape_all(Parameters& parameters, UriPart part) {
  for (Parameter& parameter : parameters) {
    parameter.name = escape_the_rest(parameter.name, part);
    if (parameter.value) parameter.value = escape_the_rest(*parameter.value, part);
  }
}

/// Reads one entry.
class DialReader {
 public:
  explicit DialReader(const Uri* account) : account_(account) {}

  // [ name ] "<" address ">", or an address
  Result<DialTarget> read(std::string_view entry) {
    auto angle = entry.find('<');
    if (entry.front() == '"') {
      const auto end = end_of_quoted_string(entry, 0);
      if (end == std::string_view::npos) {
        return refuse("expected a quotation mark at the end of the name");
      }
      angle = skip_whitespace(entry, end);
      if (angle == entry.size() || entry[angle] != '<') {
        return refuse("expected an address in angle brackets behind the name");
      }
      target_.address.display_name = unquote(entry.substr(0, end));
    } else if (angle == std::string_view::npos) {
      return read_address(entry);
    } else {
      target_.address.display_name = trim(entry.substr(0, angle));
    }
    const auto close = entry.find('>', angle);
    if (close == std::string_view::npos) return refuse("expected \">\" behind the address");
    if (close + 1 != entry.size()) warn("what stands behind \">\" was left out");
    return read_address(entry.substr(angle + 1, close - angle - 1));
  }

 private:
  void warn(std::string sentence) { target_.warnings.push_back(std::move(sentence)); }

  Result<DialTarget> read_address(std::string_view raw) {
    if (raw.size() > limits::kUriBytes) return refuse_length();
    const auto plain = without_typography(raw);
    const auto text = without_blank_ends(plain);
    const auto [main, tail] = split_tail(text);
    if (main.empty()) return refuse(std::string(kNothing));
    // Before the scheme is looked for: "fe80::1" looks as if it had one.
    if (main.find('@') == std::string_view::npos && main.find(':') != std::string_view::npos) {
      if (const auto mistake = find_host_mistake(main)) return refuse(*mistake);
    }
    if (const auto scheme = scheme_of(text); !scheme.empty()) return read_scheme(scheme, text);
    const bool has_host = text.find('@') != std::string_view::npos || main.front() == '[' ||
                          main.find(':') != std::string_view::npos || net::IpAddress::parse(main);
    if (has_host) return read_sip("sip:" + std::string(text));
    return is_number(main) ? read_number(main, tail) : read_word(main, tail);
  }

  Result<DialTarget> read_scheme(std::string_view scheme, std::string_view text) {
    if (equal_ignoring_case(scheme, "tel")) return read_tel(text);
    if (!is_sip_scheme(scheme)) {
      return refuse(in_quotes(scheme) +
                    " cannot be called: expected \"sip:\", \"sips:\" or \"tel:\" in front");
    }
    auto rest = text.substr(scheme.size() + 1);
    if (begins_with(rest, "//")) {
      rest.remove_prefix(2);
      warn("\"//\" is no part of a SIP address and was left out");
    }
    const auto [main, tail] = split_tail(rest);
    if (is_number(main) && rest.find('@') == std::string_view::npos &&
        !net::IpAddress::parse(main)) {
      if (account_ != nullptr) warn(in_quotes(main) + " names no host: called at the own domain");
      return read_number(main, tail);
    }
    return read_sip(std::string(scheme) + ':' + std::string(rest));
  }

  Result<DialTarget> read_tel(std::string_view text) {
    std::string number(text);
    std::erase(number, ' ');
    auto tel = parse_tel_uri(number, PhoneContext::optional);
    if (!tel) {
      return refuse(in_quotes(number) + " is no telephone number: " + tel.error().what +
                    " at byte " + std::to_string(tel.error().at));
    }
    if (account_ == nullptr) return refuse_number();
    tel->number = without_visual_separators(tel->number);
    Uri uri = to_sip_uri(*tel, *account_);
    // RFC 3966 §5.1.5: without its context a local number is a user like any other.
    if (!tel->is_global() && tel->phone_context.empty()) uri.parameters.clear();
    return finish(std::move(uri));
  }

  Result<DialTarget> read_number(std::string_view written, std::string_view tail) {
    if (account_ == nullptr) return refuse_number();
    std::string number(written);
    const bool global = number.front() == '+';
    // ITU-T E.123: "(0)" is dialled inside the country only, and never behind "+49".
    if (const auto zero = number.find("(0)"); global && zero != std::string::npos) {
      number.erase(zero, 3);
      warn("\"(0)\" is not dialled behind a country code and was left out");
    }
    std::erase_if(number, [](char c) { return !is_digit(c) && c != '*' && c != '#' && c != '+'; });
    const auto is_plain = number.find_first_of("*#") == std::string::npos && number.size() > 1;
    if (global && is_plain) {
      return read_sip(to_string(to_sip_uri({number, {}, {}, {}, {}}, *account_)) +
                      std::string(tail));
    }
    return read_sip(at_own_domain(number) + std::string(tail));
  }

  static tl::unexpected<Error> refuse_number() {
    return refuse("a number needs an account, at whose domain it is called, or \"@\" and a host");
  }

  Result<DialTarget> read_word(std::string_view word, std::string_view tail) {
    if (account_ == nullptr) return read_sip("sip:" + std::string(word) + std::string(tail));
    if (word.find(' ') != std::string_view::npos) return refuse_space();
    if (word.find('.') != std::string_view::npos) {
      warn(in_quotes(word) + " was taken for a user of the own domain: write sip:" +
           std::string(word) + " to call a host");
    }
    return read_sip(at_own_domain(word) + std::string(tail));
  }

  std::string at_own_domain(std::string_view user) const {
    Uri uri;
    uri.scheme = account_->scheme;
    uri.user = escape_the_rest(user, UriPart::user);
    uri.host = account_->host;
    uri.port = account_->port;
    return to_string(uri);
  }

  static tl::unexpected<Error> refuse_length() {
    return refuse("expected an address of at most " + std::to_string(limits::kUriBytes) + " bytes");
  }

  static tl::unexpected<Error> refuse_space() {
    return refuse("expected no space inside an address: write \"%20\" if it belongs to the user");
  }

  Result<DialTarget> read_sip(const std::string& text) {
    if (const auto mistake = find_host_mistake(host_part(text))) return refuse(*mistake);
    if (text.find(' ') != std::string::npos) return refuse_space();
    if (text.size() > limits::kUriBytes) return refuse_length();
    auto uri = parse_uri(text);
    if (!uri) return refuse(in_quotes(text) + " cannot be called: " + uri.error().detail);
    if (find_bad_escape(text) != std::string_view::npos) {
      warn("a \"%\" without two hexadecimal digits behind it was taken for itself");
    }
    uri->user = escape_the_rest(uri->user, UriPart::user);
    uri->password = escape_the_rest(uri->password, UriPart::password);
    if (!uri->password.empty()) warn("the password in the address is shown to all on the way");
    return finish(*std::move(uri));
  }

  // RFC 3261 §19.1.1, table 1: what a Request-URI must not have is taken out.
  Result<DialTarget> finish(Uri uri) {
    escape_all(uri.parameters, UriPart::parameter);
    escape_all(uri.headers, UriPart::header);
    const auto is_method = [](const Parameter& p) { return equal_ignoring_case(p.name, "method"); };
    if (std::erase_if(uri.parameters, is_method) > 0) {
      warn("\"method\" is no part of an address that is called and was left out");
    }
    if (has_parameter(uri.parameters, "maddr")) {
      warn("\"maddr\" stays in the address, but does not change where the call goes");
    }
    const auto* const transport = find_parameter(uri.parameters, "transport");
    if (uri.scheme == "sips" && transport != nullptr && equal_ignoring_case(*transport, "udp")) {
      return refuse("\"sips:\" asks for TLS, which transport=udp does not have");
    }
    if (!uri.headers.empty()) warn("what stands behind \"?\" is no part of the address called");
    target_.headers = std::exchange(uri.headers, {});
    if (to_string(uri).size() > limits::kUriBytes) return refuse_length();  // escapes are longer
    target_.address.uri = std::move(uri);
    return std::move(target_);
  }

  const Uri* account_;
  DialTarget target_;
};

}  // namespace

Result<DialTarget> read_dial_target(std::string_view text, const Uri* account) {
  const auto entry = without_blank_ends(text);
  if (entry.empty()) return refuse(std::string(kNothing));
  const auto* const control = std::find_if(entry.begin(), entry.end(), is_control);
  if (control != entry.end()) {
    return refuse("expected no control character in an address, there is one at byte " +
                  std::to_string(control - text.data()));
  }
  return DialReader(account).read(entry);
}

}  // namespace godwit::sip
