// SPDX-License-Identifier: Apache-2.0
#include "lab/sip_view.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace godwit::lab {
namespace {

std::string_view trim(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0) {
    text.remove_prefix(1);
  }
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) {
    text.remove_suffix(1);
  }
  return text;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

int number(std::string_view text) {
  int value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::string_view next_line(std::string_view& rest) {
  const auto end = rest.find('\n');
  const std::string_view line = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  return line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
}

// "Alice" <sip:a@b;x>;p, or sip:a@b;p: the URI alone.
std::string uri_in(std::string_view value) {
  const auto open = value.find('<');
  if (open != std::string_view::npos) {
    const auto close = value.find('>', open);
    return std::string(value.substr(open + 1, close - open - 1));
  }
  return std::string(trim(value.substr(0, value.find(';'))));
}

// A comma counts only outside quotes and angle brackets.
std::vector<std::string> uris_in(std::string_view value) {
  std::vector<std::string> uris;
  bool quoted = false;
  bool bracketed = false;
  std::size_t start = 0;
  for (std::size_t i = 0; i <= value.size(); ++i) {
    const char c = i < value.size() ? value[i] : ',';
    if (c == '"') quoted = !quoted;
    if (!quoted && c == '<') bracketed = true;
    if (!quoted && c == '>') bracketed = false;
    if (i < value.size() && (c != ',' || quoted || bracketed)) continue;
    if (!trim(value.substr(start, i - start)).empty()) {
      uris.push_back(uri_in(trim(value.substr(start, i - start))));
    }
    start = i + 1;
  }
  return uris;
}

std::string parameter(std::string_view value, std::string_view name) {
  const auto at = lower(value).find(";" + std::string(name) + "=");
  if (at == std::string::npos) return {};
  const std::string_view rest = value.substr(at + name.size() + 2);
  return std::string(trim(rest.substr(0, rest.find_first_of(";, "))));
}

bool read_first_line(std::string_view line, SipView& view) {
  if (line.starts_with("SIP/2.0 ")) {
    view.status = number(line.substr(8, 3));
    return view.status >= 100;
  }
  const auto space = line.find(' ');
  if (space == std::string_view::npos || !line.ends_with(" SIP/2.0")) return false;
  view.request = true;
  view.method = line.substr(0, space);
  return true;
}

void read_field(std::string_view name, std::string_view value, SipView& view) {
  if (name == "cseq") {
    view.cseq = static_cast<std::uint32_t>(number(value));
    const auto space = value.find_last_of(' ');
    if (!view.request && space != std::string_view::npos) view.method = value.substr(space + 1);
  } else if (name == "call-id" || name == "i") {
    view.call_id = value;
  } else if ((name == "via" || name == "v") && view.branch.empty()) {
    view.branch = parameter(value, "branch");
  } else if (name == "from" || name == "f") {
    view.from_uri = uri_in(value);
  } else if (name == "to" || name == "t") {
    view.in_dialog = !parameter(value, "tag").empty();
  } else if (name == "authorization" || name == "proxy-authorization") {
    view.has_credentials = true;
  } else if (name == "content-type" || name == "c") {
    view.has_offer = lower(value).starts_with("application/sdp");
  } else if ((name == "contact" || name == "m") && value != "*") {
    for (std::string& uri : uris_in(value)) view.contacts.push_back(std::move(uri));
  }
}

// RFC 8866 §6.7: without one of these, both ways.
std::string direction_in(std::string_view body) {
  std::string direction = "sendrecv";
  for (std::string_view line = next_line(body); !line.empty(); line = next_line(body)) {
    for (const char* const one : {"sendrecv", "sendonly", "recvonly", "inactive"}) {
      if (line == std::string("a=") + one) direction = one;
    }
  }
  return direction;
}

}  // namespace

std::optional<SipView> view_sip(std::string_view bytes) {
  SipView view;
  if (!read_first_line(next_line(bytes), view)) return std::nullopt;
  for (std::string_view line = next_line(bytes); !line.empty(); line = next_line(bytes)) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    read_field(lower(trim(line.substr(0, colon))), trim(line.substr(colon + 1)), view);
  }
  if (view.has_offer) view.direction = direction_in(bytes);
  if (view.call_id.empty() || view.method.empty()) return std::nullopt;
  return view;
}

}  // namespace godwit::lab
