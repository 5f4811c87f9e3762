// SPDX-License-Identifier: Apache-2.0
#include "ua/dialog_info.h"

#include "sip/event/xml_text.h"

namespace godwit::ua {
namespace {

std::string_view name_of(DialogInfo::State state) {
  switch (state) {
    case DialogInfo::State::trying:
      return "trying";
    case DialogInfo::State::proceeding:
      return "proceeding";
    case DialogInfo::State::early:
      return "early";
    case DialogInfo::State::confirmed:
      return "confirmed";
    case DialogInfo::State::terminated:
      break;
  }
  return "terminated";
}

std::string_view name_of(DialogInfo::Event event) {
  switch (event) {
    case DialogInfo::Event::none:
      break;
    case DialogInfo::Event::cancelled:
      return "cancelled";
    case DialogInfo::Event::rejected:
      return "rejected";
    case DialogInfo::Event::replaced:
      return "replaced";
    case DialogInfo::Event::local_bye:
      return "local-bye";
    case DialogInfo::Event::remote_bye:
      return "remote-bye";
    case DialogInfo::Event::error:
      return "error";
    case DialogInfo::Event::timeout:
      return "timeout";
  }
  return {};
}

void append_party(std::string& out, std::string_view name, const sip::NameAddr& party) {
  const std::string element(name);
  out += "    <" + element + "><identity";
  sip::append_xml_attribute(out, "display", party.display_name);
  out += '>' + sip::xml_escaped(sip::to_string(party.uri)) + "</identity></" + element + ">\n";
}

void append_dialog(std::string& out, const DialogInfo& dialog) {
  out += "  <dialog";
  sip::append_xml_attribute(out, "id", dialog.id);
  sip::append_xml_attribute(out, "call-id", dialog.call_id);
  sip::append_xml_attribute(out, "local-tag", dialog.local_tag);
  sip::append_xml_attribute(out, "remote-tag", dialog.remote_tag);
  const bool ours = dialog.direction == DialogInfo::Direction::initiator;
  sip::append_xml_attribute(out, "direction", ours ? "initiator" : "recipient");
  out += ">\n    <state";
  sip::append_xml_attribute(out, "event", name_of(dialog.event));
  if (dialog.code != 0) sip::append_xml_attribute(out, "code", std::to_string(dialog.code));
  out += '>' + std::string(name_of(dialog.state)) + "</state>\n";
  append_party(out, "local", dialog.local);
  append_party(out, "remote", dialog.remote);
  out += "  </dialog>\n";
}

}  // namespace

std::string write_dialog_info(const DialogInfoDocument& document) {
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<dialog-info";
  sip::append_xml_attribute(out, "xmlns", "urn:ietf:params:xml:ns:dialog-info");
  sip::append_xml_attribute(out, "version", std::to_string(document.version));
  const bool full = document.extent == DialogInfoDocument::Extent::full;
  sip::append_xml_attribute(out, "state", full ? "full" : "partial");
  sip::append_xml_attribute(out, "entity", document.entity);
  out += ">\n";
  for (const auto& dialog : document.dialogs) append_dialog(out, dialog);
  return out + "</dialog-info>\n";
}

}  // namespace godwit::ua
