// SPDX-License-Identifier: Apache-2.0
#include "instance_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/random.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <functional>

#include "config_file.h"
#include "ua/instance_id.h"

namespace godwit::cli {
namespace {

constexpr std::size_t kLongest = 128;  // bytes; a UUID with its scheme is shorter

tl::unexpected<Error> not_usable(const std::string& path, int error) {
  return fail(Errc::invalid_argument, fmt::format("{}: {}", path, std::strerror(error)));
}

/// RFC 4122 §4.4: random but for its version and its variant. Empty: the system gave nothing random (errno).
std::string make_uuid_urn() {
  std::array<std::uint8_t, 16> bytes{};
  if (::getentropy(bytes.data(), bytes.size()) != 0) return {};
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3f) | 0x80);
  std::string text = "urn:uuid:";
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += fmt::format("{:02x}", bytes[i]);
  }
  return text;
}

/// Whole or not at all, and never in place of one that somebody else has made meanwhile.
/// @return 0, or what went wrong as errno has it.
int make_file(const std::string& path) {
  std::error_code ignored;  // what could not be made cannot be written either
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), ignored);
  const std::string urn = make_uuid_urn();
  if (urn.empty()) return errno;
  std::string draft = path + ".XXXXXX";
  const int descriptor = ::mkostemp(draft.data(), O_CLOEXEC);  // readable by its owner only
  if (descriptor < 0) return errno;
  const std::string text = urn + "\n";
  const bool whole = ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                     ::fsync(descriptor) == 0;
  int error = whole ? 0 : errno;
  ::close(descriptor);
  if (error == 0 && ::link(draft.c_str(), path.c_str()) != 0 && errno != EEXIST) error = errno;
  ::unlink(draft.c_str());
  return error;
}

/// A byte behind the end of the file stands for the address; no text is locked.
bool lock(int descriptor, std::string_view address_of_record) {
  struct flock place {};
  place.l_type = F_WRLCK;
  place.l_whence = SEEK_SET;
  place.l_start = static_cast<off_t>(
      kLongest + std::hash<std::string_view>{}(address_of_record) % 0x7fff'ffff);
  place.l_len = 1;
  return ::fcntl(descriptor, F_OFD_SETLK, &place) == 0;
}

}  // namespace

Result<std::string> take_instance_id(const std::string& path, std::string_view address_of_record) {
  if (::access(path.c_str(), F_OK) != 0) {
    if (const int error = make_file(path); error != 0) return not_usable(path, error);
  }
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (descriptor < 0) return not_usable(path, errno);
  std::array<char, kLongest> bytes{};
  const ssize_t size = ::read(descriptor, bytes.data(), bytes.size());
  std::string text(bytes.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  text.resize(std::min(text.find('\n'), text.size()));
  if (text.empty() || !ua::check_instance_id(text)) {
    ::close(descriptor);
    return fail(Errc::invalid_argument, path + ": no instance-id; remove the file to have a new one");
  }
  if (!lock(descriptor, address_of_record)) {
    ::close(descriptor);
    return std::string();
  }
  return text;  // and the file stays open: so long the address is taken
}

void give_instance_id(const AccountOptions& account, UserAgentOptions& agent, Output& output) {
  const auto path = state_path("instance-id");
  if (account.outbound == Outbound::never || path.empty()) return;
  auto id = take_instance_id(path, account.address_of_record);
  if (!id) return output.note(id.error().detail + "; no outbound", Tone::attention);
  if (id->empty() && account.outbound == Outbound::always) {
    output.note("another godwit runs for " + account.address_of_record + ": no outbound",
                Tone::attention);
  }
  agent.instance_id = *std::move(id);
}

}  // namespace godwit::cli
