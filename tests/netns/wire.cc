// SPDX-License-Identifier: Apache-2.0
// The wire as the kernel sees it, for the scripts of this folder:
//
//   wire record FILE             captures the namespace until SIGTERM; says "ready" when it does
//   wire text FILE [KEYS]        every SIP message, whole
//   wire show FILE SINCE [KEYS]  one line for each SIP message, connection attempt and DNS
//   question,
//                                milliseconds after SINCE (ns); reads TLS with a key log. Ends with
//                                1 when a message that was sent is untrue for the flow that carried
//                                it.
//   wire sound FILE              one line for each way that sound went, and whether it was encrypted
#include <signal.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>
#include <vector>

#include "lab/capture.h"
#include "lab/clock.h"
#include "lab/ip_packet.h"
#include "lab/observation.h"
#include "lab/sip_bytes.h"
#include "lab/sip_view.h"
#include "lab/tcp_stream.h"
#include "sip/message/message.h"
#include "sip/transport/flow_truth.h"
#include "wire_sound.h"

namespace godwit::lab {
namespace {

struct Line {
  std::int64_t time_ns = 0;
  std::string text;
};

std::string between(bool sent, const std::string& kind, const net::SocketAddress& from,
                    const net::SocketAddress& to) {
  return std::string(sent ? "sent " : "came ") + kind + " " + to_string(from) + " " +
         to_string(to) + " ";
}

/// What a message that this machine sent says of itself is true, or why not.
std::optional<std::string> untruth_of(const SipBytes& sip) {
  if (!sip.at.sent) return std::nullopt;
  const auto message = sip::parse_message(sip.text);
  if (!message) return "it does not read: " + message.error().detail;
  net::Flow flow;
  flow.transport = sip.at.transport;
  flow.local = sip.at.source;
  flow.remote = sip.at.destination;
  return sip::find_untruth(*message, flow);
}

Line line_of(const SipBytes& sip) {
  const auto view = view_sip(sip.text);
  const std::string kind{net::to_string(sip.at.transport)};
  std::string text = between(sip.at.sent, kind, sip.at.source, sip.at.destination);
  if (view) {
    text += (view->status != 0 ? std::to_string(view->status) + "/" : "") + view->method + " " +
            std::to_string(view->cseq) + " " + view->branch + " " + view->call_id;
  }
  return {sip.at.time_ns, text};
}

// "core.godwit.test" and its type; RFC 1035 §4.1.2, questions are never compressed.
std::string question_in(PacketBytes dns) {
  constexpr std::size_t kHead = 12;
  std::string name;
  std::size_t at = kHead;
  while (at < dns.size() && dns[at] != 0) {
    const std::size_t size = dns[at];
    if (at + 1 + size > dns.size()) return {};
    if (!name.empty()) name += '.';
    name.append(dns.begin() + static_cast<std::ptrdiff_t>(at + 1),
                dns.begin() + static_cast<std::ptrdiff_t>(at + 1 + size));
    at += 1 + size;
  }
  if (at + 3 > dns.size()) return {};
  const std::uint16_t type = u16(dns, at + 1);
  const char* const names = type == 1    ? "A"
                            : type == 28 ? "AAAA"
                            : type == 33 ? "SRV"
                            : type == 35 ? "NAPTR"
                                         : "other";
  return std::string(names) + " " + name;
}

std::optional<Line> dns_line(const CapturedPacket& packet) {
  constexpr std::uint16_t kDnsPort = 53;
  const auto ip = read_ip(packet.bytes);
  if (!ip || ip->protocol != kIpUdp || ip->payload.size() < 20) return std::nullopt;
  const std::uint16_t from = u16(ip->payload, 0);
  const std::uint16_t to = u16(ip->payload, 2);
  if (from != kDnsPort && to != kDnsPort) return std::nullopt;
  const bool sent = packet.way == PacketWay::sent;
  return Line{packet.time_ns, between(sent, "dns", {ip->source, from}, {ip->destination, to}) +
                                  question_in(ip->payload.subspan(8))};
}

/// The first packet of sound between two places.
void add_rtp_lines(const std::vector<CapturedPacket>& packets, std::vector<Line>& lines) {
  std::set<std::pair<net::SocketAddress, net::SocketAddress>> known;
  for (const SeenRtp& rtp : observe(packets).rtp) {
    if (!known.emplace(rtp.at.source, rtp.at.destination).second) continue;
    lines.push_back(
        {rtp.at.time_ns, between(rtp.at.sent, "rtp", rtp.at.source, rtp.at.destination)});
  }
}

int show(const std::string& file, std::int64_t since, const TlsKeys& keys) {
  const auto packets = read_capture(file);
  if (!packets) {
    std::fprintf(stderr, "%s\n", packets.error().detail.c_str());
    return 2;
  }
  std::vector<Line> lines;
  int untrue = 0;
  for (const SipBytes& sip : sip_in(*packets, keys)) {
    lines.push_back(line_of(sip));
    if (const auto why = untruth_of(sip)) {
      lines.push_back({sip.at.time_ns, "UNTRUE " + *why});
      ++untrue;
    }
  }
  for (const TcpStream& stream : tcp_streams(*packets)) {
    if (!stream.opened_here) continue;
    lines.push_back(
        {stream.opened_ns, between(stream.sent, "syn", stream.source, stream.destination)});
  }
  for (const CapturedPacket& packet : *packets) {
    if (auto line = dns_line(packet)) lines.push_back(std::move(*line));
  }
  add_rtp_lines(*packets, lines);
  std::stable_sort(lines.begin(), lines.end(),
                   [](const Line& a, const Line& b) { return a.time_ns < b.time_ns; });
  for (const Line& line : lines) {
    std::printf("%9.3f %s\n", static_cast<double>(line.time_ns - since) / kNsPerMs,
                line.text.c_str());
  }
  return untrue == 0 ? 0 : 1;
}

int print(const std::string& file, const TlsKeys& keys) {
  const auto packets = read_capture(file);
  if (!packets) return 2;
  for (const SipBytes& sip : sip_in(*packets, keys)) {
    std::printf("--- %s\n%s\n", line_of(sip).text.c_str(), sip.text.c_str());
  }
  return 0;
}

int print_sound(const std::string& file) {
  const auto packets = read_capture(file);
  if (!packets) return 2;
  for (const std::string& line : sound_lines(*packets)) std::puts(line.c_str());
  return 0;
}

int record(const std::string& file) {
  sigset_t ends;
  sigemptyset(&ends);
  for (const int signal : {SIGTERM, SIGINT}) sigaddset(&ends, signal);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  Capture capture;
  if (const auto started = capture.start(); !started) {
    std::fprintf(stderr, "%s\n", started.error().detail.c_str());
    return 2;
  }
  std::puts("ready");
  std::fflush(stdout);
  int signal = 0;
  sigwait(&ends, &signal);
  capture.stop();
  return write_capture(file, capture.packets()) ? 0 : 2;
}

}  // namespace
}  // namespace godwit::lab

int main(int argc, char** argv) {
  using namespace godwit::lab;
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() == 2 && words[0] == "record") return record(words[1]);
  if (words.size() == 2 && words[0] == "sound") return print_sound(words[1]);
  if (words.size() >= 2 && words[0] == "text") {
    return print(words[1], words.size() > 2 ? TlsKeys::read(words[2]) : TlsKeys());
  }
  if (words.size() >= 3 && words[0] == "show") {
    return show(words[1], std::atoll(words[2].c_str()),
                words.size() > 3 ? TlsKeys::read(words[3]) : TlsKeys());
  }
  std::fputs(
      "wire record FILE | wire text FILE [KEYS] | wire show FILE SINCE [KEYS] | wire sound FILE\n",
      stderr);
  return 2;
}
