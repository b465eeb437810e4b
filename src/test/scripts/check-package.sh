#!/usr/bin/env bash
# Builds the jars twice, in folders of their own, and compares the bytes; then compares the libraries in the jar with
# its bill of materials. Uses what is committed.
#   src/test/scripts/check-package.sh
set -euo pipefail
cd "$(dirname "$0")/../../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for build in first second; do
  git clone -q . "$work/$build"
  (cd "$work/$build" && ./mvnw -q -B -ntp -DskipTests -DskipChecks package)
done
simulator=$(basename "$work"/first/target/vitalroutes-*-simulator.jar)
jar=${simulator/-simulator/}
for each in "$jar" "$simulator"; do
  sha256sum "$work"/{first,second}/target/"$each"
  cmp "$work/first/target/$each" "$work/second/target/$each"
done
echo "two builds of $(git rev-parse --short HEAD) are the same bytes"

unzip -Z1 "$work/first/target/$jar" 'BOOT-INF/lib/*.jar' | sed 's|.*/||' | sort -u > "$work/shipped"
unzip -p "$work/first/target/$jar" META-INF/sbom/application.cdx.json |
  grep -o '"purl" *: *"pkg:maven/[^"]*' |
  sed -E 's|.*/([^@]*)@([^?]*).*classifier=([^&]*).*|\1-\2-\3.jar|; s|.*/([^@]*)@([^?]*).*|\1-\2.jar|' | sort -u > "$work/listed"
if missing=$(comm -23 "$work/shipped" "$work/listed") && [ -n "$missing" ]; then
  echo "shipped and not in the bill of materials:"
  echo "$missing"
  exit 1
fi
echo "all $(wc -l < "$work/shipped") libraries of the jar are in its bill of materials"
