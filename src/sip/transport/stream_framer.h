// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace godwit::sip {

inline constexpr std::string_view kPing = "\r\n\r\n";  // RFC 5626 §3.5.1
inline constexpr std::string_view kPong = "\r\n";

/// Why a byte stream cannot be cut into messages any further.
struct StreamFault {
  enum class Kind : std::uint8_t {
    not_sip,                     // what came is no start line of SIP
    head_too_long,               // no end of the header within `limits::kMessageBytes`
    message_too_long,            // Content-Length goes beyond `limits::kMessageBytes`
    content_length_missing,      // RFC 3261 §18.3: on a stream it must be there
    content_length_malformed,    // it is no number
    content_length_conflicting,  // given twice, with two values
    cut_short,                   // the stream ended within a message
  };
  Kind kind = Kind::not_sip;
  std::size_t at = 0;  // byte offset in the message
  std::string head;    // start line and header, when they came whole: what an answer is made of

  bool operator==(const StreamFault&) const = default;
};
/// What a request with this fault is answered before the stream is closed; 0: nothing, close it.
[[nodiscard]] int answer_to(StreamFault::Kind kind);
/// In words: "expected Content-Length in a message on a stream".
[[nodiscard]] std::string_view to_string(StreamFault::Kind kind);

/// Cuts a byte stream into messages by Content-Length (RFC 3261 §18.3), and tells the keep-alives
/// between them (RFC 5626 §3.5.1). The outputs do not depend on how the bytes are split.
///
/// It looks for nothing but the start line's form, the end of the header and Content-Length: what
/// it hands out goes to `parse_message`. After a fault it takes no more: where the next message
/// begins cannot be known, and the stream must be closed.
class StreamFramer {
 public:
  /// Who opened the connection. That end sends pings, CRLF CRLF; the other one answers with pongs,
  /// CRLF. So each of our peer's CRLFs is a pong, or two of our peer's are a ping.
  enum class Opened { by_us, by_peer };
  enum class State { between_messages, in_head, in_body, broken };

  struct MessageReceived {
    std::string bytes;
    bool operator==(const MessageReceived&) const = default;
  };
  struct PingReceived {
    bool operator==(const PingReceived&) const = default;
  };
  struct PongReceived {
    bool operator==(const PongReceived&) const = default;
  };
  using Output = std::variant<MessageReceived, PingReceived, PongReceived, StreamFault>;
  using Outputs = std::vector<Output>;

  explicit StreamFramer(Opened opened) : opened_(opened) {}

  [[nodiscard]] Outputs on_bytes(std::string_view bytes);
  /// The stream has ended: the fault, when that was within a message.
  [[nodiscard]] std::optional<StreamFault> on_end();
  [[nodiscard]] State state() const { return state_; }
  /// Bytes of a message that is not complete: at most `limits::kMessageBytes`.
  [[nodiscard]] std::size_t buffered() const { return buffer_.size(); }

 private:
  void take_line_ends(std::string_view& bytes, Outputs& outputs);
  void take_crlf(Outputs& outputs);
  void begin_message(std::size_t bytes_at_hand);
  void take_head(std::string_view& bytes, Outputs& outputs);
  void take_line(Outputs& outputs);
  void take_field();
  void take_content_length(std::string_view value);
  void end_head(Outputs& outputs);
  void take_body(std::string_view& bytes, Outputs& outputs);
  void hand_out(Outputs& outputs);
  void note(StreamFault::Kind kind, std::size_t at);
  void break_off(StreamFault fault, Outputs& outputs);

  Opened opened_;
  State state_ = State::between_messages;
  bool after_return_ = false;  // between messages: a CR has come, its LF has not
  int crlfs_ = 0;              // of a ping

  // The message that is coming. Lines enter it whole, and each is looked at once.
  std::string buffer_;
  std::size_t line_at_ = 0;
  std::size_t field_at_ = 0;  // a field may have several lines; 0: still in the start line
  std::size_t size_ = 0;      // of the whole, once the header is there
  std::optional<std::uint64_t> content_length_;
  std::size_t content_length_at_ = 0;
  std::optional<StreamFault> fault_;  // the first, told when the header is there to answer it
};

}  // namespace godwit::sip
