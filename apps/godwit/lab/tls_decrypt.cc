// SPDX-License-Identifier: Apache-2.0
#include "lab/tls_decrypt.h"

#include <openssl/evp.h>
#include <openssl/kdf.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <sstream>

namespace godwit::lab {
namespace {

constexpr std::size_t kRecordHead = 5;
constexpr std::size_t kRandomBytes = 32;
constexpr std::size_t kIvBytes = 12;
constexpr std::size_t kTagBytes = 16;
constexpr char kHandshake = 22;
constexpr char kApplicationData = 23;

std::uint8_t octet(char c) {
  return static_cast<std::uint8_t>(c);
}

std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes.push_back(static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  }
  return bytes;
}

struct Record {
  std::int64_t time_ns = 0;  // when its last byte came
  std::string head;
  std::string body;

  [[nodiscard]] char type() const { return head[0]; }
};

std::vector<Record> records_of(const TcpStream& stream) {
  std::vector<Record> records;
  std::string rest;
  for (const StreamPiece& piece : stream.pieces) {
    rest += piece.bytes;
    for (;;) {
      if (rest.size() < kRecordHead) break;
      const std::size_t length = octet(rest[3]) * 256U + octet(rest[4]);
      if (rest.size() < kRecordHead + length) break;
      records.push_back(
          {piece.time_ns, rest.substr(0, kRecordHead), rest.substr(kRecordHead, length)});
      rest.erase(0, kRecordHead + length);
    }
  }
  return records;
}

/// The cipher suites of TLS 1.3 (RFC 8446 §B.4).
struct Suite {
  const EVP_CIPHER* cipher = nullptr;
  const char* digest = "SHA256";
  std::size_t key_bytes = 16;
};

std::optional<Suite> suite_of(std::uint16_t number) {
  if (number == 0x1301) return Suite{EVP_aes_128_gcm(), "SHA256", 16};
  if (number == 0x1302) return Suite{EVP_aes_256_gcm(), "SHA384", 32};
  if (number == 0x1303) return Suite{EVP_chacha20_poly1305(), "SHA256", 32};
  return std::nullopt;
}

// RFC 8446 §7.1: HKDF-Expand-Label(secret, label, "", size)
std::string expand(const Suite& suite, const std::string& secret, const std::string& label,
                   std::size_t size) {
  const std::string whole = "tls13 " + label;
  std::string info;
  info += static_cast<char>(size >> 8);
  info += static_cast<char>(size & 0xff);
  info += static_cast<char>(whole.size());
  info += whole;
  info += '\0';
  const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(
      EVP_PKEY_CTX_new_id(EVP_PKEY_HKDF, nullptr), &EVP_PKEY_CTX_free);
  std::string out(size, '\0');
  const auto bytes = [](const std::string& text) {
    return reinterpret_cast<const unsigned char*>(text.data());
  };
  std::size_t written = size;
  const bool done =
      EVP_PKEY_derive_init(context.get()) > 0 &&
      EVP_PKEY_CTX_set_hkdf_mode(context.get(), EVP_PKEY_HKDEF_MODE_EXPAND_ONLY) > 0 &&
      EVP_PKEY_CTX_set_hkdf_md(context.get(), EVP_get_digestbyname(suite.digest)) > 0 &&
      EVP_PKEY_CTX_set1_hkdf_key(context.get(), bytes(secret), static_cast<int>(secret.size())) >
          0 &&
      EVP_PKEY_CTX_add1_hkdf_info(context.get(), bytes(info), static_cast<int>(info.size())) > 0 &&
      EVP_PKEY_derive(context.get(), reinterpret_cast<unsigned char*>(out.data()), &written) > 0;
  return done ? out : std::string();
}

/// Opens the records of one direction under one secret (RFC 8446 §5.2).
class Opener {
 public:
  Opener(const Suite& suite, const std::string& secret)
      : suite_(suite),
        key_(expand(suite, secret, "key", suite.key_bytes)),
        iv_(expand(suite, secret, "iv", kIvBytes)) {}

  /// The content and, at its end, its type; nothing when it is not under this secret.
  std::optional<std::string> open(const Record& record) {
    if (record.body.size() < kTagBytes || iv_.size() != kIvBytes) return std::nullopt;
    std::string nonce = iv_;
    for (std::size_t i = 0; i < 8; ++i) {
      nonce[kIvBytes - 1 - i] = static_cast<char>(octet(nonce[kIvBytes - 1 - i]) ^
                                                  static_cast<std::uint8_t>(number_ >> (8 * i)));
    }
    auto plain = unseal(record, nonce);
    if (plain) ++number_;
    return plain;
  }

 private:
  [[nodiscard]] std::optional<std::string> unseal(const Record& record,
                                                  const std::string& nonce) const {
    const auto bytes = [](const std::string& text) {
      return reinterpret_cast<const unsigned char*>(text.data());
    };
    const std::size_t size = record.body.size() - kTagBytes;
    std::string tag = record.body.substr(size);
    std::string plain(size, '\0');
    const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(
        EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
    auto* const out = reinterpret_cast<unsigned char*>(plain.data());
    int written = 0;
    const bool opened =
        EVP_DecryptInit_ex(context.get(), suite_.cipher, nullptr, bytes(key_), bytes(nonce)) > 0 &&
        EVP_DecryptUpdate(context.get(), nullptr, &written, bytes(record.head),
                          static_cast<int>(record.head.size())) > 0 &&
        EVP_DecryptUpdate(context.get(), out, &written, bytes(record.body),
                          static_cast<int>(size)) > 0 &&
        EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, kTagBytes, tag.data()) > 0 &&
        EVP_DecryptFinal_ex(context.get(), out + written, &written) > 0;
    if (!opened) return std::nullopt;
    while (!plain.empty() && plain.back() == '\0') plain.pop_back();  // padding
    return plain;
  }

  Suite suite_;
  std::string key_;
  std::string iv_;
  std::uint64_t number_ = 0;
};

// Both hellos: type and length, version, random, session id; the server's cipher suite.
std::string random_in(const Record& hello) {
  constexpr std::size_t kAt = 6;
  return hello.body.size() < kAt + kRandomBytes ? "" : hello.body.substr(kAt, kRandomBytes);
}

std::optional<Suite> suite_in(const Record& hello) {
  constexpr std::size_t kIdAt = 6 + kRandomBytes;
  if (hello.body.size() <= kIdAt) return std::nullopt;
  const std::size_t at = kIdAt + 1 + octet(hello.body[kIdAt]);
  if (hello.body.size() < at + 2) return std::nullopt;
  return suite_of(
      static_cast<std::uint16_t>(octet(hello.body[at]) << 8 | octet(hello.body[at + 1])));
}

// First what is under the secret of the handshake, then what is under that of the application.
std::vector<StreamPiece> open_all(const std::vector<Record>& records, Opener handshake,
                                  Opener application) {
  std::vector<StreamPiece> said;
  bool shaken = false;
  for (const Record& record : records) {
    if (record.type() != kApplicationData) continue;
    auto plain = shaken ? std::nullopt : handshake.open(record);
    if (!plain) {
      plain = application.open(record);
      shaken = plain.has_value();
    }
    if (!plain || plain->empty() || plain->back() != kApplicationData) continue;
    plain->pop_back();
    said.push_back({record.time_ns, std::move(*plain)});
  }
  return said;
}

const Record* first_handshake(const std::vector<Record>& records) {
  const auto found = std::find_if(records.begin(), records.end(),
                                  [](const Record& r) { return r.type() == kHandshake; });
  return found == records.end() ? nullptr : &*found;
}

}  // namespace

TlsKeys TlsKeys::parse(std::string_view text) {
  TlsKeys keys;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string label;
    std::string random;
    std::string secret;
    if (!(words >> label >> random >> secret) || label[0] == '#') continue;
    if ((random + secret).find_first_not_of("0123456789abcdefABCDEF") != std::string::npos) {
      continue;
    }
    keys.secrets_[{from_hex(random), label}] = from_hex(secret);
  }
  return keys;
}

TlsKeys TlsKeys::read(const std::string& path) {
  std::ifstream in(path);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  return parse(text);
}

std::string TlsKeys::find(const std::string& client_random, const std::string& label) const {
  const auto found = secrets_.find({client_random, label});
  return found == secrets_.end() ? "" : found->second;
}

bool decrypt_tls(TcpStream& client, TcpStream& server, const TlsKeys& keys) {
  const auto from_client = records_of(client);
  const auto from_server = records_of(server);
  const Record* const client_hello = first_handshake(from_client);
  const Record* const server_hello = first_handshake(from_server);
  if (client_hello == nullptr || server_hello == nullptr) return false;
  const std::string random = random_in(*client_hello);
  const auto suite = suite_in(*server_hello);
  const auto opener = [&](const char* label) { return Opener(*suite, keys.find(random, label)); };
  if (!suite || keys.find(random, "CLIENT_TRAFFIC_SECRET_0").empty()) return false;
  client.pieces = open_all(from_client, opener("CLIENT_HANDSHAKE_TRAFFIC_SECRET"),
                           opener("CLIENT_TRAFFIC_SECRET_0"));
  server.pieces = open_all(from_server, opener("SERVER_HANDSHAKE_TRAFFIC_SECRET"),
                           opener("SERVER_TRAFFIC_SECRET_0"));
  return true;
}

}  // namespace godwit::lab
