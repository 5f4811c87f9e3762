// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <charconv>

#include "sip/message/grammar.h"
#include "sip/message/message.h"
#include "sip/message/scan.h"

namespace godwit::sip {
namespace {

constexpr std::string_view kVersion = "SIP/2.0";

/// What is wrong, in which part of the message, and where in the whole of it.
struct Trouble {
  std::string_view subject;
  Fault fault;
};

bool occurs_once_at_most(Field field) {
  return field == Field::from || field == Field::to || field == Field::call_id ||
         field == Field::cseq || field == Field::content_length || field == Field::max_forwards;
}

// NUL stands nowhere but behind a backslash in a quoted string (RFC 3261 §25.1 quoted-pair), a CR
// nowhere but before its LF.
std::size_t find_control_character(std::string_view value) {
  bool quoted = false;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (breaks_a_line(value[i])) return i;
    if (value[i] == '"') quoted = !quoted;
    if (value[i] == '\\' && quoted && i + 1 < value.size() && value[i + 1] != '\r') ++i;
  }
  return std::string_view::npos;
}

std::optional<Fault> check_value(Field field, std::string_view value) {
  const auto fault_of = [](const auto& scanned) {
    return scanned ? std::nullopt : std::optional<Fault>(scanned.error());
  };
  switch (field) {
    case Field::via:
      return fault_of(scan_via(value));
    case Field::from:
    case Field::to:
      return fault_of(scan_name_addr(value));
    case Field::cseq:
      return fault_of(scan_cseq(value));
    case Field::call_id:
      if (value.empty()) return Fault{"value missing", 0};
      if (const auto gap = value.find_first_of(" \t"); gap != std::string_view::npos) {
        return Fault{"white space inside", gap};
      }
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

}  // namespace

/// Turns the bytes of a message into ranges over them.
class MessageParser {
 public:
  explicit MessageParser(std::string bytes) { message_.text_ = std::move(bytes); }

  Result<Message> parse() {
    if (text().size() > kMaxMessageBytes) {
      return fail({"message", {"too long", kMaxMessageBytes}});
    }
    if (const auto trouble = read_start_line()) return fail(*trouble);
    if (const auto trouble = read_fields()) return fail(*trouble);
    if (const auto trouble = check_required_fields()) return fail(*trouble);
    if (const auto trouble = read_body()) return fail(*trouble);
    return std::move(message_);
  }

 private:
  using Range = Message::Range;
  using MaybeTrouble = std::optional<Trouble>;

  static tl::unexpected<Error> fail(const Trouble& trouble) {
    return tl::unexpected<Error>(malformed(trouble.subject, trouble.fault));
  }

  std::string& text() { return message_.text_; }
  std::string_view view(Range range) const { return message_.view(range); }
  static Range range(std::size_t begin, std::size_t size) {
    return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(size)};
  }

  /// Takes the line at `at_`, without its end; empty when no line end is left.
  std::optional<Range> take_line() {
    const auto begin = at_;
    const auto line_feed = text().find('\n', begin);
    if (line_feed == std::string::npos) return std::nullopt;
    at_ = line_feed + 1;
    const bool has_return = line_feed > begin && text()[line_feed - 1] == '\r';
    return range(begin, line_feed - begin - (has_return ? 1 : 0));
  }

  /// Takes a line and those it is folded over (RFC 3261 §7.3.1): the line ends within become
  /// spaces.
  std::optional<Range> take_folded_line() {
    auto line = take_line();
    if (!line || line->size == 0) return line;
    while (at_ < text().size() && is_whitespace(text()[at_])) {
      const auto end = line->begin + line->size;
      const auto next_at = at_;
      const auto next = take_line();
      if (!next) return std::nullopt;
      std::fill(text().begin() + end, text().begin() + static_cast<std::ptrdiff_t>(next_at), ' ');
      line->size = next->begin + next->size - line->begin;
    }
    return line;
  }

  MaybeTrouble read_start_line();
  MaybeTrouble read_request_line(Range line);
  MaybeTrouble read_status_line(Range line);
  MaybeTrouble read_fields();
  MaybeTrouble read_field(Range line);
  MaybeTrouble enter(Message::Entry entry, std::string_view name);
  MaybeTrouble enter_list(const Message::Entry& list, std::string_view name);
  MaybeTrouble check_required_fields();
  MaybeTrouble read_body();
  void reserve_entries();

  Message message_;
  std::size_t at_ = 0;
  std::size_t vias_ = 0;
};

MessageParser::MaybeTrouble MessageParser::read_start_line() {
  // RFC 3261 §7.5: empty lines in front are ignored.
  at_ = std::min(text().find_first_not_of("\r\n"), text().size());
  const auto line = take_line();
  if (!line) return Trouble{"start line", {"line does not end", text().size()}};
  const auto bad = std::find_if(view(*line).begin(), view(*line).end(), breaks_a_line);
  if (bad != view(*line).end()) {
    const auto at = line->begin + static_cast<std::size_t>(bad - view(*line).begin());
    return Trouble{"start line", {"control character", at}};
  }
  const auto start = view(*line).substr(0, kVersion.size() + 1);
  const bool is_response = start.size() > kVersion.size() && start.back() == ' ' &&
                           equal_ignoring_case(start.substr(0, kVersion.size()), kVersion);
  return is_response ? read_status_line(*line) : read_request_line(*line);
}

// Request-Line = Method SP Request-URI SP SIP-Version CRLF       (RFC 3261 §7.1)
MessageParser::MaybeTrouble MessageParser::read_request_line(Range line) {
  const auto text = view(line);
  const auto method_end = std::min(text.find(' '), text.size());
  const auto method = text.substr(0, method_end);
  if (!is_token(method)) return Trouble{"start line", {"method is not a token", line.begin}};
  const auto uri_at = std::min(method_end + 1, text.size());
  const auto uri_end = std::min(text.find(' ', uri_at), text.size());
  const auto uri = text.substr(uri_at, uri_end - uri_at);
  if (const auto scanned = scan_uri(uri); !scanned) {
    const auto& fault = scanned.error();
    return Trouble{"Request-URI", {fault.what, fault.at + line.begin + uri_at}};
  }
  const auto version_at = std::min(uri_end + 1, text.size());
  if (!equal_ignoring_case(text.substr(version_at), kVersion)) {
    return Trouble{"start line", {"\"SIP/2.0\" missing", line.begin + version_at}};
  }
  message_.first_ = range(line.begin, method_end);
  message_.uri_ = range(line.begin + uri_at, uri.size());
  message_.method_ = method_from_name(method);
  return std::nullopt;
}

// Status-Line = SIP-Version SP Status-Code SP Reason-Phrase CRLF  (RFC 3261 §7.2)
MessageParser::MaybeTrouble MessageParser::read_status_line(Range line) {
  constexpr std::size_t kDigits = 3;
  const auto code_at = line.begin + kVersion.size() + 1;
  const auto rest = view(line).substr(kVersion.size() + 1);
  int status = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), status);
  const bool three_digits =
      error == std::errc{} && end == rest.data() + kDigits && is_digit(rest[0]);
  if (!three_digits || status < 100 || status > 699) {
    return Trouble{"start line", {"status code is not 100 to 699", code_at}};
  }
  // A missing space after the code is forgiven: the reason phrase may be empty.
  if (rest.size() > kDigits && rest[kDigits] != ' ') {
    return Trouble{"start line", {"space missing", code_at + kDigits}};
  }
  message_.status_ = status;
  const auto reason_at = std::min(rest.size(), kDigits + 1);
  message_.first_ = message_.trimmed(range(code_at + reason_at, rest.size() - reason_at));
  return std::nullopt;
}

/// Room for all entries at once: a line each, and a comma for each further element.
void MessageParser::reserve_entries() {
  const auto from = text().begin() + static_cast<std::ptrdiff_t>(at_);
  auto lines = static_cast<std::size_t>(std::count(from, text().end(), '\n'));
  message_.entries_.reserve(std::min(lines + 4, kMaxFields));
}

MessageParser::MaybeTrouble MessageParser::read_fields() {
  reserve_entries();
  for (;;) {
    const auto line_at = at_;
    const auto line = take_folded_line();
    if (!line) return Trouble{"header", {"empty line at its end missing", text().size()}};
    if (line->size == 0) return std::nullopt;
    if (is_whitespace(text()[line_at])) return Trouble{"header", {"field name missing", line_at}};
    if (const auto trouble = read_field(*line)) return trouble;
  }
}

// message-header = field-name HCOLON field-value, with white space before the colon too
MessageParser::MaybeTrouble MessageParser::read_field(Range line) {
  const auto text = view(line);
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) {
    return Trouble{"header", {"\":\" missing", line.begin + text.size()}};
  }
  const auto name = trim(text.substr(0, colon));
  if (!is_token(name)) return Trouble{"header", {"field name is not a token", line.begin}};
  const Field field = field_from_name(name);
  const auto shown = field == Field::extension ? name : field_name(field);

  const auto value_at = line.begin + colon + 1;
  const auto value = text.substr(colon + 1);
  if (const auto bad = find_control_character(value); bad != std::string_view::npos) {
    return Trouble{shown, {"control character", value_at + bad}};
  }
  Message::Entry entry{field, {}, message_.trimmed(range(value_at, value.size()))};
  if (field == Field::extension) entry.name = range(line.begin, name.size());
  return is_list_field(field) ? enter_list(entry, shown) : enter(entry, shown);
}

MessageParser::MaybeTrouble MessageParser::enter(Message::Entry entry, std::string_view name) {
  const auto at = entry.value.begin;
  auto& entries = message_.entries_;
  if (entries.size() == kMaxFields) return Trouble{name, {"too many header fields", at}};
  if (entry.field == Field::via && ++vias_ > kMaxVias) return Trouble{name, {"too many", at}};
  if (occurs_once_at_most(entry.field) && message_.find(entry.field) != nullptr) {
    return Trouble{name, {"given twice", at}};
  }
  if (const auto wrong = check_value(entry.field, view(entry.value))) {
    return Trouble{name, {wrong->what, wrong->at + at}};
  }
  entries.push_back(entry);
  return std::nullopt;
}

MessageParser::MaybeTrouble MessageParser::enter_list(const Message::Entry& list,
                                                      std::string_view name) {
  const auto text = view(list.value);
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = end_of_element(text, begin);
    Message::Entry element = list;
    element.value = message_.trimmed(range(list.value.begin + begin, end - begin));
    if (element.value.size == 0) return Trouble{name, {"value missing", element.value.begin}};
    if (const auto trouble = enter(element, name)) return trouble;
    begin = end + 1;
  }
  return std::nullopt;
}

MessageParser::MaybeTrouble MessageParser::check_required_fields() {
  // RFC 3261 §8.1.1 and §8.2.6: without these no answer finds its way.
  for (const Field field : {Field::via, Field::from, Field::to, Field::call_id, Field::cseq}) {
    if (message_.find(field) == nullptr) return Trouble{field_name(field), {"missing", at_}};
  }
  const auto cseq = message_.find(Field::cseq)->value;
  const auto scanned = scan_cseq(view(cseq));
  if (!message_.is_request()) {
    message_.method_ = method_from_name(scanned->method);
    return std::nullopt;
  }
  if (scanned->method == message_.method_name()) return std::nullopt;
  return Trouble{"CSeq", {"method is not the request's", cseq.begin}};
}

// RFC 3261 §18.3: what came beyond Content-Length is not part of the message; without one, the body
// is all that came.
MessageParser::MaybeTrouble MessageParser::read_body() {
  auto size = text().size() - at_;
  if (const auto* const entry = message_.find(Field::content_length)) {
    const auto value = view(entry->value);
    std::uint32_t claimed = 0;
    const auto* const end = value.data() + value.size();
    const auto [next, error] = std::from_chars(value.data(), end, claimed);
    const auto at = entry->value.begin;
    if (next != end || value.empty()) return Trouble{"Content-Length", {"not a number", at}};
    if (error != std::errc{} || claimed > size) {
      return Trouble{"Content-Length", {"more than came", at}};
    }
    size = claimed;
  }
  message_.body_ = range(at_, size);
  return std::nullopt;
}

Result<Message> parse_message(std::string bytes) {
  return MessageParser(std::move(bytes)).parse();
}

}  // namespace godwit::sip
