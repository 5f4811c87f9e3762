#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# alice is told by a registrar that others run what becomes of her bindings (RFC 3680): watched.sh CASE GODWIT WIRE OUT
set -euo pipefail
# shellcheck source=tests/netns/rig.sh
source "$(dirname "$0")/rig.sh"

# Kamailio, whose registrar publishes to its presence server.
reginfo_kamailio() {
  needs kamailio
  compgen -G '/usr/lib/*/kamailio/modules/pua_reginfo.so' >/dev/null || skip "kamailio-presence-modules is not installed"
  certificates
  cp -r /usr/share/kamailio/dbtext/kamailio dbtext
  kamailio_up REGINFO
}

# says FILE TYPE TEXT: the newest event of a type does.
says() { grep -F "\"type\":\"$2\"" "$1" | tail -n 1 | grep -qF -- "$3"; }

watched() {
  local family=$1
  rig_up a b core
  usual_zone
  name_server
  reginfo_kamailio
  mapfile -t alice < <(as alice)
  alice+=("--ip$family")
  start watcher a "$godwit" register "${alice[@]}" --watch-registration --events
  local watcher=$child
  wait_for watcher.out '"reg.ok"'
  start second b "$godwit" register "${alice[@]}" --events
  local second=$child
  until_true 10 says watcher.out reg.ok '"others":[{"contact":"sip:alice@' || fail "the other phone is not told: $(tail -n 1 watcher.out)"
  kill -INT "$second"
  wait "$second" || true
  until_true 10 says watcher.out reg.ok '"others":[]' || fail "that it left is not told: $(tail -n 1 watcher.out)"
  [ "$(grep -c '"reg.sending"' watcher.out)" -eq 1 ] || fail "it has registered again"
  # Another network, and it is told there.
  on a sh -c 'ip addr flush dev eth0 scope global
    ip addr add 10.1.0.77/24 dev eth0 && ip addr add 2001:db8:1::77/64 dev eth0 nodad
    ip route replace default via 10.1.0.1 && ip -6 route replace default via 2001:db8:1::1'
  until_true 15 grep -qE '"reg.ok".*(10\.1\.0\.77|1::77)' watcher.out || fail "it has not moved: $(tail -n 2 watcher.out)"
  godwit_on b 0 register "${alice[@]}" --remove-all
  until_true 10 grep -qE '"reg.failed".*the registrar has ended it' watcher.out || fail "the end is not told: $(tail -n 1 watcher.out)"
  kill -INT "$watcher"
}

case_registration_is_watched_at_kamailio_v4() { watched v4; }
case_registration_is_watched_at_kamailio_v6() { watched v6; }

"case_$case"
