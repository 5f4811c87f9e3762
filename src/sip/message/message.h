// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/inline_vector.h"
#include "godwit/error.h"
#include "sip/message/cseq.h"
#include "sip/message/field.h"
#include "sip/message/grammar.h"
#include "sip/message/name_addr.h"
#include "sip/message/scan.h"
#include "sip/message/via.h"

namespace godwit::sip {

struct ReadMessage;

/// A SIP request or response (RFC 3261 §7): a start line, header fields in order, a body.
///
/// One buffer holds all text; fields are ranges of it. A received datagram becomes that buffer as
/// it is, and typed values are parsed when they are asked for. Views stay good until the message is
/// changed, moved or destroyed.
class Message {
 public:
  static Message request(std::string_view method, std::string_view uri);
  /// An empty reason becomes the status code's usual phrase.
  static Message response(int status, std::string_view reason = {});

  [[nodiscard]] bool is_request() const { return status_ == 0; }
  [[nodiscard]] int status() const { return status_; }     // 0 for a request
  [[nodiscard]] Method method() const { return method_; }  // of a request; else of its CSeq
  [[nodiscard]] std::string_view method_name() const;      // of a request; else of its CSeq
  [[nodiscard]] std::string_view uri() const;              // Request-URI as text; requests
  [[nodiscard]] std::string_view reason() const;           // responses
  void set_uri(std::string_view uri);

  /// First value of a field, trimmed and unfolded; empty when absent.
  [[nodiscard]] std::optional<std::string_view> field(Field field) const {
    const Entry* const entry = find(field);
    return entry == nullptr ? std::nullopt : std::optional(view(entry->value));
  }
  /// All values in order; list fields are given element by element.
  [[nodiscard]] std::vector<std::string_view> values(Field field) const;
  /// The same without allocating: hands each value to `visit`.
  template <class Visit>
  void for_each(Field field, Visit visit) const {
    for (const auto* entry = find(field); entry != nullptr; entry = after(*entry)) {
      visit(view(entry->value));
    }
  }
  [[nodiscard]] std::size_t count(Field field) const;
  /// First value of a field by name, for extensions.
  [[nodiscard]] std::optional<std::string_view> extension(std::string_view name) const;

  void add(Field field, std::string_view value);      // after the last one
  void prepend(Field field, std::string_view value);  // before the first one of all fields
  void set(Field field, std::string_view value);      // replaces all values of the field
  void remove(Field field);
  void remove_first(Field field);  // one value
  void add_extension(std::string_view name, std::string_view value);

  [[nodiscard]] std::string_view body() const;
  [[nodiscard]] std::string_view content_type() const;  // "" when absent
  void set_body(std::string_view content_type, std::string_view body);

  // The fields every message has, typed. `parse_message` has checked Via, From, To, Call-ID and
  // CSeq; on a message under construction a missing one reads as a default value.
  [[nodiscard]] Via top_via() const;
  [[nodiscard]] CSeq cseq() const;
  [[nodiscard]] std::string_view call_id() const;
  [[nodiscard]] std::string from_tag() const;
  [[nodiscard]] std::string to_tag() const;

  /// The whole message as bytes, with a true Content-Length.
  [[nodiscard]] std::string write() const;

 private:
  friend class MessageParser;
  friend ReadMessage read_message(std::string bytes);
  struct Range {
    std::uint32_t begin;
    std::uint32_t size;
  };
  static constexpr std::uint16_t kNone = 0xffff;
  struct Entry {
    Range name;  // used for extensions
    Range value;
    std::uint16_t next;  // place of the next entry of this field, or kNone
    Field field;
  };
  /// The place of each field's first entry, or kNone: a look-up walks over no other field.
  static constexpr auto kIndexSize = static_cast<std::size_t>(Field::extension) + 1;
  using Index = std::array<std::uint16_t, kIndexSize>;
  [[nodiscard]] const Entry* find(Field field) const {
    const auto first = index_[static_cast<std::size_t>(field)];
    return first == kNone ? nullptr : &entries_[first];
  }
  [[nodiscard]] const Entry* after(const Entry& entry) const {
    return entry.next == kNone ? nullptr : &entries_[entry.next];
  }
  static constexpr Index no_entries() {
    Index index{};
    index.fill(kNone);
    return index;
  }
  /// After the entries have changed.
  void renew_index();
  [[nodiscard]] std::string_view view(Range range) const {
    return {text_.data() + range.begin, range.size};
  }
  /// Appends text to the buffer, with a space for each byte that would break the line. Returns it
  /// trimmed.
  Range append(std::string_view text);
  Range trimmed(Range range) const;
  /// Enters a value, a list field's element by element.
  void insert(std::size_t at, Entry entry);
  [[nodiscard]] std::size_t place_after(Field field) const;
  void note_cseq();

  std::string text_;
  InlineVector<Entry, 24> entries_;  // few messages have more
  Index index_ = no_entries();
  Range first_{};  // method, or reason phrase
  Range uri_{};
  Range body_{};
  int status_ = 0;
  Method method_ = Method::other;
};

/// What is wrong with a message.
struct MessageFault {
  enum class Kind : std::uint8_t {
    malformed,          // breaks the grammar, or lacks what every message has
    version,            // a start line of another SIP version
    message_too_large,  // more than limits::kMessageBytes
    uri_too_long,       // a Request-URI of more than limits::kUriBytes
  };
  Kind kind = Kind::malformed;
  std::string field;  // "CSeq", "Request-URI", "start line", …
  Fault fault;        // what was expected, and at which byte of the input

  bool operator==(const MessageFault&) const = default;
};

/// What breaks a rule, does no harm, and is read on purpose.
enum class Leniency : std::uint8_t {
  leading_empty_lines,   // RFC 3261 §7.5 asks to ignore them
  bare_line_feed,        // a line end without CR
  bytes_after_body,      // RFC 3261 §18.3: dropped in a datagram
  missing_reason_space,  // "SIP/2.0 200" without the blank before an empty reason phrase
};
struct Lenience {
  Leniency what;
  std::size_t at;  // byte offset in the input
};

/// What the reader has seen on its way, as views into the message: good until the message is
/// changed. Who needs these reads them at no cost.
struct MessageParts {
  UriParts uri;  // Request-URI
  ViaParts via;  // the top one
  NameAddrParts from;
  NameAddrParts to;
  CSeqParts cseq;
};

/// A message as far as it could be read. It is moved, never copied: its parts are views.
struct ReadMessage {
  ReadMessage() = default;
  ReadMessage(ReadMessage&&) = default;
  ReadMessage& operator=(ReadMessage&&) = default;
  ReadMessage(const ReadMessage&) = delete;
  ReadMessage& operator=(const ReadMessage&) = delete;
  ~ReadMessage() = default;

  /// Whole when there is no fault. Else it holds the fields that could be found, so that a request
  /// can still be answered: who sent it, and which transaction it began.
  Message message;
  MessageParts parts;                 // what did not read is empty
  std::optional<MessageFault> fault;  // the first one
  std::vector<Lenience> leniences;
};

/// Reads one datagram, or one message cut out of a stream.
///
/// Checks the start line, the form of every field line, that Via, From, To, Call-ID and CSeq are
/// there and read, that Content-Length does not claim more than came (excess bytes are dropped, RFC
/// 3261 §18.3), and the limits. Reads on past a fault.
[[nodiscard]] ReadMessage read_message(std::string bytes);

/// The same for who wants whole messages only. Errors: `Errc::malformed_message` naming field and
/// byte offset.
[[nodiscard]] Result<Message> parse_message(std::string bytes);

/// The response that a request gets: Via, From, To, Call-ID and CSeq copied (RFC 3261 §8.2.6.2),
/// and `to_tag` added to To when it has no tag and `to_tag` is not empty.
[[nodiscard]] Message make_response(const Message& request, int status, std::string_view to_tag,
                                    std::string_view reason = {});

/// The status code's usual phrase: 486 → "Busy Here".
[[nodiscard]] std::string_view default_reason(int status);

}  // namespace godwit::sip
