// SPDX-License-Identifier: Apache-2.0
#include "sip/header/info_package.h"

#include <algorithm>

#include "sip/header/value_list.h"
#include "sip/header/value_parameters.h"
#include "sip/header/value_reader.h"

namespace godwit::sip {

// Info-package-type = Info-package-name *( SEMI Info-package-param )  (RFC 6086 §7.2)
Scanned<InfoPackage> parse_info_package(std::string_view text) {
  ValueReader reader(text);
  reader.skip_space();
  const auto name = reader.take_token();
  if (name.empty()) return reader.fault("expected an Info Package");
  InfoPackage package{std::string(name), {}};
  if (const auto wrong = read_value_parameters(text, reader.at(), package.parameters)) {
    return tl::unexpected<Fault>(*wrong);
  }
  return package;
}

std::string to_string(const InfoPackage& package) {
  std::string text = as_token(package.name);
  append_parameters(text, package.parameters);
  return text;
}

// Recv-Info = "Recv-Info" HCOLON [ Info-package-list ]
Scanned<std::vector<InfoPackage>> parse_recv_info(std::string_view text) {
  if (trim(text).empty()) return std::vector<InfoPackage>{};
  return parse_value_list(text, parse_info_package);
}

bool takes_package(const std::vector<InfoPackage>& recv_info, std::string_view name) {
  return std::any_of(recv_info.begin(), recv_info.end(), [&](const InfoPackage& package) {
    return equal_ignoring_case(package.name, name);
  });
}

}  // namespace godwit::sip
