// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace bench {

/// What is read of every message, with the weight that its readings have in the sum.
enum class Value : std::uint32_t {
  method = 3,
  status = 5,
  target_user = 7,
  target_host = 11,
  target_port = 13,
  via_transport = 17,
  via_host = 19,
  via_port = 23,
  branch = 29,
  from_user = 31,
  from_host = 37,
  from_tag = 41,
  to_user = 43,
  to_host = 47,
  to_tag = 53,
  call_id = 59,
  cseq_number = 61,
  cseq_method = 67,
  contact_user = 71,
  contact_host = 73,
  contact_port = 79,
  route_host = 83,
  route_port = 89,
  record_route_host = 97,
  record_route_port = 101,
  max_forwards = 103,
  expires = 107,
  content_length = 109,
  username = 113,
  realm = 127,
  nonce = 131,
  response = 137,
  nonce_count = 139,
  origin_user = 149,
  origin_id = 151,
  media_port = 157,
  payload_type = 163,
  encoding = 167,
  clock_rate = 173,
};

/// Sums up what a loop reads: the compiler can leave no reading out, and parsers that read the same
/// have equal sums, in whatever order they read it.
///
/// A text counts by its size and its first byte, an absent one and a port that is not given by
/// nothing.
class Reading {
 public:
  void text(Value value, std::string_view text) {
    if (!text.empty()) number(value, text.size() + 256U * static_cast<unsigned char>(text[0]));
  }
  void text(Value value, const char* text) {
    if (text != nullptr) this->text(value, std::string_view(text));
  }
  void number(Value value, std::uint64_t number) {
    sum_ += static_cast<std::uint64_t>(value) * number;
  }
  /// Read as well, but not part of the sum: what parsers give in different forms.
  void touch(std::uint64_t number) { touched_ += number; }

  [[nodiscard]] std::uint64_t sum() const { return sum_; }
  [[nodiscard]] std::uint64_t touched() const { return touched_; }

 private:
  std::uint64_t sum_ = 0;
  std::uint64_t touched_ = 0;
};

/// The parts of a message that a parser may or may not read.
struct Readings {
  Reading message;  // start line and header
  Reading media;    // connection, ports, payload types, rtpmaps of the SDP body
  Reading origin;   // o= of the SDP body
};

}  // namespace bench
