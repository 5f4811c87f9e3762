// SPDX-License-Identifier: Apache-2.0
#include "sip/verdict/body.h"

#include <algorithm>

#include "sdp/inspect.h"
#include "sip/header/content_disposition.h"
#include "sip/header/media_type.h"
#include "sip/header/token_list.h"
#include "sip/header/value_parameters.h"
#include "sip/message/multipart.h"

namespace godwit::sip {
namespace {

constexpr std::string_view kSdp = "application/sdp";
constexpr std::string_view kSealed = "application/pkcs7-mime";

bool may_be_ignored(std::string_view disposition) {
  const auto parsed = parse_content_disposition(disposition);
  return parsed && may_be_ignored(*parsed);
}

/// The whole body, or one of its parts.
struct Piece {
  std::string type;  // Content-Type
  std::string_view text;
  std::size_t depth = 0;
  bool is_multipart = false;
  bool ignorable = false;
  bool encoded = false;  // in a way that hides its text
};

bool is_encoded(std::string_view content_encoding) {
  const TokenList list(content_encoding);
  return std::any_of(list.begin(), list.end(), [](std::string_view encoding) {
    return !equal_ignoring_case(encoding, "identity");
  });
}

bool is_transfer_encoded(std::string_view encoding) {
  return equal_ignoring_case(encoding, "base64") ||
         equal_ignoring_case(encoding, "quoted-printable");
}

Piece whole_of(const Message& message) {
  Piece piece;
  piece.type = message.content_type();
  piece.text = message.body();
  piece.is_multipart = is_multipart(piece.type);
  piece.ignorable = may_be_ignored(message.field(Field::content_disposition).value_or(""));
  piece.encoded = is_encoded(message.field(Field::content_encoding).value_or(""));
  return piece;
}

Piece piece_of(const BodyPart& part) {
  Piece piece;
  piece.type = part.content_type();
  piece.text = part.body;
  piece.depth = part.depth;
  piece.is_multipart = part.is_multipart;
  piece.ignorable = may_be_ignored(part.field("Content-Disposition").value_or(""));
  piece.encoded = is_encoded(part.field("Content-Encoding").value_or("")) ||
                  is_transfer_encoded(part.field("Content-Transfer-Encoding").value_or(""));
  return piece;
}

/// The whole body and all of its parts, each before those that it consists of.
Scanned<std::vector<Piece>> pieces_of(const Message& message) {
  std::vector<Piece> pieces{whole_of(message)};
  if (!pieces.front().is_multipart || pieces.front().encoded) return pieces;
  const auto parts = parse_multipart(pieces.front().type, pieces.front().text);
  if (!parts) return tl::unexpected<Fault>(parts.error());
  for (const BodyPart& part : *parts) pieces.push_back(piece_of(part));
  return pieces;
}

void examine_session(const Piece& piece, std::size_t at, Findings& findings) {
  const sdp::Inspection inspection = sdp::inspect(piece.text);
  for (const sdp::Warning& warning : inspection.warnings) {
    findings.remarks.push_back({"SDP", warning.text, at + warning.at});
  }
  if (!inspection.fault) return;
  const auto& [field, fault, line] = *inspection.fault;
  if (piece.ignorable) {
    findings.remarks.push_back({"SDP", field + ": " + fault.what, at + fault.at});
  } else if (!findings.fault) {
    findings.fault =
        MessageFault{MessageFault::Kind::malformed, "SDP " + field, {fault.what, at + fault.at}};
  }
}

/// Why one piece, its own parts apart, is not taken.
BodyTrouble judge_alone(const Piece& piece, Method method, const Abilities& abilities) {
  const auto media = parse_media_type(piece.type);
  if (!media) return BodyTrouble::type;
  if (takes_body(abilities, method, media->type + '/' + media->subtype)) return BodyTrouble::none;
  // RFC 2046 §5.1.3: an unknown multipart is as good as multipart/mixed.
  if (piece.is_multipart && takes_body(abilities, method, "multipart/mixed")) {
    return BodyTrouble::none;
  }
  if (!is_media_type(*media, kSealed)) return BodyTrouble::type;
  // RFC 3261 §23.2: 493 for what is encrypted. Signed data alone is a type like others.
  const std::string* const kind = find_parameter(media->parameters, "smime-type");
  const bool encrypted =
      kind == nullptr || equal_ignoring_case(value_text(*kind), "enveloped-data");
  return encrypted ? BodyTrouble::encrypted : BodyTrouble::type;
}

/// Goes through a tree of pieces that stand one after the other, as deep as
/// `limits::kMultipartDepth`.
class BodyJudge {
 public:
  BodyJudge(const std::vector<Piece>& pieces, Method method, const Abilities& abilities)
      : pieces_(pieces), method_(method), abilities_(abilities) {}

  [[nodiscard]] BodyTrouble judge(std::size_t index) const {
    const Piece& piece = pieces_[index];
    if (piece.ignorable) return BodyTrouble::none;
    const auto alone = judge_alone(piece, method_, abilities_);
    if (alone != BodyTrouble::none || !piece.is_multipart) return alone;
    if (is_media_type(piece.type, "multipart/alternative")) return judge_alternatives(index);
    const bool first_only = is_media_type(piece.type, "multipart/signed") ||
                            is_media_type(piece.type, "multipart/related");
    return judge_all(index, first_only);
  }

 private:
  /// Calls `visit` for each direct part, until it answers true.
  template <class Visit>
  void for_each_part(std::size_t index, Visit visit) const {
    const auto depth = pieces_[index].depth;
    for (auto part = index + 1; part < pieces_.size() && pieces_[part].depth > depth; ++part) {
      if (pieces_[part].depth == depth + 1 && visit(part)) return;
    }
  }
  [[nodiscard]] BodyTrouble judge_alternatives(std::size_t index) const {
    auto trouble = BodyTrouble::type;
    for_each_part(index, [&](std::size_t part) {
      trouble = judge(part);
      return trouble == BodyTrouble::none;
    });
    return trouble;
  }
  [[nodiscard]] BodyTrouble judge_all(std::size_t index, bool first_only) const {
    auto trouble = BodyTrouble::none;
    for_each_part(index, [&](std::size_t part) {
      trouble = judge(part);
      return first_only || trouble != BodyTrouble::none;
    });
    return trouble;
  }

  const std::vector<Piece>& pieces_;
  Method method_;
  const Abilities& abilities_;
};

bool knows_encodings(std::string_view content_encoding, const Abilities& abilities) {
  const TokenList list(content_encoding);
  return std::all_of(list.begin(), list.end(), [&](std::string_view encoding) {
    const auto same = [&](std::string_view known) { return equal_ignoring_case(known, encoding); };
    return same("identity") || std::any_of(abilities.content_encodings.begin(),
                                           abilities.content_encodings.end(), same);
  });
}

}  // namespace

Findings examine_body(const Message& message) {
  Findings findings;
  if (message.body().empty()) return findings;
  const auto pieces = pieces_of(message);
  if (!pieces) {
    if (whole_of(message).ignorable) {
      findings.remarks.push_back({"body", pieces.error().what, pieces.error().at});
    } else {
      findings.fault = MessageFault{MessageFault::Kind::malformed, "body", pieces.error()};
    }
    return findings;
  }
  for (const Piece& piece : *pieces) {
    if (piece.encoded || !is_media_type(piece.type, kSdp)) continue;
    const auto at = static_cast<std::size_t>(piece.text.data() - message.body().data());
    examine_session(piece, at, findings);
  }
  return findings;
}

BodyTrouble judge_body(const Message& message, const Abilities& abilities) {
  if (message.body().empty()) return BodyTrouble::none;
  const auto pieces = pieces_of(message);
  if (!pieces || pieces->front().ignorable) return BodyTrouble::none;
  const auto encoding = message.field(Field::content_encoding).value_or("");
  if (!knows_encodings(encoding, abilities)) return BodyTrouble::encoding;
  return BodyJudge(*pieces, message.method(), abilities).judge(0);
}

}  // namespace godwit::sip
