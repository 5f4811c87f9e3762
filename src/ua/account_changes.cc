// SPDX-License-Identifier: Apache-2.0
#include "ua/account_changes.h"

#include <algorithm>

namespace godwit::ua {
namespace {

// What `choose` says can be asked, but not compared. Public addresses are those of sound.
bool same_sockets(const BindOptions& a, const BindOptions& b) {
  const bool alike = (a.choose == nullptr) == (b.choose == nullptr);
  return alike && a.interface == b.interface && a.address == b.address && a.dscp == b.dscp;
}

// The rest is about how the next answer is taken.
bool same_contacts(const ContactOptions& a, const ContactOptions& b) {
  return a.rewrite == b.rewrite && a.forced == b.forced && a.parameters == b.parameters &&
         a.uri_parameters == b.uri_parameters;
}

}  // namespace

bool same_uris(const std::vector<sip::Uri>& a, const std::vector<sip::Uri>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const sip::Uri& x, const sip::Uri& y) { return sip::equivalent(x, y); });
}

AccountChanges changes_between(const AccountSetting& from, const AccountSetting& to) {
  const Identity& was = from.identity;
  const Identity& is = to.identity;
  AccountChanges changes;
  changes.registrar =
      !sip::equivalent(was.address_of_record.uri, is.address_of_record.uri) ||
      !sip::equivalent(was.registrar, is.registrar);
  changes.way = was.hop != is.hop || !same_uris(was.outbound, is.outbound);
  changes.sockets = !same_sockets(from.bind, to.bind);
  changes.tls = from.tls != to.tls;
  changes.credentials =
      from.options.username != to.options.username || from.options.password != to.options.password;
  changes.contact = !same_contacts(from.options.contact, to.options.contact);
  changes.outbound = from.options.outbound != to.options.outbound;
  changes.watch_messages = from.options.watch_messages != to.options.watch_messages;
  changes.watch_registration = from.options.watch_registration != to.options.watch_registration;
  changes.dialog_watchers = from.options.dialog_watchers != to.options.dialog_watchers;
  return changes;
}

}  // namespace godwit::ua
