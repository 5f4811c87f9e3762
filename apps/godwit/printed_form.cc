// SPDX-License-Identifier: Apache-2.0
#include "printed_form.h"

#include <unistd.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "shown_text.h"

namespace godwit::cli {
namespace {

void put_bytes(std::FILE* stream, const std::string& bytes) {
  std::fwrite(bytes.data(), 1, bytes.size(), stream);
  std::fflush(stream);  // a reader at the other end of a pipe waits for it
}

}  // namespace

PrintedForm::PrintedForm(Wanted wanted) : wanted_(wanted), terminal_(isatty(STDOUT_FILENO) != 0) {}

void PrintedForm::put(const std::string& line, Json json,
                      const std::optional<std::string>& text) const {
  if (wanted_.json) {
    if (wanted_.text) json["text"] = text ? Json(*text) : Json(nullptr);
    return put_bytes(stdout, write(json) + '\n');
  }
  put_bytes(wanted_.text ? stderr : stdout, line + '\n');
  if (wanted_.text && text) put_bytes(stdout, terminal_ ? shown_lines(*text) : *text);
}

}  // namespace godwit::cli
