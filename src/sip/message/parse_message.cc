// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>

#include "base/limits.h"
#include "sip/message/char_class.h"
#include "sip/message/field_lookup.h"
#include "sip/message/grammar.h"
#include "sip/message/message.h"
#include "sip/message/scan.h"
#include "sip/message/skip.h"

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
  /// Reads into `read`, whose message holds the bytes.
  explicit MessageParser(ReadMessage& read)
      : read_(read),
        message_(read.message),
        parts_(read.parts),
        text_begin_(message_.text_.data()),
        text_end_(text_begin_ + message_.text_.size()),
        at_(std::min(message_.text_.find_first_not_of("\r\n"), message_.text_.size())) {}

  void read() {
    if (text().size() > limits::kMessageBytes) {
      note("message", "longer than 65535 bytes", limits::kMessageBytes,
           MessageFault::Kind::message_too_large);
    }
    // RFC 3261 §7.5: empty lines in front are ignored.
    if (at_ > 0) allow(Leniency::leading_empty_lines, 0);
    read_start_line();
    read_fields();
    message_.entries_.assign(entries_, count_);
    check_required_fields();
    read_body();
  }

 private:
  using Range = Message::Range;
  using Entry = Message::Entry;

  /// The first fault counts.
  [[gnu::cold, gnu::noinline]] void note(std::string_view field, const char* what, std::size_t at,
                                         MessageFault::Kind kind = MessageFault::Kind::malformed) {
    if (!read_.fault) read_.fault = MessageFault{kind, std::string(field), {what, at}};
  }
  [[gnu::cold, gnu::noinline]] void note(const Entry& entry, const char* what, std::size_t at) {
    note(entry.field == Field::extension ? view(entry.name) : field_name(entry.field), what, at);
  }
  [[gnu::cold, gnu::noinline]] void allow(Leniency what, std::size_t at) {
    auto& known = read_.leniences;
    const auto same = [&](const Lenience& lenience) { return lenience.what == what; };
    if (std::none_of(known.begin(), known.end(), same)) known.push_back({what, at});
  }

  std::string& text() { return message_.text_; }
  std::string_view view(Range range) const { return message_.view(range); }
  static Range range(std::size_t begin, std::size_t size) {
    return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(size)};
  }
  Range trimmed(Range range) const {
    auto begin = range.begin;
    auto end = range.begin + range.size;
    while (begin < end && is_whitespace(text_begin_[begin])) ++begin;
    while (begin < end && is_whitespace(text_begin_[end - 1])) --end;
    return begin == end ? Range{range.begin, 0} : Range{begin, end - begin};
  }
  bool has(Field field) const {
    return message_.index_[static_cast<std::size_t>(field)] != Message::kNone;
  }

  bool take_line(Range& line);
  [[gnu::cold, gnu::noinline]] bool take_odd_line(Range& line);
  [[gnu::cold, gnu::noinline]] bool unfold(Range& line);
  void read_start_line();
  void read_request_line(Range line);
  void read_status_line(Range line);
  void read_fields();
  void read_field(Range line);
  void enter(const Entry& entry);
  void enter_list(const Entry& list);
  void check_value(const Entry& entry);
  void check_required_fields();
  void read_body();

  ReadMessage& read_;
  Message& message_;
  MessageParts& parts_;
  const char* const text_begin_;
  const char* const text_end_;
  std::size_t at_;
  bool odd_ = false;  // the line taken last may hold control characters
  // Collected here first: so the message needs one allocation of the right size, if any.
  Entry entries_[limits::kFields];
  std::size_t count_ = 0;
  std::size_t vias_ = 0;
  std::uint16_t last_[Message::kIndexSize];  // of each field that is there: its last entry
  Range content_length_{};
};

/// Takes the line at `at_`, without its end; false when no line end is left.
bool MessageParser::take_line(Range& line) {
  const char* const begin = text_begin_ + at_;
  const char* const end = end_of_line_run(text_begin_, begin, text_end_);
  if (text_end_ - end < 2 || end[0] != '\r' || end[1] != '\n') return take_odd_line(line);
  line = range(at_, static_cast<std::size_t>(end - begin));
  at_ += line.size + 2;
  return true;
}

/// The same for a line with TABs or other control characters, or with a bare line feed.
bool MessageParser::take_odd_line(Range& line) {
  const auto line_feed = text().find('\n', at_);
  if (line_feed == std::string::npos) return false;
  const bool has_return = line_feed > at_ && text()[line_feed - 1] == '\r';
  if (!has_return) allow(Leniency::bare_line_feed, line_feed);
  line = range(at_, line_feed - at_ - (has_return ? 1 : 0));
  at_ = line_feed + 1;
  odd_ = true;
  return true;
}

/// Joins the lines that `line` is folded over (RFC 3261 §7.3.1): the line ends within become
/// spaces.
bool MessageParser::unfold(Range& line) {
  while (at_ < text().size() && is_whitespace(text()[at_])) {
    const auto end = line.begin + line.size;
    const auto next_at = at_;
    Range next{};
    if (!take_line(next)) return false;
    std::fill(text().begin() + end, text().begin() + static_cast<std::ptrdiff_t>(next_at), ' ');
    line.size = next.begin + next.size - line.begin;
  }
  return true;
}

void MessageParser::read_start_line() {
  Range line{};
  if (!take_line(line)) return note("start line", "expected a line end", text().size());
  const auto whole = view(line);
  if (odd_) {
    const auto* const bad = std::find_if(whole.begin(), whole.end(), breaks_a_line);
    if (bad != whole.end()) {
      const auto at = line.begin + static_cast<std::size_t>(bad - whole.begin());
      note("start line", "control character", at);
    }
  }
  const bool is_response = whole.size() > kVersion.size() && whole[kVersion.size()] == ' ' &&
                           equal_ignoring_case(whole.substr(0, kVersion.size()), kVersion);
  if (is_response) {
    read_status_line(line);
  } else {
    read_request_line(line);
  }
}

// Request-Line = Method SP Request-URI SP SIP-Version CRLF       (RFC 3261 §7.1)
void MessageParser::read_request_line(Range line) {
  const auto text = view(line);
  const auto method_end = find_near(text, ' ');
  const auto method = text.substr(0, method_end);
  if (!is_token(method)) return note("start line", "method is not a token", line.begin);
  message_.first_ = range(line.begin, method_end);
  message_.method_ = method_from_name(method);

  const auto uri_at = std::min(method_end + 1, text.size());
  const auto uri_end = uri_at + find_near(text.substr(uri_at), ' ');
  const auto uri = text.substr(uri_at, uri_end - uri_at);
  const auto version_at = std::min(uri_end + 1, text.size());
  const auto version = text.substr(version_at);
  if (version != kVersion && !equal_ignoring_case(version, kVersion)) {
    if (is_another_version(version)) {
      note("start line", "SIP version is not 2.0", line.begin + version_at,
           MessageFault::Kind::version);
    } else if (scan_uri(uri)) {  // else the URI is what is wrong
      note("start line", "expected \"SIP/2.0\"", line.begin + version_at);
    }
  }
  if (Fault fault; !scan_uri_into(uri, parts_.uri, fault)) {
    const bool too_long = uri.size() > limits::kUriBytes;
    note("Request-URI", fault.what, fault.at + line.begin + uri_at,
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
  message_.first_ = trimmed(range(code_at + reason_at, rest.size() - reason_at));
}

// Flattened, as the scanners are: with every step in one function their places stay in registers.
// It takes a sixth off the time of a message.
[[gnu::flatten]] void MessageParser::read_fields() {
  for (;;) {
    Range line{};
    odd_ = false;
    if (!take_line(line)) break;
    if (line.size == 0) return;
    const bool folded = at_ < text().size() && is_whitespace(text_begin_[at_]);
    if (folded && !unfold(line)) break;
    if (is_whitespace(text_begin_[line.begin])) {
      note("header", "expected a field name", line.begin);
    } else {
      read_field(line);
    }
  }
  at_ = text().size();
  note("header", "expected an empty line at its end", at_);
}

// message-header = field-name HCOLON field-value, with white space before the colon too
void MessageParser::read_field(Range line) {
  const std::string_view text(text_begin_ + line.begin, line.size);
  const std::string_view rest(text.data(), message_.text_.size() - line.begin);
  const auto colon = std::min(find_near(text, rest, ':'), text.size());
  if (colon == text.size()) {
    return note("header", "expected \":\" after the field name", line.begin + text.size());
  }
  auto name_size = colon;
  while (name_size > 0 && is_whitespace(text.data()[name_size - 1])) --name_size;
  const std::string_view name(text.data(), name_size);
  const Field field = field_at(name, rest);
  if (field == Field::extension && !is_token(name)) {
    return note("header", "field name is not a token", line.begin);
  }
  const auto value_at = line.begin + static_cast<std::uint32_t>(colon) + 1;
  Entry entry{range(line.begin, name_size), trimmed({value_at, line.begin + line.size - value_at}),
              Message::kNone, field};
  if (line.size > limits::kFieldBytes) {
    return note(entry, "field longer than 16384 bytes", line.begin + limits::kFieldBytes);
  }
  if (odd_) {
    const auto bad = find_control_character(view(entry.value));
    if (bad != std::string_view::npos) {
      return note(entry, "control character", entry.value.begin + bad);
    }
  }
  if (is_list_field(field)) {
    enter_list(entry);
  } else {
    enter(entry);
  }
}
static_assert(limits::kFieldBytes == 16'384 && limits::kMessageBytes == 65'535);

void MessageParser::enter(const Entry& entry) {
  const auto at = entry.value.begin;
  if (count_ == limits::kFields) return note(entry, "more than 256 header field values", at);
  if (entry.field == Field::via && ++vias_ > limits::kVias) {
    return note(entry, "more than 64 Via values", at);
  }
  const auto place = static_cast<std::uint16_t>(count_);
  const auto field = static_cast<std::size_t>(entry.field);
  if (auto& first = message_.index_.data()[field]; first == Message::kNone) {
    first = place;
  } else {
    if (occurs_once_at_most(entry.field)) return note(entry, "given twice", at);
    entries_[last_[field]].next = place;
  }
  last_[field] = place;
  entries_[place] = entry;
  ++count_;
  check_value(entry);
}
static_assert(limits::kFields == 256 && limits::kVias == 64);

void MessageParser::enter_list(const Entry& list) {
  const auto text = view(list.value);
  if (!text.empty() && find_near(text, ',') == text.size()) return enter(list);
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = end_of_element(text, begin);
    Entry element = list;
    element.value = trimmed(range(list.value.begin + begin, end - begin));
    if (element.value.size == 0) {
      note(list, "expected a value", element.value.begin);
    } else {
      enter(element);
    }
    begin = end + 1;
  }
}

// The fields without which no answer finds its way; who reads the others checks them then.
void MessageParser::check_value(const Entry& entry) {
  const auto value = view(entry.value);
  Fault fault;
  const auto note_unless = [&](bool good) {
    if (!good) note(entry, fault.what, fault.at + entry.value.begin);
  };
  switch (entry.field) {
    case Field::via: {
      if (vias_ == 1) return note_unless(scan_via_into(value, parts_.via, fault));
      ViaParts further;
      return note_unless(scan_via_into(value, further, fault));
    }
    case Field::from:
      return note_unless(scan_name_addr_into(value, parts_.from, fault));
    case Field::to:
      return note_unless(scan_name_addr_into(value, parts_.to, fault));
    case Field::cseq:
      return note_unless(scan_cseq_into(value, parts_.cseq, fault));
    case Field::call_id:
      if (value.empty()) return note(entry, "expected a value", entry.value.begin);
      if (const auto gap = std::min(find_near(value, ' '), find_near(value, '\t'));
          gap != value.size()) {
        note(entry, "white space inside", gap + entry.value.begin);
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
    message_.method_ = method_from_name(parts_.cseq.method);
    return;
  }
  if (parts_.cseq.method.empty() || parts_.cseq.method == message_.method_name()) return;
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
  ReadMessage read;
  read.message.text_ = std::move(bytes);
  MessageParser(read).read();
  return read;
}

Result<Message> parse_message(std::string bytes) {
  auto read = read_message(std::move(bytes));
  if (read.fault) return tl::unexpected<Error>(malformed(read.fault->field, read.fault->fault));
  return std::move(read.message);
}

}  // namespace godwit::sip
