// SPDX-License-Identifier: Apache-2.0
#include "relay_peer.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "io/file_descriptor.h"
#include "signalling_roles.h"

namespace bench {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using godwit::io::FileDescriptor;

constexpr int kRelayCore = 0;
constexpr int kOurCore = 1;
constexpr std::size_t kPacket = 172;  // 20 ms of PCMU
constexpr unsigned kPartsOfAFrame = 20;
constexpr auto kUntilItKnowsUs = 5s;  // it learns for three seconds where packets come from

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

struct Socket {
  FileDescriptor fd{::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  std::uint16_t port = 0;

  Socket() {
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(fd.get(), generic, size) != 0) std::exit(1);
    if (::getsockname(fd.get(), generic, &size) != 0) std::exit(1);
    port = ntohs(address.sin_port);
  }
  bool send(const void* bytes, std::size_t size, std::uint16_t to) const {
    const sockaddr_in address = loopback(to);
    return ::sendto(fd.get(), bytes, size, 0, reinterpret_cast<const sockaddr*>(&address),
                    sizeof address) == static_cast<ssize_t>(size);
  }
};

/// rtpengine's control protocol, ng: a cookie and a bencoded dictionary in a datagram, and the same
/// back with the session description that the other side is to be given.
class RelayControl {
 public:
  explicit RelayControl(std::uint16_t port) : port_(port) {}

  [[nodiscard]] bool answers() { return !ask("d7:command4:pinge", 100).empty(); }
  /// @return where the other side is to send; 0: refused
  [[nodiscard]] std::uint16_t tell(const char* command, unsigned call, std::uint16_t sounds_from) {
    const std::string sdp = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio " +
                            std::to_string(sounds_from) + " RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n";
    std::string text = "d" + entry("ICE", "remove") + entry("call-id", "call" + std::to_string(call)) +
                       entry("command", command) + entry("from-tag", "a") + entry("sdp", sdp);
    if (std::string_view(command) == "answer") text += entry("to-tag", "b");
    const std::string answer = ask(text + "e", 2000);
    const auto media = answer.find("m=audio ");
    std::uint16_t port = 0;
    if (media != std::string::npos) {
      std::from_chars(answer.data() + media + 8, answer.data() + answer.size(), port);
    }
    return port;
  }

 private:
  static std::string text_of(const std::string& text) {
    return std::to_string(text.size()) + ":" + text;
  }
  static std::string entry(const char* key, const std::string& value) {
    return text_of(key) + text_of(value);
  }
  std::string ask(const std::string& what, int wait_ms) {
    const std::string datagram = std::to_string(++cookie_) + " " + what;
    if (!socket_.send(datagram.data(), datagram.size(), port_)) return {};
    pollfd ready{socket_.fd.get(), POLLIN, 0};
    if (::poll(&ready, 1, wait_ms) != 1) return {};
    std::array<char, 65536> buffer;
    const ssize_t size = ::recv(socket_.fd.get(), buffer.data(), buffer.size(), 0);
    return size > 0 ? std::string(buffer.data(), static_cast<std::size_t>(size)) : std::string();
  }

  Socket socket_;
  std::uint16_t port_;
  unsigned cookie_ = 0;
};

/// Both phones of all calls.
class Phones {
 public:
  explicit Phones(unsigned streams) : sockets_(streams), to_(streams) {}

  [[nodiscard]] bool introduce(RelayControl& relay) {
    for (unsigned i = 0; i + 1 < sockets_.size(); i += 2) {
      to_[i + 1] = relay.tell("offer", i, sockets_[i].port);
      to_[i] = relay.tell("answer", i, sockets_[i + 1].port);
      if (to_[i] == 0 || to_[i + 1] == 0) return false;
    }
    return true;
  }
  /// Each says a packet every 20 ms, spread evenly, and reads what has come.
  void talk(std::chrono::seconds span) {
    const auto end = Clock::now() + span;
    const auto part = 20ms / kPartsOfAFrame;
    for (auto due = Clock::now(); due < end; due += part, ++turn_) {
      std::this_thread::sleep_until(due);
      for (std::size_t i = turn_ % kPartsOfAFrame; i < sockets_.size(); i += kPartsOfAFrame) {
        say(i);
      }
    }
  }
  void forget() { said_ = heard_ = 0; }
  [[nodiscard]] std::uint64_t said() const { return said_; }
  [[nodiscard]] std::uint64_t heard() const { return heard_; }

 private:
  void say(std::size_t i) {
    std::array<unsigned char, kPacket> packet{};
    const auto number = static_cast<unsigned>(turn_ / kPartsOfAFrame);
    const unsigned timestamp = number * 160;
    packet[0] = 0x80;
    packet[2] = static_cast<unsigned char>(number >> 8U);
    packet[3] = static_cast<unsigned char>(number);
    for (unsigned byte = 0; byte < 4; ++byte) {
      packet[4 + byte] = static_cast<unsigned char>(timestamp >> (24U - 8U * byte));
      packet[8 + byte] = static_cast<unsigned char>(i >> (24U - 8U * byte));
    }
    if (sockets_[i].send(packet.data(), packet.size(), to_[i])) ++said_;
    while (::recv(sockets_[i].fd.get(), packet.data(), packet.size(), 0) > 0) ++heard_;
  }

  std::vector<Socket> sockets_;
  std::vector<std::uint16_t> to_;
  std::uint64_t turn_ = 0, said_ = 0, heard_ = 0;
};

[[noreturn]] void become_relay(const std::string& control, const std::string& pid_file) {
  stay_on_core(kRelayCore);
  const int nowhere = ::open("/dev/null", O_RDWR);
  for (const int descriptor : {0, 1, 2}) ::dup2(nowhere, descriptor);
  // No table: packets are not given to the kernel's module.
  ::execlp("rtpengine", "rtpengine", "--config-file=none", "--interface=127.0.0.1",
           ("--listen-ng=" + control).c_str(), "--table=-1", "--foreground", "--log-stderr",
           "--log-level=1", ("--pidfile=" + pid_file).c_str(), nullptr);
  std::_Exit(127);
}

}  // namespace

std::optional<double> measure_relay(const StreamOptions& options) {
  const std::uint16_t port = free_port();
  const auto pid_file = std::filesystem::temp_directory_path() /
                        ("godwit-bench-relay-" + std::to_string(::getpid()) + ".pid");
  const Child relay([&] { become_relay("127.0.0.1:" + std::to_string(port), pid_file); });
  stay_on_core(kOurCore);
  RelayControl control(port);
  bool there = false;
  for (int i = 0; i < 50 && !there; ++i) {
    there = control.answers();
    if (!there) std::this_thread::sleep_for(100ms);
  }
  std::filesystem::remove(pid_file);
  Phones phones(options.streams);
  if (!there || !phones.introduce(control)) {
    std::fprintf(stderr, "rtpengine %s\n", there ? "refuses a call" : "does not answer");
    return std::nullopt;
  }
  phones.talk(kUntilItKnowsUs);
  phones.forget();
  const double before = relay.processor_seconds();
  phones.talk(std::chrono::seconds{options.seconds});
  const double spent = relay.processor_seconds() - before;
  if (phones.heard() * 10 < phones.said() * 9) {
    std::fprintf(stderr, "rtpengine passed on %llu of %llu packets\n",
                 static_cast<unsigned long long>(phones.heard()),
                 static_cast<unsigned long long>(phones.said()));
    return std::nullopt;
  }
  return 1e6 * spent / static_cast<double>(phones.heard());
}

}  // namespace bench
