// SPDX-License-Identifier: Apache-2.0
#include "sip/verdict/examine.h"

#include <algorithm>

#include "sip/auth/check_auth_field.h"
#include "sip/header/check_field.h"
#include "sip/header/contact.h"
#include "sip/message/multipart.h"
#include "sip/message/scan.h"
#include "sip/message/tel_uri.h"
#include "sip/verdict/body.h"
#include "sip/verdict/field_importance.h"
#include "sip/verdict/places.h"

namespace godwit::sip {
namespace {

constexpr std::string_view kMagicCookie = "z9hG4bK";  // RFC 3261 §8.1.1.7

Remark to_remark(const Lenience& lenience) {
  switch (lenience.what) {
    case Leniency::leading_empty_lines:
      return {"start line", "empty lines before it", lenience.at};
    case Leniency::bare_line_feed:
      return {"header", "line end without carriage return", lenience.at};
    case Leniency::bytes_after_body:
      return {"body", "bytes after it are dropped", lenience.at};
    case Leniency::missing_reason_space:
      return {"start line", "no blank after the status code", lenience.at};
  }
  return {};
}

bool is_sip(std::string_view scheme) {
  return equal_ignoring_case(scheme, "sip") || equal_ignoring_case(scheme, "sips");
}

/// Requests that begin a dialog name the place where the next ones are to go (RFC 3261 §8.1.1.8,
/// RFC 6665 §4.1.2.1, RFC 3515 §2.2).
bool needs_contact(Method method) {
  return method == Method::invite || method == Method::subscribe || method == Method::refer;
}

/// "display name" without quotes: token *( LWS token ).
std::optional<Fault> check_display_name(std::string_view name) {
  if (name.empty() || name.front() == '"') return std::nullopt;
  const auto is_good = [](char c) { return is_token_char(c) || is_whitespace(c); };
  const auto* const bad = std::find_if_not(name.begin(), name.end(), is_good);
  if (bad == name.end()) return std::nullopt;
  return Fault{"a display name with this character must stand in quotes",
               static_cast<std::size_t>(bad - name.begin())};
}

class Examiner {
 public:
  Examiner(const ReadMessage& read, std::string_view bytes)
      : read_(read), message_(read.message), bytes_(bytes) {}

  Findings look() {
    findings_.fault = read_.fault;
    for (const Lenience& lenience : read_.leniences) {
      findings_.remarks.push_back(to_remark(lenience));
    }
    look_closer();
    std::stable_sort(findings_.remarks.begin(), findings_.remarks.end(),
                     [](const Remark& a, const Remark& b) { return a.at < b.at; });
    return std::move(findings_);
  }

 private:
  void look_closer() {
    places_ = Places(bytes_, message_);
    look_at_grammar();
    look_at_addresses();
    look_at_vias();
    look_at_contacts();
    if (message_.is_request() && !message_.method_name().empty()) look_at_request();
    look_at_body();
  }

  /// The one that stands first counts, unless the message as a whole is refused.
  void note(std::string_view field, const char* what, std::size_t at) {
    const auto& known = findings_.fault;
    if (known && (known->kind != MessageFault::Kind::malformed || known->fault.at <= at)) return;
    findings_.fault = MessageFault{MessageFault::Kind::malformed, std::string(field), {what, at}};
  }
  void remark(std::string_view field, const char* what, std::size_t at) {
    findings_.remarks.push_back({std::string(field), what, at});
  }
  void note(Field field, const char* what, std::size_t at) { note(field_name(field), what, at); }
  void remark(Field field, const char* what, std::size_t at) {
    remark(field_name(field), what, at);
  }

  void look_at_grammar();
  void look_at_field(Field field);
  void look_at_addresses();
  void look_at_address(std::string_view field, std::string_view value);
  void look_at_vias();
  void look_at_contacts();
  void look_at_request();
  void look_at_telephone_number();
  void look_at_body();
  void look_for_third_colon(std::string_view field, std::string_view host);
  [[nodiscard]] bool is_of_rfc2543() const;

  const ReadMessage& read_;
  const Message& message_;
  std::string_view bytes_;
  Places places_{{}, message_};
  Findings findings_;
};

void Examiner::look_at_grammar() {
  for (int number = 0; number < static_cast<int>(Field::extension); ++number) {
    look_at_field(static_cast<Field>(number));
  }
}

void Examiner::look_at_field(Field field) {
  std::size_t count = 0;
  message_.for_each(field, [&](std::string_view value) {
    const auto at = places_.of(value);
    const bool forgiven = may_be_malformed(field);
    if (++count > 1 && !may_repeat(field)) {
      forgiven ? remark(field, "given twice", at) : note(field, "given twice", at);
    }
    auto fault = check_field(field, value);
    if (!fault) fault = check_auth_field(field, value);
    if (!fault) return;
    forgiven ? remark(field, fault->what, at + fault->at)
             : note(field, fault->what, at + fault->at);
  });
}

void Examiner::look_at_addresses() {
  for (const Field field : {Field::from, Field::to, Field::route, Field::record_route}) {
    message_.for_each(field,
                      [&](std::string_view value) { look_at_address(field_name(field), value); });
  }
  const auto from = message_.field(Field::from);
  if (from && scan_tag(*from).empty()) {
    remark(Field::from, "no tag, as in RFC 2543", places_.of(*from));
  }
}

void Examiner::look_at_address(std::string_view field, std::string_view value) {
  const auto parts = scan_name_addr(value);
  if (!parts) return;
  if (const auto fault = check_display_name(parts->display_name)) {
    note(field, fault->what, places_.of(parts->display_name) + fault->at);
  }
  look_for_third_colon(field, parts->uri.host);
}

// RFC 5118 §4.10: the grammar of RFC 3261 led to "[2001:db8:::192.0.2.1]".
void Examiner::look_for_third_colon(std::string_view field, std::string_view host) {
  const auto colons = host.find(":::");
  if (colons == std::string_view::npos) return;
  remark(field, "three colons in an IPv6 address are read as two", places_.of(host) + colons);
}

bool Examiner::is_of_rfc2543() const {
  const auto via = scan_via(message_.field(Field::via).value_or(""));
  return via && !equal_ignoring_case(via->branch.substr(0, kMagicCookie.size()), kMagicCookie);
}

void Examiner::look_at_vias() {
  bool top = message_.is_request();
  message_.for_each(Field::via, [&](std::string_view value) {
    const auto via = scan_via(value);
    if (!via) return;
    if (top && via->branch.empty()) {
      remark(Field::via, "no branch, as in RFC 2543", places_.of(value));
    } else if (top && is_of_rfc2543()) {
      remark(Field::via, "branch without \"z9hG4bK\", as in RFC 2543", places_.of(via->branch));
    } else if (top && via->branch.size() == kMagicCookie.size()) {
      remark(Field::via, "nothing behind \"z9hG4bK\" in branch: matched as in RFC 2543",
             places_.of(via->branch));
    }
    if (!via->received.empty() && via->received.front() == '[') {
      remark(Field::via, "received address in brackets", places_.of(via->received));
    }
    look_for_third_colon(field_name(Field::via), via->host);
    top = false;
  });
}

void Examiner::look_at_contacts() {
  std::size_t count = 0;
  const bool one = message_.is_request() && needs_contact(message_.method());
  message_.for_each(Field::contact, [&](std::string_view value) {
    const auto at = places_.of(value);
    const auto contact = scan_contact(value);
    if (!contact) return;
    const auto& address = contact->address;
    if (contact->all && message_.method() != Method::register_) {
      note(Field::contact, "\"*\" is for REGISTER only", at);
    }
    if (++count > 1 && one) note(Field::contact, "given twice", at);
    if (one && !contact->all && !is_sip(address.uri.scheme)) {
      note(Field::contact, "expected a SIP or SIPS URI", places_.of(address.uri.scheme));
    }
    if (const auto fault = check_display_name(address.display_name)) {
      note(Field::contact, fault->what, places_.of(address.display_name) + fault->at);
    }
    look_for_third_colon(field_name(Field::contact), address.uri.host);
  });
  if (!one || message_.count(Field::contact) > 0) return;
  constexpr const char* kMissing = "mandatory field missing";
  if (is_of_rfc2543()) {
    remark(Field::contact, "missing, as in RFC 2543", places_.header_end());
  } else {
    note(Field::contact, kMissing, places_.header_end());
  }
}

void Examiner::look_at_request() {
  constexpr const char* kMissing = "mandatory field missing";
  const auto end = places_.header_end();
  if (const auto uri = scan_uri(message_.uri())) {
    // RFC 3261 §19.1.1, table 1
    if (uri->headers.data() != nullptr) {
      note("Request-URI", "a Request-URI must not carry headers", places_.of(uri->headers) - 1);
    }
    look_for_third_colon("Request-URI", uri->host);
    if (equal_ignoring_case(uri->scheme, "tel")) look_at_telephone_number();
  }
  if (message_.count(Field::max_forwards) == 0) remark(Field::max_forwards, "missing", end);
  if (message_.method() == Method::refer && message_.count(Field::refer_to) == 0) {
    note(Field::refer_to, kMissing, end);  // RFC 3515 §2.4.2
  }
  if (message_.method() == Method::prack && message_.count(Field::rack) == 0) {
    note(Field::rack, kMissing, end);  // RFC 3262 §7.2
  }
}

void Examiner::look_at_telephone_number() {
  const auto tel = parse_tel_uri(message_.uri(), PhoneContext::optional);
  if (!tel) note("Request-URI", tel.error().what, places_.of(message_.uri()) + tel.error().at);
}

void Examiner::look_at_body() {
  if (message_.body().empty()) return;
  if (message_.content_type().empty()) {
    return note(Field::content_type, "mandatory field missing", places_.header_end());  // §20.15
  }
  const auto type = message_.content_type();
  if (const auto boundary = boundary_of(type); is_multipart(type) && !boundary) {
    note(Field::content_type, boundary.error().what, places_.of(type) + boundary.error().at);
  }
  const Findings body = examine_body(message_);
  const auto at = places_.of(message_.body());
  if (body.fault) note(body.fault->field, body.fault->fault.what, at + body.fault->fault.at);
  for (const Remark& found : body.remarks) {
    findings_.remarks.push_back({found.field, found.text, at + found.at});
  }
}

}  // namespace

Findings examine(const ReadMessage& read, std::string_view bytes) {
  return Examiner(read, bytes).look();
}

}  // namespace godwit::sip
