// SPDX-License-Identifier: Apache-2.0
#include "ua/contact_form.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "sip/message/dial_target.h"

namespace godwit::ua {
namespace {

tl::unexpected<Error> refuse(std::string_view option, std::string_view why) {
  return fail(Errc::invalid_argument, "contact." + std::string(option) + ": " + std::string(why));
}

Result<sip::Uri> read_forced(const std::string& text) {
  auto target = sip::read_dial_target(text, nullptr);
  if (!target) return refuse("forced", target.error().detail);
  auto uri = std::move(target->address.uri);
  if (!uri.is_sip()) return refuse("forced", "a SIP URI is wanted");
  // An address can be true for one network only: dual-stack rule R23.
  if (!std::holds_alternative<std::string>(uri.host)) {
    return refuse("forced", "a name is wanted; the address of a NAT is public_address_v4 or _v6");
  }
  return uri;
}

/// Parameters of "<sip:host>" or of its URI, as they would stand there; they are to be all that is
/// read back.
Result<sip::Parameters> read_list(std::string_view option, const std::string& text,
                                  sip::Parameters sip::NameAddr::*of_field) {
  sip::Parameters found;
  if (text.empty()) return found;
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
    return c >= ' ' && c != 0x7f && c != '<' && c != '>' && c != ',' && c != '?';
  });
  if (!plain) return refuse(option, "no list of parameters");
  const bool outside = of_field != nullptr;
  const auto whole = outside ? "<sip:here.invalid>;" + text : "<sip:here.invalid;" + text + ">";
  auto read = sip::parse_name_addr(whole);
  if (!read) return refuse(option, read.error().detail);
  found = outside ? (*read).*of_field : std::move(read->uri.parameters);
  if (found.empty()) return refuse(option, "no list of parameters");
  return found;
}

Result<sip::Parameters> read_parameters(std::string_view option, const std::string& text,
                                        sip::Parameters sip::NameAddr::*of_field,
                                        std::initializer_list<std::string_view> own) {
  auto read = read_list(option, text, of_field);
  if (!read) return read;
  for (const auto name : own) {
    if (sip::has_parameter(*read, name)) return refuse(option, std::string(name) + " is ours");
  }
  return read;
}

}  // namespace

Result<ContactForm> read_contact_form(const ContactOptions& options) {
  ContactForm form;
  form.method = options.method;
  form.from_any_answer = options.from_any_answer;
  if (!options.forced.empty()) {
    auto forced = read_forced(options.forced);
    if (!forced) return tl::unexpected(forced.error());
    form.forced = *std::move(forced);
  }
  auto parameters = read_parameters("parameters", options.parameters, &sip::NameAddr::parameters,
                                    {"expires", "tag"});
  if (!parameters) return tl::unexpected(parameters.error());
  auto of_uri = read_parameters("uri_parameters", options.uri_parameters, nullptr,
                                {"transport", "maddr", "lr"});
  if (!of_uri) return tl::unexpected(of_uri.error());
  form.parameters = *std::move(parameters);
  form.uri_parameters = *std::move(of_uri);
  return form;
}

void shape(sip::NameAddr& contact, const ContactForm& form) {
  if (form.forced) {
    const auto user = std::exchange(contact.uri.user, {});
    contact.uri = *form.forced;
    if (contact.uri.user.empty()) contact.uri.user = user;
  }
  for (const auto& parameter : form.uri_parameters) {
    sip::set_parameter(contact.uri.parameters, parameter.name, parameter.value);
  }
  for (const auto& parameter : form.parameters) {
    sip::set_parameter(contact.parameters, parameter.name, parameter.value);
  }
}

}  // namespace godwit::ua
