# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Real name servers for scripts that run in network namespaces; to be sourced.
#
#   dns_evidence DIR                    DIR is made anew; kept, and named, when the script fails
#   start_knot ZONEFILE PORT DIR [ZONEFILE...]
#                                       Knot serves the zones on 127.0.0.1 and ::1
#   start_unbound_dns64 PREFIX PORT DIR UPSTREAM_PORT
#                                       Unbound makes AAAA records of A records (RFC 6147) below
#                                       PREFIX ("2001:db8:64::/96"), asking the Knot of
#                                       UPSTREAM_PORT about its zones
#   write_ipv4only_zone FILE            the zone by which that prefix is found (RFC 7050)
#   stop_dns                            ends what was started; done at the script's end as well
#
# PORT 0: one that is free. The port is in DNS_PORT afterwards. A zone file begins with its $ORIGIN.
#   DNS_RUN=(ip netns exec core)        where the servers live; empty: here
#   DNS_LISTEN=(192.0.2.53 2001:db8::53)   what they listen on, instead of loopback
# Each server's configuration and log are in DIR. Both need not be root, but for ports below 1024.

DNS_RUN=()
DNS_LISTEN=(127.0.0.1 ::1)
DNS_PORT=0
dns_pids=()
dns_zones=()  # what Knot serves
dns_evidence_dir=

dns_evidence() {
  dns_evidence_dir=$1
  rm -rf "$1"
  mkdir -p "$1"
  trap dns_at_exit EXIT
}

dns_at_exit() {
  local code=$?
  stop_dns
  if [ "$code" -eq 0 ] || [ "$code" -eq 77 ]; then
    rm -rf "$dns_evidence_dir"
  else
    echo "failed with $code; evidence: $dns_evidence_dir"
  fi
}

stop_dns() {
  local pid
  for pid in "${dns_pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${dns_pids[@]}"; do wait "$pid" 2>/dev/null || true; done
  dns_pids=()
}

# Sets DNS_PORT to $1, or to a free port when that is 0.
dns_choose_port() {
  DNS_PORT=$1
  while [ "$DNS_PORT" -eq 0 ]; do
    DNS_PORT=$((20000 + RANDOM % 12000))
    [ -z "$("${DNS_RUN[@]}" ss -Hlntu "sport = :$DNS_PORT")" ] || DNS_PORT=0
  done
}

# dns_wait_for LOG PATTERN PID: until the log says so; the server must live to say it.
dns_wait_for() {
  local deadline=$((SECONDS + 10))
  until grep -q "$2" "$1" 2>/dev/null; do
    if [ "$SECONDS" -ge "$deadline" ] || ! kill -0 "$3" 2>/dev/null; then
      echo "a name server did not start; its log:"
      cat "$1"
      return 1
    fi
    read -rt 0.05 _ <>/dev/fd/"$dns_never" || true
  done
}

# Nobody writes here: reading with a limit is how to wait without another process.
exec {dns_never}<> <(:)

start_knot() {
  local zone_file=$1 dir=$3 log=$3/knot.log address
  dns_choose_port "$2"
  mkdir -p "$dir/knot"
  set -- "$zone_file" "${@:4}"
  {
    echo "server:"
    echo "    rundir: \"$dir/knot\""
    for address in "${DNS_LISTEN[@]}"; do echo "    listen: $address@$DNS_PORT"; done
    echo "database:"
    echo "    storage: \"$dir/knot\""
    printf 'log:\n  - target: stderr\n    any: info\n'
    printf 'template:\n  - id: default\n    zonefile-sync: -1\n    journal-content: none\n'
    echo "zone:"
    for zone_file in "$@"; do
      dns_zones+=("$(dns_origin "$zone_file")")
      printf '  - domain: %s\n    file: "%s"\n' "$(dns_origin "$zone_file")" "$(realpath "$zone_file")"
    done
  } >"$dir/knot.conf"
  "${DNS_RUN[@]}" knotd -c "$dir/knot.conf" >"$log" 2>&1 &
  dns_pids+=("$!")
  dns_wait_for "$log" "server started" "$!"
}

dns_origin() {
  awk '$1 == "$ORIGIN" { print $2; exit }' "$1"
}

start_unbound_dns64() {
  local prefix=$1 dir=$3 upstream=$4 log=$3/unbound.log address zone
  dns_choose_port "$2"
  {
    echo "server:"
    for address in "${DNS_LISTEN[@]}"; do echo "  interface: $address@$DNS_PORT"; done
    printf '  access-control: %s allow\n' 0.0.0.0/0 ::/0
    cat <<END
  do-daemonize: no
  username: ""
  chroot: ""
  directory: "$dir"
  pidfile: ""
  use-syslog: no
  logfile: ""
  verbosity: 1
  num-threads: 1
  do-not-query-localhost: no
  module-config: "dns64 iterator"
  dns64-prefix: $prefix
  qname-minimisation: no
  local-zone: "test." nodefault
  local-zone: "ipv4only.arpa." nodefault
remote-control:
  control-enable: no
END
    for zone in "${dns_zones[@]}"; do
      printf 'stub-zone:\n  name: "%s"\n  stub-prime: no\n' "$zone"
      for address in "${DNS_LISTEN[@]}"; do echo "  stub-addr: $address@$upstream"; done
    done
  } >"$dir/unbound.conf"
  "${DNS_RUN[@]}" unbound -d -c "$dir/unbound.conf" >"$log" 2>&1 &
  dns_pids+=("$!")
  dns_wait_for "$log" "start of service" "$!"
}

write_ipv4only_zone() {
  cat >"$1" <<'END'
$ORIGIN ipv4only.arpa.
$TTL 3600
@ SOA ns.ipv4only.arpa. root.ipv4only.arpa. 1 3600 600 86400 60
@ NS ns.ipv4only.arpa.
@ A 192.0.0.170
@ A 192.0.0.171
END
}
