// SPDX-License-Identifier: Apache-2.0
// Whatever comes under a key that is known: junk, packets of ours with a flipped byte, changes of
// key, resets and time. What was changed under way is never opened, and what is opened is what was
// sent.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/assert.h"
#include "base/byte_reader.h"
#include "fuzz_input.h"
#include "support/srtp_stream.h"

namespace {

using namespace std::chrono_literals;
using godwit::TimePoint;
using godwit::srtp::Incoming;
using godwit::srtp::Suite;

constexpr std::uint32_t kSsrc = 0x5501a0b2;

class Wire {
 public:
  explicit Wire(Suite suite) : suite_(suite) { change_key(0); }

  void step(godwit::ByteReader& input) {
    switch (input.u8() % 6) {
      case 0:
        return carry_rtp(input);
      case 1:
        return carry_rtcp(input);
      case 2:
        return carry_junk(input);
      case 3:
        return incoming_.expect_reset();
      case 4:
        return change_key(input.u8());
      case 5:
        now_ += input.u8() * 50ms;
        return;
      default:
        return;
    }
  }

 private:
  /// @return whether it is another packet now
  static bool change(std::vector<std::byte>& packet, godwit::ByteReader& input) {
    const std::size_t at = input.u8() % packet.size();
    const auto flip = static_cast<std::byte>(input.u8());
    packet[at] ^= flip;
    return flip != std::byte{0};
  }
  /// A tag of 32 bits may be hit by chance.
  void expect_authentic(bool changed) const {
    GODWIT_ASSERT(!changed || godwit::srtp::sizes_of(suite_).tag < 10);
  }
  void carry_rtp(godwit::ByteReader& input) {
    const std::uint16_t sequence = input.u16();
    auto packet = sender_->rtp(sequence);
    if (packet.empty()) return;
    const bool changed = change(packet, input);
    const auto opened = incoming_.open_rtp(packet, now_);
    if (!opened) return;
    expect_authentic(changed);
    const bool same = std::ranges::equal(opened->packet, godwit::test::rtp_packet(kSsrc, sequence));
    GODWIT_ASSERT(changed || same);
    GODWIT_ASSERT((opened->index & 0xffffU) == sequence || changed);
  }
  void carry_rtcp(godwit::ByteReader& input) {
    auto packet = sender_->rtcp();
    const bool changed = change(packet, input);
    const auto opened = incoming_.open_rtcp(packet, now_);
    GODWIT_ASSERT(!opened || !changed);
    GODWIT_ASSERT(!opened || std::ranges::equal(opened->packet, godwit::test::rtcp_packet(kSsrc)));
  }
  void carry_junk(godwit::ByteReader& input) {
    const bool report = (input.u8() & 1U) != 0;
    const auto bytes = input.take(std::min<std::size_t>(input.u8(), input.left()));
    const auto before = incoming_.refused();
    std::vector<std::byte> packet(bytes.begin(), bytes.end());
    const auto opened =
        report ? incoming_.open_rtcp(packet, now_) : incoming_.open_rtp(packet, now_);
    GODWIT_ASSERT(opened.has_value() == (incoming_.refused() == before));
  }
  /// The far end's, or the far end begins anew under the one it has.
  void change_key(std::uint8_t seed) {
    const auto key = godwit::test::srtp_key(suite_, seed);
    incoming_.use(key, now_);
    sender_.emplace(kSsrc, key);
  }

  Suite suite_;
  TimePoint now_{1h};
  Incoming incoming_;
  std::optional<godwit::test::SrtpSender> sender_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  godwit::ByteReader input(std::as_bytes(std::span{data, size}));
  Wire wire(static_cast<Suite>(input.u8() % 6));
  while (input.left() > 0) wire.step(input);
  return 0;
}
