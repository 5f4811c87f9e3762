// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "godwit/error.h"
#include "server/stored_binding.h"

namespace godwit::io {

/// Bindings in a file that outlives the process, whichever way that ends. The file is ours alone as
/// long as this lives.
class BindingStore {
 public:
  virtual ~BindingStore() = default;

  /// All that the file held when it was opened; of users with at least one binding.
  [[nodiscard]] virtual std::vector<server::StoredBindings> take_stored() = 0;
  /// Puts what is given in place of all that the file has of these users: all of it, or nothing.
  /// Errors: `system_error` of what the system refused, and SQLite's sentence.
  virtual Result<void> write(const std::vector<server::StoredBindings>& changed) = 0;
};

/// Opens the file, or makes it, readable for its owner alone. One that is not ours, or does not
/// read in all its parts, is left as it is. Errors: `invalid_argument` (no file of godwit's
/// bindings, one of another version, a damaged one), `unsupported` (built without SQLite), what the
/// system says; each names the file.
[[nodiscard]] Result<std::unique_ptr<BindingStore>> open_binding_store(const std::string& path);

}  // namespace godwit::io
