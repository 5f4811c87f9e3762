// SPDX-License-Identifier: Apache-2.0
#include "ua/dialog_info.h"

#include "sip/header/plain_text.h"

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

// XML 1.0 §2.2, §2.4: what strangers say of themselves stands in it, so nothing of it may end an
// attribute or an element. Control characters and what is no UTF-8 are gone after plain_text; of U+FFFE
// and U+FFFF, which are none in XML either, nothing is left.
std::string escaped(std::string_view text) {
  std::string out;
  const std::string plain = sip::plain_text(text);
  for (std::size_t i = 0; i < plain.size(); ++i) {
    const std::string_view rest = std::string_view(plain).substr(i);
    if (rest.starts_with("\xEF\xBF\xBE") || rest.starts_with("\xEF\xBF\xBF")) {
      i += 2;
      continue;
    }
    switch (plain[i]) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&apos;";
        break;
      default:
        out += plain[i];
    }
  }
  return out;
}

void append_attribute(std::string& out, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  out += ' ';
  out += name;
  out += "=\"";
  out += escaped(value);
  out += '"';
}

void append_party(std::string& out, std::string_view name, const sip::NameAddr& party) {
  const std::string element(name);
  out += "    <" + element + "><identity";
  append_attribute(out, "display", party.display_name);
  out += '>' + escaped(sip::to_string(party.uri)) + "</identity></" + element + ">\n";
}

void append_dialog(std::string& out, const DialogInfo& dialog) {
  out += "  <dialog";
  append_attribute(out, "id", dialog.id);
  append_attribute(out, "call-id", dialog.call_id);
  append_attribute(out, "local-tag", dialog.local_tag);
  append_attribute(out, "remote-tag", dialog.remote_tag);
  const bool ours = dialog.direction == DialogInfo::Direction::initiator;
  append_attribute(out, "direction", ours ? "initiator" : "recipient");
  out += ">\n    <state";
  append_attribute(out, "event", name_of(dialog.event));
  if (dialog.code != 0) append_attribute(out, "code", std::to_string(dialog.code));
  out += '>' + std::string(name_of(dialog.state)) + "</state>\n";
  append_party(out, "local", dialog.local);
  append_party(out, "remote", dialog.remote);
  out += "  </dialog>\n";
}

}  // namespace

std::string write_dialog_info(const DialogInfoDocument& document) {
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<dialog-info";
  append_attribute(out, "xmlns", "urn:ietf:params:xml:ns:dialog-info");
  append_attribute(out, "version", std::to_string(document.version));
  const bool full = document.extent == DialogInfoDocument::Extent::full;
  append_attribute(out, "state", full ? "full" : "partial");
  append_attribute(out, "entity", document.entity);
  out += ">\n";
  for (const auto& dialog : document.dialogs) append_dialog(out, dialog);
  return out + "</dialog-info>\n";
}

}  // namespace godwit::ua
