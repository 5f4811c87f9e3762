// SPDX-License-Identifier: Apache-2.0
#include "lab/lab.h"

#include <fmt/format.h>

#include "lab/interrupt.h"
#include "lab/net_namespace.h"
#include "lab/progress.h"
#include "lab/requirements.h"
#include "lab/scenario_runs.h"

namespace godwit::lab {
namespace {

constexpr int kSurvived = 0;
constexpr int kRigFailed = 1;
constexpr int kUsage = 2;
constexpr int kNotSurvived = 9;
constexpr int kInterrupted = 130;

int complain(const Error& error, int code) {
  fmt::print(stderr, "godwit lab: {}\n", error.detail);
  return code;
}

}  // namespace

int run_lab(const LabOptions& asked) {
  LabOptions options = asked;
  if (auto good = check_options(options); !good) return complain(good.error(), kUsage);
  if (auto met = check_requirements(options); !met) return complain(met.error(), kRigFailed);
  if (options.out_dir.empty()) options.out_dir = "out/lab/" + options.scenario;

  const InterruptGuard guard;
  sweep_dead_namespaces();
  Progress progress(options.progress ? Progress::Voice::speaking : Progress::Voice::silent,
                    options.color ? Progress::Colour::yes : Progress::Colour::no);
  auto report = run_scenario(options, progress);
  if (!report) return complain(report.error(), interrupted() ? kInterrupted : kRigFailed);
  fmt::print("{}", options.json ? report->object.dump() + "\n" : report->table);
  return report->object["survived"].get<bool>() ? kSurvived : kNotSurvived;
}

}  // namespace godwit::lab
