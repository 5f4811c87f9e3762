// SPDX-License-Identifier: Apache-2.0
// The exchanges of RFC 3264 §10, RFC 4317 and RFC 6337 as one of their parties, which takes one line
// of audio, and what we write of ourselves in each.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <sstream>

#include "sdp/offer_answer.h"

namespace godwit::sdp {
namespace {

enum class Turn { none, they_offer, we_offer };

/// One exchange. `theirs` are the lines of the far end's description from c= on, its offer or its
/// answer; `ours` our version and our lines from the first m= on, without ptime; `agreed` what the
/// exchange comes to: payload types to send and to expect, where to, and the direction.
struct Step {
  Turn turn = Turn::none;
  const char* theirs = "";
  const char* ours = "";
  const char* agreed = "";
  Direction wish = Direction::sendrecv;
};
struct Session {
  const char* name;
  const char* formats;  // ours, by payload type
  std::array<Step, 5> steps;
};
void PrintTo(const Session& session, std::ostream* out) { *out << session.name; }

Format format_of(int payload_type) {
  switch (payload_type) {
    case 0:
      return {0, "PCMU", 8000, 1, ""};
    case 4:
      return {4, "G723", 8000, 1, ""};
    case 8:
      return {8, "PCMA", 8000, 1, ""};
    case 18:
      return {18, "G729", 8000, 1, ""};
    case 101:
      return {101, "telephone-event", 8000, 1, ""};
    default:
      return {static_cast<std::uint8_t>(payload_type), "iLBC", 8000, 1, ""};
  }
}

std::vector<Format> read_formats(const char* text) {
  std::vector<Format> formats;
  std::istringstream words(text);
  for (int type = 0; words >> type;) formats.push_back(format_of(type));
  return formats;
}

SessionDescription read_session(const std::string& lines) {
  std::string text = "v=0\r\no=far 1 1 IN IP4 192.0.2.99\r\ns=-\r\n";
  for (const char c : lines) text += c == '\n' ? "\r\n" : std::string(1, c);
  auto description = parse(text);
  EXPECT_TRUE(description) << description.error().detail;
  return description.value_or(SessionDescription{});
}

std::string lines_of(const SessionDescription& description) {
  std::string text = "version " + std::to_string(description.session_version) + "\n";
  std::istringstream lines(write(description));
  bool in_media = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.ends_with('\r')) line.pop_back();
    in_media = in_media || line.starts_with("m=");
    if (in_media && line != "a=ptime:20") text += line + "\n";
  }
  return text;
}

std::string text_of(const std::optional<Agreement>& agreement) {
  if (!agreement) return "nothing";
  const auto to = agreement->remote_name
                      ? agreement->remote_name->name + ":" + std::to_string(agreement->remote.port)
                      : net::to_string(agreement->remote);
  return std::to_string(agreement->send.payload_type) + "/" +
         std::to_string(agreement->receive.payload_type) + " to " + to + " " +
         std::string(to_string(agreement->direction));
}

const net::SocketAddress kHere{net::IpAddress::v4({10, 1, 0, 2}), 40000};

// RFC 3264 §10
constexpr Session kRfc3264[] = {
    {"RFC 3264 10.1, called",
     "0",
     {Step{Turn::they_offer,
           "c=IN IP4 host.anywhere.com\nm=audio 49170 RTP/AVP 0\na=rtpmap:0 PCMU/8000\n"
           "m=video 51372 RTP/AVP 31\na=rtpmap:31 H261/90000\n"
           "m=video 53000 RTP/AVP 32\na=rtpmap:32 MPV/90000\n",
           "version 1\nm=audio 40000 RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=sendrecv\n"
           "m=video 0 RTP/AVP 31\nm=video 0 RTP/AVP 32\n",
           "0/0 to host.anywhere.com:49170 sendrecv"},
      Step{Turn::we_offer,
           "c=IN IP4 host.anywhere.com\nm=audio 49170 RTP/AVP 0\nm=video 0 RTP/AVP 31\n"
           "m=video 0 RTP/AVP 32\n",
           "version 1\nm=audio 40000 RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=sendrecv\n"
           "m=video 0 RTP/AVP 31\nm=video 0 RTP/AVP 32\n",
           "0/0 to host.anywhere.com:49170 sendrecv"}}},
    {"RFC 3264 10.1, calling",
     "0 101",
     {Step{Turn::we_offer, "c=IN IP4 host.example.com\nm=audio 49920 RTP/AVP 0\n",
           "version 1\nm=audio 40000 RTP/AVP 0 101\na=rtpmap:0 PCMU/8000\n"
           "a=rtpmap:101 telephone-event/8000\na=fmtp:101 0-16\na=sendrecv\n",
           "0/0 to host.example.com:49920 sendrecv"},
      Step{Turn::they_offer,
           "c=IN IP4 host.example.com\nm=audio 65422 RTP/AVP 0\na=rtpmap:0 PCMU/8000\n"
           "m=audio 51434 RTP/AVP 110\na=rtpmap:110 telephone-events/8000\na=recvonly\n",
           "version 2\nm=audio 40000 RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=sendrecv\n"
           "m=audio 0 RTP/AVP 110\n",
           "0/0 to host.example.com:65422 sendrecv"}}},
    {"RFC 3264 10.2, one of N codecs, calling",
     "0 4 18",
     {Step{Turn::we_offer,
           "c=IN IP4 host.example.com\nm=audio 54344 RTP/AVP 0 4\na=rtpmap:0 PCMU/8000\n"
           "a=rtpmap:4 G723/8000\na=inactive\n",
           "version 1\nm=audio 40000 RTP/AVP 0 4 18\na=rtpmap:0 PCMU/8000\na=rtpmap:4 G723/8000\n"
           "a=rtpmap:18 G729/8000\na=inactive\n",
           "0/0 to host.example.com:54344 inactive", Direction::inactive},
      Step{Turn::we_offer,
           "c=IN IP4 host.example.com\nm=audio 54344 RTP/AVP 4\na=rtpmap:4 G723/8000\na=sendrecv\n",
           "version 2\nm=audio 40000 RTP/AVP 0 4 18\na=rtpmap:0 PCMU/8000\na=rtpmap:4 G723/8000\n"
           "a=rtpmap:18 G729/8000\na=sendrecv\n",
           "4/4 to host.example.com:54344 sendrecv"}}},
    {"RFC 3264 10.2, one of N codecs, called",
     "0 4",
     {Step{Turn::they_offer,
           "c=IN IP4 host.anywhere.com\nm=audio 62986 RTP/AVP 0 4 18\na=inactive\n",
           "version 1\nm=audio 40000 RTP/AVP 0 4\na=rtpmap:0 PCMU/8000\na=rtpmap:4 G723/8000\n"
           "a=inactive\n",
           "0/0 to host.anywhere.com:62986 inactive"},
      Step{Turn::they_offer,
           "c=IN IP4 host.anywhere.com\nm=audio 62986 RTP/AVP 4\na=sendrecv\n",
           "version 2\nm=audio 40000 RTP/AVP 4\na=rtpmap:4 G723/8000\na=sendrecv\n",
           "4/4 to host.anywhere.com:62986 sendrecv"}}},
};

// RFC 4317 §2
constexpr const char* kAudioVideo =
    "c=IN IP4 host.atlanta.example.com\nm=audio 49170 RTP/AVP 0 8 97\na=rtpmap:97 iLBC/8000\n"
    "m=video 51372 RTP/AVP 31 32\na=rtpmap:31 H261/90000\na=rtpmap:32 MPV/90000\n";
constexpr const char* kAllThree =
    "version 1\nm=audio 40000 RTP/AVP 0 8 97\na=rtpmap:0 PCMU/8000\na=rtpmap:8 PCMA/8000\n"
    "a=rtpmap:97 iLBC/8000\na=sendrecv\n";
constexpr Session kRfc4317Codecs[] = {
    {"RFC 4317 2.1, called",
     "0",
     {Step{Turn::they_offer, kAudioVideo,
           "version 1\nm=audio 40000 RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=sendrecv\n"
           "m=video 0 RTP/AVP 31 32\n",
           "0/0 to host.atlanta.example.com:49170 sendrecv"}}},
    {"RFC 4317 2.2, called",
     "0 8",
     {Step{Turn::they_offer, kAudioVideo,
           "version 1\nm=audio 40000 RTP/AVP 0 8\na=rtpmap:0 PCMU/8000\na=rtpmap:8 PCMA/8000\n"
           "a=sendrecv\nm=video 0 RTP/AVP 31 32\n",
           "0/0 to host.atlanta.example.com:49170 sendrecv"},
      Step{Turn::they_offer,
           "c=IN IP4 host.atlanta.example.com\nm=audio 51372 RTP/AVP 0\nm=video 0 RTP/AVP 31\n",
           "version 2\nm=audio 40000 RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=sendrecv\n"
           "m=video 0 RTP/AVP 31\n",
           "0/0 to host.atlanta.example.com:51372 sendrecv"}}},
    {"RFC 4317 2.2, calling",
     "0 8 97",
     {Step{Turn::we_offer, "c=IN IP4 host.biloxi.example.com\nm=audio 49172 RTP/AVP 0 8\n",
           kAllThree, "0/0 to host.biloxi.example.com:49172 sendrecv"},
      Step{Turn::we_offer, "c=IN IP4 host.biloxi.example.com\nm=audio 49172 RTP/AVP 0\n", kAllThree,
           "0/0 to host.biloxi.example.com:49172 sendrecv"}}},
    {"RFC 4317 2.3, called",
     "99",
     {Step{Turn::they_offer, kAudioVideo,
           "version 1\nm=audio 40000 RTP/AVP 97\na=rtpmap:97 iLBC/8000\na=sendrecv\n"
           "m=video 0 RTP/AVP 31 32\n",
           "97/97 to host.atlanta.example.com:49170 sendrecv"}}},
    {"RFC 4317 2.3, calling: the answerer has numbers of its own",
     "0 8 97",
     {Step{Turn::we_offer,
           "c=IN IP4 host.biloxi.example.com\nm=audio 49172 RTP/AVP 99\na=rtpmap:99 iLBC/8000\n",
           kAllThree, "99/97 to host.biloxi.example.com:49172 sendrecv"},
      Step{Turn::we_offer,
           "c=IN IP4 host.biloxi.example.com\nm=audio 49172 RTP/AVP 99\na=rtpmap:99 iLBC/8000\n",
           kAllThree, "99/97 to host.biloxi.example.com:49172 sendrecv"}}},
    {"RFC 4317 2.4, two audio streams",
     "97",
     {Step{Turn::they_offer,
           "c=IN IP4 host.atlanta.example.com\nm=audio 49170 RTP/AVP 0 97\na=rtpmap:97 iLBC/8000\n"
           "m=audio 49172 RTP/AVP 98\na=rtpmap:98 telephone-event/8000\na=sendonly\n",
           "version 1\nm=audio 40000 RTP/AVP 97\na=rtpmap:97 iLBC/8000\na=sendrecv\n"
           "m=audio 0 RTP/AVP 98\n",
           "97/97 to host.atlanta.example.com:49170 sendrecv"}}},
    {"RFC 4317 2.5, the same answer has the same version",
     "97",
     {Step{Turn::we_offer,
           "c=IN IP4 host.biloxi.example.com\nm=audio 49174 RTP/AVP 97\na=rtpmap:97 iLBC/8000\n",
           "version 1\nm=audio 40000 RTP/AVP 97\na=rtpmap:97 iLBC/8000\na=sendrecv\n",
           "97/97 to host.biloxi.example.com:49174 sendrecv"},
      Step{Turn::they_offer,
           "c=IN IP4 newhost.biloxi.example.com\nm=audio 49178 RTP/AVP 97\na=rtpmap:97 iLBC/8000\n",
           "version 1\nm=audio 40000 RTP/AVP 97\na=rtpmap:97 iLBC/8000\na=sendrecv\n",
           "97/97 to newhost.biloxi.example.com:49178 sendrecv"}}},
    {"RFC 4317 2.6, the second of two audio lines",
     "97 101",
     {Step{Turn::they_offer,
           "c=IN IP4 host.atlanta.example.com\nm=audio 49170 RTP/AVP 0\nm=audio 51372 RTP/AVP 97 "
           "101\na=rtpmap:97 iLBC/8000\na=rtpmap:101 telephone-event/8000\n",
           "version 1\nm=audio 0 RTP/AVP 0\nm=audio 40000 RTP/AVP 97 101\na=rtpmap:97 iLBC/8000\n"
           "a=rtpmap:101 telephone-event/8000\na=fmtp:101 0-16\na=sendrecv\n",
           "97/97 to host.atlanta.example.com:51372 sendrecv"}}},
    {"RFC 4317 2.7, a second video codec",
     "99",
     {Step{Turn::they_offer,
           "c=IN IP4 host.atlanta.example.com\nm=audio 49170 RTP/AVP 99\na=rtpmap:99 iLBC/8000\n"
           "m=video 51372 RTP/AVP 31\n",
           "version 1\nm=audio 40000 RTP/AVP 99\na=rtpmap:99 iLBC/8000\na=sendrecv\n"
           "m=video 0 RTP/AVP 31\n",
           "99/99 to host.atlanta.example.com:49170 sendrecv"},
      Step{Turn::they_offer,
           "c=IN IP4 host.atlanta.example.com\nm=audio 49170 RTP/AVP 99\na=rtpmap:99 iLBC/8000\n"
           "m=video 51372 RTP/AVP 31 32\n",
           "version 2\nm=audio 40000 RTP/AVP 99\na=rtpmap:99 iLBC/8000\na=sendrecv\n"
           "m=video 0 RTP/AVP 31 32\n",
           "99/99 to host.atlanta.example.com:49170 sendrecv"}}},
    {"RFC 4317 2.8, video at another host",
     "0",
     {Step{Turn::they_offer,
           "c=IN IP4 host.atlanta.example.com\nm=audio 49174 RTP/AVP 0\nm=video 49172 RTP/AVP 32\n"
           "c=IN IP4 otherhost.atlanta.example.com\n",
           "version 1\nm=audio 40000 RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=sendrecv\n"
           "m=video 0 RTP/AVP 32\n",
           "0/0 to host.atlanta.example.com:49174 sendrecv"}}},
};

// RFC 4317 §3 to §5
constexpr const char* kBobIlbc =
    "c=IN IP4 host.biloxi.example.com\nm=audio 49172 RTP/AVP 97\na=rtpmap:97 iLBC/8000\n";
constexpr const char* kAliceIlbc =
    "c=IN IP4 host.atlanta.example.com\nm=audio 49170 RTP/AVP 97\na=rtpmap:97 iLBC/8000\n";
constexpr const char* kOurIlbc =
    "version 1\nm=audio 40000 RTP/AVP 97\na=rtpmap:97 iLBC/8000\na=sendrecv\n";
constexpr Session kRfc4317Changes[] = {
    {"RFC 4317 3.1, answered on hold",
     "0 97",
     {Step{Turn::we_offer,
           "c=IN IP4 placeholder.biloxi.example.com\nm=audio 49172 RTP/AVP 97\n"
           "a=rtpmap:97 iLBC/8000\na=sendonly\n",
           "version 1\nm=audio 40000 RTP/AVP 0 97\na=rtpmap:0 PCMU/8000\na=rtpmap:97 iLBC/8000\n"
           "a=sendrecv\n",
           "97/97 to placeholder.biloxi.example.com:49172 recvonly"},
      Step{Turn::they_offer, kBobIlbc,
           "version 2\nm=audio 40000 RTP/AVP 97\na=rtpmap:97 iLBC/8000\na=sendrecv\n",
           "97/97 to host.biloxi.example.com:49172 sendrecv"}}},
    {"RFC 4317 3.2, we hold one of two lines",
     "97",
     {Step{Turn::they_offer,
           "c=IN IP4 host.atlanta.example.com\nm=audio 49170 RTP/AVP 0 97\na=rtpmap:97 iLBC/8000\n"
           "m=audio 49172 RTP/AVP 98\na=rtpmap:98 telephone-event/8000\na=sendonly\n",
           "version 1\nm=audio 40000 RTP/AVP 97\na=rtpmap:97 iLBC/8000\na=sendrecv\n"
           "m=audio 0 RTP/AVP 98\n",
           "97/97 to host.atlanta.example.com:49170 sendrecv"},
      Step{Turn::we_offer,  // answered without a direction: what we hold is held all the same
           "c=IN IP4 host.atlanta.example.com\nm=audio 49170 RTP/AVP 0 97\na=rtpmap:97 iLBC/8000\n"
           "m=audio 0 RTP/AVP 98\n",
           "version 2\nm=audio 40000 RTP/AVP 97\na=rtpmap:97 iLBC/8000\na=sendonly\n"
           "m=audio 0 RTP/AVP 98\n",
           "97/97 to host.atlanta.example.com:49170 sendonly", Direction::sendonly}}},
    {"RFC 4317 4.1, a second audio stream",
     "0 97",
     {Step{Turn::we_offer, kBobIlbc,
           "version 1\nm=audio 40000 RTP/AVP 0 97\na=rtpmap:0 PCMU/8000\na=rtpmap:97 iLBC/8000\n"
           "a=sendrecv\n",
           "97/97 to host.biloxi.example.com:49172 sendrecv"},
      Step{Turn::they_offer,
           "c=IN IP4 host.biloxi.example.com\nm=audio 49172 RTP/AVP 97\na=rtpmap:97 iLBC/8000\n"
           "m=audio 48282 RTP/AVP 98\nc=IN IP4 mediaserver.biloxi.example.com\n"
           "a=rtpmap:98 telephone-event/8000\na=recvonly\n",
           "version 2\nm=audio 40000 RTP/AVP 97\na=rtpmap:97 iLBC/8000\na=sendrecv\n"
           "m=audio 0 RTP/AVP 98\n",
           "97/97 to host.biloxi.example.com:49172 sendrecv"},
      Step{Turn::we_offer,
           "c=IN IP4 host.biloxi.example.com\nm=audio 49172 RTP/AVP 97\na=rtpmap:97 iLBC/8000\n"
           "m=audio 0 RTP/AVP 98\n",
           "version 3\nm=audio 40000 RTP/AVP 0 97\na=rtpmap:0 PCMU/8000\na=rtpmap:97 iLBC/8000\n"
           "a=sendrecv\nm=audio 0 RTP/AVP 98\n",
           "97/97 to host.biloxi.example.com:49172 sendrecv"}}},
    {"RFC 4317 4.2 and 4.3, video added and deleted",
     "0",
     {Step{Turn::they_offer, "c=IN IP4 host.atlanta.example.com\nm=audio 49170 RTP/AVP 0\n",
           "version 1\nm=audio 40000 RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=sendrecv\n",
           "0/0 to host.atlanta.example.com:49170 sendrecv"},
      Step{Turn::they_offer,
           "c=IN IP4 host.atlanta.example.com\nm=audio 49170 RTP/AVP 0\nm=video 49172 RTP/AVP 31\n",
           "version 2\nm=audio 40000 RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=sendrecv\n"
           "m=video 0 RTP/AVP 31\n",
           "0/0 to host.atlanta.example.com:49170 sendrecv"},
      Step{Turn::they_offer,
           "c=IN IP4 host.atlanta.example.com\nm=audio 49170 RTP/AVP 0\nm=video 0 RTP/AVP 31\n",
           "version 2\nm=audio 40000 RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=sendrecv\n"
           "m=video 0 RTP/AVP 31\n",
           "0/0 to host.atlanta.example.com:49170 sendrecv"}}},
    {"RFC 4317 5.1, no media, then audio",
     "97",
     {Step{Turn::they_offer, "c=IN IP4 host.atlanta.example.com\n", "version 1\n", "nothing"},
      Step{Turn::they_offer, kAliceIlbc,
           "version 2\nm=audio 40000 RTP/AVP 97\na=rtpmap:97 iLBC/8000\na=sendrecv\n",
           "97/97 to host.atlanta.example.com:49170 sendrecv"}}},
    {"RFC 4317 5.1, no media, then audio of ours",
     "97",
     {Step{Turn::they_offer, "c=IN IP4 host.atlanta.example.com\n", "version 1\n", "nothing"},
      Step{Turn::we_offer, kAliceIlbc,
           "version 2\nm=audio 40000 RTP/AVP 97\na=rtpmap:97 iLBC/8000\na=sendrecv\n",
           "97/97 to host.atlanta.example.com:49170 sendrecv"}}},
    {"RFC 4317 5.2, offered on hold at 0.0.0.0",
     "97",
     {Step{Turn::they_offer,
           "c=IN IP4 0.0.0.0\nm=audio 23442 RTP/AVP 97\na=rtpmap:97 iLBC/8000\n",
           "version 1\nm=audio 40000 RTP/AVP 97\na=rtpmap:97 iLBC/8000\na=recvonly\n",
           "97/97 to 0.0.0.0:23442 recvonly"},
      Step{Turn::they_offer, kAliceIlbc,
           "version 2\nm=audio 40000 RTP/AVP 97\na=rtpmap:97 iLBC/8000\na=sendrecv\n",
           "97/97 to host.atlanta.example.com:49170 sendrecv"}}},
    {"RFC 4317 5.3, answered on hold at 0.0.0.0",
     "97",
     {Step{Turn::we_offer, "c=IN IP4 0.0.0.0\nm=audio 9322 RTP/AVP 97\na=rtpmap:97 iLBC/8000\n",
           kOurIlbc, "97/97 to 0.0.0.0:9322 recvonly"},
      Step{Turn::they_offer, kBobIlbc, kOurIlbc,
           "97/97 to host.biloxi.example.com:49172 sendrecv"}}},
};

// RFC 6337
constexpr Session kRfc6337[] = {
    {"RFC 6337 5.3, held by us, then by both, then by us again, then by nobody",
     "0",
     {Step{Turn::we_offer, "c=IN IP4 192.0.2.7\nm=audio 5004 RTP/AVP 0\na=recvonly\n",
           "version 1\nm=audio 40000 RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=sendonly\n",
           "0/0 to 192.0.2.7:5004 sendonly", Direction::sendonly},
      Step{Turn::they_offer, "c=IN IP4 192.0.2.7\nm=audio 5004 RTP/AVP 0\na=inactive\n",
           "version 2\nm=audio 40000 RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=inactive\n",
           "0/0 to 192.0.2.7:5004 inactive", Direction::sendonly},
      Step{Turn::they_offer, "c=IN IP4 192.0.2.7\nm=audio 5004 RTP/AVP 0\na=recvonly\n",
           "version 3\nm=audio 40000 RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=sendonly\n",
           "0/0 to 192.0.2.7:5004 sendonly", Direction::sendonly},
      Step{Turn::we_offer, "c=IN IP4 192.0.2.7\nm=audio 5004 RTP/AVP 0\na=sendrecv\n",
           "version 4\nm=audio 40000 RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=sendrecv\n",
           "0/0 to 192.0.2.7:5004 sendrecv"}}},
    {"RFC 6337 5.3, whoever holds answers every offer with its hold",
     "0",
     {Step{Turn::we_offer, "c=IN IP4 192.0.2.7\nm=audio 5004 RTP/AVP 0\na=recvonly\n",
           "version 1\nm=audio 40000 RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=sendonly\n",
           "0/0 to 192.0.2.7:5004 sendonly", Direction::sendonly},
      Step{Turn::they_offer, "c=IN IP4 192.0.2.7\nm=audio 5006 RTP/AVP 0\na=sendrecv\n",
           "version 1\nm=audio 40000 RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=sendonly\n",
           "0/0 to 192.0.2.7:5006 sendonly", Direction::sendonly}}},
    {"RFC 6337 5.1, an offer that was asked for names everything, by the numbers in use",
     "0 8 101",
     {Step{Turn::they_offer,
           "c=IN IP4 192.0.2.7\nm=audio 5004 RTP/AVP 0 96\na=rtpmap:96 telephone-event/8000\n",
           "version 1\nm=audio 40000 RTP/AVP 0 96\na=rtpmap:0 PCMU/8000\n"
           "a=rtpmap:96 telephone-event/8000\na=fmtp:96 0-16\na=sendrecv\n",
           "0/0 to 192.0.2.7:5004 sendrecv"},
      Step{Turn::we_offer, "c=IN IP4 192.0.2.7\nm=audio 5004 RTP/AVP 8\n",
           "version 2\nm=audio 40000 RTP/AVP 0 8 96\na=rtpmap:0 PCMU/8000\na=rtpmap:8 PCMA/8000\n"
           "a=rtpmap:96 telephone-event/8000\na=fmtp:96 0-16\na=sendrecv\n",
           "8/8 to 192.0.2.7:5004 sendrecv"}}},
    {"RFC 6337 5.2, an answer that refuses the audio changes nothing",
     "0",
     {Step{Turn::we_offer, "c=IN IP4 192.0.2.7\nm=audio 5004 RTP/AVP 0\n",
           "version 1\nm=audio 40000 RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=sendrecv\n",
           "0/0 to 192.0.2.7:5004 sendrecv"},
      Step{Turn::we_offer, "c=IN IP4 192.0.2.7\nm=audio 0 RTP/AVP 0\n",
           "version 1\nm=audio 40000 RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=sendrecv\n",
           "0/0 to 192.0.2.7:5004 sendrecv"}}},
    {"RFC 3264 8.2, audio ends and begins again",
     "0",
     {Step{Turn::they_offer, "c=IN IP4 192.0.2.7\nm=audio 5004 RTP/AVP 0\n",
           "version 1\nm=audio 40000 RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=sendrecv\n",
           "0/0 to 192.0.2.7:5004 sendrecv"},
      Step{Turn::they_offer, "c=IN IP4 192.0.2.7\nm=audio 0 RTP/AVP 0\n",
           "version 2\nm=audio 0 RTP/AVP 0\n", "nothing"},
      Step{Turn::they_offer, "c=IN IP4 192.0.2.7\nm=audio 5006 RTP/AVP 0\n",
           "version 3\nm=audio 40000 RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=sendrecv\n",
           "0/0 to 192.0.2.7:5006 sendrecv"}}},
    {"RFC 3264 8.1, audio moves to another line",
     "0",
     {Step{Turn::they_offer, "c=IN IP4 192.0.2.7\nm=audio 5004 RTP/AVP 0\n",
           "version 1\nm=audio 40000 RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=sendrecv\n",
           "0/0 to 192.0.2.7:5004 sendrecv"},
      Step{Turn::they_offer,
           "c=IN IP4 192.0.2.7\nm=audio 0 RTP/AVP 0\nm=audio 5006 RTP/AVP 0\n",
           "version 2\nm=audio 0 RTP/AVP 0\nm=audio 40000 RTP/AVP 0\na=rtpmap:0 PCMU/8000\n"
           "a=sendrecv\n",
           "0/0 to 192.0.2.7:5006 sendrecv"}}},
};

// What is offered beside the audio that we take, and attributes that mean nothing to us.
constexpr Session kHarmless[] = {
    {"lines of every kind are refused in their places with their own formats",
     "0",
     {Step{Turn::they_offer,
           "c=IN IP4 192.0.2.7\nm=message 7394 TCP/MSRP *\nm=audio 5000 RTP/SAVP 0 8\n"
           "m=image 5002 udptl t38\nm=audio 5004 RTP/AVP 0\nm=application 5006 UDP/BFCP *\n"
           "m=video 5008 UDP/TLS/RTP/SAVPF 96 97\nm=audio 5010 RTP/AVPF 0\n",
           "version 1\nm=message 0 TCP/MSRP *\nm=audio 0 RTP/SAVP 0 8\nm=image 0 udptl t38\n"
           "m=audio 40000 RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=sendrecv\n"
           "m=application 0 UDP/BFCP *\nm=video 0 UDP/TLS/RTP/SAVPF 96 97\n"
           "m=audio 0 RTP/AVPF 0\n",
           "0/0 to 192.0.2.7:5004 sendrecv"}}},
    {"a direction of the session holds for lines without one",
     "0",
     {Step{Turn::they_offer, "c=IN IP4 192.0.2.7\na=sendonly\nm=audio 5004 RTP/AVP 0\n",
           "version 1\nm=audio 40000 RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=recvonly\n",
           "0/0 to 192.0.2.7:5004 recvonly"},
      Step{Turn::they_offer,
           "c=IN IP4 192.0.2.7\na=sendonly\nm=audio 5004 RTP/AVP 0\na=sendrecv\n",
           "version 2\nm=audio 40000 RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=sendrecv\n",
           "0/0 to 192.0.2.7:5004 sendrecv"}}},
    {"BUNDLE and mid",
     "0",
     {Step{Turn::they_offer,
           "c=IN IP4 192.0.2.7\na=group:BUNDLE a v\nm=audio 5004 RTP/AVP 0\na=mid:a\na=rtcp-mux\n"
           "m=video 0 RTP/AVP 31\na=mid:v\na=bundle-only\n",
           "version 1\nm=audio 40000 RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=sendrecv\n"
           "m=video 0 RTP/AVP 31\n",
           "0/0 to 192.0.2.7:5004 sendrecv"}}},
    {"T86: altc, the line's own address counts",
     "0",
     {Step{Turn::they_offer,
           "c=IN IP4 192.0.2.7\nm=audio 5004 RTP/AVP 0\na=altc:1 IP6 2001:db8::7 45678\n"
           "a=altc:2 IP4 192.0.2.7 5004\n",
           "version 1\nm=audio 40000 RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=sendrecv\n",
           "0/0 to 192.0.2.7:5004 sendrecv"}}},
    {"ICE, ptime and maxptime",
     "0",
     {Step{Turn::they_offer,
           "c=IN IP4 192.0.2.7\na=ice-ufrag:8hhY\na=ice-pwd:asd88fgpdd777uzjYhagZg\n"
           "a=ice-options:trickle\nm=audio 5004 RTP/AVP 0\na=ptime:30\na=maxptime:150\n"
           "a=candidate:1 1 UDP 2130706431 192.0.2.7 5004 typ host\na=end-of-candidates\n"
           "a=rtcp:5005 IN IP4 192.0.2.7\n",
           "version 1\nm=audio 40000 RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=sendrecv\n",
           "0/0 to 192.0.2.7:5004 sendrecv"}}},
};

class ExchangeTest : public ::testing::TestWithParam<Session> {
 protected:
  void they_offer(const Step& step) {
    ASSERT_TRUE(session_.take_offer(read_session(step.theirs)));
    const auto answer = session_.make_answer(kHere, step.wish);
    ASSERT_TRUE(answer) << answer.error().detail;
    EXPECT_EQ(lines_of(*answer), step.ours);
  }
  void we_offer(const Step& step) {
    const auto offer = session_.make_offer(kHere, step.wish);
    ASSERT_TRUE(offer) << offer.error().detail;
    EXPECT_EQ(lines_of(*offer), step.ours);
    static_cast<void>(session_.take_answer(read_session(step.theirs)));
  }

  OfferAnswer session_{1, read_formats(GetParam().formats)};
};
INSTANTIATE_TEST_SUITE_P(Rfc3264, ExchangeTest, ::testing::ValuesIn(kRfc3264));
INSTANTIATE_TEST_SUITE_P(Rfc4317Codecs, ExchangeTest, ::testing::ValuesIn(kRfc4317Codecs));
INSTANTIATE_TEST_SUITE_P(Rfc4317Changes, ExchangeTest, ::testing::ValuesIn(kRfc4317Changes));
INSTANTIATE_TEST_SUITE_P(Rfc6337, ExchangeTest, ::testing::ValuesIn(kRfc6337));
INSTANTIATE_TEST_SUITE_P(Harmless, ExchangeTest, ::testing::ValuesIn(kHarmless));

TEST_P(ExchangeTest, WeWriteAndUnderstandWhatTheTableSays) {
  for (const Step& step : GetParam().steps) {
    if (step.turn == Turn::none) break;
    step.turn == Turn::they_offer ? they_offer(step) : we_offer(step);
    EXPECT_EQ(text_of(session_.agreement()), step.agreed);
    EXPECT_EQ(session_.state(), OfferAnswer::State::stable);
  }
}

/// RFC 6337 table 1: whatever messages carry them, an offer is answered once, and no second one
/// begins before.
TEST(OfferAnswerPatterns, Rfc6337AnOfferWaitsForItsAnswerInEitherDirection) {
  const auto theirs = read_session("c=IN IP4 192.0.2.7\nm=audio 5004 RTP/AVP 0\n");
  OfferAnswer session(1, read_formats("0"));
  // INVITE and 2xx, or INVITE and a reliable 1xx
  ASSERT_TRUE(session.make_offer(kHere, Direction::sendrecv));
  EXPECT_FALSE(session.take_offer(theirs)) << "UPDATE before the answer: 491";
  ASSERT_TRUE(session.take_answer(theirs));
  EXPECT_FALSE(session.take_answer(theirs)) << "the 2xx after a reliable 1xx repeats it: ignored";
  // 2xx and ACK, or a reliable 1xx and PRACK
  ASSERT_TRUE(session.take_offer(theirs));
  EXPECT_FALSE(session.make_offer(kHere, Direction::sendrecv));
  ASSERT_TRUE(session.make_answer(kHere, Direction::sendrecv));
  // PRACK and its 2xx, UPDATE and its 2xx, both ways
  ASSERT_TRUE(session.make_offer(kHere, Direction::sendonly));
  ASSERT_TRUE(session.take_answer(theirs));
  ASSERT_TRUE(session.take_offer(theirs));
  ASSERT_TRUE(session.make_answer(kHere, Direction::sendrecv));
  // refused or given up: as it was
  ASSERT_TRUE(session.make_offer(kHere, Direction::inactive));
  session.withdraw_offer();
  EXPECT_EQ(text_of(session.agreement()), "0/0 to 192.0.2.7:5004 sendrecv");
}

/// T86: RFC 4091 offers the same stream in both families, as two lines of a group.
class AnatTest : public ::testing::TestWithParam<net::Family> {};
INSTANTIATE_TEST_SUITE_P(Families, AnatTest, ::testing::Values(net::Family::v4, net::Family::v6),
                         [](const auto& p) { return std::string(to_string(p.param)); });

TEST_P(AnatTest, T86_TheLineInOurFamilyIsTakenAndTheOtherRefused) {
  const bool v4 = GetParam() == net::Family::v4;
  const auto offer = read_session(
      "a=group:ANAT 1 2\nm=audio 5004 RTP/AVP 0\nc=IN IP6 2001:db8::7\na=mid:1\n"
      "m=audio 5006 RTP/AVP 0\nc=IN IP4 192.0.2.7\na=mid:2\n");
  OfferAnswer session(1, read_formats("0"));
  session.prefer_families([](net::Family family) { return family == GetParam(); });
  ASSERT_TRUE(session.take_offer(offer));
  EXPECT_EQ(session.offered_family(), GetParam());
  const auto answer = session.make_answer(kHere, Direction::sendrecv);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->media[0].port, v4 ? 0 : 40000);
  EXPECT_EQ(answer->media[1].port, v4 ? 40000 : 0);
  EXPECT_EQ(text_of(session.agreement()),
            v4 ? "0/0 to 192.0.2.7:5006 sendrecv" : "0/0 to [2001:db8::7]:5004 sendrecv");
}

TEST_P(AnatTest, T86_ALineWithoutAWayIsStillTakenWhereItIsTheOnlyOne) {
  OfferAnswer session(1, read_formats("0"));
  session.prefer_families([](net::Family) { return false; });
  const bool v4 = GetParam() == net::Family::v4;
  ASSERT_TRUE(
      session.take_offer(read_session(v4 ? "c=IN IP4 192.0.2.7\nm=audio 5004 RTP/AVP 0\n"
                                         : "c=IN IP6 2001:db8::7\nm=audio 5004 RTP/AVP 0\n")));
  EXPECT_EQ(session.offered_family(), GetParam()) << "a NAT64 may lead there, or it is refused";
}

TEST(OfferAnswerPatterns, ALineWithoutAnAddressDoesNotSpoilTheOneBehindIt) {
  OfferAnswer session(1, read_formats("0"));
  ASSERT_TRUE(session.take_offer(
      read_session("m=audio 5004 RTP/AVP 0\nm=audio 5006 RTP/AVP 0\nc=IN IP4 192.0.2.7\n")));
  EXPECT_EQ(net::to_string(*session.offered_address()), "192.0.2.7:5006");
}

}  // namespace
}  // namespace godwit::sdp
