// SPDX-License-Identifier: Apache-2.0
#include "sip_trace.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "event_json.h"
#include "shown_text.h"

namespace godwit::cli {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool starts_with_ignoring_case(std::string_view line, std::string_view prefix) {
  if (line.size() < prefix.size()) return false;
  for (std::size_t i = 0; i < prefix.size(); ++i) {
    if (lower(line[i]) != prefix[i]) return false;
  }
  return true;
}

/// Where the secret of this line begins; npos if it has none.
std::size_t secret_at(std::string_view line) {
  constexpr std::array<std::string_view, 5> kSecretStarts = {
      "authorization:", "authorization ", "proxy-authorization:", "proxy-authorization ",
      "authentication-info:"};
  constexpr std::array<std::string_view, 2> kSdpSecrets = {"a=crypto:", "a=ice-pwd:"};
  for (const std::string_view start : kSecretStarts) {
    if (starts_with_ignoring_case(line, start)) {
      const std::size_t colon = line.find(':');
      return colon == std::string_view::npos ? colon : colon + 1;
    }
  }
  for (const std::string_view start : kSdpSecrets) {
    if (starts_with_ignoring_case(line, start)) return start.size();
  }
  return std::string_view::npos;
}

/// The value of a header field of the message as it is written, for the line above it.
std::string field(std::string_view message, std::string_view name, std::string_view compact) {
  while (!message.empty() && message.front() != '\r' && message.front() != '\n') {
    const std::size_t end = message.find('\n');
    const std::string_view line = message.substr(0, end);
    if (starts_with_ignoring_case(line, name) || starts_with_ignoring_case(line, compact)) {
      std::string_view value = line.substr(line.find(':') + 1);
      value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
      return shown(value.substr(0, value.find('\r')));
    }
    if (end == std::string_view::npos) break;
    message.remove_prefix(end + 1);
  }
  return "-";
}

void write_message(std::FILE* file, const TappedMessage& message) {
  const std::string head = fmt::format(
      "{} {} udp {} -> {} {} bytes, Call-ID {}, CSeq {}\n", rfc3339(event_time_now().wall),
      message.sent ? ">>" : "<<", message.sent ? message.local : message.remote,
      message.sent ? message.remote : message.local, message.bytes.size(),
      field(message.bytes, "call-id:", "i:"), field(message.bytes, "cseq:", "cseq:"));
  const std::string body = without_secrets(message.bytes);
  std::fputs((head + shown_lines(body) + "\n").c_str(), file);
  std::fflush(file);
}

}  // namespace

std::string without_secrets(std::string_view message) {
  std::string out;
  bool in_secret = false;  // a folded line continues the one before it (RFC 3261 §7.3.1)
  while (!message.empty()) {
    const std::size_t end = std::min(message.find('\n'), message.size() - 1) + 1;
    const std::string_view line = message.substr(0, end);
    message.remove_prefix(end);
    const bool folded = line.front() == ' ' || line.front() == '\t';
    const std::size_t secret = secret_at(line);
    if (folded && in_secret) continue;
    in_secret = secret != std::string_view::npos;
    if (!in_secret) {
      out += line;
      continue;
    }
    out += line.substr(0, secret);
    out += " ***\r\n";
  }
  return out;
}

Result<MessageTap> open_sip_trace(const std::string& path) {
  if (path == "-") return MessageTap([](const TappedMessage& m) { write_message(stderr, m); });
  std::FILE* opened = std::fopen(path.c_str(), "we");
  if (opened == nullptr) {
    return fail(Errc::invalid_argument, fmt::format("{}: {}", path, std::strerror(errno)));
  }
  const std::shared_ptr<std::FILE> file(opened, &std::fclose);
  return MessageTap([file](const TappedMessage& m) { write_message(file.get(), m); });
}

}  // namespace godwit::cli
