// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <utility>

#include "godwit/error.h"
#include "lab/tcp_stream.h"

namespace godwit::lab {

/// The secrets of TLS connections, as a key log file has them (NSS key log format): by client
/// random and label, all bytes.
class TlsKeys {
 public:
  TlsKeys() = default;
  static TlsKeys parse(std::string_view text);
  /// A file that does not exist has no keys.
  static TlsKeys read(const std::string& path);

  /// Empty if it is not there.
  [[nodiscard]] std::string find(const std::string& client_random, const std::string& label) const;
  [[nodiscard]] bool empty() const { return secrets_.empty(); }

 private:
  std::map<std::pair<std::string, std::string>, std::string> secrets_;
};

/// Both directions of a TLS 1.3 connection, turned into what was said in them; nothing when the
/// keys are not those of this connection. TLS 1.2 stays unread.
/// @return whether they could be read
bool decrypt_tls(TcpStream& client, TcpStream& server, const TlsKeys& keys);

}  // namespace godwit::lab
