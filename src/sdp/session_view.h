// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "godwit/error.h"
#include "sdp/grammar.h"
#include "sdp/scan.h"

namespace godwit::sdp {

/// Why a description cannot be read.
struct SdpFault {
  std::string field;     // type of the line: "m="
  Fault fault;           // byte offset in the whole text
  std::size_t line = 0;  // counted from 1

  bool operator==(const SdpFault&) const = default;
};
/// "SDP line 6: m=: expected a port of 0 to 65535 at byte 131".
[[nodiscard]] Error to_error(const SdpFault& fault);
/// A fault found in the line that holds byte `fault.at` of `text`.
[[nodiscard]] SdpFault fault_in(std::string_view text, const Fault& fault);

/// `x=value`.
struct Line {
  std::uint16_t at = 0;    // where the value begins in the text
  std::uint16_t size = 0;  // of the value
  char type = 0;           // 'x'
};
static_assert(limits::kSdpBytes <= 0xffff, "Line counts in 16 bits");

/// A session description in place: where its lines and sections are, nothing copied.
///
/// One pass over the text sets it up, without a heap allocation up to `kInlineLines` lines. It
/// checks what concerns lines as such: their form, known types, v= first, one o=, the limits.
/// Values are scanned by those who ask for them. The text must outlive the view.
class SessionView {
 public:
  static constexpr std::size_t kInlineLines = 64;

  /// Faults: what keeps the text from being a description; the view is empty then.
  [[nodiscard]] std::optional<SdpFault> read(std::string_view text);

  [[nodiscard]] std::string_view text() const { return text_; }
  [[nodiscard]] std::span<const Line> lines() const {
    if (count_ <= kInlineLines) return std::span(inline_).first(count_);
    return spill_;
  }
  /// The lines before the first m=.
  [[nodiscard]] std::span<const Line> session() const;
  [[nodiscard]] std::size_t media_count() const { return media_count_; }
  /// The lines of one media description, its m= line first; `index` below `media_count()`.
  [[nodiscard]] std::span<const Line> media(std::size_t index) const;
  [[nodiscard]] std::string_view value(const Line& line) const {
    return text_.substr(line.at, line.size);
  }
  /// The first line of that type in a section; nullptr when there is none.
  [[nodiscard]] static const Line* find(std::span<const Line> section, char type);

  [[nodiscard]] Scanned<OriginParts> origin() const;
  /// The c= that holds for a media description: its own, else the session's; empty without one.
  [[nodiscard]] std::optional<Scanned<ConnectionParts>> connection(std::size_t media_index) const;

 private:
  [[nodiscard]] std::optional<Fault> split();
  [[nodiscard]] const char* check(char type, std::string_view value);
  void put(char type, std::size_t at, std::size_t size);
  [[nodiscard]] Line& spill();
  void clear();

  std::string_view text_;
  std::size_t count_ = 0;
  std::size_t media_count_ = 0;
  std::size_t attributes_ = 0;  // in the section that is being read
  bool has_origin_ = false;
  bool has_name_ = false;
  std::array<Line, kInlineLines> inline_{};
  std::array<std::uint16_t, limits::kMediaLines> media_{};  // where their lines begin in lines()
  std::vector<Line> spill_;  // all lines, once there are more than the inline ones
};

}  // namespace godwit::sdp
