// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "sdp/session_description.h"

namespace godwit::sdp {
namespace {

/// Builds a description from the lines of a view; each `take_` gives the fault of its line's value.
///
/// A line that RFC 8866 wants in front of the first m= is the session's wherever it stands, and of
/// what may be there once, the first counts.
class Builder {
 public:
  explicit Builder(const SessionView& view) : view_(view) { out_.times.clear(); }

  tl::expected<SessionDescription, SdpFault> run() {
    out_.media.reserve(view_.media_count());
    for (const Line& line : view_.lines()) {
      if (auto wrong = take(line.type, view_.value(line))) {
        wrong->at += line.at;
        return tl::unexpected(fault_in(view_.text(), *wrong));
      }
    }
    if (out_.times.empty()) out_.times.emplace_back();
    return std::move(out_);
  }

 private:
  using Wrong = std::optional<Fault>;

  Wrong take(char type, std::string_view value) {
    switch (type) {
      case 'o':
        return take_origin(value);
      case 's':
        out_.session_name = value.empty() ? "-" : value;
        return std::nullopt;
      case 'i':
        return take_text(media_ == nullptr ? out_.information : media_->information, value);
      case 'u':
        return take_text(out_.uri, value);
      case 'e':
        return take_contact(out_.emails, value);
      case 'p':
        return take_contact(out_.phones, value);
      case 'c':
        return take_connection(value);
      case 'b':
        return take_bandwidth(value);
      case 't':
      case 'r':
      case 'z':
        return take_time(type, value);
      case 'a':
        return take_attribute(value);
      case 'm':
        return take_media(value);
      default:  // v= is checked by the view; RFC 8866 §5.12: k= must be discarded
        return std::nullopt;
    }
  }

  Wrong take_origin(std::string_view value) {
    const auto parts = scan_origin(value);
    if (!parts) return parts.error();
    out_.username = parts->username;
    out_.session_id = parts->session_id;
    out_.session_version = parts->session_version;
    out_.origin = read_address(parts->address);
    return std::nullopt;
  }

  static Wrong take_text(std::string& text, std::string_view value) {
    if (text.empty()) text = value;
    return std::nullopt;
  }

  static Wrong take_contact(std::vector<std::string>& contacts, std::string_view value) {
    if (!value.empty()) contacts.emplace_back(value);
    return std::nullopt;
  }

  Wrong take_connection(std::string_view value) {
    const auto parts = scan_connection(value);
    if (!parts) return parts.error();
    Connection connection{read_address(parts->address, parts->ip), parts->ttl, parts->count};
    auto& first = media_ == nullptr ? out_.connection : media_->connection;
    if (!first) {
      first = std::move(connection);
    } else if (media_ != nullptr) {
      media_->layers.push_back(std::move(connection));
    }
    return std::nullopt;
  }

  // b=<bwtype>:<bandwidth>
  Wrong take_bandwidth(std::string_view value) {
    const auto colon = value.find(':');
    const std::string_view type = value.substr(0, colon);
    if (!is_token(type)) return Fault{"expected a type of bandwidth, such as AS", 0};
    if (colon == std::string_view::npos)
      return Fault{"expected \":\" and a bandwidth", value.size()};
    const auto number = read_number<std::uint64_t>(trim(value.substr(colon + 1)));
    if (!number) return Fault{"expected a number as the bandwidth", colon + 1};
    auto& bandwidths = media_ == nullptr ? out_.bandwidths : media_->bandwidths;
    bandwidths.push_back({std::string(type), *number});
    return std::nullopt;
  }

  Wrong take_time(char type, std::string_view value) {
    if (type == 't') {
      auto timing = parse_timing(value);
      if (!timing) return timing.error();
      out_.times.push_back(std::move(*timing));
      return std::nullopt;
    }
    if (out_.times.empty()) return Fault{"expected a t= line before it", 0};
    Timing& timing = out_.times.back();
    if (type == 'r') {
      auto repeat = parse_repeat(value);
      if (!repeat) return repeat.error();
      timing.repeats.push_back(std::move(*repeat));
      return std::nullopt;
    }
    auto zones = parse_zones(value);
    if (!zones) return zones.error();
    if (timing.zones.empty()) timing.zones = std::move(*zones);
    return std::nullopt;
  }

  Wrong take_attribute(std::string_view value) {
    const auto parts = scan_attribute(value);
    if (!parts) return parts.error();
    auto& direction = media_ == nullptr ? out_.direction : media_->direction;
    if (parts->value.empty()) {
      if (const auto d = direction_from(parts->name)) {
        if (!direction) direction = d;
        return std::nullopt;
      }
    }
    if (parts->name == "crypto" && ++cryptos_ > limits::kCryptos) {
      return Fault{"expected at most 16 a=crypto in a section", 0};
    }
    if (parts->name == "candidate" && ++candidates_ > limits::kCandidates) {
      return Fault{"expected at most 100 a=candidate in a section", 0};
    }
    auto& attributes = media_ == nullptr ? out_.attributes : media_->attributes;
    attributes.push_back({std::string(parts->name), std::string(parts->value)});
    return std::nullopt;
  }

  Wrong take_media(std::string_view value) {
    const auto parts = scan_media(value);
    if (!parts) return parts.error();
    Media media;
    media.type = parts->type;
    media.port = parts->port;
    media.port_count = parts->port_count;
    media.protocol = parts->protocol;
    Words formats(parts->formats);
    for (auto format = formats.next(); !format.empty(); format = formats.next()) {
      if (media.formats.size() == limits::kFormats) {
        const auto begin = static_cast<std::size_t>(parts->formats.data() - value.data());
        return Fault{"expected at most 128 formats", begin + formats.at()};
      }
      media.formats.emplace_back(format);
    }
    out_.media.push_back(std::move(media));
    media_ = &out_.media.back();
    cryptos_ = 0;
    candidates_ = 0;
    return std::nullopt;
  }

  const SessionView& view_;
  SessionDescription out_;
  Media* media_ = nullptr;  // the one being read, in `out_`, which has room for all
  std::size_t cryptos_ = 0;
  std::size_t candidates_ = 0;
};

}  // namespace

tl::expected<SessionDescription, SdpFault> describe(const SessionView& view) {
  return Builder(view).run();
}

Result<SessionDescription> parse(std::string_view text) {
  SessionView view;
  if (const auto wrong = view.read(text)) return tl::unexpected(to_error(*wrong));
  auto description = describe(view);
  if (!description) return tl::unexpected(to_error(description.error()));
  return std::move(*description);
}

}  // namespace godwit::sdp
