// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/assert.h"
#include "base/limits.h"
#include "net/dns_message.h"

using godwit::net::DnsAnswer;
using godwit::net::DnsQuestion;
using godwit::net::DnsType;

namespace {

std::size_t records_of(const DnsAnswer& answer) {
  return answer.addresses.size() + answer.services.size() + answer.pointers.size();
}

void check(std::span<const std::byte> message, const DnsQuestion& question) {
  const auto reading = godwit::net::read_dns_response(message, question);
  const DnsAnswer& answer = reading.answer;
  GODWIT_ASSERT((answer.status == DnsAnswer::Status::found) == (records_of(answer) > 0));
  GODWIT_ASSERT(records_of(answer) <= godwit::limits::kDnsRecords);
  GODWIT_ASSERT(answer.ttl.count() >= 0 && answer.ttl.count() <= 0x7fff'ffff);
  // What is asked next can be asked.
  GODWIT_ASSERT(reading.alias.empty() || godwit::net::to_dns_name(reading.alias) == reading.alias);
  for (const auto& srv : answer.services) {
    GODWIT_ASSERT(srv.target.empty() || godwit::net::to_dns_name(srv.target) == srv.target);
  }
  for (const auto& address : answer.addresses) {
    GODWIT_ASSERT(address.is_v4() == (question.type == DnsType::a));
  }
}

}  // namespace

// A response that came to one of these questions, whichever it says it answers.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto message = std::as_bytes(std::span(data, size));
  check(message, {"a.example.org", DnsType::a});
  check(message, {"a.example.org", DnsType::aaaa});
  check(message, {"_sip._udp.example.org", DnsType::srv});
  check(message, {"example.org", DnsType::naptr});
  return 0;
}
