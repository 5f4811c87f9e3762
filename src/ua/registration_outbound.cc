// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>

#include "base/limits.h"
#include "sip/header/number.h"
#include "sip/header/option_tag.h"
#include "ua/dialog_contact.h"
#include "ua/instance_id.h"
#include "ua/own_fields.h"
#include "ua/registration.h"

// What a REGISTER says of the flow that it leaves by (RFC 5626), and of the bindings of before.

namespace godwit::ua {
namespace {

// Bindings that may be left are removed with the next REGISTER: so many, the others end by themselves.
constexpr std::size_t kMostStale = 8;

}  // namespace

void Registration::ask_for_outbound(const net::Flow& flow) {
  tells_instance_ =
      asks_for_outbound(identity_.flows, context_.options.instance_id, flow.transport);
  asks_outbound_ = tells_instance_ && !lacks_outbound_;
}

// RFC 3327 §5.1: proxies may stand on the way here. RFC 5626 §4.2.1: they and the registrar keep flows.
// RFC 5627 §4.1: an instance may have addresses of its own.
std::string_view Registration::supported() const {
  if (asks_outbound_) return "path, outbound, gruu";
  return tells_instance_ ? "path, gruu" : "path";
}

// RFC 5626 §6: the same instance and reg-id take the place of the old binding, and no other Contact has to
// name it. Who has not said that it knows them may not: there the old one is removed by name.
void Registration::leave_behind(const std::string& contact) {
  (outbound_ && asks_outbound_ ? replaced_ : stale_).push_back(contact);
}

void Registration::add_contacts(sip::Message& request, sip::NameAddr contact) {
  const bool removing = goal_ == Goal::unregistered;
  if (!outbound_ || !asks_outbound_) {
    stale_.insert(stale_.end(), replaced_.begin(), replaced_.end());
    replaced_.clear();
  }
  for (auto* const left : {&stale_, &replaced_}) {
    std::erase_if(*left, [&](const std::string& old) { return names_same_binding(old, contact_); });
    if (left->size() > kMostStale) left->erase(left->begin());
  }
  sip::set_parameter(contact.parameters, "expires",
                     std::to_string(removing ? 0 : expires_.count()));
  if (tells_instance_) put_instance(contact);
  if (!clearing_) request.add(sip::Field::contact, sip::to_string(contact));
  // network-change §4: the old binding goes in the same request, after the new one.
  for (const auto& old : stale_) {
    if (!only_new_) request.add(sip::Field::contact, "<" + old + ">;expires=0");
  }
}

void Registration::put_instance(sip::NameAddr& contact) const {
  sip::set_parameter(contact.parameters, "+sip.instance",
                     "\"<" + context_.options.instance_id + ">\"");
  if (lacks_outbound_) return;
  sip::set_parameter(contact.parameters, "reg-id", std::to_string(reg_id_));
}

// A binding that outbound made has another name than its URI: it is removed by instance and reg-id.
std::vector<std::string> Registration::take_left() {
  auto left = std::exchange(stale_, {});
  for (auto& uri : left) uri = '<' + uri + '>';
  const bool bound = may_be_bound_ || !replaced_.empty();
  replaced_.clear();
  const auto uri = sip::parse_uri(contact_);
  if (!bound || !uri) return left;
  sip::NameAddr contact{{}, *uri, {}};
  if (outbound_) put_instance(contact);
  left.push_back(sip::to_string(contact));
  return left;
}

Asked Registration::asked() const {
  Asked asked{contact_, stale_, expires_};
  asked.old.insert(asked.old.end(), replaced_.begin(), replaced_.end());
  if (tells_instance_) asked.instance = context_.options.instance_id;
  if (asks_outbound_) asked.reg_id = reg_id_;
  return asked;
}

// RFC 5626 §4.2.1: Require tells that reg-id was understood.
void Registration::note_outbound(const sip::Message& response) {
  outbound_ =
      asks_outbound_ && lists_option(response, sip::Field::require, sip::option_tag::kOutbound);
  if (!uplink_) identity_.keeps_flow = outbound_;
  flow_timer_.reset();
  const auto timer = response.field(sip::Field::flow_timer);
  if (!timer) return;
  if (const auto seconds = sip::scan_delta_seconds(*timer)) flow_timer_ = *seconds;
}

// RFC 5627 §4.2: each 2xx names a new temporary one; those of before hold too, as long as our instance
// stays registered. What notices have told of, and no answer, is not for an answer to take back.
void Registration::note_gruus(const Granted& granted) {
  auto& [lasting, temporary] = identity_.gruus;
  const bool told = !granted.pub_gruu.empty();
  if (told || !gruus_noticed_) lasting = read_gruu(granted.pub_gruu);
  gruus_noticed_ = gruus_noticed_ && !told;
  auto newest = read_gruu(granted.temp_gruu);
  if (newest) return note_temporary(*std::move(newest), cseq_);
  if (!gruus_noticed_) temporary.clear();
}

void Registration::note_temporary(sip::Uri newest, std::uint32_t cseq) {
  auto& temporary = identity_.gruus.temporary;
  std::erase_if(temporary, [&](const auto& old) { return sip::equivalent(old.uri, newest); });
  temporary.insert(temporary.begin(), {std::move(newest), call_id_, cseq});
  if (temporary.size() > limits::kTemporaryGruus) temporary.pop_back();
}

}  // namespace godwit::ua
