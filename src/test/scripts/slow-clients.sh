#!/usr/bin/env bash
# Measures how good requests fare while slow and large ones attack a running Vitalroutes.
#   src/test/scripts/slow-clients.sh [public URL] [process id]
# Needs slowhttptest and curl. Start one first, such as ./mvnw spring-boot:test-run.
set -euo pipefail
url=${1:-http://localhost:8080}
pid=${2:-}
connections=${CONNECTIONS:-800} # 4 × the container's 200 threads
seconds=${SECONDS_EACH:-60}
good="$url/webhooks/withings"

memory() { [ -z "$pid" ] || echo "  resident memory: $(awk '/VmRSS/ {print int($2 / 1024)}' "/proc/$pid/status") MiB"; }

# Good requests, ten a second while the attack runs: how long each took, and how many failed.
measure() {
  local times
  times=$(mktemp)
  while kill -0 "$1" 2> /dev/null; do
    curl -s -o /dev/null -m 10 -w '%{time_total} %{http_code}\n' "$good" >> "$times" || true
    sleep 0.1
  done
  sort -n "$times" | awk '
    { took[NR] = $1 * 1000; if ($2 != 200) bad++ }
    END { printf "  good requests: %d, not 200: %d, p50 %.0f ms, p99 %.0f ms, most %.0f ms\n",
          NR, bad, took[int(NR * 0.5) + 1], took[int(NR * 0.99)], took[NR] }'
  rm -f "$times"
}

attack() {
  echo "$1"
  shift
  "$@" > /dev/null 2>&1 &
  measure $!
  memory
}

memory
attack "no attack" sleep 10
form=application/x-www-form-urlencoded
slow=(slowhttptest -c "$connections" -r "$connections" -l "$seconds" -u "$good" -p 3)
attack "slow bodies, $connections connections" "${slow[@]}" -B -i 1 -s 8192 -t POST -f "$form"
attack "slow heads, $connections connections" "${slow[@]}" -H -i 1 -t GET
attack "slow readers, $connections connections" "${slow[@]}" -X -w 1 -y 2 -n 1 -z 1
attack "100 MB in chunks, 100 at a time, 500 in all" bash -c "
  head -c 100000000 /dev/zero > \"\${TMPDIR:-/tmp}/large.\$\$\"
  seq 500 | xargs -P 100 -I{} curl -s -o /dev/null -m 30 -H 'Transfer-Encoding: chunked' -H 'Content-Type: $form' \
    -T \"\${TMPDIR:-/tmp}/large.\$\$\" -X POST '$good'
  rm -f \"\${TMPDIR:-/tmp}/large.\$\$\""
