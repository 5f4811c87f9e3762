// SPDX-License-Identifier: Apache-2.0
#include "lab/contact_walk.h"

#include "lab/capture.h"
#include "lab/certificates.h"
#include "lab/interrupt.h"
#include "lab/network_change.h"
#include "lab/parties.h"
#include "lab/rig.h"

namespace godwit::lab {
namespace {

constexpr double kContactLimitMs = 40'000;  // more than timer F: a failure is told by A itself
constexpr double kSpeechSeconds = 10;

// Silence: no packet of IPv6 reaches the server, and nobody says so.
std::string hole_rules() {
  return std::string(
             "add table ip6 hole; add chain ip6 hole forward { type filter hook forward priority "
             "0; policy accept; }; add rule ip6 hole forward ip6 daddr ") +
         kCoreV6 + " counter drop";
}

class ContactWalk {
 public:
  ContactWalk(const RunOrder& order, Progress& progress) : order_(order), progress_(progress) {}

  Result<ContactResult> walk() {
    auto done = set_up();
    if (done) done = contact();
    if (parties_) {
      for (std::string& problem : parties_->stop()) result_.problems.push_back(std::move(problem));
    }
    at_a_.stop();
    at_core_.stop();
    if (interrupted()) return fail(Errc::cancelled, "interrupted");
    if (done) done = read();
    if (!done) return tl::unexpected(done.error());
    return result_;
  }

 private:
  Result<void> set_up();
  Result<void> attach_both();
  Result<void> contact();
  Result<void> read();

  const RunOrder& order_;
  Progress& progress_;
  std::unique_ptr<Rig> rig_;
  std::unique_ptr<Parties> parties_;
  Capture at_a_, at_core_;
  Moment given_;
  ContactResult result_;
};

Result<void> ContactWalk::attach_both() {
  NetlinkBatch batch;
  rig_->attach(batch, wifi_v4(), kUsualMetric);
  rig_->attach(batch, wifi_v6(), kUsualMetric);
  auto attached = rig_->commit(batch);
  if (!attached) return tl::unexpected(attached.error());
  return run_program({.arguments = {"nft", hole_rules()}, .where = &rig_->router()});
}

Result<void> ContactWalk::set_up() {
  auto done = write_run_files(order_.files, order_.seed, kSpeechSeconds);
  if (done) done = make_certificates(order_.files);
  if (!done) return done;
  auto rig = Rig::build(link_shape(order_.options), order_.seed);
  if (!rig) return tl::unexpected(rig.error());
  rig_ = std::move(*rig);
  done = at_a_.start(rig_->a());
  if (done) done = at_core_.start(rig_->core());
  if (done) done = attach_both();
  if (!done) return done;
  parties_ = std::make_unique<Parties>(order_.options, *rig_, order_.files, progress_);
  done = parties_->start_name_server();
  if (done) done = parties_->start_server(Transports::all);
  if (done) done = parties_->start_b();
  return done;
}

Result<void> ContactWalk::contact() {
  auto given = parties_->start_contact();
  if (!given) return tl::unexpected(given.error());
  given_ = *given;
  const auto code = parties_->wait_for_a(kContactLimitMs);
  if (!code) result_.problems.emplace_back("A did not come to an end");
  return {};
}

Result<void> ContactWalk::read() {
  const RunFiles& files = order_.files;
  auto written = write_capture(files.path("a.pcapng"), at_a_.packets());
  if (written) written = write_capture(files.path("core.pcapng"), at_core_.packets());
  if (!written) return written;
  const Observation seen = observe(at_a_.packets(), TlsKeys::read(files.tls_keys()));
  result_.figures = read_contact(at_a_.packets(), seen, given_, lab_address(kCoreV6));
  return {};
}

}  // namespace

Result<ContactResult> walk_contact(const RunOrder& order, Progress& progress) {
  return ContactWalk(order, progress).walk();
}

}  // namespace godwit::lab
