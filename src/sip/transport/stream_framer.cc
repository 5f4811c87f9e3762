// SPDX-License-Identifier: Apache-2.0
#include "sip/transport/stream_framer.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/limits.h"
#include "sip/message/field.h"
#include "sip/message/grammar.h"

namespace godwit::sip {
namespace {

// Most messages fit, so that the buffer does not have to grow while lines enter it.
constexpr std::size_t kUsualMessage = 2'048;

bool ends_a_line(char c) {
  return c == '\r' || c == '\n';
}

bool is_control(char c) {
  return (static_cast<unsigned char>(c) < 0x20 && c != '\t' && !ends_a_line(c)) || c == 0x7f;
}

std::string_view without_line_end(std::string_view line) {
  if (!line.empty() && line.back() == '\n') line.remove_suffix(1);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

// SIP-Version = "SIP" "/" 1*DIGIT "." 1*DIGIT: of any number, for another one than 2.0 is answered.
bool is_version(std::string_view text) {
  constexpr std::string_view kName = "SIP/";
  if (!equal_ignoring_case(text.substr(0, kName.size()), kName)) return false;
  text.remove_prefix(kName.size());
  const auto dot = text.find('.');
  if (dot == std::string_view::npos) return false;
  const auto is_number = [](std::string_view digits) {
    return !digits.empty() && std::all_of(digits.begin(), digits.end(), is_digit);
  };
  return is_number(text.substr(0, dot)) && is_number(text.substr(dot + 1));
}

// Status-Line = SIP-Version SP …; Request-Line = Method SP … SP SIP-Version
bool may_be_start_line(std::string_view line) {
  if (std::any_of(line.begin(), line.end(), breaks_a_line)) return false;
  line = trim(line);
  const auto first = line.substr(0, line.find(' '));
  const auto last = line.substr(line.rfind(' ') + 1);
  return is_version(first) || (is_token(first) && is_version(last));
}

std::string_view trim_folded(std::string_view value) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const auto begin = std::min(value.find_first_not_of(kBlanks), value.size());
  return value.substr(begin, value.find_last_not_of(kBlanks) + 1 - begin);
}

}  // namespace

int answer_to(StreamFault::Kind kind) {
  switch (kind) {
    case StreamFault::Kind::content_length_missing:
    case StreamFault::Kind::content_length_malformed:
    case StreamFault::Kind::content_length_conflicting:
      return 400;
    case StreamFault::Kind::message_too_long:
      return 513;
    case StreamFault::Kind::not_sip:
    case StreamFault::Kind::head_too_long:
    case StreamFault::Kind::cut_short:
      break;
  }
  return 0;
}

std::string_view to_string(StreamFault::Kind kind) {
  switch (kind) {
    case StreamFault::Kind::not_sip:
      return "expected a start line of SIP";
    case StreamFault::Kind::head_too_long:
      return "expected the end of the header, an empty line";
    case StreamFault::Kind::message_too_long:
      return "Content-Length goes beyond the longest message taken";
    case StreamFault::Kind::content_length_missing:
      return "expected Content-Length in a message on a stream";
    case StreamFault::Kind::content_length_malformed:
      return "expected a number in Content-Length";
    case StreamFault::Kind::content_length_conflicting:
      return "Content-Length given twice, with two values";
    case StreamFault::Kind::cut_short:
      break;
  }
  return "the stream ended within a message";
}

StreamFramer::Outputs StreamFramer::on_bytes(std::string_view bytes) {
  Outputs outputs;
  while (!bytes.empty()) {
    switch (state_) {
      case State::between_messages:
        take_line_ends(bytes, outputs);
        break;
      case State::in_head:
        take_head(bytes, outputs);
        break;
      case State::in_body:
        take_body(bytes, outputs);
        break;
      case State::broken:
        return outputs;
    }
  }
  return outputs;
}

std::optional<StreamFault> StreamFramer::on_end() {
  const auto ended_in = std::exchange(state_, State::broken);
  if (ended_in != State::in_head && ended_in != State::in_body) return std::nullopt;
  StreamFault fault{StreamFault::Kind::cut_short, buffer_.size(), {}};
  if (ended_in == State::in_body) fault.head = buffer_.substr(0, line_at_);
  buffer_.clear();
  return fault;
}

// RFC 3261 §7.5: CRLFs before a start line are ignored, but for what they say about the flow.
void StreamFramer::take_line_ends(std::string_view& bytes, Outputs& outputs) {
  const char c = bytes.front();
  if (c == '\n') {
    if (std::exchange(after_return_, false)) take_crlf(outputs);
  } else if (after_return_) {
    break_off({StreamFault::Kind::not_sip, 0, {}}, outputs);
  } else if (c == '\r') {
    after_return_ = true;
  } else {
    begin_message(bytes.size());
    return;
  }
  bytes.remove_prefix(1);
}

void StreamFramer::take_crlf(Outputs& outputs) {
  if (opened_ == Opened::by_us) {
    outputs.emplace_back(PongReceived{});
  } else if (++crlfs_ == 2) {
    crlfs_ = 0;
    outputs.emplace_back(PingReceived{});
  }
}

void StreamFramer::begin_message(std::size_t bytes_at_hand) {
  state_ = State::in_head;
  crlfs_ = 0;
  line_at_ = 0;
  field_at_ = 0;
  content_length_.reset();
  buffer_.reserve(std::min(bytes_at_hand, kUsualMessage));
}

// One line at most, and never more than one byte beyond the limit: so it does not matter where the
// bytes were split.
void StreamFramer::take_head(std::string_view& bytes, Outputs& outputs) {
  const bool in_start_line = field_at_ == 0;
  const auto limit = in_start_line ? limits::kFieldBytes : limits::kMessageBytes;
  auto piece = bytes.substr(0, limit + 1 - buffer_.size());
  piece = piece.substr(0, std::min(piece.find('\n'), piece.size() - 1) + 1);
  bytes.remove_prefix(piece.size());
  if (in_start_line) {
    // At once, without waiting for the line to end: nothing better will follow.
    const auto* const control = std::find_if(piece.begin(), piece.end(), is_control);
    if (control != piece.end()) {
      const auto at = buffer_.size() + static_cast<std::size_t>(control - piece.begin());
      return break_off({StreamFault::Kind::not_sip, at, {}}, outputs);
    }
  }
  buffer_ += piece;
  if (buffer_.size() > limit) {
    const auto kind = in_start_line ? StreamFault::Kind::not_sip : StreamFault::Kind::head_too_long;
    return break_off({kind, limit, {}}, outputs);
  }
  if (buffer_.back() == '\n') take_line(outputs);
}

void StreamFramer::take_line(Outputs& outputs) {
  const auto line = without_line_end(std::string_view(buffer_).substr(line_at_));
  if (field_at_ == 0) {
    if (!may_be_start_line(line)) return break_off({StreamFault::Kind::not_sip, 0, {}}, outputs);
    field_at_ = buffer_.size();
  } else if (line.empty()) {
    take_field();
    line_at_ = buffer_.size();
    return end_head(outputs);
  } else if (!is_whitespace(line.front())) {  // else it goes on with the field before it
    take_field();
    field_at_ = line_at_;
  }
  line_at_ = buffer_.size();
}

void StreamFramer::take_field() {
  const auto field = std::string_view(buffer_).substr(field_at_, line_at_ - field_at_);
  const auto colon = field.find(':');
  // What is folded onto the start line is no field; the parser refuses it.
  if (colon == std::string_view::npos || is_whitespace(field.front())) return;
  if (field_from_name(trim(field.substr(0, colon))) != Field::content_length) return;
  take_content_length(trim_folded(field.substr(colon + 1)));
}

// Content-Length = 1*DIGIT
void StreamFramer::take_content_length(std::string_view value) {
  std::uint64_t length = 0;
  const auto* const end = value.data() + value.size();
  const auto [next, error] = std::from_chars(value.data(), end, length);
  if (value.empty() || next != end) {
    return note(StreamFault::Kind::content_length_malformed, field_at_);
  }
  if (error != std::errc{}) return note(StreamFault::Kind::message_too_long, field_at_);
  if (content_length_ && *content_length_ != length) {
    return note(StreamFault::Kind::content_length_conflicting, field_at_);
  }
  content_length_ = length;
  content_length_at_ = field_at_;
}

void StreamFramer::note(StreamFault::Kind kind, std::size_t at) {
  if (!fault_) fault_ = StreamFault{kind, at, {}};
}

void StreamFramer::end_head(Outputs& outputs) {
  if (!content_length_) note(StreamFault::Kind::content_length_missing, buffer_.size());
  if (content_length_.value_or(0) > limits::kMessageBytes - buffer_.size()) {
    note(StreamFault::Kind::message_too_long, content_length_at_);
  }
  if (fault_) {
    fault_->head = std::move(buffer_);
    return break_off(*std::move(fault_), outputs);
  }
  size_ = buffer_.size() + static_cast<std::size_t>(*content_length_);
  state_ = State::in_body;
  if (size_ == buffer_.size()) hand_out(outputs);
}

void StreamFramer::take_body(std::string_view& bytes, Outputs& outputs) {
  const auto piece = bytes.substr(0, size_ - buffer_.size());
  buffer_ += piece;
  bytes.remove_prefix(piece.size());
  if (buffer_.size() == size_) hand_out(outputs);
}

void StreamFramer::hand_out(Outputs& outputs) {
  state_ = State::between_messages;
  outputs.emplace_back(MessageReceived{std::exchange(buffer_, {})});
}

void StreamFramer::break_off(StreamFault fault, Outputs& outputs) {
  state_ = State::broken;
  buffer_ = {};
  outputs.emplace_back(std::move(fault));
}

}  // namespace godwit::sip
