// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "crypto/dtls_association.h"
#include "support/wall_clock.h"

namespace godwit::test {

/// A client and a server of DTLS, joined by a network in virtual time.
class DtlsPair {
 public:
  using Association = crypto::DtlsAssociation;
  using Role = Association::Role;
  struct Sent {
    Role by = Role::client;
    int number = 0;  // of this side, from 1
    TimePoint at{};
    std::vector<std::byte> bytes;
  };
  /// The delay of a datagram, or nothing when it is lost.
  using Fate = std::function<std::optional<Duration>(const Sent&)>;

  static constexpr std::chrono::milliseconds kDelay{20};

  explicit DtlsPair(Association::Path path = Association::Path::unproven)
      : DtlsPair(options_of(Role::client, server_certificate(), path),
                 options_of(Role::server, client_certificate(), path)) {}
  DtlsPair(const Association::Options& client, const Association::Options& server)
      : client_(start(client_certificate(), client)),
        server_(start(server_certificate(), server)) {}

  static const crypto::DtlsCertificate& client_certificate() {
    static const auto certificate = crypto::DtlsCertificate::make().value();
    return certificate;
  }
  static const crypto::DtlsCertificate& server_certificate() {
    static const auto certificate = crypto::DtlsCertificate::make().value();
    return certificate;
  }
  static Association::Options options_of(Role role, const crypto::DtlsCertificate& far_end,
                                         Association::Path path = Association::Path::unproven) {
    Association::Options options;
    options.role = role;
    options.expected = {{"sha-256", far_end.fingerprint()}};
    options.path = path;
    return options;
  }

  Fate fate = [](const Sent&) { return Duration{kDelay}; };

  [[nodiscard]] Association& client() { return client_; }
  [[nodiscard]] Association& server() { return server_; }
  [[nodiscard]] TimePoint now() const { return now_; }
  [[nodiscard]] const std::vector<Sent>& sent() const { return sent_; }
  [[nodiscard]] std::vector<Sent> sent_by(Role role) const {
    std::vector<Sent> some;
    std::ranges::copy_if(sent_, std::back_inserter(some),
                         [role](const Sent& sent) { return sent.by == role; });
    return some;
  }
  [[nodiscard]] bool both_established() {
    return client_.status() == Association::Status::established &&
           server_.status() == Association::Status::established;
  }
  [[nodiscard]] bool keys_match() {
    const auto client = client_.keys();
    const auto server = server_.keys();
    return client && server && client->profile == server->profile &&
           client->send == server->receive && client->receive == server->send &&
           client->send != client->receive;
  }

  /// Until nothing is under way and nobody waits for anything, at most for `limit`.
  void run(Duration limit) {
    const TimePoint until = now_ + limit;
    flush();
    while (const auto next = next_event(until)) {
      now_ = std::max(now_, *next);
      WallClock::set(now_ + clock_is_off);
      deliver();
      client_.on_timeout(now_);
      server_.on_timeout(now_);
      flush();
    }
  }
  /// How far the wall clock has been set away from where it was.
  Duration clock_is_off{};

 private:
  Association start(const crypto::DtlsCertificate& certificate,
                    const Association::Options& options) {
    WallClock::set(now_);
    return std::move(*Association::make(certificate, options, now_));
  }
  std::optional<TimePoint> next_event(TimePoint until) const {
    TimePoint next = until + Duration{1};
    if (!under_way_.empty()) next = std::min(next, under_way_.begin()->first);
    for (const Association* one : {&client_, &server_}) {
      if (const auto deadline = one->next_deadline()) next = std::min(next, *deadline);
    }
    if (next > until) return std::nullopt;
    return next;
  }
  void flush() {
    flush(client_, Role::client, client_count_);
    flush(server_, Role::server, server_count_);
  }
  void flush(Association& from, Role role, int& count) {
    while (auto bytes = from.poll()) {
      sent_.push_back({.by = role, .number = ++count, .at = now_, .bytes = std::move(*bytes)});
      if (const auto delay = fate(sent_.back())) under_way_.emplace(now_ + *delay, sent_.back());
    }
  }
  void deliver() {
    while (!under_way_.empty() && under_way_.begin()->first <= now_) {
      const auto node = under_way_.extract(under_way_.begin());
      Association& to = node.mapped().by == Role::client ? server_ : client_;
      to.on_datagram(node.mapped().bytes, now_);
    }
  }

  TimePoint now_ = TimePoint{} + std::chrono::hours{1};
  Association client_, server_;
  int client_count_ = 0, server_count_ = 0;
  std::vector<Sent> sent_;
  std::multimap<TimePoint, Sent> under_way_;
};

}  // namespace godwit::test
