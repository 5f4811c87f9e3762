// SPDX-License-Identifier: Apache-2.0
#include "io/tls_sessions.h"

#include <chrono>
#include <utility>

#include "base/limits.h"

namespace godwit::io {
namespace {

bool is_good(const SSL_SESSION* session) {
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(
      std::chrono::system_clock::now().time_since_epoch());
  const long made = static_cast<long>(SSL_SESSION_get_time(session));
  return SSL_SESSION_is_resumable(session) == 1 &&
         now.count() - made < SSL_SESSION_get_timeout(session);
}

}  // namespace

void TlsSessions::keep(const std::string& name, SslSessionPtr session) {
  if (sessions_.size() >= kNames && !sessions_.contains(name)) sessions_.clear();
  auto& kept = sessions_[name];
  kept.push_back(std::move(session));
  if (kept.size() > limits::kTlsTickets) kept.pop_front();
}

SslSessionPtr TlsSessions::take(const std::string& name) {
  const auto found = sessions_.find(name);
  if (found == sessions_.end()) return nullptr;
  while (!found->second.empty()) {
    SslSessionPtr session = std::move(found->second.back());
    found->second.pop_back();
    if (is_good(session.get())) return session;
  }
  return nullptr;
}

std::size_t TlsSessions::count(const std::string& name) const {
  const auto found = sessions_.find(name);
  return found == sessions_.end() ? 0 : found->second.size();
}

}  // namespace godwit::io
