# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Networks in namespaces, with the servers that others run; to be sourced by the scripts of this folder,
# which are called as: SCRIPT CASE GODWIT WIRE OUT_DIR [WORD...]
#
#     a ── eth0 ─┐
#                ├─ router (this shell)      a: 10.1.0.2, 2001:db8:1::2
#  core ── eth0 ─┤                        core: 10.8.0.2, 2001:db8:8::2
#     b ── eth0 ─┘                           b: 10.9.0.2, 2001:db8:9::2
#
# No loss, no delay, no NAT, no neighbour discovery to wait for. Everything is gone with this shell; OUT_DIR
# holds logs, captures and configurations when the case failed.

case=$1 godwit=$2 wire=$3 work=$4
words=("${@:5}")

skip() {
  echo "skipped: $*"
  exit 77
}

if [ "${GODWIT_RIG_INSIDE:-}" != yes ]; then
  unshare --net --mount true 2>/dev/null || skip "network namespaces need root (CAP_SYS_ADMIN)"
  export GODWIT_RIG_INSIDE=yes
  exec unshare --net --mount --pid --fork --kill-child --mount-proc "$0" "$@"
fi

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
godwit=$(realpath "$godwit") wire=$(realpath "$wire")
rm -rf "$work"
mkdir -p "$work"
evidence=$(realpath "$work")
# The same folder by a short name: a socket's path has 107 bytes.
mount -t tmpfs godwit-run /run
mkdir /run/case /run/netns
mount --bind "$evidence" /run/case
work=/run/case
cd "$work" || exit 1
unset GODWIT_PASSWORD NO_COLOR
export XDG_STATE_HOME=$work/state

# shellcheck source=tests/netns/dns_zone.sh
source "$here/dns_zone.sh"

finish() {
  local code=$? pid
  # Their captures are evidence too.
  for pid in "${capture_of[@]}"; do
    kill -TERM "$pid" 2>/dev/null && wait "$pid" || true
  done
  for pid in $(jobs -p); do
    kill -KILL "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  cd /
  if [ "$code" -eq 0 ] || [ "$code" -eq 77 ]; then
    umount -l "$work"
    rm -rf "$evidence"
  else
    [ ! -s "$work/timeline" ] || tail -n 40 "$work/timeline"
    echo "$case ended with $code; evidence: $evidence"
  fi
}
trap finish EXIT
declare -A capture_of=()

fail() {
  echo "$case: $*" >&2
  exit 1
}

needs() {
  local program
  for program in "$@"; do command -v "$program" >/dev/null || skip "$program is not installed"; done
}

declare -A number=([a]=1 [core]=8 [b]=9)

# on NAMESPACE COMMAND...
on() {
  nsenter --net="/run/netns/$1" "${@:2}"
}

v4_of() { echo "10.${number[$1]}.0.2"; }
v6_of() { echo "2001:db8:${number[$1]}::2"; }

quiet() {
  local kind
  for kind in all default; do
    echo 0 >"/proc/sys/net/ipv6/conf/$kind/accept_ra"
    echo 0 >"/proc/sys/net/ipv6/conf/$kind/accept_dad"
    echo 0 >"/proc/sys/net/ipv4/conf/$kind/rp_filter"
  done
}

add_namespace() {
  local name=$1 n=${number[$1]}
  ip netns add "$name"
  ip link add "to-$name" type veth peer name eth0 netns "$name"
  ip link set "to-$name" up
  ip addr add "10.$n.0.1/24" dev "to-$name"
  ip addr add "2001:db8:$n::1/64" dev "to-$name" nodad
  on "$name" sh -c "
    for kind in all default; do
      echo 0 >/proc/sys/net/ipv6/conf/\$kind/accept_ra; echo 0 >/proc/sys/net/ipv6/conf/\$kind/accept_dad
    done
    ip link set lo up && ip link set eth0 up
    ip addr add 10.$n.0.2/24 dev eth0 && ip addr add 2001:db8:$n::2/64 dev eth0 nodad
    ip route add default via 10.$n.0.1 && ip -6 route add default via 2001:db8:$n::1"
}

rig_up() {
  local name
  quiet
  ip link set lo up
  echo 1 >/proc/sys/net/ipv4/ip_forward
  echo 1 >/proc/sys/net/ipv6/conf/all/forwarding
  for name in "$@"; do add_namespace "$name"; done
  printf 'alice:wonder\nbob:builder\n' >users
  printf 'wonder\n' >alice.pw
  printf 'builder\n' >bob.pw
  chmod 600 users ./*.pw
  # Neighbours are known before anything is measured.
  for name in "$@"; do
    on "$name" ping -c 1 -W 2 "10.${number[$name]}.0.1" >/dev/null 2>&1 || true
    on "$name" ping -c 1 -W 2 "2001:db8:${number[$name]}::1" >/dev/null 2>&1 || true
  done
}

# start LABEL NAMESPACE COMMAND...: in the background, output in LABEL.out and LABEL.err, input of $feed; its id in
# $child.
feed=/dev/null
start() {
  local label=$1 namespace=$2
  shift 2
  (exec nsenter --net="/run/netns/$namespace" "$@") >"$label.out" 2>"$label.err" <"$feed" &
  child=$!
}

# wait_for FILE TEXT: a deadline, no fixed sleep; for what was started last.
wait_for() {
  local tries=0
  until grep -qE -- "$2" "$1" 2>/dev/null; do
    tries=$((tries + 1))
    { [ "$tries" -le 300 ] && kill -0 "$child" 2>/dev/null; } || grep -qE -- "$2" "$1" || fail "no $2 in $1: $(tail -n 2 "$1" "${1%.out}.err" 2>/dev/null)"
    read -rt 0.05 _ <>/dev/fd/"$dns_never" || true
  done
}

# until_true SECONDS COMMAND...
until_true() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    [ "$SECONDS" -lt "$deadline" ] || return 1
    read -rt 0.05 _ <>/dev/fd/"$dns_never" || true
  done
}

# zone <<END: the records of example.org; two words stand for the addresses of core.
zone() {
  {
    # shellcheck disable=SC2016
    printf '$ORIGIN example.org.\n$TTL 300\n@ SOA ns admin 1 3600 600 86400 60\n@ NS ns\nns A 10.8.0.2\n'
    sed "s/\<V4\>/$(v4_of core)/; s/\<V6\>/$(v6_of core)/"
  } >example.org.zone
}

usual_zone() {
  zone <<'END'
@ A V4
@ AAAA V6
sip A V4
sip AAAA V6
_sip._udp SRV 0 0 5060 sip
_sip._tcp SRV 0 0 5060 sip
_sips._tcp SRV 0 0 5061 sip
END
}

# name_server: serves what zone() wrote, on port 53 of both addresses of core.
name_server() {
  needs knotd
  # shellcheck disable=SC2034
  DNS_RUN=(nsenter --net=/run/netns/core) DNS_LISTEN=("$(v4_of core)" "$(v6_of core)")
  start_knot example.org.zone 53 "$work"
}
dns=(--dns 10.8.0.2:53)

certificates() {
  "$here/../../tools/make_certificates" "$work/certificates" >certificates.log 2>&1 || fail "certificates"
}

# register A_USER: the words that every command of alice or bob takes.
as() {
  printf '%s\n' --aor "$1@example.org" --password-file "$work/$1.pw" "${dns[@]}"
}

# capture NAMESPACE
capture() {
  start "capture-$1" "$1" "$wire" record "$work/$1.pcapng"
  capture_of[$1]=$child
  wait_for "capture-$1.out" ready
}

# The moment from which the timeline counts.
now() { given=$(date +%s%N); }
given=0

# timeline NAMESPACE [KEYS]: ends its capture; every message that it sent is true, or the case fails.
timeline() {
  kill -TERM "${capture_of[$1]}"
  wait "${capture_of[$1]}" || fail "the capture of $1 failed"
  "$wire" show "$1.pcapng" "$given" "${@:2}" >timeline || fail "$(grep -m 1 UNTRUE timeline)"
}

# first PATTERN: when the first such line was; lines PATTERN: how many there are.
first() {
  local line
  line=$(grep -m 1 -E -- "$1" timeline) || fail "the wire shows no: $1"
  awk '{ print $1; exit }' <<<"$line"
}
lines() { grep -cE -- "$1" timeline || true; }
never() {
  [ "$(lines "$1")" -eq 0 ] || fail "the wire shows: $(grep -m 1 -E -- "$1" timeline)"
}
once() {
  [ "$(lines "$1")" -eq 1 ] || fail "the wire shows $(lines "$1") times, not once: $1"
}

# between LEAST VALUE MOST: milliseconds.
within() {
  awk -v least="$1" -v value="$2" -v most="$3" 'BEGIN { exit !(value >= least && value <= most) }' ||
    fail "${4:-it} took $2 ms, not $1 to $3"
}

# godwit_on NAMESPACE CODE ARGUMENT...: to its end, output in last.out and last.err.
godwit_on() {
  local namespace=$1 wanted=$2 code=0
  shift 2
  now
  on "$namespace" timeout 40 "$godwit" "$@" >last.out 2>last.err </dev/null || code=$?
  [ "$code" -eq "$wanted" ] || fail "godwit $1 ended with $code, not $wanted: $(tail -n 3 last.err)"
}

# server embedded|kamailio: registrar and proxy on core, over UDP, TCP and TLS.
server() {
  certificates
  case "$1" in
    embedded)
      start server core "$godwit" serve --domain example.org --host-name sip.example.org --users users \
        --events --tls-cert certificates/domain.pem --tls-key certificates/domain.key
      wait_for server.out server.ready ;;
    kamailio)
      needs kamailio
      kamailio_up ;;
    *) fail "what is the server \"$1\"?" ;;
  esac
}

kamailio_listens() {
  [ "$(on core ss -Hltn 'sport = :5061' | wc -l)" -ge 2 ] && [ "$(on core ss -Hlun 'sport = :5060' | wc -l)" -ge 2 ]
}

# kamailio_up [DEFINITION]: see kamailio.cfg; sound_of_callee and sound_of_caller are what its RELAY speaks with them.
kamailio_up() {
  compgen -G '/usr/lib/*/kamailio/modules/tls.so' >/dev/null || skip "kamailio-tls-modules is not installed"
  sed "s|@WORK@|$work|g; s|@CALLEE@|${sound_of_callee:-}|; s|@CALLER@|${sound_of_caller:-}|" "$here/kamailio.cfg" >kamailio.cfg
  start server core kamailio -f kamailio.cfg "${@/#/-A}" -DD -E -m 64 -M 8 -P "$work/kamailio.pid" -Y "$work" -w "$work"
  until_true 30 kamailio_listens || fail "kamailio does not start: $(tail -n 3 server.err)"
}
