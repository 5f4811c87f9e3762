// SPDX-License-Identifier: Apache-2.0
#include "media/dtls_keying.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"

namespace godwit::media {
namespace {

std::vector<crypto::DtlsAssociation::ExpectedFingerprint> expected_of(
    const sdp::DtlsProtection& protection) {
  std::vector<crypto::DtlsAssociation::ExpectedFingerprint> expected;
  for (const sdp::Fingerprint& one : protection.remote_fingerprints) {
    expected.push_back({one.hash, one.bytes});
  }
  return expected;
}

}  // namespace

std::vector<std::uint16_t> DtlsKeying::profiles() const {
  std::vector<std::uint16_t> profiles;
  for (const srtp::Suite suite : options_.suites) {
    if (const auto profile = srtp::profile_of(suite)) profiles.push_back(*profile);
  }
  return profiles;
}

void DtlsKeying::configure(const sdp::DtlsProtection& protection, TimePoint now) {
  const bool goes_on = protection_ && protection_->association == protection.association;
  const bool same_far_end = protection_ && !protection_->client && !protection.client &&
                            protection_->remote_fingerprints == protection.remote_fingerprints;
  protection_ = protection;
  if (goes_on) return;
  // Its ClientHello may be faster than the answer that asks for it. We are in the middle of that handshake
  // then, or through with it: one more would wait for a first ClientHello for ever.
  if (same_far_end && newcomer_) adopt_newcomer();
  if (same_far_end && std::exchange(ahead_, false)) return;
  begin(now);
}

void DtlsKeying::adopt_newcomer() {
  association_ = std::move(newcomer_);
  newcomer_.reset();
  ahead_ = true;
  without_cookie_ = keys_taken_ = failure_taken_ = false;
}

void DtlsKeying::begin(TimePoint now) {
  const bool proven = target_ && target_->remote == proven_;
  without_cookie_ = proven && !protection_->client;
  Association::Options wanted;
  wanted.role = protection_->client ? Association::Role::client : Association::Role::server;
  wanted.expected = expected_of(*protection_);
  if (!options_.suites.empty()) wanted.profiles = profiles();
  wanted.path = proven ? Association::Path::proven : Association::Path::unproven;
  auto made = Association::make(options_.certificate, wanted, now);
  association_.reset();
  newcomer_.reset();
  keys_taken_ = false;
  failure_taken_ = false;
  ahead_ = false;
  refusal_ = made ? "" : made.error().detail;
  if (!made) return;
  association_.emplace(std::move(*made));
  hear_what_came_early(now);
}

void DtlsKeying::send_on(PathId path, const net::SocketAddress& remote, TimePoint now) {
  const Target target{path, remote};
  if (target_ == target) return;
  target_ = target;
  const auto stopped_at = std::exchange(stopped_at_, std::nullopt);
  if (!association_) return;
  // What was agreed on comes before the address that it is for.
  if (without_cookie_ && !association_->begun() && remote != proven_) return begin(now);
  const auto deadline = association_->next_deadline();
  if (stopped_at && now - *stopped_at > kForgotten && protection_->client && deadline) {
    begin_again(now);
  } else if (deadline && *deadline <= now) {
    on_timeout(now);
  } else {
    association_->send_again();
  }
  hear_what_came_early(now);
}

void DtlsKeying::stop_sending(TimePoint now) {
  if (target_) stopped_at_ = now;
  target_.reset();
}

void DtlsKeying::on_datagram(const net::SocketAddress& from, std::span<const std::byte> datagram,
                             TimePoint now) {
  if (association_ && target_ && target_->remote == from) return hear(datagram, now);
  ++refused_;
  remember(from, datagram, now);
}

void DtlsKeying::hear(std::span<const std::byte> datagram, TimePoint now) {
  if (association_->begins_another(datagram)) return hear_another(datagram, now);
  const std::uint64_t before = association_->refused();
  const bool was_established = status() == Status::established;
  // A ClientHello that is sent again has our cookie: the newcomer would begin with it.
  if (newcomer_ && !association_->began_with(datagram)) newcomer_->on_datagram(datagram, now);
  association_->on_datagram(datagram, now);
  refused_ += association_->refused() - before;
  settle(now);
  if (!was_established && status() == Status::established) proven_ = target_->remote;
}

void DtlsKeying::hear_another(std::span<const std::byte> datagram, TimePoint now) {
  if (!newcomer_) {
    auto made = association_->another(now);
    if (!made) return;
    newcomer_.emplace(std::move(*made));
  }
  newcomer_->on_datagram(datagram, now);
  settle(now);
}

// An established association gives way only to another one that is; a handshake to one whose client
// has shown that it hears us, for the one that it began before is nothing to it any more.
void DtlsKeying::settle(TimePoint now) {
  using enum Association::Status;
  if (newcomer_ && (newcomer_->status() == established ||
                    (newcomer_->begun() && association_->status() != established))) {
    adopt_newcomer();
  }
  if (newcomer_ && newcomer_->status() == failed) newcomer_.reset();
  if (association_->status() == failed && association_->unanswered()) begin_again(now);
}

// A ClientHello may be faster than the answer that tells from where it comes (RFC 5763 §5), and the
// flight of a far end that has moved faster than its offer.
void DtlsKeying::remember(const net::SocketAddress& from, std::span<const std::byte> datagram,
                          TimePoint now) {
  if (datagram.size() > limits::kDtlsEarlyBytes) return;
  if (early_.size() == limits::kDtlsEarlyDatagrams) early_.pop_front();
  early_.push_back({from, now, {datagram.begin(), datagram.end()}});
}

void DtlsKeying::hear_what_came_early(TimePoint now) {
  if (!association_ || !target_) return;
  const auto early = std::exchange(early_, {});
  for (const Early& one : early) {
    if (now - one.at > kEarliness) continue;
    if (one.from == target_->remote) {
      hear(one.bytes, now);
    } else {
      early_.push_back(one);
    }
  }
}

void DtlsKeying::on_timeout(TimePoint now) {
  if (!association_ || !target_) return;
  association_->on_timeout(now);
  if (newcomer_) newcomer_->on_timeout(now);
  settle(now);
}

void DtlsKeying::begin_again(TimePoint now) {
  auto made = association_->another(now);
  if (made) association_ = std::move(*made);
}

std::optional<TimePoint> DtlsKeying::next_deadline() const {
  if (!association_ || !target_) return std::nullopt;
  const auto one = association_->next_deadline();
  const auto other = newcomer_ ? newcomer_->next_deadline() : std::nullopt;
  if (!one || !other) return one ? one : other;
  return std::min(*one, *other);
}

std::optional<Transmit> DtlsKeying::poll_transmit() {
  if (!association_ || !target_) return std::nullopt;
  auto next = association_->poll();
  if (!next && newcomer_) next = newcomer_->poll();
  if (!next) return std::nullopt;
  sending_ = std::move(*next);
  return Transmit{
      .path = target_->path, .channel = options_.channel, .to = target_->remote, .bytes = sending_};
}

std::optional<DtlsKeying::Keys> DtlsKeying::take_keys() {
  if (!association_ || keys_taken_) return std::nullopt;
  const auto keys = association_->keys();
  const auto suite = keys ? srtp::suite_of_profile(keys->profile) : std::nullopt;
  if (!suite) return std::nullopt;
  keys_taken_ = true;
  return Keys{srtp::MasterKey(*suite, keys->send), srtp::MasterKey(*suite, keys->receive)};
}

DtlsKeying::Status DtlsKeying::status() const {
  if (!association_) return refusal_.empty() ? Status::idle : Status::failed;
  switch (association_->status()) {
    case Association::Status::shaking_hands:
      return Status::shaking_hands;
    case Association::Status::established:
      return Status::established;
    case Association::Status::closed:
      return Status::closed;
    case Association::Status::failed:
      break;
  }
  return Status::failed;
}

void DtlsKeying::close(TimePoint now) {
  newcomer_.reset();
  if (association_) association_->close(now);
}

std::optional<KeyingFailed> DtlsKeying::take_failure() {
  if (status() != Status::failed || std::exchange(failure_taken_, true)) return std::nullopt;
  return KeyingFailed{reason(), association_ && association_->without_profile()};
}

std::string DtlsKeying::reason() const {
  return association_ ? association_->reason() : refusal_;
}

}  // namespace godwit::media
