// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <string>

#include "io/tls_pointers.h"

namespace godwit::io {

/// Sessions that may be resumed, by the name that their certificate has proven. Each is given out
/// once, the newest first: a ticket that is used twice tells an observer that both were us.
class TlsSessions {
 public:
  void keep(const std::string& name, SslSessionPtr session);
  /// Empty when there is none that is good yet.
  [[nodiscard]] SslSessionPtr take(const std::string& name);
  [[nodiscard]] std::size_t count(const std::string& name) const;

  static constexpr std::size_t kNames = 64;  // then the oldest knowledge goes: all of it

 private:
  std::map<std::string, std::deque<SslSessionPtr>> sessions_;
};

}  // namespace godwit::io
