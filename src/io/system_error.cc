// SPDX-License-Identifier: Apache-2.0
#include "io/system_error.h"

#include <asio/error.hpp>
#include <cerrno>

namespace godwit::io {

std::error_code to_std(const std::error_code& code) {
  if (!code) return {};
  if (code == asio::error::operation_aborted) return make_error_code(Errc::cancelled);
  if (code == asio::error::eof) return std::make_error_code(std::errc::connection_reset);
  if (code == asio::error::not_found) return make_error_code(Errc::name_not_found);
  if (code.category() == asio::error::get_netdb_category() ||
      code.category() == asio::error::get_addrinfo_category()) {
    return make_error_code(Errc::name_not_found);
  }
  if (code.category() == asio::error::get_misc_category()) {
    return std::make_error_code(std::errc::io_error);
  }
  if (code.category() == asio::error::get_system_category()) {
    return {code.value(), std::system_category()};
  }
  return code;
}

std::error_code last_error() {
  return {errno, std::system_category()};
}

tl::unexpected<Error> system_failure(std::error_code code, std::string what) {
  Error error{code, std::move(what)};
  error.detail += ": " + code.message();
  if (code == std::errc::address_in_use) error.code = Errc::address_in_use;
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace godwit::io
