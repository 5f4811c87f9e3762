// SPDX-License-Identifier: Apache-2.0
#include "sip/locate/explain.h"

namespace godwit::sip {

std::string_view to_string(Target::Via via) {
  switch (via) {
    case Target::Via::literal:
      return "literal address";
    case Target::Via::hosts_file:
      return "hosts file";
    case Target::Via::address_record:
      return "address record";
    case Target::Via::srv:
      return "SRV";
    case Target::Via::naptr:
      return "NAPTR, SRV";
  }
  return "";
}

std::string_view to_string(net::DnsType type) {
  switch (type) {
    case net::DnsType::a:
      return "A";
    case net::DnsType::aaaa:
      return "AAAA";
    case net::DnsType::srv:
      return "SRV";
    case net::DnsType::naptr:
      return "NAPTR";
  }
  return "";
}

std::string_view to_string(net::DnsAnswer::Status status) {
  switch (status) {
    case net::DnsAnswer::Status::found:
      return "found";
    case net::DnsAnswer::Status::no_data:
      return "no such record";
    case net::DnsAnswer::Status::no_such_name:
      return "no such name";
    case net::DnsAnswer::Status::failed:
      return "failed";
  }
  return "";
}

std::string explain(const Target& target) {
  std::string text(to_string(target.via));
  if (target.via != Target::Via::literal) text += " " + target.host;
  if (target.via == Target::Via::srv || target.via == Target::Via::naptr) {
    text += ", priority " + std::to_string(target.priority);
    text += ", weight " + std::to_string(target.weight);
  }
  if (target.synthesised_from) text += ", NAT64 form of " + to_string(*target.synthesised_from);
  return text;
}

}  // namespace godwit::sip
