// SPDX-License-Identifier: Apache-2.0
#include "sip/event/reg_info.h"

#include <array>
#include <charconv>
#include <pugixml.hpp>
#include <utility>

#include "base/limits.h"
#include "base/text.h"
#include "sip/event/xml_text.h"

namespace godwit::sip {
namespace {

constexpr std::string_view kNamespace = "urn:ietf:params:xml:ns:reginfo";
constexpr std::string_view kGruuNamespace = "urn:ietf:params:xml:ns:gruuinfo";

constexpr std::array<std::pair<RegInfo::Event, std::string_view>, 9> kEvents{{
    {RegInfo::Event::registered, "registered"},
    {RegInfo::Event::created, "created"},
    {RegInfo::Event::refreshed, "refreshed"},
    {RegInfo::Event::shortened, "shortened"},
    {RegInfo::Event::expired, "expired"},
    {RegInfo::Event::deactivated, "deactivated"},
    {RegInfo::Event::probation, "probation"},
    {RegInfo::Event::unregistered, "unregistered"},
    {RegInfo::Event::rejected, "rejected"},
}};
constexpr std::array<std::pair<RegInfo::State, std::string_view>, 3> kStates{{
    {RegInfo::State::init, "init"},
    {RegInfo::State::active, "active"},
    {RegInfo::State::terminated, "terminated"},
}};

template <class Words, class Value>
std::string_view word_of(const Words& words, Value value) {
  for (const auto& [known, word] : words) {
    if (known == value) return word;
  }
  return {};
}

template <class Value, std::size_t N>
std::optional<Value> value_of(const std::array<std::pair<Value, std::string_view>, N>& words,
                              std::string_view word) {
  for (const auto& [value, known] : words) {
    if (known == word) return value;
  }
  return std::nullopt;
}

tl::unexpected<Error> unreadable(const std::string& what) {
  return fail(Errc::malformed_message, "reginfo: " + what);
}

/// What an element is called in its namespace (Namespaces in XML 1.0 §5).
struct Name {
  std::string_view space, local;
  bool operator==(const Name&) const = default;
};

Name name_of(const pugi::xml_node& node) {
  const std::string_view whole = node.name();
  const auto colon = whole.find(':');
  const bool prefixed = colon != std::string_view::npos;
  const std::string declares =
      prefixed ? "xmlns:" + std::string(whole.substr(0, colon)) : std::string("xmlns");
  Name name{{}, prefixed ? whole.substr(colon + 1) : whole};
  for (auto at = node; at; at = at.parent()) {
    const auto declared = at.attribute(declares.c_str());
    if (!declared) continue;
    name.space = declared.value();
    break;
  }
  return name;
}

/// delta-seconds, CSeq numbers and versions: what is too large counts as the largest there is.
std::optional<std::uint32_t> number_in(std::string_view text) {
  const auto digits = trim(text);
  std::uint32_t value = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stopped, ec] = std::from_chars(digits.data(), end, value);
  if (digits.empty() || stopped != end || ec == std::errc::invalid_argument) return std::nullopt;
  return ec == std::errc::result_out_of_range ? ~std::uint32_t{0} : value;
}

std::optional<std::uint32_t> number_of(const pugi::xml_node& node, const char* attribute) {
  return number_in(node.attribute(attribute).value());
}

std::optional<std::chrono::seconds> seconds_of(const pugi::xml_node& node, const char* attribute) {
  const auto value = number_of(node, attribute);
  return value ? std::optional(std::chrono::seconds{*value}) : std::nullopt;
}

/// "urn:uuid:…" of "\"<urn:uuid:…>\"", as Contact had it.
std::string unquoted(std::string_view text) {
  text = trim(text);
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
    text = text.substr(1, text.size() - 2);
  }
  if (text.size() >= 2 && text.front() == '<' && text.back() == '>') {
    text = text.substr(1, text.size() - 2);
  }
  return std::string(text);
}

void read_parameter(const pugi::xml_node& node, RegInfo::Contact& contact) {
  const std::string_view name = node.attribute("name").value();
  if (equal_ignoring_case(name, "+sip.instance")) contact.instance = unquoted(node.child_value());
  if (equal_ignoring_case(name, "reg-id")) {
    contact.reg_id = number_in(unquoted(node.child_value())).value_or(0);
  }
}

std::optional<RegInfo::Contact> read_contact(const pugi::xml_node& node, const Name& own) {
  const auto state = value_of(kStates, node.attribute("state").value());
  const auto event = value_of(kEvents, node.attribute("event").value());
  if (!state || *state == RegInfo::State::init || !event) return std::nullopt;
  RegInfo::Contact contact;
  contact.id = node.attribute("id").value();
  contact.state = *state;
  contact.event = *event;
  contact.expires = seconds_of(node, "expires");
  contact.retry_after = seconds_of(node, "retry-after");
  contact.call_id = node.attribute("callid").value();
  contact.cseq = number_of(node, "cseq");
  for (const auto& child : node.children()) {
    const auto name = name_of(child);
    if (name == Name{own.space, "uri"}) contact.uri = trim(child.child_value());
    if (name == Name{own.space, "unknown-param"}) read_parameter(child, contact);
    if (name == Name{kGruuNamespace, "pub-gruu"}) contact.pub_gruu = child.attribute("uri").value();
    if (name == Name{kGruuNamespace, "temp-gruu"}) {
      contact.temp_gruu = child.attribute("uri").value();
      contact.first_cseq = number_of(child, "first-cseq");
    }
  }
  if (contact.id.empty() || contact.uri.empty()) return std::nullopt;
  return contact;
}

/// Nothing: more in it than is taken.
std::optional<RegInfo::Registration> read_registration(const pugi::xml_node& node, const Name& own,
                                                       std::size_t& contacts) {
  RegInfo::Registration registration;
  registration.id = node.attribute("id").value();
  registration.aor = node.attribute("aor").value();
  registration.state =
      value_of(kStates, node.attribute("state").value()).value_or(RegInfo::State::init);
  for (const auto& child : node.children()) {
    if (name_of(child) != Name{own.space, "contact"}) continue;
    if (++contacts > limits::kRegInfoContacts) return std::nullopt;
    if (auto contact = read_contact(child, own)) {
      registration.contacts.push_back(*std::move(contact));
    }
  }
  return registration;
}

bool has_document_type(const pugi::xml_document& document) {
  for (const auto& node : document.children()) {
    if (node.type() == pugi::node_doctype) return true;
  }
  return false;
}

void append_parameter(std::string& out, std::string_view name, const std::string& value) {
  out += "      <unknown-param";
  append_xml_attribute(out, "name", name);
  out += '>' + xml_escaped(value) + "</unknown-param>\n";
}

void append_gruu(std::string& out, std::string_view element, const std::string& uri,
                 const std::optional<std::uint32_t>& first_cseq) {
  if (uri.empty()) return;
  out += "      <gr:" + std::string(element);
  append_xml_attribute(out, "uri", uri);
  if (first_cseq) append_xml_attribute(out, "first-cseq", std::to_string(*first_cseq));
  out += "/>\n";
}

void append_contact(std::string& out, const RegInfo::Contact& contact) {
  out += "    <contact";
  append_xml_attribute(out, "id", contact.id);
  append_xml_attribute(out, "state", word_of(kStates, contact.state));
  append_xml_attribute(out, "event", name_of(contact.event));
  const auto append_seconds = [&](std::string_view name, const auto& seconds) {
    if (seconds) append_xml_attribute(out, name, std::to_string(seconds->count()));
  };
  append_seconds("expires", contact.expires);
  append_seconds("retry-after", contact.retry_after);
  append_xml_attribute(out, "callid", contact.call_id);
  if (contact.cseq) append_xml_attribute(out, "cseq", std::to_string(*contact.cseq));
  out += ">\n      <uri>" + xml_escaped(contact.uri) + "</uri>\n";
  if (!contact.instance.empty()) append_parameter(out, "+sip.instance", "\"<" + contact.instance + ">\"");
  if (contact.reg_id != 0) append_parameter(out, "reg-id", std::to_string(contact.reg_id));
  append_gruu(out, "pub-gruu", contact.pub_gruu, std::nullopt);
  append_gruu(out, "temp-gruu", contact.temp_gruu, contact.first_cseq);
  out += "    </contact>\n";
}

}  // namespace

std::string_view name_of(RegInfo::Event event) { return word_of(kEvents, event); }

Result<RegInfo> parse_reg_info(std::string_view text) {
  if (text.size() > limits::kRegInfoBytes) return unreadable("too long");
  pugi::xml_document xml;
  const auto read = xml.load_buffer(text.data(), text.size(), pugi::parse_default | pugi::parse_doctype,
                                    pugi::encoding_utf8);
  if (!read) return unreadable(read.description());
  if (has_document_type(xml)) return unreadable("has a document type");
  const auto root = xml.document_element();
  const auto own = name_of(root);
  if (own.local != "reginfo" || (own.space != kNamespace && !own.space.empty())) {
    return unreadable("another document");
  }
  const auto version = number_of(root, "version");
  const std::string_view state = root.attribute("state").value();
  if (!version || (state != "full" && state != "partial")) return unreadable("no version or state");
  RegInfo document{*version, state == "full" ? RegInfo::Extent::full : RegInfo::Extent::partial, {}};
  std::size_t contacts = 0;
  for (const auto& child : root.children()) {
    if (name_of(child) != Name{own.space, "registration"}) continue;
    auto registration = read_registration(child, own, contacts);
    if (!registration || document.registrations.size() == limits::kRegInfoRegistrations) {
      return unreadable("too much in it");
    }
    document.registrations.push_back(*std::move(registration));
  }
  return document;
}

std::string write_reg_info(const RegInfo& document) {
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<reginfo";
  append_xml_attribute(out, "xmlns", kNamespace);
  append_xml_attribute(out, "xmlns:gr", kGruuNamespace);
  append_xml_attribute(out, "version", std::to_string(document.version));
  append_xml_attribute(out, "state", document.extent == RegInfo::Extent::full ? "full" : "partial");
  out += ">\n";
  for (const auto& registration : document.registrations) {
    out += "  <registration";
    append_xml_attribute(out, "aor", registration.aor);
    append_xml_attribute(out, "id", registration.id);
    append_xml_attribute(out, "state", word_of(kStates, registration.state));
    out += ">\n";
    for (const auto& contact : registration.contacts) append_contact(out, contact);
    out += "  </registration>\n";
  }
  return out + "</reginfo>\n";
}

}  // namespace godwit::sip
