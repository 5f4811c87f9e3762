// SPDX-License-Identifier: Apache-2.0
#include "sip/message/scan.h"

#include <cstring>

#include "base/limits.h"
#include "net/ip_address.h"
#include "sip/message/char_class.h"
#include "sip/message/skip.h"

namespace godwit::sip {
namespace {

constexpr std::uint32_t kMaxCSeq = 0x7fff'ffff;  // RFC 3261 §8.1.1.5: less than 2^31
constexpr const char* kNotInAUri = "character not allowed in a URI";
constexpr const char* kTooManyParameters = "more than 64 parameters";
static_assert(limits::kParameters == 64);

/// An address as a parameter gives it; brackets are not in the grammar of `received`, but are sent
/// (RFC 5118 §4.5).
bool is_address(std::string_view text) {
  return net::IpAddress::parse(text) ||
         std::holds_alternative<net::IpAddress>(host_from_text(text));
}

/// One pass over one value. Every step moves `p_` behind what it took, or notes the fault and
/// answers false. All steps stand in one class, so that the compiler sees them together: half the
/// time of reading a message goes here.
class Scanner {
 public:
  explicit Scanner(std::string_view text)
      : begin_(text.data()), p_(text.data()), end_(text.data() + text.size()), at_(text.data()) {}

  [[nodiscard]] Fault fault() const { return {what_, static_cast<std::size_t>(at_ - begin_)}; }
  [[nodiscard]] std::size_t at() const { return static_cast<std::size_t>(p_ - begin_); }
  void move_to(std::size_t at) { p_ = begin_ + at; }

  bool host_port(std::string_view& host, std::uint16_t& port, Spaces spaces);
  bool uri(UriParts& parts);
  bool whole_uri(UriParts& parts);
  bool name_addr(NameAddrParts& parts);
  bool via(ViaParts& parts);
  bool cseq(CSeqParts& parts);
  bool field_parameter(ParameterParts& parameter);
  bool uri_parameter(ParameterParts& parameter);

 private:
  bool fail(const char* what, const char* at) {
    what_ = what;
    at_ = at;
    return false;
  }
  [[nodiscard]] bool is_at(char c) const { return p_ != end_ && *p_ == c; }
  void skip_blanks() {
    while (p_ != end_ && is_whitespace(*p_)) ++p_;
  }
  std::string_view take(unsigned classes) {
    const char* const from = p_;
    p_ = skip(p_, end_, classes);
    return from_to(from, p_);
  }
  static std::string_view from_to(const char* from, const char* to) {
    return {from, static_cast<std::size_t>(to - from)};
  }

  bool port_number(std::uint16_t& port);
  bool bracketed_host(std::string_view& host);
  enum class Scheme { sip, other, none };
  Scheme scheme(UriParts& parts);
  bool userinfo(UriParts& parts);
  bool uri_parameters(UriParts& parts);
  bool uri_headers(UriParts& parts);
  bool quoted_string(std::string_view& quoted);
  bool display_name(NameAddrParts& parts);
  bool bracketed_uri(NameAddrParts& parts);
  bool bare_uri(NameAddrParts& parts);
  bool sent_protocol(ViaParts& parts);
  bool note_via_parameter(const ParameterParts& parameter, ViaParts& parts, const char* at);
  template <class Visit>
  bool field_parameters(std::string_view& parameters, Visit visit);

  const char* begin_;
  const char* p_;
  const char* end_;
  const char* what_ = "";
  const char* at_;
};

bool Scanner::port_number(std::uint16_t& port) {
  const char* const from = p_;
  std::uint32_t number = 0;
  for (; p_ != end_ && is_digit(*p_); ++p_) {
    number = number * 10 + static_cast<std::uint32_t>(*p_ - '0');
    if (number > 0xffff) return fail("port above 65535", from);
  }
  if (p_ == from) return fail("expected a port number after \":\"", from);
  port = static_cast<std::uint16_t>(number);
  return true;
}

// IPv6reference = "[" IPv6address "]", without a zone (RFC 5954 knows none)
bool Scanner::bracketed_host(std::string_view& host) {
  const char* const from = p_++;
  take(kAddressChar);
  if (is_at(']')) {
    host = from_to(from, ++p_);
    if (is_address(host)) return true;
  }
  return fail("expected an IPv6 address in brackets", from);
}

bool Scanner::host_port(std::string_view& host, std::uint16_t& port, Spaces spaces) {
  if (is_at('[')) {
    if (!bracketed_host(host)) return false;
  } else {
    const char* const from = p_;
    p_ = end_of_host(begin_, p_, end_);
    host = from_to(from, p_);
    if (host.empty()) return fail("expected a host", p_);
  }
  if (spaces == Spaces::allowed) skip_blanks();
  if (!is_at(':')) return true;
  ++p_;
  if (spaces == Spaces::allowed) skip_blanks();
  if (!port_number(port)) return false;
  if (spaces == Spaces::allowed) skip_blanks();
  return true;
}

// scheme = ALPHA *( ALPHA / DIGIT / "+" / "-" / "." )
Scanner::Scheme Scanner::scheme(UriParts& parts) {
  const char* const from = p_;
  if (end_ - p_ > 4 && std::memcmp(p_, "sip:", 4) == 0) {
    parts.scheme = from_to(p_, p_ + 3);
    p_ += 4;
    return Scheme::sip;
  }
  parts.scheme = take(kSchemeChar);
  const bool begins_well =
      !parts.scheme.empty() && to_lower(*from) >= 'a' && to_lower(*from) <= 'z';
  if (begins_well && is_at(':')) {
    ++p_;
    const bool sip =
        equal_ignoring_case(parts.scheme, "sip") || equal_ignoring_case(parts.scheme, "sips");
    return sip ? Scheme::sip : Scheme::other;
  }
  const bool bad = p_ != end_ && *p_ != '>' && !is_in(*p_, kUriChar);
  bad ? fail(kNotInAUri, p_) : fail("expected a URI scheme", from);
  return Scheme::none;
}

// [ userinfo ] of "user[:password]@host": "@" stands nowhere else unescaped. A ":" may as well
// stand before a port.
bool Scanner::userinfo(UriParts& parts) {
  const char* const colon = end_of_user(begin_, p_, end_);
  const char* sign = colon;
  while (sign != end_ && *sign == ':') sign = end_of_user(begin_, sign + 1, end_);
  if (sign == end_ || *sign != '@') return true;
  if (colon == p_) return fail("expected a user before \"@\"", p_);
  parts.user = from_to(p_, colon);
  if (colon != sign) parts.password = from_to(colon + 1, sign);
  p_ = sign + 1;
  return true;
}

// uri-parameter = pname [ "=" pvalue ]; an empty value, though not in the grammar, does no harm.
bool Scanner::uri_parameter(ParameterParts& parameter) {
  ++p_;
  parameter.name = take(kUriNameChar);
  if (parameter.name.empty()) return fail("expected a parameter name", p_);
  if (is_at('=')) {
    ++p_;
    parameter.value = take(kUriValueChar);
  }
  return true;
}

bool Scanner::uri_parameters(UriParts& parts) {
  const char* const from = p_;
  for (std::size_t count = 0; is_at(';'); ++count) {
    if (count == limits::kParameters) return fail(kTooManyParameters, p_);
    ParameterParts parameter;
    if (!uri_parameter(parameter)) return false;
  }
  parts.parameters = from_to(from, p_);
  return true;
}

// The headers after "?": hname "=" hvalue, separated by "&".
bool Scanner::uri_headers(UriParts& parts) {
  const char* const from = p_ + 1;
  for (std::size_t count = 0; is_at('?') || is_at('&'); ++count) {
    const char* const name = ++p_;
    if (count == limits::kParameters) return fail("more than 64 headers in a URI", name);
    take(kHeaderChar);
    if (p_ == name || *name == '=') return fail("expected a header name", name);
  }
  parts.headers = from_to(from, p_);
  return true;
}

// SIP-URI = "sip:" [ userinfo ] hostport uri-parameters [ headers ]   (RFC 3261 §19.1.1)
bool Scanner::uri(UriParts& parts) {
  const char* const from = p_;
  const auto kind = scheme(parts);
  if (kind == Scheme::none) return false;
  if (kind == Scheme::other) {
    parts.opaque = take(kUriChar);
    if (parts.opaque.empty()) return fail("URI ends after its scheme", p_);
  } else {
    if (!userinfo(parts) || !host_port(parts.host, parts.port, Spaces::refused)) return false;
    if (is_at(';') && !uri_parameters(parts)) return false;
    if (is_at('?') && !uri_headers(parts)) return false;
    if (p_ != end_ && is_in(*p_, kUriChar)) return fail("unexpected character after host", p_);
  }
  const bool too_long = static_cast<std::size_t>(p_ - from) > limits::kUriBytes;
  return too_long ? fail("URI longer than 2048 bytes", from) : true;
}
static_assert(limits::kUriBytes == 2048);

bool Scanner::whole_uri(UriParts& parts) {
  if (!uri(parts)) return false;
  return p_ == end_ ? true : fail(kNotInAUri, p_);
}

// quoted-pair = "\" (%x00-09 / %x0B-0C / %x0E-7F): even a NUL is good there, a line break never.
bool Scanner::quoted_string(std::string_view& quoted) {
  const char* const from = p_++;
  for (;;) {
    p_ = end_of_quoted_run(begin_, p_, end_);
    if (is_at('"')) break;
    const bool good_pair = is_at('\\') && p_ + 1 != end_ && p_[1] != '\r' && p_[1] != '\n';
    if (!good_pair) return fail("unterminated quoted string", from);
    p_ += 2;
  }
  quoted = from_to(from, ++p_);
  return true;
}

// generic-param = token [ EQUAL gen-value ], separated by SEMI, with white space around both.
// gen-value without quotes = token / host: whatever holds no separator of the field is taken.
bool Scanner::field_parameter(ParameterParts& parameter) {
  if (!is_at(';')) return fail("expected \";\"", p_);
  ++p_;
  skip_blanks();
  parameter.name = take(kTokenChar);
  if (parameter.name.empty()) return fail("expected a parameter name", p_);
  skip_blanks();
  if (!is_at('=')) return true;
  ++p_;
  skip_blanks();
  std::string_view value;
  if (is_at('"')) {
    if (!quoted_string(value)) return false;
  } else {
    const char* const from = p_;
    p_ = end_of_bare_value(begin_, p_, end_);
    value = from_to(from, p_);
    if (value.empty()) return fail("expected a parameter value after \"=\"", p_);
  }
  parameter.value = value;
  skip_blanks();
  return true;
}

template <class Visit>
bool Scanner::field_parameters(std::string_view& parameters, Visit visit) {
  const char* const from = p_;
  for (std::size_t count = 0; p_ != end_; ++count) {
    if (count == limits::kParameters) return fail(kTooManyParameters, p_);
    const char* const at = p_;
    ParameterParts parameter;
    if (!field_parameter(parameter) || !visit(parameter, at)) return false;
  }
  parameters = from_to(from, p_);
  return true;
}

// Moves to the "<" of a name-addr; stays where it is for an addr-spec.
bool Scanner::display_name(NameAddrParts& parts) {
  if (is_at('"')) {
    if (!quoted_string(parts.display_name)) return false;
    skip_blanks();
    return is_at('<') ? true : fail("expected \"<\"", p_);
  }
  const char* const end = skip(p_, end_, kDisplayChar);
  if (end == end_ || *end == ';' || *end == '"') return true;
  if (*end != '<') return fail("control character", end);
  parts.display_name = trim(from_to(p_, end));
  p_ = end;
  return true;
}

// LAQUOT addr-spec RAQUOT
bool Scanner::bracketed_uri(NameAddrParts& parts) {
  ++p_;
  if (!uri(parts.uri)) return false;
  if (p_ == end_) return fail("expected \">\"", p_);
  if (*p_ != '>') return fail(kNotInAUri, p_);
  ++p_;
  return true;
}

// addr-spec: what follows a ";" belongs to the field, not to the URI, and a "?" would need angle
// brackets (RFC 3261 §20).
bool Scanner::bare_uri(NameAddrParts& parts) {
  const char* const field_end = end_;
  const auto left = static_cast<std::size_t>(end_ - p_);
  const void* const semicolon = std::memchr(p_, ';', left);
  if (semicolon != nullptr) end_ = static_cast<const char*>(semicolon);
  while (end_ != p_ && is_whitespace(end_[-1])) --end_;
  if (!whole_uri(parts.uri)) return false;
  if (!parts.uri.headers.empty()) {
    return fail("a URI with \"?\" must stand in angle brackets", parts.uri.headers.data() - 1);
  }
  end_ = field_end;
  return true;
}

bool Scanner::name_addr(NameAddrParts& parts) {
  skip_blanks();
  if (p_ == end_) return fail("expected a URI", p_);
  if (*p_ != '<' && !display_name(parts)) return false;
  if (!(is_at('<') ? bracketed_uri(parts) : bare_uri(parts))) return false;
  skip_blanks();
  return field_parameters(parts.parameters, [&](const ParameterParts& parameter, const char*) {
    if (parameter.name.size() == 3 && parts.tag.empty() && parameter.value &&
        equal_ignoring_case(parameter.name, "tag")) {
      parts.tag = *parameter.value;
    }
    return true;
  });
}

// "SIP" SLASH "2.0" SLASH transport, with white space around the slashes
bool Scanner::sent_protocol(ViaParts& parts) {
  constexpr std::string_view kUsual = "SIP/2.0/";
  if (static_cast<std::size_t>(end_ - p_) >= kUsual.size() &&
      std::memcmp(p_, kUsual.data(), kUsual.size()) == 0) {
    p_ += kUsual.size();
  } else {
    for (const std::string_view word : {std::string_view("SIP"), std::string_view("2.0")}) {
      skip_blanks();
      const auto rest = from_to(p_, end_);
      if (!equal_ignoring_case(rest.substr(0, word.size()), word)) {
        return fail("expected \"SIP/2.0/\"", p_);
      }
      p_ += word.size();
      skip_blanks();
      if (!is_at('/')) return fail("expected \"SIP/2.0/\"", p_);
      ++p_;
    }
  }
  skip_blanks();
  parts.transport = take(kTokenChar);
  return parts.transport.empty() ? fail("expected a transport", p_) : true;
}

// What a parameter's value must be for this Via to be of use (RFC 3261 §20.42, RFC 3581 §3). Of two
// with one name the first counts.
bool Scanner::note_via_parameter(const ParameterParts& parameter, ViaParts& parts, const char* at) {
  const auto value = parameter.value.value_or("");
  switch (parameter.name.size()) {
    case 5: {
      if (!equal_ignoring_case(parameter.name, "rport")) return true;
      Scanner number(value);
      std::uint16_t rport = 0;
      if (parameter.value &&
          (!number.port_number(rport) || number.p_ != number.end_ || rport == 0)) {
        return fail("rport is no port", at);
      }
      if (!parts.rport) parts.rport = rport;
      return true;
    }
    case 6:
      if (!equal_ignoring_case(parameter.name, "branch")) return true;
      if (!parameter.value) return fail("branch without a value", at);
      if (parts.branch.empty()) parts.branch = value;
      return true;
    case 8:
      if (!equal_ignoring_case(parameter.name, "received")) return true;
      if (!is_address(value)) return fail("received is no address", at);
      if (parts.received.empty()) parts.received = value;
      return true;
    default:
      return true;
  }
}

// via-parm = sent-protocol LWS sent-by *( SEMI via-params )     (RFC 3261 §25.1)
bool Scanner::via(ViaParts& parts) {
  if (!sent_protocol(parts)) return false;
  if (p_ == end_ || !is_whitespace(*p_)) return fail("expected a blank and sent-by", p_);
  skip_blanks();
  if (!host_port(parts.host, parts.port, Spaces::allowed)) return false;
  return field_parameters(parts.parameters, [&](const ParameterParts& parameter, const char* at) {
    return note_via_parameter(parameter, parts, at);
  });
}

// CSeq  =  "CSeq" HCOLON 1*DIGIT LWS Method          (RFC 3261 §25.1)
bool Scanner::cseq(CSeqParts& parts) {
  std::uint64_t number = 0;
  for (; p_ != end_ && is_digit(*p_); ++p_) {
    number = number * 10 + static_cast<std::uint64_t>(*p_ - '0');
    if (number > kMaxCSeq) return fail("number above 2147483647", begin_);
  }
  if (p_ == begin_) return fail("expected a number", p_);
  const char* const digits_end = p_;
  skip_blanks();
  if (p_ == digits_end || p_ == end_) return fail("expected a method after the number", digits_end);
  const char* const method = p_;
  parts.method = take(kTokenChar);
  if (p_ != end_) return fail("method is not a token", method);
  parts.number = static_cast<std::uint32_t>(number);
  return true;
}

/// Good, or the fault handed out.
bool tell(bool good, const Scanner& scanner, Fault& fault) {
  if (!good) fault = scanner.fault();
  return good;
}

/// What is read as a value of its own.
template <class Parts>
Scanned<Parts> scan(std::string_view text, bool (*into)(std::string_view, Parts&, Fault&)) {
  Scanned<Parts> parts;
  Fault fault;
  if (!into(text, *parts, fault)) return tl::unexpected<Fault>(fault);
  return parts;
}

/// What `step` reads from `text` at `at`, which it moves.
template <class Parts, class Step>
Scanned<Parts> scan_at(std::string_view text, std::size_t& at, Step step) {
  Scanner scanner(text);
  scanner.move_to(at);
  Parts parts;
  if (!step(scanner, parts)) return tl::unexpected<Fault>(scanner.fault());
  at = scanner.at();
  return parts;
}

}  // namespace

Scanned<HostPort> scan_host_port(std::string_view text, std::size_t& at, Spaces spaces) {
  return scan_at<HostPort>(text, at, [&](Scanner& scanner, HostPort& parts) {
    return scanner.host_port(parts.host, parts.port, spaces);
  });
}

Scanned<ParameterParts> scan_field_parameter(std::string_view text, std::size_t& at) {
  return scan_at<ParameterParts>(text, at, [](Scanner& scanner, ParameterParts& parts) {
    return scanner.field_parameter(parts);
  });
}

Scanned<ParameterParts> scan_uri_parameter(std::string_view text, std::size_t& at) {
  return scan_at<ParameterParts>(text, at, [](Scanner& scanner, ParameterParts& parts) {
    return scanner.uri_parameter(parts);
  });
}

// Flattened: with all steps in one function the scanner's place stays in a register.
[[gnu::flatten]] bool scan_uri_into(std::string_view text, UriParts& parts, Fault& fault) {
  Scanner scanner(text);
  return tell(scanner.whole_uri(parts), scanner, fault);
}

[[gnu::flatten]] bool scan_name_addr_into(std::string_view text, NameAddrParts& parts,
                                          Fault& fault) {
  Scanner scanner(text);
  return tell(scanner.name_addr(parts), scanner, fault);
}

[[gnu::flatten]] bool scan_via_into(std::string_view text, ViaParts& parts, Fault& fault) {
  Scanner scanner(text);
  return tell(scanner.via(parts), scanner, fault);
}

[[gnu::flatten]] bool scan_cseq_into(std::string_view text, CSeqParts& parts, Fault& fault) {
  Scanner scanner(text);
  return tell(scanner.cseq(parts), scanner, fault);
}

Scanned<UriParts> scan_uri(std::string_view text) {
  return scan(text, scan_uri_into);
}

Scanned<NameAddrParts> scan_name_addr(std::string_view text) {
  return scan(text, scan_name_addr_into);
}

Scanned<ViaParts> scan_via(std::string_view text) {
  return scan(text, scan_via_into);
}

Scanned<CSeqParts> scan_cseq(std::string_view text) {
  return scan(text, scan_cseq_into);
}

std::string_view scan_tag(std::string_view text) {
  const auto parts = scan_name_addr(text);
  return parts ? parts->tag : std::string_view{};
}

}  // namespace godwit::sip
