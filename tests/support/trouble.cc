// SPDX-License-Identifier: Apache-2.0
#include "support/trouble.h"

#include <algorithm>

#include "support/address_of.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;
using Of = Trouble::Of;
using Way = Trouble::Way;
using Kind = Fate::Kind;

constexpr Fate kLost{.kind = Kind::lost};
constexpr Fate kStale{.kind = Kind::stale_nonce};

constexpr Fate refused(int status, std::chrono::seconds retry_after = {}) {
  return {.kind = Kind::refused, .status = status, .retry_after = retry_after};
}

constexpr Trouble kTroubles[] = {
    {.name = "none"},
    {.name = "register_lost", .of = Of::registers, .fate = kLost, .times = 1, .binding_patience = 45s},
    {.name = "register_lost_thrice", .of = Of::registers, .fate = kLost, .times = 3, .binding_patience = 150s},
    {.name = "register_stale_nonce", .of = Of::registers, .fate = kStale, .times = 1},
    {.name = "register_403", .of = Of::registers, .fate = refused(403), .times = 1, .leaves_old_binding = true},
    {.name = "register_400", .of = Of::registers, .fate = refused(400), .times = 1, .leaves_old_binding = true},
    {.name = "register_423", .of = Of::registers, .fate = refused(423), .times = 1},
    {.name = "register_503_retry_after", .of = Of::registers, .fate = refused(503, 2s), .times = 1},
    {.name = "register_500_for_long", .of = Of::registers, .fate = refused(500), .lasts = 8s, .binding_patience = 45s},
    {.name = "refresh_lost", .of = Of::refreshes, .fate = kLost, .times = 1},
    {.name = "refresh_lost_twice", .of = Of::refreshes, .fate = kLost, .times = 2, .patience = 4s},
    {.name = "refresh_stale_nonce", .of = Of::refreshes, .fate = kStale, .times = 1},
    {.name = "refresh_403", .of = Of::refreshes, .fate = refused(403), .times = 1},
    {.name = "refresh_404", .of = Of::refreshes, .fate = refused(404), .times = 1},
    {.name = "refresh_408", .of = Of::refreshes, .fate = refused(408), .times = 1},
    {.name = "refresh_480", .of = Of::refreshes, .fate = refused(480), .times = 1},
    {.name = "refresh_481", .of = Of::refreshes, .fate = refused(481), .times = 1, .may_end_calls = true},
    {.name = "refresh_488", .of = Of::refreshes, .fate = refused(488), .times = 1},
    {.name = "refresh_491", .of = Of::refreshes, .fate = refused(491), .times = 1, .patience = 4s},
    {.name = "refresh_500_retry_after", .of = Of::refreshes, .fate = refused(500, 2s), .times = 1},
    {.name = "update_501", .of = Of::updates, .fate = refused(501), .times = 1},
    {.name = "refresh_503", .of = Of::refreshes, .fate = refused(503), .times = 1},
    {.name = "refresh_late", .of = Of::refreshes, .fate = {.kind = Kind::late, .after = 1500ms}, .times = 1},
    {.name = "refresh_twice", .of = Of::refreshes, .fate = {.kind = Kind::twice, .after = 300ms}, .times = 1},
    {.name = "answer_lost", .of = Of::answers, .fate = kLost, .times = 1},
    {.name = "answer_after_3_s", .of = Of::answers, .fate = {.kind = Kind::late, .after = 3s}, .times = 1},
    {.name = "answered_twice", .of = Of::answers, .fate = {.kind = Kind::twice, .after = 200ms}, .times = 1},
    {.name = "black_hole", .lasts = 3s, .way = Way::black_hole, .patience = 4s, .binding_patience = 45s},
    {.name = "unreachable", .lasts = 2s, .way = Way::refused, .patience = 4s, .binding_patience = 45s},
};

bool is_server(const net::IpAddress& address) {
  return address == ip("10.9.0.2") ||
         address == ip("2001:db8:9::2");
}

bool passes_the_server(const FakePacket& packet) {
  return is_server(packet.destination.address) || is_server(packet.source.address);
}

}  // namespace

std::span<const Trouble> troubles() { return kTroubles; }

void TroubleMaker::begin(const Trouble& trouble) {
  end();
  trouble_ = &trouble;
  times_ = 0;
  last_harm_ = world_.now();
  const auto number = ++number_;
  if (trouble.way == Way::messages) {
    world_.server.judge_by([this](const sip::Message& message) { return judge(message); });
  } else {
    close_the_way(trouble);
  }
  if (trouble.lasts == Duration{}) return;
  world_.time.after(trouble.lasts, [this, number] {
    if (number == number_) end();
  });
}

void TroubleMaker::end() {
  if (trouble_ == nullptr) return;
  ++number_;
  if (trouble_->lasts != Duration{}) last_harm_ = std::max(last_harm_, world_.now());
  trouble_ = nullptr;
  world_.server.judge_by({});
  world_.network.set_swallower({});
  world_.network.set_refuser({});
}

void TroubleMaker::close_the_way(const Trouble& trouble) {
  if (trouble.way == Way::refused) return world_.network.set_refuser(passes_the_server);
  world_.network.set_swallower(passes_the_server);
}

Fate TroubleMaker::judge(const sip::Message& message) {
  if (!concerns(message)) return {};
  if (trouble_->times != 0 && times_ >= trouble_->times) return {};
  ++times_;
  last_harm_ = std::max(last_harm_, world_.now() + trouble_->fate.after + trouble_->fate.retry_after);
  return trouble_->fate;
}

bool TroubleMaker::concerns(const sip::Message& message) const {
  const auto method = message.method_name();
  const auto to = message.field(sip::Field::to).value_or("");
  const bool inside = to.find("tag=") != std::string_view::npos;
  const bool refreshes = inside && (method == "UPDATE" || method == "INVITE");
  const bool request = message.status() == 0;
  switch (trouble_->of) {
    case Of::registers:
      return request && method == "REGISTER" &&
             message.field(sip::Field::from).value_or("").find("alice") != std::string_view::npos;
    case Of::refreshes:
      return request && refreshes;
    case Of::updates:
      return request && method == "UPDATE";
    case Of::answers:
      return !request && message.status() >= 200 && refreshes;
    case Of::all:
      break;
  }
  return trouble_->fate.kind != Kind::passes;
}

}  // namespace godwit::test
