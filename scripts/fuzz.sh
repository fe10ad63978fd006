#!/usr/bin/env bash
# Has libFuzzer make up texts for each decoder of traces: fuzz.sh [SECONDS for each]. Begins with the corpus that is kept; what
# stops a decoder is left in the folder and ends this with an error. Put it into the corpus once it is mended.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
seconds=${1:-60}
swift build --sanitize=fuzzer --package-path Fuzz --scratch-path .build-fuzz
found=.build-fuzz/found
for decoder in jaeger:FuzzJaeger otlp:FuzzOTLP zipkin:FuzzZipkin; do
  mkdir -p "$found/${decoder%%:*}"
  nice ".build-fuzz/debug/${decoder##*:}" "$found/${decoder%%:*}" "Fuzz/Corpus/${decoder%%:*}" -dict=Fuzz/json.dict \
    -max_total_time="$seconds" -max_len=4096 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1
done
