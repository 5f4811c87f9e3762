// SPDX-License-Identifier: Apache-2.0
// Draws the messages that all loops read, and writes them into two files.
//   make_variants FOLDER WITH_SDP_FILE WITHOUT_SDP_FILE
#include <array>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <utility>

#include "message_file.h"
#include "variants.h"

namespace {

constexpr std::size_t kVariants = 2'000;
constexpr std::uint64_t kSeed = 3261;
constexpr std::array kOriginals{"invite", "ok200", "ack", "bye", "register"};

std::vector<std::string> read_originals(const std::string& folder) {
  std::vector<std::string> originals;
  for (const char* const name : kOriginals) {
    std::ifstream in(folder + "/" + name + ".sip", std::ios::binary);
    std::string text(std::istreambuf_iterator<char>(in), {});
    if (!text.empty()) originals.push_back(std::move(text));
  }
  return originals;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fputs("usage: make_variants FOLDER WITH_SDP_FILE WITHOUT_SDP_FILE\n", stderr);
    return 2;
  }
  const auto originals = read_originals(argv[1]);
  if (originals.size() != kOriginals.size()) {
    std::fprintf(stderr, "make_variants: not all messages are in %s\n", argv[1]);
    return 1;
  }
  godwit::SeededRandom random(kSeed);
  std::vector<bench::Variant> variants;
  for (std::size_t i = 0; i < kVariants; ++i) {
    variants.push_back(bench::draw_variant(originals[i % originals.size()], random));
  }
  // In no order that a branch predictor could learn.
  for (std::size_t left = variants.size(); left > 1; --left) {
    std::swap(variants[left - 1], variants[random.below(left)]);
  }
  std::vector<std::string> with_sdp;
  std::vector<std::string> without_sdp;
  for (auto& variant : variants) {
    with_sdp.push_back(std::move(variant.with_sdp));
    without_sdp.push_back(std::move(variant.without_sdp));
  }
  const bool saved =
      bench::MessageFile::save(argv[2], with_sdp) && bench::MessageFile::save(argv[3], without_sdp);
  if (!saved) std::fputs("make_variants: the files cannot be written\n", stderr);
  return saved ? 0 : 1;
}
