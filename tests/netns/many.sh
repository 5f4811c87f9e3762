#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Thousands of accounts of one program start, and move all at once, at a pace and without:
#   many.sh CASE GODWIT WIRE OUT MANY
# 500 of them, with GODWIT_FULL=1 10,000 (1,000 with a TLS connection each). Figures are printed, nothing depends on them
# but that everybody is registered in the end.
set -euo pipefail
# shellcheck source=tests/netns/rig.sh
source "$(dirname "$0")/rig.sh"
many=${words[0]}

if [ -n "${GODWIT_FULL:-}" ]; then accounts=10000 streams=1000; else accounts=500 streams=100; fi

with_users() {
  local i
  certificates
  for ((i = 0; i < accounts; ++i)); do echo "user$i:secret"; done >users
}

# Neither server is to be what holds them back.
embedded() {
  start server core "$godwit" serve --domain example.org --users users --register-rate 0 \
    --events --tls-cert certificates/domain.pem --tls-key certificates/domain.key
  wait_for server.out server.ready
}

# run REGISTRAR RATE [ACCOUNTS CA-FILE DNS-SERVER [each]]
run() {
  start many a "$many" "$1" "${3:-$accounts}" "$2" "${@:4}"
  tries=0
  until grep -q '^start' many.out; do
    tries=$((tries + 1))
    [ "$tries" -le 6200 ] && kill -0 "$child" || fail "no start: $(cat many.out many.err)"
    read -rt 0.05 _ <>/dev/fd/"$dns_never" || true
  done
  on a sh -c 'ip addr add 10.1.0.3/24 dev eth0; ip addr del 10.1.0.2/24 dev eth0
    ip addr add 10.1.0.3/24 dev eth0 2>/dev/null; ip route replace default via 10.1.0.1'
  wait "$child" || fail "not all were registered: $(cat many.out many.err)"
  sed "s/^/$case: /" many.out
}

case_godwit_at_a_pace() {
  rig_up a core
  with_users
  embedded
  run "sip:10.8.0.2" 200
}

case_godwit_without_a_pace() {
  rig_up a core
  with_users
  embedded
  run "sip:10.8.0.2" 0
}

case_kamailio_at_a_pace() {
  needs kamailio
  rig_up a core
  certificates
  kamailio_up OPEN
  run "sip:10.8.0.2" 200
}

case_kamailio_without_a_pace() {
  needs kamailio
  rig_up a core
  certificates
  kamailio_up OPEN
  run "sip:10.8.0.2" 0
}

by_tls() {
  rig_up a core
  with_users
  embedded
  usual_zone
  name_server
  run "sips:example.org" 200 "$1" "$work/certificates/ca.pem" 10.8.0.2:53 "${@:2}"
}

case_one_TLS_connection() { by_tls "$accounts"; }
case_a_TLS_connection_each() { by_tls "$streams" each; }

"case_$case"
