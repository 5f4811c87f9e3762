// SPDX-License-Identifier: Apache-2.0
// A name server that answers late, wrongly or never, by the type of the question: it stands before
// a real one on the same address (IPv4, UDP).
//
//   dns_relay ADDRESS PORT UPSTREAM_PORT RULE...   a RULE is TYPE:delay:MS, TYPE:drop or
//   TYPE:rcode:N
#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
using Bytes = std::vector<unsigned char>;

constexpr std::size_t kHead = 12;  // RFC 1035 §4.1.1

struct Rule {
  std::chrono::milliseconds delay{};
  bool drop = false;
  std::optional<int> rcode;
};

struct Waiting {
  Clock::time_point due;
  Bytes answer;
  sockaddr_in client{};
};

std::string type_of(const Bytes& message) {
  std::size_t at = kHead;
  while (at < message.size() && message[at] != 0) at += message[at] + 1U;
  if (at + 2 >= message.size()) return "";
  const int type = message[at + 1] << 8 | message[at + 2];
  static const std::map<int, std::string> names = {
      {1, "A"}, {28, "AAAA"}, {33, "SRV"}, {35, "NAPTR"}};
  const auto found = names.find(type);
  return found == names.end() ? "" : found->second;
}

// The question itself, marked as an answer with a code and nothing in it.
Bytes refuse(Bytes question, int rcode) {
  question[2] |= 0x80;
  question[3] = static_cast<unsigned char>((question[3] & 0xf0) | rcode);
  return question;
}

class Relay {
 public:
  Relay(const sockaddr_in& local, const sockaddr_in& upstream) : upstream_(upstream) {
    socket_ = ::socket(AF_INET, SOCK_DGRAM, 0);
    if (::bind(socket_, reinterpret_cast<const sockaddr*>(&local), sizeof local) != 0) {
      std::perror("bind");
      std::exit(2);
    }
  }

  void add(const std::string& text) {
    const auto colon = text.find(':');
    const std::string what = text.substr(colon + 1);
    Rule& rule = rules_[text.substr(0, colon)];
    if (what == "drop") rule.drop = true;
    if (what.starts_with("delay:"))
      rule.delay = std::chrono::milliseconds(std::stoi(what.substr(6)));
    if (what.starts_with("rcode:")) rule.rcode = std::stoi(what.substr(6));
  }

  [[noreturn]] void serve() {
    for (;;) {
      pollfd ready{socket_, POLLIN, 0};
      if (::poll(&ready, 1, patience()) > 0) take_question();
      send_due();
    }
  }

 private:
  [[nodiscard]] int patience() const {
    if (waiting_.empty()) return -1;
    auto first = waiting_.front().due;
    for (const Waiting& one : waiting_) first = std::min(first, one.due);
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(first - Clock::now());
    return std::max(0, static_cast<int>(left.count()));
  }

  void take_question() {
    std::array<unsigned char, 4096> buffer{};
    sockaddr_in client{};
    socklen_t length = sizeof client;
    const auto size = ::recvfrom(socket_, buffer.data(), buffer.size(), 0,
                                 reinterpret_cast<sockaddr*>(&client), &length);
    if (size < static_cast<ssize_t>(kHead)) return;
    const Bytes question(buffer.begin(), buffer.begin() + size);
    const Rule rule = rules_[type_of(question)];
    if (rule.drop) return;
    waiting_.push_back({Clock::now() + rule.delay,
                        rule.rcode ? refuse(question, *rule.rcode) : ask(question), client});
  }

  [[nodiscard]] Bytes ask(const Bytes& question) const {
    const int upstream = ::socket(AF_INET, SOCK_DGRAM, 0);
    ::sendto(upstream, question.data(), question.size(), 0,
             reinterpret_cast<const sockaddr*>(&upstream_), sizeof upstream_);
    Bytes answer(4096);
    pollfd ready{upstream, POLLIN, 0};
    const ssize_t size =
        ::poll(&ready, 1, 1000) > 0 ? ::recv(upstream, answer.data(), answer.size(), 0) : 0;
    ::close(upstream);
    answer.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    return answer;
  }

  void send_due() {
    const auto now = Clock::now();
    for (auto one = waiting_.begin(); one != waiting_.end();) {
      if (one->due > now) {
        ++one;
        continue;
      }
      ::sendto(socket_, one->answer.data(), one->answer.size(), 0,
               reinterpret_cast<const sockaddr*>(&one->client), sizeof one->client);
      one = waiting_.erase(one);
    }
  }

  sockaddr_in upstream_;
  int socket_ = -1;
  std::map<std::string, Rule> rules_;
  std::list<Waiting> waiting_;
};

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() < 3) {
    std::fputs("dns_relay ADDRESS PORT UPSTREAM_PORT RULE...\n", stderr);
    return 2;
  }
  const auto place = [&](const std::string& port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(port)));
    ::inet_pton(AF_INET, words[0].c_str(), &address.sin_addr);
    return address;
  };
  Relay relay(place(words[1]), place(words[2]));
  for (std::size_t i = 3; i < words.size(); ++i) relay.add(words[i]);
  std::puts("ready");
  std::fflush(stdout);
  relay.serve();
}
