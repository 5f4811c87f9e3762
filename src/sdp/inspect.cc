// SPDX-License-Identifier: Apache-2.0
#include "sdp/inspect.h"

#include <algorithm>
#include <utility>

#include "sdp/attribute_check.h"
#include "sdp/rtpmap_table.h"

namespace godwit::sdp {
namespace {

/// Types of lines in the order of RFC 8866 §5: the session's, and those of a media description.
constexpr std::string_view kSessionOrder = "vosiuepcbtka";
constexpr std::string_view kMediaOrder = "micbka";
/// Those that may be there once in a section.
constexpr std::string_view kOnce = "iuk";

constexpr std::uint8_t kFirstDynamicType = 96;  // RFC 3551 §6

std::size_t rank_of(std::string_view order, char type) {
  return order.find(type == 'r' || type == 'z' ? 't' : type);
}

std::string quoted_type(char type) {
  return {type, '='};
}

/// Goes through the lines of a description that has been split and collects what is worth a
/// warning. What cannot be read at all is left to the fault.
class Inspector {
 public:
  explicit Inspector(const SessionView& view) : view_(view) {}

  std::vector<Warning> run() {
    line_ends();
    section(view_.session(), Section::session);
    if (SessionView::find(view_.session(), 's') == nullptr) missing("s=");
    if (SessionView::find(view_.session(), 't') == nullptr) missing("t=");
    for (std::size_t i = 0; i < view_.media_count(); ++i) {
      section(view_.media(i), Section::media);
      media(i);
    }
    std::stable_sort(warnings_.begin(), warnings_.end(),
                     [](const Warning& a, const Warning& b) { return a.at < b.at; });
    return std::move(warnings_);
  }

 private:
  void warn(std::string text, std::size_t at) {
    if (warnings_.size() < limits::kSdpWarnings) warnings_.push_back({std::move(text), at});
  }
  void missing(std::string_view field) {
    warn(std::string(field) + ": there is none before the first m=", 0);
  }

  void media(std::size_t index) {
    const Line& line = view_.media(index).front();
    const auto parts = scan_media(view_.value(line));
    if (!parts || parts->port == 0) return;
    if (!view_.connection(index)) {
      warn("m=: no c= line says where the media goes", line.at - 2U);
    }
    if (parts->protocol.find("RTP/") == std::string_view::npos) return;
    const RtpmapTable rtpmaps(view_, index);
    Words formats(parts->formats);
    for (auto format = formats.next(); !format.empty(); format = formats.next()) {
      const auto type = read_number<std::uint8_t>(format);
      if (!type || *type > kLastPayloadType) {
        warn("m=: RTP has payload types of 0 to 127 only", place(format));
      } else if (*type >= kFirstDynamicType && !rtpmaps.find(format)) {
        warn("m=: no a=rtpmap says what payload type " + std::to_string(*type) + " is",
             place(format));
      }
    }
  }

  void line_ends() {
    std::size_t expected_at = 0;
    bool said_bare = false;
    bool said_blank = false;
    for (const Line& line : view_.lines()) {
      const std::size_t begin = line.at - 2U;
      if (begin != expected_at && !std::exchange(said_blank, true)) {
        warn("a blank line was passed over", expected_at);
      }
      const std::string_view rest = view_.text().substr(line.at + line.size);
      if (!rest.starts_with("\r\n") && !std::exchange(said_bare, true)) {
        warn(rest.starts_with('\n') ? "a line ends with LF alone" : "the last line has no line end",
             line.at + line.size);
      }
      expected_at = line.at + line.size + (rest.starts_with("\r\n") ? 2U : 1U);
    }
    if (expected_at < view_.text().size() && !said_blank) {
      warn("a blank line was passed over", expected_at);
    }
  }

  void section(std::span<const Line> lines, Section section) {
    const bool of_session = section == Section::session;
    const std::string_view order = of_session ? kSessionOrder : kMediaOrder;
    std::size_t highest = 0;
    seen_ = 0;
    directed_ = false;
    for (const Line& line : lines) {
      const std::size_t rank = rank_of(order, line.type);
      if (rank == std::string_view::npos) {
        warn(quoted_type(line.type) + ": stands after an m= line; read as the session's",
             line.at - 2U);
      } else if (rank < highest) {
        warn(quoted_type(line.type) + ": stands after " + quoted_type(order[highest]),
             line.at - 2U);
      } else {
        highest = rank;
      }
      check_once(line, section);
      check_value(line, section);
    }
  }

  void check_once(const Line& line, Section section) {
    const std::uint32_t bit = std::uint32_t{1} << (line.type - 'a');
    const bool again = (seen_ & bit) != 0;
    seen_ |= bit;
    const bool only_one = kOnce.find(line.type) != std::string_view::npos ||
                          (line.type == 'c' && section == Section::session);
    if (again && only_one) {
      warn(quoted_type(line.type) + ": given again; the first counts", line.at - 2U);
    }
  }

  void check_value(const Line& line, Section section) {
    const std::string_view value = view_.value(line);
    switch (line.type) {
      case 's':
      case 'i':
      case 'u':
      case 'e':
      case 'p':
        if (value.empty()) warn(quoted_type(line.type) + ": empty", line.at);
        return;
      case 'k':
        warn("k=: obsolete, discarded (RFC 8866 section 5.12)", line.at - 2U);
        return;
      case 'a':
        return check_attribute(line, section);
      case 'o':
        check_spaces(line);
        return check_origin(line);
      case 'c':
        check_spaces(line);
        return check_connection(line);
      default:
        check_spaces(line);
    }
  }

  /// RFC 8866 §5: exactly one space between words.
  void check_spaces(const Line& line) {
    const std::string_view value = view_.value(line);
    bool after_space = true;
    for (std::size_t i = 0; i < value.size(); ++i) {
      const bool space = is_whitespace(value[i]);
      if ((space && (after_space || i + 1 == value.size())) || value[i] == '\t') {
        return warn(quoted_type(line.type) + ": white space beyond one space between words",
                    line.at + i);
      }
      after_space = space;
    }
  }

  void check_origin(const Line& line) {
    const auto parts = scan_origin(view_.value(line));
    if (!parts) return;
    const auto ip = read_ip(parts->address);
    check_address("o=", parts->address, ip);
    const bool odd = is_internet(parts->address) && !ip && !is_host_name(parts->address.text);
    if (odd)
      warn("o=: the address is neither an IP address nor a host name", place(parts->address.text));
    constexpr auto kMost = ~std::uint64_t{0};
    if (parts->session_id == kMost || parts->session_version == kMost) {
      warn("o=: a number of more than 64 bits", line.at);
    }
  }

  void check_connection(const Line& line) {
    const auto parts = scan_connection(view_.value(line));
    if (!parts) return;
    check_address("c=", parts->address, parts->ip);
    if (!parts->ip) return;
    const bool slashed = view_.value(line).find('/') != std::string_view::npos;
    if (!parts->ip->is_multicast()) {
      if (slashed) {
        warn("c=: what follows \"/\" has no meaning for a unicast address",
             place(parts->address.text));
      }
    } else if (parts->ip->is_v4() && !parts->ttl) {
      warn("c=: no time to live after an IPv4 multicast address", place(parts->address.text));
    }
  }

  void check_address(const std::string& field, const AddressParts& parts,
                     const std::optional<net::IpAddress>& ip) {
    if (!ip) return;
    const std::size_t at = place(parts.text);
    if (!types_agree(parts, *ip)) {
      const bool v4 = ip->is_v4();
      warn(field + ": address type " + std::string(parts.address_type) + " before an " +
               (v4 ? "IPv4" : "IPv6") + " address; read by the address",
           place(parts.address_type));
    }
    if (parts.text.starts_with('[')) warn(field + ": brackets around the address", at);
    if (parts.text.find('%') != std::string_view::npos) {
      warn(field + ": the zone of an address means nothing here; left out", at);
    }
  }
  /// Where a part of the text begins.
  std::size_t place(std::string_view part) const {
    return static_cast<std::size_t>(part.data() - view_.text().data());
  }

  void check_attribute(const Line& line, Section section) {
    const auto parts = scan_attribute(view_.value(line));
    if (!parts) return;
    const std::string name(parts->name);
    if (!is_token(name)) return warn("a=: the attribute's name is no token", line.at);
    if (has_wrong_case(name)) {
      return warn("a=" + name + ": not understood, names are compared with case", line.at);
    }
    if (const auto wrong = sdp::check_attribute(name, parts->value, section)) {
      const std::size_t begin = line.at + std::min(name.size() + 1, std::size_t{line.size});
      return warn("a=" + name + ": " + wrong->what, begin + wrong->at);
    }
    if (!direction_from(name)) return;
    if (std::exchange(directed_, true)) {
      warn("a=" + name + ": a direction was given already; the first counts", line.at);
    }
  }

  const SessionView& view_;
  std::vector<Warning> warnings_;
  // Of the section that is gone through: a bit for each type of line so far, whether a direction.
  std::uint32_t seen_ = 0;
  bool directed_ = false;
};

}  // namespace

Inspection inspect(std::string_view text) {
  Inspection inspection;
  SessionView view;
  inspection.fault = view.read(text);
  if (inspection.fault) return inspection;
  inspection.warnings = Inspector(view).run();
  auto description = describe(view);
  if (description) {
    inspection.description = std::move(*description);
  } else {
    inspection.fault = std::move(description.error());
  }
  return inspection;
}

}  // namespace godwit::sdp
