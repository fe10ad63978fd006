#!/usr/bin/env bash
# Measures the release build against its targets: bench.sh [--minutes N]. A quiet machine makes true figures.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
swift build -c release --package-path Benchmarks --scratch-path .build-bench
.build-bench/release/Benchmarks "$PWD/.build-release/release/obs-tui" "$@"
