// SPDX-License-Identifier: Apache-2.0
#include "server/flow_token.h"

#include <array>
#include <cstdint>

#include "crypto/constant_time.h"
#include "crypto/hmac.h"
#include "server/base64url.h"

namespace godwit::server {
namespace {

/// What other user parts do not begin with.
constexpr std::string_view kMark = "flow-";
constexpr std::size_t kSealBytes = 10;  // 80 bits, as RFC 5626 §5.2 has it

void put(std::string& out, std::uint64_t value, int bytes) {
  for (int i = bytes - 1; i >= 0; --i) {
    out += static_cast<char>((value >> (static_cast<unsigned>(i) * 8U)) & 0xffU);
  }
}

void put(std::string& out, const net::SocketAddress& address) {
  const auto bytes = address.address.bytes();
  put(out, bytes.size(), 1);
  out.append(bytes.begin(), bytes.end());
  put(out, address.address.scope(), 4);
  put(out, address.port, 2);
}

/// Takes apart what `put` has written. It is our own: its lengths are true.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::uint64_t number(std::size_t bytes) {
    std::uint64_t value = 0;
    for (const char c : take(bytes)) value = (value << 8U) | static_cast<unsigned char>(c);
    return value;
  }
  net::SocketAddress address() {
    const auto size = static_cast<std::size_t>(number(1));
    const std::string_view bytes = take(size);
    const auto scope = static_cast<std::uint32_t>(number(4));
    const auto port = static_cast<std::uint16_t>(number(2));
    if (size == 4) {
      std::array<std::uint8_t, 4> v4{};
      copy(bytes, v4);
      return {net::IpAddress::v4(v4), port};
    }
    std::array<std::uint8_t, 16> v6{};
    copy(bytes, v6);
    return {net::IpAddress::v6(v6, scope), port};
  }

 private:
  template <std::size_t size>
  static void copy(std::string_view from, std::array<std::uint8_t, size>& to) {
    for (std::size_t i = 0; i < to.size() && i < from.size(); ++i) {
      to[i] = static_cast<std::uint8_t>(from[i]);
    }
  }
  std::string_view take(std::size_t bytes) {
    const std::string_view taken = text_.substr(0, bytes);
    text_.remove_prefix(taken.size());
    return taken;
  }

  std::string_view text_;
};

}  // namespace

// token  =  "flow-" base64url(transport id local remote seal)
std::string FlowTokens::make(const net::Flow& flow) const {
  std::string text;
  put(text, static_cast<std::uint64_t>(flow.transport), 1);
  put(text, flow.id.value, 8);
  put(text, flow.local);
  put(text, flow.remote);
  return std::string(kMark) + to_base64url(text + seal(text));
}

bool FlowTokens::is_token(std::string_view user) {
  return user.substr(0, kMark.size()) == kMark;
}

std::optional<net::Flow> FlowTokens::read(std::string_view token) const {
  if (!is_token(token)) return std::nullopt;
  const auto bytes = from_base64url(token.substr(kMark.size()));
  if (!bytes || bytes->size() < kSealBytes) return std::nullopt;
  const std::string_view text = std::string_view(*bytes).substr(0, bytes->size() - kSealBytes);
  const std::string_view sealed = std::string_view(*bytes).substr(text.size());
  if (!crypto::equal_in_constant_time(sealed, seal(text))) return std::nullopt;
  Reader reader(text);
  net::Flow flow;
  flow.transport = static_cast<net::Transport>(reader.number(1));
  flow.id = net::FlowId{reader.number(8)};
  flow.local = reader.address();
  flow.remote = reader.address();
  return flow;
}

std::string FlowTokens::seal(std::string_view text) const {
  return crypto::hmac_sha256(key_, text).substr(0, kSealBytes);
}

}  // namespace godwit::server
