// SPDX-License-Identifier: Apache-2.0
#include "net/dns_message.h"

#include <algorithm>
#include <array>
#include <utility>
#include <variant>
#include <vector>

#include "base/byte_reader.h"
#include "base/limits.h"
#include "base/text.h"

namespace godwit::net {
namespace {

using Bytes = std::span<const std::byte>;
using std::chrono::seconds;

constexpr std::size_t kLabelBytes = 63;  // RFC 1035 §3.1
constexpr std::size_t kNameWireBytes = 255;
constexpr std::size_t kNameTextBytes = 253;
constexpr int kJumps = 127;  // compression pointers of one name: as many as it can have labels

// RFC 1035 §3.2, RFC 3596, 2782, 3403, 6891.
enum WireType : std::uint16_t {
  kA = 1,
  kCname = 5,
  kSoa = 6,
  kAaaa = 28,
  kSrv = 33,
  kNaptr = 35,
  kOpt = 41
};
constexpr std::uint16_t kInternet = 1;

// The header's second word (RFC 1035 §4.1.1).
constexpr std::uint16_t kResponse = 0x8000;
constexpr std::uint16_t kOpcode = 0x7800;
constexpr std::uint16_t kTruncated = 0x0200;
constexpr std::uint16_t kRecursionDesired = 0x0100;
constexpr std::uint16_t kCode = 0x000f;
constexpr std::uint16_t kNoError = 0;
constexpr std::uint16_t kNoSuchName = 3;

std::uint16_t wire_type(DnsType type) {
  switch (type) {
    case DnsType::a:
      return kA;
    case DnsType::aaaa:
      return kAaaa;
    case DnsType::srv:
      return kSrv;
    case DnsType::naptr:
      return kNaptr;
  }
  return kA;
}

// What a label of a host or a service may hold, so that its text is its only spelling.
bool is_plain(char c) {
  return c > ' ' && c < '\x7f' && c != '.' && c != '\\';
}

char as_char(std::byte byte) {
  return static_cast<char>(std::to_integer<unsigned char>(byte));
}

void append_u16(std::string& out, std::size_t value) {
  out += static_cast<char>(value >> 8U & 0xffU);
  out += static_cast<char>(value & 0xffU);
}

struct Name {
  std::string text;
  bool plain = true;  // false: `text` is not its only spelling
};

void append_label(Name& name, Bytes label) {
  if (!name.text.empty()) name.text += '.';
  for (const std::byte byte : label) {
    name.text += to_lower(as_char(byte));
    name.plain = name.plain && is_plain(name.text.back());
  }
}

// Reads the name at the front of `in`, which is a part of `message`. A pointer must lead to before
// all that has been read of the name (RFC 1035 §4.1.4: "a prior occurrence").
std::optional<Name> read_name(Bytes message, ByteReader& in) {
  Name name;
  ByteReader elsewhere({});
  ByteReader* from = &in;
  auto start = static_cast<std::size_t>(in.rest().data() - message.data());
  std::size_t wire_bytes = 1;
  int jumps = 0;
  while (const std::size_t head = from->u8()) {
    if ((head & 0xc0U) == 0xc0U) {
      const std::size_t target = (head & 0x3fU) << 8U | from->u8();
      if (!from->ok() || target >= start || ++jumps > kJumps) return std::nullopt;
      start = target;
      elsewhere = ByteReader(message.subspan(target));
      from = &elsewhere;
      continue;
    }
    wire_bytes += head + 1;
    if (head > kLabelBytes || wire_bytes > kNameWireBytes) return std::nullopt;
    append_label(name, from->take(head));
  }
  if (!from->ok()) return std::nullopt;
  return name;
}

struct Alias {
  std::string of;
};
struct Negative {
  seconds ttl{};  // RFC 2308 §5, before the record's own
};
// Nothing: a record that is of no use here.
using Data = std::variant<std::monostate, IpAddress, SrvRecord, NaptrRecord, Alias, Negative>;

struct Record {
  std::string owner;
  std::uint16_t type = 0;
  seconds ttl{};
  Data data;
};

// RFC 2181 §8: a value with the highest bit set counts as zero.
seconds to_ttl(std::uint32_t value) {
  return seconds{value > 0x7fff'ffffU ? 0U : value};
}

std::optional<Data> read_address(Bytes data, Family family) {
  if (data.size() != (family == Family::v4 ? 4U : 16U)) return std::nullopt;
  if (family == Family::v4) {
    std::array<std::uint8_t, 4> bytes{};
    std::transform(data.begin(), data.end(), bytes.begin(), std::to_integer<std::uint8_t>);
    return IpAddress::v4(bytes);
  }
  std::array<std::uint8_t, 16> bytes{};
  std::transform(data.begin(), data.end(), bytes.begin(), std::to_integer<std::uint8_t>);
  const auto address = IpAddress::v6(bytes);
  if (address.is_v4()) return Data{};  // IPv4-mapped: nobody can be reached there (R10)
  return address;
}

std::optional<Data> read_srv(Bytes message, Bytes data) {
  ByteReader in(data);
  SrvRecord srv;
  srv.priority = in.u16();
  srv.weight = in.u16();
  srv.port = in.u16();
  if (!in.ok()) return std::nullopt;
  auto target = read_name(message, in);
  if (!target || in.left() != 0) return std::nullopt;
  if (!target->plain) return Data{};
  srv.target = std::move(target->text);
  return srv;
}

std::string read_text(ByteReader& in) {
  const Bytes bytes = in.take(in.u8());
  std::string out(bytes.size(), '\0');
  std::transform(bytes.begin(), bytes.end(), out.begin(), as_char);
  return out;
}

std::optional<Data> read_naptr(Bytes message, Bytes data) {
  ByteReader in(data);
  NaptrRecord naptr;
  naptr.order = in.u16();
  naptr.preference = in.u16();
  naptr.flags = read_text(in);
  naptr.services = read_text(in);
  naptr.regexp = read_text(in);
  if (!in.ok()) return std::nullopt;
  auto replacement = read_name(message, in);
  if (!replacement || in.left() != 0) return std::nullopt;
  if (!replacement->plain) return Data{};
  naptr.replacement = std::move(replacement->text);
  return naptr;
}

std::optional<Data> read_alias(Bytes message, Bytes data) {
  ByteReader in(data);
  auto target = read_name(message, in);
  if (!target || in.left() != 0) return std::nullopt;
  if (!target->plain) return Data{};
  return Alias{std::move(target->text)};
}

std::optional<Data> read_negative(Bytes message, Bytes data) {
  ByteReader in(data);
  if (!read_name(message, in) || !read_name(message, in)) return std::nullopt;
  in.skip(4 * sizeof(std::uint32_t));  // serial, refresh, retry, expire
  const auto minimum = to_ttl(in.u32());
  if (!in.ok() || in.left() != 0) return std::nullopt;
  return Negative{minimum};
}

std::optional<Data> read_data(Bytes message, std::uint16_t type, Bytes data) {
  switch (type) {
    case kA:
      return read_address(data, Family::v4);
    case kAaaa:
      return read_address(data, Family::v6);
    case kSrv:
      return read_srv(message, data);
    case kNaptr:
      return read_naptr(message, data);
    case kCname:
      return read_alias(message, data);
    case kSoa:
      return read_negative(message, data);
    default:
      return Data{};
  }
}

// Empty: unreadable.
std::optional<Record> read_record(Bytes message, ByteReader& in) {
  auto owner = read_name(message, in);
  if (!owner) return std::nullopt;
  Record record;
  record.type = in.u16();
  const bool of_use = in.u16() == kInternet && owner->plain;
  record.ttl = to_ttl(in.u32());
  const Bytes data = in.take(in.u16());
  if (!in.ok()) return std::nullopt;
  if (!of_use) return record;
  record.owner = std::move(owner->text);
  auto read = read_data(message, record.type, data);
  if (!read) return std::nullopt;
  record.data = std::move(*read);
  return record;
}

struct Response {
  std::uint16_t code = kNoError;
  std::vector<Record> answers;
  std::vector<Record> authorities;
};

bool read_section(Bytes message, ByteReader& in, std::size_t count, std::vector<Record>& out,
                  std::size_t& room) {
  for (; count > 0 && room > 0; --count, --room) {
    auto record = read_record(message, in);
    if (!record) return false;
    if (record->data.index() != 0) out.push_back(std::move(*record));
  }
  return true;
}

bool repeats(Bytes message, ByteReader& in, const DnsQuestion& question) {
  const auto name = read_name(message, in);
  return name && name->plain && name->text == question.name &&
         in.u16() == wire_type(question.type) && in.u16() == kInternet;
}

// Empty: unreadable, or no answer to this question.
std::optional<Response> read_response(Bytes message, const DnsQuestion& question) {
  ByteReader in(message);
  in.skip(sizeof(std::uint16_t));  // the id
  const std::uint16_t flags = in.u16();
  const std::uint16_t questions = in.u16();
  const std::uint16_t answers = in.u16();
  const std::uint16_t authorities = in.u16();
  in.skip(sizeof(std::uint16_t));  // additional records are not believed
  if (!in.ok() || (flags & (kResponse | kOpcode | kTruncated)) != kResponse) return std::nullopt;
  if (questions != 1 || !repeats(message, in, question)) return std::nullopt;
  Response response;
  response.code = flags & kCode;
  std::size_t room = limits::kDnsRecords;
  if (!read_section(message, in, answers, response.answers, room)) return std::nullopt;
  if (!read_section(message, in, authorities, response.authorities, room)) return std::nullopt;
  return response;
}

void add(DnsAnswer& answer, const Data& data) {
  if (const auto* address = std::get_if<IpAddress>(&data)) answer.addresses.push_back(*address);
  if (const auto* srv = std::get_if<SrvRecord>(&data)) answer.services.push_back(*srv);
  if (const auto* naptr = std::get_if<NaptrRecord>(&data)) answer.pointers.push_back(*naptr);
}

bool collect(const std::vector<Record>& records, std::string_view name, DnsType type,
             DnsAnswer& answer) {
  for (const Record& record : records) {
    if (record.type != wire_type(type) || record.owner != name) continue;
    answer.status = DnsAnswer::Status::found;
    answer.ttl = std::min(answer.ttl, record.ttl);
    add(answer, record.data);
  }
  return answer.status == DnsAnswer::Status::found;
}

const Record* find_alias(const std::vector<Record>& records, std::string_view name) {
  const auto found = std::find_if(records.begin(), records.end(), [&](const Record& record) {
    return record.type == kCname && record.owner == name;
  });
  return found == records.end() ? nullptr : &*found;
}

// How long a "no" may be believed (RFC 2308 §5). Empty: the response does not say.
std::optional<seconds> negative_ttl(const Response& response) {
  for (const Record& record : response.authorities) {
    const auto* negative = std::get_if<Negative>(&record.data);
    if (negative != nullptr) return std::min(record.ttl, negative->ttl);
  }
  return std::nullopt;
}

DnsReading conclude_negative(const Response& response, std::string name, bool aliased,
                             seconds ttl) {
  DnsReading reading;
  const auto limit = negative_ttl(response);
  const bool exists = response.code == kNoError;
  reading.answer.status = exists ? DnsAnswer::Status::no_data : DnsAnswer::Status::no_such_name;
  reading.answer.ttl = std::min(ttl, limit.value_or(seconds{0}));
  if (!exists || limit || !aliased) return reading;
  // Neither the alias's records nor that it has none: the server knows the first name only.
  reading.answer.ttl = ttl;
  reading.alias = std::move(name);
  return reading;
}

}  // namespace

std::optional<std::string> to_dns_name(std::string_view text) {
  if (text.ends_with('.')) text.remove_suffix(1);
  if (text.empty() || text.size() > kNameTextBytes) return std::nullopt;
  std::string name;
  std::size_t label = 0;
  for (const char c : text) {
    const bool dot = c == '.';
    if (dot ? label == 0 : !is_plain(c) || label == kLabelBytes) return std::nullopt;
    label = dot ? 0 : label + 1;
    name += to_lower(c);
  }
  if (label == 0) return std::nullopt;
  return name;
}

std::string write_dns_question(std::uint16_t id, const DnsQuestion& question) {
  std::string out;
  append_u16(out, id);
  append_u16(out, kRecursionDesired);
  for (const std::size_t count : {1, 0, 0, 1}) append_u16(out, count);
  std::string_view rest = question.name;
  while (!rest.empty()) {
    const auto label = rest.substr(0, rest.find('.'));
    out += static_cast<char>(label.size());
    out += label;
    rest.remove_prefix(std::min(label.size() + 1, rest.size()));
  }
  out += '\0';
  append_u16(out, wire_type(question.type));
  append_u16(out, kInternet);
  out += '\0';  // the root owns the options
  for (const std::size_t field : {std::size_t{kOpt}, std::size_t{kDnsDatagramBytes}, std::size_t{0},
                                  std::size_t{0}, std::size_t{0}}) {
    append_u16(out, field);
  }
  return out;
}

DnsReading read_dns_response(std::span<const std::byte> message, const DnsQuestion& question) {
  const auto response = read_response(message, question);
  if (!response) return {};
  if (response->code != kNoError && response->code != kNoSuchName) return {};
  std::string name = question.name;
  seconds ttl = seconds::max();
  for (std::size_t aliases = 0; aliases <= limits::kDnsAliases; ++aliases) {
    DnsReading reading;
    reading.answer.ttl = ttl;
    const bool exists = response->code == kNoError;
    if (exists && collect(response->answers, name, question.type, reading.answer)) return reading;
    const Record* alias = find_alias(response->answers, name);
    if (alias == nullptr) return conclude_negative(*response, std::move(name), aliases > 0, ttl);
    ttl = std::min(ttl, alias->ttl);
    name = std::get<Alias>(alias->data).of;
  }
  return {};  // aliases that lead in a circle, or nearly
}

}  // namespace godwit::net
