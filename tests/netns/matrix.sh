#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# F59: register and call over each transport and family: matrix.sh registers_and_calls GODWIT WIRE OUT
#      embedded|kamailio udp|tcp|tls v4|v6
set -euo pipefail
# shellcheck source=tests/netns/rig.sh
source "$(dirname "$0")/rig.sh"
server=${words[0]} transport=${words[1]:-} family=${words[2]:-}

way() {
  printf '%s\n' --transport "$transport" "--ip$family" --tls-ca "$work/certificates/ca.pem" --tls-keylog "$work/keys-$1"
}

case_registers_and_calls() {
  rig_up a core b
  usual_zone
  name_server
  server "$server"
  capture a
  capture b
  mapfile -t bob < <(as bob; way b)
  mapfile -t alice < <(as alice; way a)
  start bob b "$godwit" answer "${bob[@]}" --echo --once --events
  wait_for bob.out reg.ok
  godwit_on a 0 call bob "${alice[@]}" --play tone:440 --duration 1 --json
  wait "$child" || true

  local port=5060 here there
  [ "$transport" != tls ] || port=5061
  if [ "$family" = v4 ]; then here="10\.1\.0\.2:[0-9]+" there="10\.8\.0\.2:$port"
  else here="\[2001:db8:1::2\]:[0-9]+" there="\[2001:db8:8::2\]:$port"; fi
  timeline b keys-b
  first "came $transport .* INVITE " >/dev/null
  timeline a keys-a
  first "sent $transport $here $there REGISTER " >/dev/null
  first "came $transport $there $here 200/REGISTER " >/dev/null
  first "sent $transport $here $there INVITE " >/dev/null
  first "sent $transport $here $there ACK " >/dev/null
  first "sent $transport $here $there BYE " >/dev/null
  first "came $transport $there $here 200/BYE " >/dev/null
}

# T62: alice signals by IPv4 and TCP, bob by IPv6 and UDP; the server's two Record-Routes keep them together.
case_T62_two_record_routes_between_families() {
  rig_up a core b
  usual_zone
  name_server
  server "$server"
  capture a
  capture b
  mapfile -t alice < <(as alice)
  dns=(--dns '[2001:db8:8::2]:53')
  mapfile -t bob < <(as bob)
  start bob b "$godwit" answer "${bob[@]}" --prefer-ipv6 --transport udp --echo --once --events
  wait_for bob.out reg.ok
  godwit_on a 0 call bob "${alice[@]}" --prefer-ipv4 --transport tcp --play tone:440 --duration 1 --json
  wait "$child" || true
  timeline b
  never ' (sent|came) (udp|tcp|tls) 10\.'
  first 'came udp \[2001:db8:8::2\]:5060 .* BYE ' >/dev/null
  timeline a
  never ' (sent|came) (udp|tcp|tls) \['
  first 'sent tcp .* ACK ' >/dev/null
  first 'came tcp .* 200/BYE ' >/dev/null
}

"case_$case"
