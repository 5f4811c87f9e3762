// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <bitset>
#include <charconv>
#include <cstring>

#include "base/limits.h"
#include "sip/message/char_class.h"
#include "sip/message/grammar.h"
#include "sip/message/line_reader.h"
#include "sip/message/message.h"
#include "sip/message/scan.h"

namespace godwit::sip {
namespace {

constexpr std::string_view kVersion = "SIP/2.0";

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

// SIP-Version = "SIP" "/" 1*DIGIT "." 1*DIGIT
bool is_another_version(std::string_view text) {
  constexpr std::string_view kName = "SIP/";
  if (!equal_ignoring_case(text.substr(0, kName.size()), kName)) return false;
  const char* const end = text.data() + text.size();
  const char* const major = text.data() + kName.size();
  const char* const dot = skip(major, end, kDigitChar);
  return dot != major && dot != end && *dot == '.' && dot + 1 != end &&
         skip(dot + 1, end, kDigitChar) == end;
}

}  // namespace

/// Turns the bytes of a message into ranges over them.
class MessageParser {
 public:
  explicit MessageParser(std::string bytes) { message_.text_ = std::move(bytes); }

  ReadMessage read() {
    if (text().size() > limits::kMessageBytes) {
      note("message", "longer than 65535 bytes", limits::kMessageBytes,
           MessageFault::Kind::message_too_large);
    }
    // RFC 3261 §7.5: empty lines in front are ignored.
    at_ = std::min(text().find_first_not_of("\r\n"), text().size());
    if (at_ > 0) allow(Leniency::leading_empty_lines, 0);
    LineReader lines(text(), at_);
    lines_ = &lines;
    read_start_line();
    read_fields();
    message_.entries_.assign(entries_, entries_ + count_);
    check_required_fields();
    read_body();
    return {std::move(message_), std::move(fault_), std::move(leniences_)};
  }

 private:
  using Range = Message::Range;
  using Entry = Message::Entry;

  /// The first fault counts.
  void note(std::string_view field, const char* what, std::size_t at,
            MessageFault::Kind kind = MessageFault::Kind::malformed) {
    if (!fault_) fault_ = MessageFault{kind, std::string(field), {what, at}};
  }
  void allow(Leniency what, std::size_t at) {
    const auto same = [&](const Lenience& known) { return known.what == what; };
    if (std::none_of(leniences_.begin(), leniences_.end(), same)) leniences_.push_back({what, at});
  }

  std::string& text() { return message_.text_; }
  std::string_view view(Range range) const { return message_.view(range); }
  static Range range(std::size_t begin, std::size_t size) {
    return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(size)};
  }
  bool has(Field field) const { return seen_[static_cast<std::size_t>(field)]; }

  std::optional<Range> take_line();
  std::optional<Range> take_folded_line();
  void read_start_line();
  void read_request_line(Range line);
  void read_status_line(Range line);
  void read_fields();
  void read_field(Range line);
  void enter(const Entry& entry, std::string_view name);
  void enter_list(const Entry& list, std::string_view name);
  void check_value(const Entry& entry, std::string_view name);
  void check_required_fields();
  void read_body();

  Message message_;
  std::optional<MessageFault> fault_;
  std::vector<Lenience> leniences_;
  LineReader* lines_ = nullptr;
  std::size_t at_ = 0;
  // Collected here first: so the message needs one allocation of the right size.
  Entry entries_[limits::kFields];
  std::size_t count_ = 0;
  std::size_t vias_ = 0;
  std::bitset<static_cast<std::size_t>(Field::extension) + 1> seen_;
  std::string_view cseq_method_;
  Range content_length_{};
};

/// Takes the line at `at_`, without its end; empty when no line end is left.
std::optional<MessageParser::Range> MessageParser::take_line() {
  const auto begin = at_;
  const auto line_feed = lines_->next();
  if (line_feed == text().size()) return std::nullopt;
  at_ = line_feed + 1;
  const bool has_return = line_feed > begin && text()[line_feed - 1] == '\r';
  if (!has_return) allow(Leniency::bare_line_feed, line_feed);
  return range(begin, line_feed - begin - (has_return ? 1 : 0));
}

/// Takes a line and those it is folded over (RFC 3261 §7.3.1): the line ends within become spaces.
std::optional<MessageParser::Range> MessageParser::take_folded_line() {
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

void MessageParser::read_start_line() {
  const auto line = take_line();
  if (!line) return note("start line", "expected a line end", text().size());
  const auto whole = view(*line);
  if (!lines_->clean()) {
    const auto* const bad = std::find_if(whole.begin(), whole.end(), breaks_a_line);
    if (bad != whole.end()) {
      const auto at = line->begin + static_cast<std::size_t>(bad - whole.begin());
      note("start line", "control character", at);
    }
  }
  const bool is_response = whole.size() > kVersion.size() && whole[kVersion.size()] == ' ' &&
                           equal_ignoring_case(whole.substr(0, kVersion.size()), kVersion);
  if (is_response) {
    read_status_line(*line);
  } else {
    read_request_line(*line);
  }
}

// Request-Line = Method SP Request-URI SP SIP-Version CRLF       (RFC 3261 §7.1)
void MessageParser::read_request_line(Range line) {
  const auto text = view(line);
  const auto method_end = std::min(text.find(' '), text.size());
  const auto method = text.substr(0, method_end);
  if (!is_token(method)) return note("start line", "method is not a token", line.begin);
  message_.first_ = range(line.begin, method_end);
  message_.method_ = method_from_name(method);

  const auto uri_at = std::min(method_end + 1, text.size());
  const auto uri_end = std::min(text.find(' ', uri_at), text.size());
  const auto uri = text.substr(uri_at, uri_end - uri_at);
  const auto version_at = std::min(uri_end + 1, text.size());
  const auto version = text.substr(version_at);
  if (version != kVersion && !equal_ignoring_case(version, kVersion)) {
    if (is_another_version(version)) {
      note("start line", "SIP version is not 2.0", line.begin + version_at,
           MessageFault::Kind::version);
    } else if (scan_uri(uri)) {
      note("start line", "expected \"SIP/2.0\"", line.begin + version_at);
    }
  }
  if (const auto scanned = scan_uri(uri); !scanned) {
    const bool too_long = uri.size() > limits::kUriBytes;
    note("Request-URI", scanned.error().what, scanned.error().at + line.begin + uri_at,
         too_long ? MessageFault::Kind::uri_too_long : MessageFault::Kind::malformed);
  }
  message_.uri_ = range(line.begin + uri_at, uri.size());
}

// Status-Line = SIP-Version SP Status-Code SP Reason-Phrase CRLF  (RFC 3261 §7.2)
void MessageParser::read_status_line(Range line) {
  constexpr std::size_t kDigits = 3;
  const auto code_at = line.begin + kVersion.size() + 1;
  const auto rest = view(line).substr(kVersion.size() + 1);
  int status = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), status);
  const bool three_digits =
      error == std::errc{} && end == rest.data() + kDigits && is_digit(rest[0]);
  message_.status_ = 999;  // whatever it is, it is no request
  if (!three_digits || status < 100 || status > 699) {
    return note("start line", "status code is not 100 to 699", code_at);
  }
  message_.status_ = status;
  if (rest.size() == kDigits) allow(Leniency::missing_reason_space, code_at + kDigits);
  if (rest.size() > kDigits && rest[kDigits] != ' ') {
    return note("start line", "expected a blank after the status code", code_at + kDigits);
  }
  const auto reason_at = std::min(rest.size(), kDigits + 1);
  message_.first_ = message_.trimmed(range(code_at + reason_at, rest.size() - reason_at));
}

void MessageParser::read_fields() {
  for (;;) {
    const auto line_at = at_;
    const auto line = take_folded_line();
    if (!line) {
      at_ = text().size();
      return note("header", "expected an empty line at its end", text().size());
    }
    if (line->size == 0) return;
    if (is_whitespace(text()[line_at])) {
      note("header", "expected a field name", line_at);
      continue;
    }
    read_field(*line);
  }
}

// message-header = field-name HCOLON field-value, with white space before the colon too
void MessageParser::read_field(Range line) {
  const auto text = view(line);
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) {
    return note("header", "expected \":\" after the field name", line.begin + text.size());
  }
  auto name_size = colon;
  while (name_size > 0 && is_whitespace(text[name_size - 1])) --name_size;
  const auto name = text.substr(0, name_size);
  const Field field = field_from_name(name);
  if (field == Field::extension && !is_token(name)) {
    return note("header", "field name is not a token", line.begin);
  }
  const auto shown = field == Field::extension ? name : field_name(field);
  const auto value_at = line.begin + colon + 1;
  const auto value = text.substr(colon + 1);
  if (text.size() > limits::kFieldBytes) {
    return note(shown, "field longer than 16384 bytes", line.begin + limits::kFieldBytes);
  }
  if (!lines_->clean()) {
    const auto bad = find_control_character(value);
    if (bad != std::string_view::npos) return note(shown, "control character", value_at + bad);
  }
  const Entry entry{range(line.begin, name.size()), message_.trimmed(range(value_at, value.size())),
                    field};
  const bool list =
      is_list_field(field) &&
      (entry.value.size == 0 || std::memchr(value.data(), ',', value.size()) != nullptr);
  if (list) {
    enter_list(entry, shown);
  } else {
    enter(entry, shown);
  }
}
static_assert(limits::kFieldBytes == 16'384 && limits::kMessageBytes == 65'535);

void MessageParser::enter(const Entry& entry, std::string_view name) {
  const auto at = entry.value.begin;
  if (count_ == limits::kFields) return note(name, "more than 256 header field values", at);
  if (entry.field == Field::via && ++vias_ > limits::kVias) {
    return note(name, "more than 64 Via values", at);
  }
  if (has(entry.field) && occurs_once_at_most(entry.field)) return note(name, "given twice", at);
  check_value(entry, name);
  seen_.set(static_cast<std::size_t>(entry.field));
  entries_[count_++] = entry;
}
static_assert(limits::kFields == 256 && limits::kVias == 64);

void MessageParser::enter_list(const Entry& list, std::string_view name) {
  const auto text = view(list.value);
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = end_of_element(text, begin);
    Entry element = list;
    element.value = message_.trimmed(range(list.value.begin + begin, end - begin));
    if (element.value.size == 0) {
      note(name, "expected a value", element.value.begin);
    } else {
      enter(element, name);
    }
    begin = end + 1;
  }
}

// The fields without which no answer finds its way; who reads the others checks them then.
void MessageParser::check_value(const Entry& entry, std::string_view name) {
  const auto value = view(entry.value);
  const auto note_fault = [&](const auto& scanned) {
    if (!scanned) note(name, scanned.error().what, scanned.error().at + entry.value.begin);
  };
  switch (entry.field) {
    case Field::via:
      return note_fault(scan_via(value));
    case Field::from:
    case Field::to:
      return note_fault(scan_name_addr(value));
    case Field::cseq: {
      const auto cseq = scan_cseq(value);
      note_fault(cseq);
      if (cseq) cseq_method_ = cseq->method;
      return;
    }
    case Field::call_id:
      if (value.empty()) return note(name, "expected a value", entry.value.begin);
      if (const auto gap = value.find_first_of(" \t"); gap != std::string_view::npos) {
        note(name, "white space inside", gap + entry.value.begin);
      }
      return;
    case Field::content_length:
      content_length_ = entry.value;
      return;
    default:
      return;
  }
}

void MessageParser::check_required_fields() {
  // RFC 3261 §8.1.1 and §8.2.6: without these no answer finds its way.
  for (const Field field : {Field::via, Field::from, Field::to, Field::call_id, Field::cseq}) {
    if (!has(field)) note(field_name(field), "mandatory field missing", at_);
  }
  if (!message_.is_request()) {
    message_.method_ = method_from_name(cseq_method_);
    return;
  }
  if (cseq_method_.empty() || cseq_method_ == message_.method_name()) return;
  note("CSeq", "method is not the request's", message_.find(Field::cseq)->value.begin);
}

// RFC 3261 §18.3: what came beyond Content-Length is not part of the message; without one, the body
// is all that came.
void MessageParser::read_body() {
  auto size = text().size() - at_;
  if (has(Field::content_length)) {
    const auto value = view(content_length_);
    std::uint32_t claimed = 0;
    const auto* const end = value.data() + value.size();
    const auto [next, error] = std::from_chars(value.data(), end, claimed);
    const auto at = content_length_.begin;
    if (next != end || value.empty() || error == std::errc::invalid_argument) {
      note("Content-Length", "expected a number", at);
    } else if (error != std::errc{} || claimed > size) {
      note("Content-Length", "more than came", at);
    } else {
      if (claimed < size) allow(Leniency::bytes_after_body, at_ + claimed);
      size = claimed;
    }
  }
  message_.body_ = range(at_, size);
}

ReadMessage read_message(std::string bytes) {
  return MessageParser(std::move(bytes)).read();
}

Result<Message> parse_message(std::string bytes) {
  auto read = read_message(std::move(bytes));
  if (read.fault) return tl::unexpected<Error>(malformed(read.fault->field, read.fault->fault));
  return std::move(read.message);
}

}  // namespace godwit::sip
