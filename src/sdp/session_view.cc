// SPDX-License-Identifier: Apache-2.0
#include "sdp/session_view.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

namespace godwit::sdp {
namespace {

constexpr std::uint32_t bit_of(char type) {
  return std::uint32_t{1} << (type - 'a');
}

constexpr std::uint32_t bits_of(std::string_view types) {
  std::uint32_t bits = 0;
  for (const char type : types) bits |= bit_of(type);
  return bits;
}

constexpr std::uint32_t kKnown = bits_of("vosiuepcbtrzkam");  // RFC 8866 §5

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
  if ((seen_ & bit_of('o')) != 0) return std::nullopt;
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
  seen_ = 0;
  spill_.clear();
}

std::optional<Fault> SessionView::split() {
  for (std::size_t at = 0; at < text_.size();) {
    const std::size_t end = find_line_break(text_, at);
    std::size_t next = end + 1;
    if (end < text_.size() && text_[end] != '\n') {
      if (text_[end] == '\0') return Fault{"expected no NUL in a line", end};
      // RFC 8866 §5: CRLF, and LF alone is put up with. A CR that ends a text is one cut off.
      if (next < text_.size() && text_[next] != '\n') return Fault{"expected LF after CR", next};
      ++next;
    }
    const std::size_t size = end - at;
    if (size == 0) {  // a blank line, as some put at the end
      at = next;
      continue;
    }
    if (size < 2 || text_[at + 1] != '=') return Fault{"expected a letter and \"=\"", at};
    if (size > limits::kSdpLineBytes) {
      return Fault{"expected a line of at most 8192 bytes", at + limits::kSdpLineBytes};
    }
    const Line line{static_cast<std::uint16_t>(at + 2), static_cast<std::uint16_t>(size - 2),
                    text_[at]};
    if (const auto wrong = take(line)) return wrong;
    at = next;
  }
  return std::nullopt;
}

std::optional<Fault> SessionView::take(const Line& line) {
  if (count_ == 0 && line.type != 'v') return Fault{"expected v=0 first", line.at - 2U};
  if (count_ == limits::kSdpLines) return Fault{"expected at most 4096 lines", line.at - 2U};
  switch (line.type) {
    case 'a':
      if (++attributes_ > limits::kAttributes) {
        return Fault{"expected at most 256 attributes in a section", line.at - 2U};
      }
      break;
    case 'm':
      if (media_count_ == limits::kMediaLines) {
        return Fault{"expected at most 32 m= lines", line.at - 2U};
      }
      media_[media_count_++] = static_cast<std::uint16_t>(count_);
      attributes_ = 0;
      break;
    case 'v':
    case 'o':
    case 's':
      if (const auto wrong = take_first(line)) return wrong;
      break;
    default:
      // RFC 8866 §5: a description with an unknown type letter is ignored as a whole.
      if (line.type < 'a' || line.type > 'z' || (kKnown & bit_of(line.type)) == 0) {
        return Fault{"expected a known type letter", line.at - 2U};
      }
  }
  seen_ |= bit_of(line.type);
  put(line);
  return std::nullopt;
}

/// The lines that make a description one: v=, o= and s=.
std::optional<Fault> SessionView::take_first(const Line& line) {
  const bool again = (seen_ & bit_of(line.type)) != 0;
  switch (line.type) {
    case 'v':
      if (again) return Fault{"expected v= once", line.at - 2U};
      if (value(line) != "0") return Fault{"expected 0 as the version", line.at};
      break;
    case 'o':
      if (again) return Fault{"expected o= once", line.at - 2U};
      if (media_count_ > 0) return Fault{"expected o= before the first m=", line.at - 2U};
      break;
    default:
      if (again) return Fault{"expected s= once", line.at - 2U};
      if (media_count_ > 0) return Fault{"expected s= before the first m=", line.at - 2U};
  }
  return std::nullopt;
}

void SessionView::put(const Line& line) {
  if (count_ < kInlineLines) {
    inline_[count_] = line;
  } else {
    if (count_ == kInlineLines) {
      spill_.reserve(4 * kInlineLines);
      spill_.assign(inline_.begin(), inline_.end());
    }
    spill_.push_back(line);
  }
  ++count_;
}

std::span<const Line> SessionView::session() const {
  return lines().first(media_count_ == 0 ? count_ : media_[0]);
}

std::span<const Line> SessionView::media(std::size_t index) const {
  const std::size_t begin = media_[index];
  const std::size_t end = index + 1 < media_count_ ? media_[index + 1] : count_;
  return lines().subspan(begin, end - begin);
}

std::optional<std::size_t> SessionView::media_of(std::size_t index) const {
  const auto end = media_.begin() + static_cast<std::ptrdiff_t>(media_count_);
  const auto after = std::upper_bound(media_.begin(), end, index);
  if (after == media_.begin()) return std::nullopt;
  return static_cast<std::size_t>(after - media_.begin()) - 1;
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
  if (!parts) return shifted(parts.error(), line->at);
  return parts;
}

std::optional<Scanned<ConnectionParts>> SessionView::connection(std::size_t media_index) const {
  const Line* line = find(media(media_index), 'c');
  if (line == nullptr) line = find(session(), 'c');
  if (line == nullptr) return std::nullopt;
  auto parts = scan_connection(value(*line));
  if (!parts) return Scanned<ConnectionParts>(shifted(parts.error(), line->at));
  return parts;
}

}  // namespace godwit::sdp
