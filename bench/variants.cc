// SPDX-License-Identifier: Apache-2.0
#include "variants.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace bench {
namespace {

using godwit::Random;
using Lines = std::vector<std::string>;

std::uint64_t between(Random& random, std::uint64_t first, std::uint64_t last) {
  return first + random.below(last - first + 1);
}

std::string number(Random& random, std::uint64_t first, std::uint64_t last) {
  return std::to_string(between(random, first, last));
}

template <std::size_t N>
std::string one_of(Random& random, const std::array<std::string_view, N>& words) {
  return std::string(words[random.below(N)]);
}

std::string draw_user(Random& random) {
  static constexpr std::array<std::string_view, 12> kNames{
      "alice", "bob",  "carol",       "d.ortega",        "eve", "frank_mueller",
      "grace", "h-jo", "ingrid.dahl", "jean-christophe", "k2",  "reception"};
  switch (random.below(3)) {
    case 0:
      return "+49" + number(random, 301'000'000, 8'999'999'999);
    case 1:
      return number(random, 100, 99'999);
    default:
      return one_of(random, kNames);
  }
}

std::string draw_display_name(Random& random) {
  static constexpr std::array<std::string_view, 8> kFirst{"Alice", "Bob",   "Carol",  "Dolores",
                                                          "Eve",   "Frank", "Ingrid", "Jean"};
  static constexpr std::array<std::string_view, 8> kLast{"Example", "Ng",      "Ortega",  "Dahl",
                                                         "Smith",   "Mueller", "O'Brien", "Li"};
  return one_of(random, kFirst) + " " + one_of(random, kLast);
}

std::string draw_domain(Random& random) {
  static constexpr std::array<std::string_view, 8> kHosts{"sip", "voice", "pbx",  "ims",
                                                          "tel", "calls", "home", "region-west"};
  static constexpr std::array<std::string_view, 6> kZones{"example.test", "example.net",
                                                          "example.com",  "example.org",
                                                          "corp.example", "a.long.name.example"};
  const auto host = one_of(random, kHosts);
  return host + (random.below(2) == 0 ? "" : number(random, 1, 250)) + "." + one_of(random, kZones);
}

std::string draw_address(Random& random) {
  // Documentation, benchmarking and private networks (RFC 5737, RFC 2544, RFC 1918).
  static constexpr std::array<std::string_view, 3> kNetworks{"192.0.2.", "198.51.100.",
                                                             "203.0.113."};
  switch (random.below(3)) {
    case 0:
      return one_of(random, kNetworks) + number(random, 1, 254);
    case 1:
      return "198.18." + number(random, 0, 255) + "." + number(random, 1, 254);
    default:
      return "10." + number(random, 0, 255) + "." + number(random, 0, 255) + "." +
             number(random, 1, 254);
  }
}

std::string draw_port(Random& random) {
  return random.below(2) == 0 ? "5060" : number(random, 1024, 65'535);
}

std::string draw_branch(Random& random) {
  return "z9hG4bK" + std::string(random.below(2) == 0 ? "-" : "") +
         random.token(between(random, 4, 16));
}

std::string draw_nonce(Random& random) {
  static constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string nonce(between(random, 24, 64), ' ');
  for (char& letter : nonce) letter = kLetters[random.below(kLetters.size())];
  return nonce;
}

/// What stands in the originals, and what stands there instead. Of two that fit at one place the
/// earlier one is taken.
using Replacements = std::vector<std::pair<std::string, std::string>>;

void replace_hosts(Replacements& words, Random& random) {
  const auto alice = draw_address(random);
  const auto alice_port = draw_port(random);
  const auto bob = draw_address(random);
  const auto proxy = draw_address(random);
  const auto domain = draw_domain(random);
  words.emplace_back("198.51.100.20:5060", alice + ":" + alice_port);
  words.emplace_back("198.51.100.20:40112", alice + ":" + number(random, 32'768, 60'999));
  words.emplace_back("198.51.100.20", alice);
  words.emplace_back("rport=5060", "rport=" + alice_port);
  words.emplace_back("203.0.113.30:5060", bob + ":" + draw_port(random));
  words.emplace_back("203.0.113.30", bob);
  words.emplace_back("198.18.0.2:5060", proxy + ":" + draw_port(random));
  words.emplace_back(":5061", ":" + number(random, 5061, 65'535));
  words.emplace_back("edge.sip.example.test", "edge" + number(random, 1, 12) + "." + domain);
  words.emplace_back("sip.example.test", domain);
}

void replace_people(Replacements& words, Random& random) {
  words.emplace_back("Alice Example", draw_display_name(random));
  words.emplace_back("alice", draw_user(random));
  words.emplace_back("bob", draw_user(random));
  words.emplace_back("aabbccddeeff", random.token(6));
  words.emplace_back("example-ua/1.0", "ua/" + number(random, 1, 12) + "." + number(random, 0, 40));
}

void replace_identifiers(Replacements& words, Random& random) {
  for (const auto* tag : {"8d7a2f41c3", "b71e55d09a", "4fe08c21b6"}) {
    words.emplace_back(tag, random.token(between(random, 4, 12)));
  }
  for (const auto* call_id :
       {"9f2c7b1ad0e84c53a1f6e0d2b8c4a7e5", "3b8d2e61c94f47a0b5c7d8e9f0a1b2c3"}) {
    const auto host = random.below(3) == 0 ? "@" + draw_address(random) : std::string();
    words.emplace_back(call_id, random.token(between(random, 8, 20)) + host);
  }
  for (const auto* branch :
       {"z9hG4bK-0be31f5c77d24a68", "z9hG4bK-c5419de0a2f64b17", "z9hG4bK-2f7c91aa6b1e4d0f",
        "z9hG4bK-77a0c2ef15d94b3e", "z9hG4bK1d2f.7e09bc41d0a3f5b2c8e6a9d4b7f01c35.0"}) {
    words.emplace_back(branch, draw_branch(random));
  }
  words.emplace_back("awD0LWsA8wEkhW54EeZt9S7zoDtOTJAc", draw_nonce(random));
  words.emplace_back("3d68d7006e70e1616400df40801c9996", random.token(16));
  words.emplace_back("f9f2a576343e439ea2c5defce82a02c4", random.token(between(random, 4, 16)));
  words.emplace_back("nc=00000002", "nc=" + random.token(4));
}

void replace_numbers(Replacements& words, Random& random) {
  for (const auto* cseq : {"20411", "20412", "1732"}) {
    words.emplace_back(cseq, number(random, 1, random.below(2) == 0 ? 999 : 2'147'483'647));
  }
  const auto expires = number(random, 60, 7'200);
  words.emplace_back("Max-Forwards: 70", "Max-Forwards: " + number(random, 9, 70));
  words.emplace_back("Expires: 600", "Expires: " + expires);
  words.emplace_back("expires=600", "expires=" + expires);
  words.emplace_back("1800;refresher", number(random, 900, 7'200) + ";refresher");
  words.emplace_back("Min-SE: 90", "Min-SE: " + number(random, 90, 600));
}

void replace_media(Replacements& words, Random& random) {
  for (const auto* id : {"3884652301", "3884652990", "3884652991"}) {
    words.emplace_back(id, number(random, 1, 4'294'967'295));
  }
  const auto port = 2 * between(random, 8'000, 32'000);
  words.emplace_back("40012", std::to_string(port));
  words.emplace_back("40013", std::to_string(port + 1));
  words.emplace_back("52040", std::to_string(port + 400));
  words.emplace_back("52041", std::to_string(port + 401));
  const auto opus = number(random, 96, 110);
  const auto events = number(random, 111, 127);
  words.emplace_back("AVP 96 9 0 8 101", "AVP " + opus + " 9 0 8 " + events);
  for (const auto* attribute : {"a=rtpmap:", "a=fmtp:"}) {
    words.emplace_back(attribute + std::string("96 "), attribute + opus + " ");
    words.emplace_back(attribute + std::string("101 "), attribute + events + " ");
  }
}

std::string replaced(std::string_view text, const Replacements& words) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const auto found = std::find_if(words.begin(), words.end(), [&](const auto& word) {
      return text.compare(at, word.first.size(), word.first) == 0;
    });
    if (found == words.end()) {
      result += text[at++];
      continue;
    }
    result += found->second;
    at += found->first.size();
  }
  return result;
}

std::string_view name_of(std::string_view line) {
  return line.substr(0, line.find(':'));
}

Lines split_lines(std::string_view header) {
  Lines lines;
  for (std::size_t at = 0; at < header.size();) {
    const auto end = header.find("\r\n", at);
    lines.emplace_back(header.substr(at, end - at));
    at = end + 2;
  }
  return lines;
}

/// Another order, in which lines of one name follow each other as before.
Lines reordered(const Lines& lines, Random& random) {
  std::vector<std::size_t> order(lines.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  for (std::size_t left = order.size(); left > 1; --left) {
    std::swap(order[left - 1], order[random.below(left)]);
  }
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (std::size_t j = i + 1; j < order.size(); ++j) {
      const bool same_name = name_of(lines[order[i]]) == name_of(lines[order[j]]);
      if (same_name && order[j] < order[i]) std::swap(order[i], order[j]);
    }
  }
  Lines result;
  for (const std::size_t i : order) result.push_back(lines[i]);
  return result;
}

std::string put_together(const std::string& start, const Lines& fields, std::string_view body) {
  std::string message = start + "\r\n";
  for (const std::string& field : fields) {
    if (body.empty() && name_of(field) == "Content-Type") continue;
    const bool is_length = name_of(field) == "Content-Length";
    message += is_length ? "Content-Length: " + std::to_string(body.size()) : field;
    message += "\r\n";
  }
  return message.append("\r\n").append(body);
}

/// A message in its parts.
struct Parts {
  std::string start;
  Lines fields;
  std::string_view body;  // of the text it was taken from
};

Parts take_apart(std::string_view text) {
  const auto header_end = text.find("\r\n\r\n") + 2;
  auto lines = split_lines(text.substr(0, header_end));
  Parts parts{std::move(lines.front()), {}, text.substr(header_end + 2)};
  lines.erase(lines.begin());
  parts.fields = std::move(lines);
  return parts;
}

}  // namespace

Variant draw_variant(std::string_view original, Random& random) {
  Replacements words;
  replace_hosts(words, random);
  replace_people(words, random);
  replace_identifiers(words, random);
  replace_numbers(words, random);
  replace_media(words, random);
  const auto text = replaced(original, words);
  const auto parts = take_apart(text);
  const auto fields = reordered(parts.fields, random);
  return {put_together(parts.start, fields, parts.body), put_together(parts.start, fields, {})};
}

std::string without_body(std::string_view message) {
  const auto parts = take_apart(message);
  return put_together(parts.start, parts.fields, {});
}

}  // namespace bench
