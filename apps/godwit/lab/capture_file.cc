// SPDX-License-Identifier: Apache-2.0
#include "lab/capture_file.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <optional>
#include <string_view>

#include "lab/clock.h"
#include "lab/system_error.h"

namespace godwit::lab {
namespace {

// https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-03.html; all fields in the order of this
// machine, which the magic tells.
enum class Block : std::uint32_t {
  section = 0x0a0d0d0a,
  interface = 1,
  packet = 6,
  secrets = 10,
};
enum class Option : std::uint16_t { end = 0, comment = 1, application = 4, resolution = 9 };

constexpr std::uint32_t kMagic = 0x1a2b3c4d;
constexpr std::uint32_t kTlsKeyLog = 0x544c534b;
constexpr std::uint16_t kLinuxSll2 = 276;
constexpr std::uint32_t kSnapLength = 262144;
constexpr std::uint8_t kNanoseconds = 9;
constexpr std::uint32_t kLargestBlock = 1 << 24;

// All fields in network order, https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL2.html
struct Sll2Head {
  std::uint16_t protocol;
  std::uint16_t reserved;
  std::uint32_t interface;
  std::uint16_t device_type;
  std::uint8_t way;
  std::uint8_t address_length;
  std::uint8_t address[8];
};
static_assert(sizeof(Sll2Head) == 20);

std::string_view bytes_of(const std::vector<std::uint8_t>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// One block: its content grows, its length is known when it is written.
class BlockWriter {
 public:
  explicit BlockWriter(Block type) : type_(type) {}

  template <class T>
  BlockWriter& number(T value) {
    content_.append(reinterpret_cast<const char*>(&value), sizeof value);
    return *this;
  }
  BlockWriter& bytes(std::string_view bytes) {
    content_.append(bytes);
    return *this;
  }
  BlockWriter& pad() {
    content_.append((4 - content_.size() % 4) % 4, '\0');
    return *this;
  }
  BlockWriter& option(Option option, std::string_view value) {
    value = value.substr(0, UINT16_MAX);
    number(static_cast<std::uint16_t>(option)).number(static_cast<std::uint16_t>(value.size()));
    return bytes(value).pad();
  }
  void write_to(std::ofstream& out) {
    const auto length = static_cast<std::uint32_t>(content_.size() + 12);
    const auto put = [&out](const auto& value) {
      out.write(reinterpret_cast<const char*>(&value), sizeof value);
    };
    put(type_);
    put(length);
    out.write(content_.data(), static_cast<std::streamsize>(content_.size()));
    put(length);
  }

 private:
  Block type_;
  std::string content_;
};

void write_head(std::ofstream& out, const std::string& tls_keys) {
  BlockWriter(Block::section)
      .number(kMagic)
      .number(std::uint16_t{1})
      .number(std::uint16_t{0})
      .number(std::int64_t{-1})
      .option(Option::application, "godwit lab")
      .option(Option::end, {})
      .write_to(out);
  BlockWriter(Block::interface)
      .number(kLinuxSll2)
      .number(std::uint16_t{0})
      .number(kSnapLength)
      .option(Option::resolution, {reinterpret_cast<const char*>(&kNanoseconds), 1})
      .option(Option::end, {})
      .write_to(out);
  if (tls_keys.empty()) return;
  BlockWriter(Block::secrets)
      .number(kTlsKeyLog)
      .number(static_cast<std::uint32_t>(tls_keys.size()))
      .bytes(tls_keys)
      .pad()
      .write_to(out);
}

void write_packet(std::ofstream& out, const CapturedPacket& packet,
                  const std::vector<std::string_view>& notes) {
  Sll2Head head{};
  head.protocol = htons(packet.protocol);
  head.interface = htonl(packet.interface);
  head.device_type = htons(packet.device_type);
  head.way = static_cast<std::uint8_t>(packet.way);
  const auto size = static_cast<std::uint32_t>(packet.bytes.size() + sizeof head);
  const auto time = static_cast<std::uint64_t>(packet.time_ns);
  BlockWriter block(Block::packet);
  block.number(std::uint32_t{0})
      .number(static_cast<std::uint32_t>(time >> 32))
      .number(static_cast<std::uint32_t>(time))
      .number(size)
      .number(size)
      .number(head)
      .bytes(bytes_of(packet.bytes))
      .pad();
  for (const std::string_view note : notes) block.option(Option::comment, note);
  if (!notes.empty()) block.option(Option::end, {});
  block.write_to(out);
}

/// The content of one block, taken from the front.
class BlockReader {
 public:
  explicit BlockReader(std::string_view content) : rest_(content) {}

  template <class T>
  std::optional<T> number() {
    if (rest_.size() < sizeof(T)) return std::nullopt;
    T value;
    std::memcpy(&value, rest_.data(), sizeof value);
    rest_.remove_prefix(sizeof value);
    return value;
  }
  std::optional<std::string_view> bytes(std::size_t count) {
    if (rest_.size() < count) return std::nullopt;
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }

 private:
  std::string_view rest_;
};

struct ReadBlock {
  Block type;
  std::string content;
};

/// nullopt at the end of the file, and where it is broken.
std::optional<ReadBlock> next_block(std::ifstream& in) {
  const auto take = [&in](auto& value) {
    return static_cast<bool>(in.read(reinterpret_cast<char*>(&value), sizeof value));
  };
  ReadBlock block{};
  std::uint32_t length = 0;
  std::uint32_t again = 0;
  if (!take(block.type) || !take(length)) return std::nullopt;
  if (length < 12 || length % 4 != 0 || length > kLargestBlock) return std::nullopt;
  block.content.resize(length - 12);
  in.read(block.content.data(), static_cast<std::streamsize>(block.content.size()));
  if (!in || !take(again) || again != length) return std::nullopt;
  return block;
}

bool is_ours(const std::optional<ReadBlock>& section, const std::optional<ReadBlock>& interface) {
  if (!section || section->type != Block::section) return false;
  if (!interface || interface->type != Block::interface) return false;
  return BlockReader(section->content).number<std::uint32_t>() == kMagic &&
         BlockReader(interface->content).number<std::uint16_t>() == kLinuxSll2;
}

std::optional<CapturedPacket> packet_in(std::string_view content) {
  BlockReader reader(content);
  const auto interface = reader.number<std::uint32_t>();
  const auto high = reader.number<std::uint32_t>();
  const auto low = reader.number<std::uint32_t>();
  const auto stored = reader.number<std::uint32_t>();
  const auto length = reader.number<std::uint32_t>();
  const auto head = reader.number<Sll2Head>();
  if (interface != 0U || !head || stored != length || *stored < sizeof(Sll2Head)) {
    return std::nullopt;
  }
  const auto bytes = reader.bytes(*stored - sizeof(Sll2Head));
  if (!bytes) return std::nullopt;
  return CapturedPacket{static_cast<std::int64_t>(std::uint64_t{*high} << 32 | *low),
                        ntohl(head->interface),
                        ntohs(head->protocol),
                        ntohs(head->device_type),
                        static_cast<PacketWay>(head->way),
                        {bytes->begin(), bytes->end()}};
}

}  // namespace

Result<void> write_capture(const std::string& path, const std::vector<CapturedPacket>& packets,
                           const CaptureExtras& extras) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  write_head(out, extras.tls_keys);
  std::vector<CaptureNote> notes = extras.notes;
  std::ranges::stable_sort(notes, {}, &CaptureNote::time_ns);
  auto note = notes.begin();
  for (const CapturedPacket& packet : packets) {
    const bool last = &packet == &packets.back();
    std::vector<std::string_view> here;
    for (; note != notes.end() && (last || note->time_ns <= packet.time_ns); ++note) {
      here.push_back(note->text);
    }
    write_packet(out, packet, here);
  }
  if (!out.flush()) return system_failure("write " + path);
  return {};
}

Result<std::vector<CapturedPacket>> read_capture(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  const auto section = next_block(in);
  if (!is_ours(section, section ? next_block(in) : std::nullopt)) {
    return fail(Errc::malformed_message, path + ": not a capture of the lab");
  }
  std::vector<CapturedPacket> packets;
  while (in.peek() != std::ifstream::traits_type::eof()) {
    const auto block = next_block(in);
    if (!block) return fail(Errc::malformed_message, path + ": ends inside a packet, or is broken");
    if (block->type != Block::packet) continue;
    auto packet = packet_in(block->content);
    if (!packet) return fail(Errc::malformed_message, path + ": a broken packet");
    packets.push_back(std::move(*packet));
  }
  return packets;
}

}  // namespace godwit::lab
