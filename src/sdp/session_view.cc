// SPDX-License-Identifier: Apache-2.0
#include "sdp/session_view.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

namespace godwit::sdp {
namespace {

/// The first CR, LF or NUL at or after `at`; the size when there is none.
///
/// Eight bytes at a time: lines are short, so that the three calls of memchr a line would need cost
/// more than the bytes. A tab, below 14 too, ends the eight early and is passed over singly.
std::size_t find_line_break(std::string_view text, std::size_t at) {
  constexpr std::uint64_t kOnes = 0x0101'0101'0101'0101;
  constexpr std::uint64_t kHighBits = 0x80 * kOnes;
  for (; text.size() - at >= 8; at += 8) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, text.data() + at, 8);
    const std::uint64_t below_14 = (bytes - 14 * kOnes) & ~bytes & kHighBits;
    if (below_14 == 0) continue;
    if constexpr (std::endian::native == std::endian::little) {
      const auto first = at + static_cast<std::size_t>(std::countr_zero(below_14)) / 8;
      if (breaks_a_line(text[first])) return first;
    }
    for (std::size_t i = at; i < at + 8; ++i) {
      if (breaks_a_line(text[i])) return i;
    }
  }
  while (at < text.size() && !breaks_a_line(text[at])) ++at;
  return at;
}

}  // namespace

Error to_error(const SdpFault& fault) {
  std::string detail = "SDP line " + std::to_string(fault.line) + ": ";
  if (!fault.field.empty()) detail += fault.field + ": ";
  detail += fault.fault.what;
  detail += " at byte " + std::to_string(fault.fault.at);
  return {make_error_code(Errc::malformed_message), std::move(detail)};
}

SdpFault fault_in(std::string_view text, const Fault& fault) {
  const std::string_view before = text.substr(0, fault.at);
  const auto line_end = before.rfind('\n');
  const auto begin = line_end == std::string_view::npos ? 0 : line_end + 1;
  const auto lines = std::count(before.begin(), before.end(), '\n');
  SdpFault full{"", fault, static_cast<std::size_t>(lines) + 1};
  const bool has_type =
      begin + 1 < text.size() && text[begin + 1] == '=' && text[begin] >= 'a' && text[begin] <= 'z';
  if (has_type) full.field = text.substr(begin, 2);
  return full;
}

std::optional<SdpFault> SessionView::read(std::string_view text) {
  text_ = {};
  clear();
  if (text.size() > limits::kSdpBytes) {
    return fault_in(text, {"expected at most 65535 bytes", limits::kSdpBytes});
  }
  text_ = text;
  if (const auto wrong = split()) {
    clear();
    return fault_in(text, *wrong);
  }
  if (has_origin_) return std::nullopt;
  // A line that is missing is missed where the text ends.
  SdpFault missing = fault_in(text, {"expected an o= line", text.size()});
  missing.field = "o=";
  if (count_ == 0) missing = {"v=", {"expected v=0", 0}, 1};
  clear();
  return missing;
}

void SessionView::clear() {
  count_ = 0;
  media_count_ = 0;
  attributes_ = 0;
  has_origin_ = false;
  has_name_ = false;
  spill_.clear();
}

std::optional<Fault> SessionView::split() {
  const std::string_view text = text_;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = find_line_break(text, at);
    std::size_t next = end + 1;
    if (end < text.size() && text[end] != '\n') {
      if (text[end] == '\0') return Fault{"expected no NUL in a line", end};
      // RFC 8866 §5: CRLF, and LF alone is put up with. A CR that ends a text is one cut off.
      if (next < text.size() && text[next] != '\n') return Fault{"expected LF after CR", next};
      ++next;
    }
    const std::size_t size = end - at;
    if (size != 0) {  // else a blank line, as some put at the end
      if (size < 2 || text[at + 1] != '=') return Fault{"expected a letter and \"=\"", at};
      if (size > limits::kSdpLineBytes) {
        return Fault{"expected a line of at most 8192 bytes", at + limits::kSdpLineBytes};
      }
      const std::string_view value(text.data() + at + 2, size - 2);
      if (const char* const wrong = check(text[at], value)) return Fault{wrong, at};
      put(text[at], at + 2, size - 2);
    }
    at = next;
  }
  return std::nullopt;
}

/// What is wrong with a line where it stands; nullptr when nothing is.
const char* SessionView::check(char type, std::string_view value) {
  if (count_ == 0 && type != 'v') return "expected v=0 first";
  if (count_ == limits::kSdpLines) return "expected at most 4096 lines";
  switch (type) {
    case 'a':
      if (++attributes_ > limits::kAttributes)
        return "expected at most 256 attributes in a section";
      return nullptr;
    case 'm':
      if (media_count_ == limits::kMediaLines) return "expected at most 32 m= lines";
      media_[media_count_++] = static_cast<std::uint16_t>(count_);
      attributes_ = 0;
      return nullptr;
    case 'v':
      if (count_ > 0) return "expected v= once";
      return value == "0" ? nullptr : "expected v=0";
    case 'o':
      if (std::exchange(has_origin_, true)) return "expected o= once";
      return media_count_ == 0 ? nullptr : "expected o= before the first m=";
    case 's':
      if (std::exchange(has_name_, true)) return "expected s= once";
      return media_count_ == 0 ? nullptr : "expected s= before the first m=";
    case 'i':
    case 'u':
    case 'e':
    case 'p':
    case 'c':
    case 'b':
    case 't':
    case 'r':
    case 'z':
    case 'k':
      return nullptr;
    default:
      // RFC 8866 §5: a description with an unknown type letter is ignored as a whole.
      return "expected a known type letter";
  }
}

/// Member by member: a Line put together elsewhere and copied costs more than all the rest.
void SessionView::put(char type, std::size_t at, std::size_t size) {
  Line& line = count_ < kInlineLines ? inline_[count_] : spill();
  line.at = static_cast<std::uint16_t>(at);
  line.size = static_cast<std::uint16_t>(size);
  line.type = type;
  ++count_;
}

Line& SessionView::spill() {
  if (spill_.empty()) {
    spill_.reserve(4 * kInlineLines);
    spill_.assign(inline_.begin(), inline_.end());
  }
  return spill_.emplace_back();
}

std::span<const Line> SessionView::session() const {
  return lines().first(media_count_ == 0 ? count_ : media_[0]);
}

std::span<const Line> SessionView::media(std::size_t index) const {
  const std::size_t begin = media_[index];
  const std::size_t end = index + 1 < media_count_ ? media_[index + 1] : count_;
  return lines().subspan(begin, end - begin);
}

const Line* SessionView::find(std::span<const Line> section, char type) {
  for (const Line& line : section) {
    if (line.type == type) return &line;
  }
  return nullptr;
}

Scanned<OriginParts> SessionView::origin() const {
  const Line* const line = find(session(), 'o');
  if (line == nullptr) return fault("expected an o= line", text_.size());
  auto parts = scan_origin(value(*line));
  if (!parts) parts = shifted(parts.error(), line->at);
  return parts;
}

std::optional<Scanned<ConnectionParts>> SessionView::connection(std::size_t media_index) const {
  const Line* line = find(media(media_index), 'c');
  if (line == nullptr) line = find(session(), 'c');
  if (line == nullptr) return std::nullopt;
  std::optional<Scanned<ConnectionParts>> parts(scan_connection(value(*line)));
  if (!*parts) *parts = shifted(parts->error(), line->at);
  return parts;
}

}  // namespace godwit::sdp
