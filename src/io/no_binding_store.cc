// SPDX-License-Identifier: Apache-2.0
// Of a build without SQLite: bindings are kept in memory only.
#include "io/binding_store.h"

namespace godwit::io {

Result<std::unique_ptr<BindingStore>> open_binding_store(const std::string& path) {
  return fail(Errc::unsupported, path + ": this build has no SQLite (GODWIT_WITH_SQLITE)");
}

}  // namespace godwit::io
