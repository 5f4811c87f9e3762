// SPDX-License-Identifier: Apache-2.0
#include "lab/pcap_file.h"

#include <arpa/inet.h>

#include <cstring>
#include <fstream>

#include "lab/clock.h"
#include "lab/system_error.h"

namespace godwit::lab {
namespace {

constexpr std::uint32_t kNanosecondMagic = 0xa1b23c4d;
constexpr std::uint32_t kLinuxSll2 = 276;
constexpr std::uint32_t kSnapLength = 262144;

struct FileHead {
  std::uint32_t magic = kNanosecondMagic;
  std::uint16_t major = 2;
  std::uint16_t minor = 4;
  std::int32_t zone = 0;
  std::uint32_t accuracy = 0;
  std::uint32_t snap_length = kSnapLength;
  std::uint32_t link_type = kLinuxSll2;
};

struct RecordHead {
  std::uint32_t seconds;
  std::uint32_t nanoseconds;
  std::uint32_t stored;
  std::uint32_t length;
};

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
static_assert(sizeof(FileHead) == 24 && sizeof(RecordHead) == 16 && sizeof(Sll2Head) == 20);

template <class T>
void put(std::ofstream& out, const T& value) {
  out.write(reinterpret_cast<const char*>(&value), sizeof value);
}

template <class T>
bool take(std::ifstream& in, T& value) {
  return static_cast<bool>(in.read(reinterpret_cast<char*>(&value), sizeof value));
}

}  // namespace

Result<void> write_pcap(const std::string& path, const std::vector<CapturedPacket>& packets) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  put(out, FileHead{});
  for (const CapturedPacket& packet : packets) {
    const auto size = static_cast<std::uint32_t>(packet.bytes.size() + sizeof(Sll2Head));
    put(out, RecordHead{static_cast<std::uint32_t>(packet.time_ns / kNsPerSecond),
                        static_cast<std::uint32_t>(packet.time_ns % kNsPerSecond), size, size});
    Sll2Head head{};
    head.protocol = htons(packet.protocol);
    head.interface = htonl(packet.interface);
    head.device_type = htons(packet.device_type);
    head.way = static_cast<std::uint8_t>(packet.way);
    put(out, head);
    out.write(reinterpret_cast<const char*>(packet.bytes.data()),
              static_cast<std::streamsize>(packet.bytes.size()));
  }
  if (!out.flush()) return system_failure("write " + path);
  return {};
}

Result<std::vector<CapturedPacket>> read_pcap(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  FileHead file;
  if (!take(in, file) || file.magic != kNanosecondMagic || file.link_type != kLinuxSll2) {
    return fail(Errc::malformed_message, path + ": not a capture of the lab");
  }
  std::vector<CapturedPacket> packets;
  RecordHead record{};
  while (take(in, record)) {
    Sll2Head head{};
    if (record.stored < sizeof head || record.stored > kSnapLength || !take(in, head)) {
      return fail(Errc::malformed_message, path + ": a broken record");
    }
    CapturedPacket packet{record.seconds * kNsPerSecond + record.nanoseconds,
                          ntohl(head.interface),
                          ntohs(head.protocol),
                          ntohs(head.device_type),
                          static_cast<PacketWay>(head.way),
                          std::vector<std::uint8_t>(record.stored - sizeof head)};
    in.read(reinterpret_cast<char*>(packet.bytes.data()),
            static_cast<std::streamsize>(packet.bytes.size()));
    if (!in) return fail(Errc::malformed_message, path + ": ends inside a packet");
    packets.push_back(std::move(packet));
  }
  return packets;
}

}  // namespace godwit::lab
