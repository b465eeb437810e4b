#!/usr/bin/env bash
# Asks osv.dev for known vulnerabilities of every component of the bill of materials. Needs a network, curl and jq.
#   ./mvnw -DskipTests package && src/test/scripts/check-vulnerabilities.sh [bill of materials]
# Without a network only the floors in pom.xml hold; the build checks them each time (enforcer, bannedDependencies).
set -euo pipefail
cd "$(dirname "$0")/../../.."
bill=${1:-target/classes/META-INF/sbom/application.cdx.json}
[[ -r $bill ]] || { echo "no bill of materials at $bill: build first" >&2; exit 2; }

query=$(jq -c '{queries: [.components[] | select(.purl) | {package: {purl: (.purl | split("?")[0])}}]}' "$bill")
answer=$(curl -sS --fail --max-time 60 -H 'Content-Type: application/json' -d "$query" https://api.osv.dev/v1/querybatch) || {
  echo "osv.dev cannot be reached; only the floors in pom.xml hold" >&2
  exit 2
}
found=$(jq -r --argjson bill "$(jq -c '[.components[] | select(.purl) | .purl]' "$bill")" \
  '.results | to_entries[] | select(.value.vulns) | "\($bill[.key]) \([.value.vulns[].id] | join(" "))"' <<< "$answer")
if [[ -n $found ]]; then
  printf 'known vulnerabilities:\n%s\n' "$found"
  exit 1
fi
printf 'ok  no known vulnerability in %s components\n' "$(jq '[.components[] | select(.purl)] | length' "$bill")"
