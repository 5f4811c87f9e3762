// SPDX-License-Identifier: Apache-2.0
// A client and a server of DTLS shake hands while the input decides what becomes of each datagram
// and what strangers send: neither ever has keys that the other has not, and nobody who shows the
// wrong certificate gets any. Random numbers are the same for every input, so that one found goes
// on failing.

#define OPENSSL_SUPPRESS_DEPRECATED  // RAND_set_rand_method

#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <deque>
#include <span>
#include <utility>
#include <vector>

#include "../support/wall_clock.h"
#include "base/assert.h"
#include "base/byte_reader.h"
#include "base/random.h"
#include "crypto/dtls_association.h"
#include "fuzz_input.h"

namespace {

using namespace std::chrono_literals;
using godwit::ByteReader;
using godwit::TimePoint;
using Association = godwit::crypto::DtlsAssociation;
using Certificate = godwit::crypto::DtlsCertificate;
using Role = Association::Role;
using Status = Association::Status;

godwit::SeededRandom& dice() {
  static godwit::SeededRandom random(1);
  return random;
}

int throw_dice(unsigned char* out, int size) {
  dice().fill(std::as_writable_bytes(std::span(out, static_cast<std::size_t>(size))));
  return 1;
}
int loaded() {
  return 1;
}

void load_dice() {
  static const RAND_METHOD method{nullptr, throw_dice, nullptr, nullptr, throw_dice, loaded};
  RAND_set_rand_method(&method);
}

/// Of the client, of the server, of nobody here.
const Certificate& certificate(std::size_t number) {
  static const std::array certificates{Certificate::make().value(), Certificate::make().value(),
                                       Certificate::make().value()};
  return certificates.at(number);
}

enum Operation : unsigned { deliver, drop, repeat, spoil, inject, wait, deliver_many, stale };

class Play {
 public:
  explicit Play(unsigned flags)
      : deceived_((flags & 1U) != 0),
        path_((flags & 2U) != 0 ? Association::Path::proven : Association::Path::unproven),
        ends_{start(Role::client, deceived_ ? 2 : 1), start(Role::server, 0)} {
    collect();
  }

  void perform(unsigned operation, std::size_t from, ByteReader& reader) {
    auto& queue = queues_.at(from);
    switch (operation) {
      case deliver:
      case repeat:
      case drop:
        if (queue.empty()) break;
        if (operation != drop) hear(1 - from, queue.front());
        if (operation != repeat) queue.pop_front();
        break;
      case spoil:
        spoil_first(from, reader);
        break;
      case inject: {
        const std::size_t size = reader.u16();
        const auto bytes = reader.take(std::min(size, reader.left()));
        hear(from, {bytes.begin(), bytes.end()});
        break;
      }
      case deliver_many:
        for (int left = 8; left > 0 && !queue.empty(); --left) {
          hear(1 - from, queue.front());
          queue.pop_front();
        }
        break;
      case stale:
        ends_.at(from).send_again();
        ends_.at(from).on_timeout(now_ - 1s);
        break;
      default:
        pass_time(std::chrono::milliseconds(16 * reader.u8()));
        break;
    }
    collect();
    check();
  }

 private:
  Association start(Role role, std::size_t far_end) {
    Association::Options options;
    options.role = role;
    options.expected = {{"sha-256", certificate(far_end).fingerprint()}};
    options.path = path_;
    const std::size_t own = role == Role::client ? 0 : 1;
    return std::move(*Association::make(certificate(own), options, now_));
  }
  void hear(std::size_t who, const std::vector<std::byte>& bytes) {
    GODWIT_ASSERT(!ends_.at(who).begins_another(bytes) || ends_.at(who).begun());
    ends_.at(who).on_datagram(bytes, now_);
  }
  void spoil_first(std::size_t from, ByteReader& reader) {
    auto& queue = queues_.at(from);
    const std::size_t at = reader.u16();
    const std::byte change{reader.u8()};
    if (queue.empty() || queue.front().empty()) return;
    auto bytes = queue.front();
    bytes[at % bytes.size()] ^= change;
    hear(1 - from, bytes);
  }
  void pass_time(godwit::Duration span) {
    now_ += span;
    godwit::test::WallClock::set(now_);
    for (Association& one : ends_) one.on_timeout(now_);
  }
  void collect() {
    for (std::size_t who = 0; who < ends_.size(); ++who) {
      while (auto bytes = ends_.at(who).poll()) {
        GODWIT_ASSERT(!bytes->empty() && bytes->size() <= Association::kMtu);
        if (queues_.at(who).size() < kQueue) queues_.at(who).push_back(std::move(*bytes));
      }
    }
  }
  void check() const {
    for (const Association& one : ends_) {
      GODWIT_ASSERT(one.keys().has_value() == (one.status() == Status::established));
      GODWIT_ASSERT(one.reason().empty() == (one.status() != Status::failed));
    }
    const auto client = ends_[0].keys();
    const auto server = ends_[1].keys();
    GODWIT_ASSERT(!deceived_ || !client);
    if (!client || !server) return;
    GODWIT_ASSERT(client->profile == server->profile);
    GODWIT_ASSERT(client->send == server->receive && client->receive == server->send);
  }

  static constexpr std::size_t kQueue = 64;

  bool deceived_;
  Association::Path path_;
  TimePoint now_{1000s};
  std::array<Association, 2> ends_;
  std::array<std::deque<std::vector<std::byte>>, 2> queues_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  load_dice();
  static_cast<void>(certificate(0));
  dice() = godwit::SeededRandom(2);
  godwit::test::WallClock::set(TimePoint{1000s});
  ByteReader reader(std::as_bytes(std::span{data, size}));
  Play play(reader.u8());
  while (reader.left() > 0) {
    const unsigned head = reader.u8();
    play.perform(head & 7U, head >> 3U & 1U, reader);
  }
  return 0;
}
