// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "net/ip_address.h"

namespace godwit::test::dns {

// DNS as it is on the wire, piece by piece, right or wrong.

enum Type : std::uint16_t {
  kA = 1,
  kCname = 5,
  kSoa = 6,
  kTxt = 16,
  kAaaa = 28,
  kSrv = 33,
  kNaptr = 35
};

inline std::string u16(std::size_t value) {
  return {static_cast<char>(value >> 8U & 0xffU), static_cast<char>(value & 0xffU)};
}
inline std::string u32(std::size_t value) {
  return u16(value >> 16U) + u16(value & 0xffffU);
}
/// One byte of length, then the text: a label, or a text of a NAPTR record.
inline std::string counted(std::string_view text) {
  return std::string(1, static_cast<char>(text.size())) + std::string(text);
}
/// Uncompressed; the root is "".
inline std::string name(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto label = text.substr(0, text.find('.'));
    out += counted(label);
    text.remove_prefix(std::min(label.size() + 1, text.size()));
  }
  return out + '\0';
}
/// A compression pointer.
inline std::string pointer(std::size_t offset) {
  return u16(0xc000U | offset);
}
/// Where the first name of a message stands: that of its question.
inline constexpr std::size_t kQuestionName = 12;
/// The name of its question, as the owner of a record.
inline const std::string kOwner = pointer(kQuestionName);

/// @param owner on the wire: `name()` or `pointer()`.
inline std::string record(const std::string& owner, std::uint16_t type, std::size_t ttl,
                          const std::string& data) {
  return owner + u16(type) + u16(1) + u32(ttl) + u16(data.size()) + data;
}
inline std::string address(const std::string& owner, std::size_t ttl, std::string_view text) {
  const auto ip = *net::IpAddress::parse(text);
  const auto bytes = ip.bytes();
  return record(owner, ip.is_v4() ? kA : kAaaa, ttl, std::string(bytes.begin(), bytes.end()));
}
inline std::string srv(const std::string& owner, std::size_t ttl, std::size_t priority,
                       std::size_t weight, std::size_t port, const std::string& target) {
  return record(owner, kSrv, ttl, u16(priority) + u16(weight) + u16(port) + target);
}
inline std::string cname(const std::string& owner, std::size_t ttl, const std::string& target) {
  return record(owner, kCname, ttl, target);
}
inline std::string soa(const std::string& owner, std::size_t ttl, std::size_t minimum) {
  return record(owner, kSoa, ttl,
                name("ns.example.org") + name("root.example.org") + u32(1) + u32(2) + u32(3) +
                    u32(4) + u32(minimum));
}

/// One message, header and all.
struct Message {
  std::uint16_t id = 0;
  std::uint16_t flags = 0x8180;  ///< a response, recursion desired and available, no error
  std::string question;          ///< `ask()`
  std::size_t answer_count = 0;
  std::string answers;
  std::size_t authority_count = 0;
  std::string authorities;

  Message& ask(std::string_view of, std::uint16_t type) {
    question = name(of) + u16(type) + u16(1);
    return *this;
  }
  Message& answer(const std::string& record) {
    ++answer_count;
    answers += record;
    return *this;
  }
  Message& authority(const std::string& record) {
    ++authority_count;
    authorities += record;
    return *this;
  }
  Message& code(std::uint16_t value) {
    flags = static_cast<std::uint16_t>((flags & 0xfff0U) | value);
    return *this;
  }
  [[nodiscard]] std::string bytes() const {
    return u16(id) + u16(flags) + u16(question.empty() ? 0 : 1) + u16(answer_count) +
           u16(authority_count) + u16(0) + question + answers + authorities;
  }
};

/// Answer codes.
inline constexpr std::uint16_t kServerFailure = 2;
inline constexpr std::uint16_t kNoSuchName = 3;
inline constexpr std::uint16_t kRefused = 5;

}  // namespace godwit::test::dns
