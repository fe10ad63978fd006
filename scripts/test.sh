#!/usr/bin/env bash
# Runs every test: unit tests first, then the program as a whole. Real servers are used where they can be started; what is
# left out is said. Extra arguments go to `swift test`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

shared=${OBS_TUI_SHARED:-../shared}
if [[ -z ${OBS_TUI_CORPUS:-} && -d $shared/data ]]; then OBS_TUI_CORPUS=$(cd "$shared/data" && pwd); fi
if [[ -n ${OBS_TUI_CORPUS:-} ]]; then export OBS_TUI_CORPUS; else echo "OBS_TUI_CORPUS is not set: tests on sample files are skipped"; fi

started=()
stop() { for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done; }
trap stop EXIT

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

if [[ -z ${OBS_TUI_REAL_ELASTICSEARCH:-} && -f $shared/servers/elasticsearch/start ]]; then
  lab=${OBS_LAB:-${XDG_CACHE_HOME:-$HOME/.cache}/obs-lab}
  if address=$(OBS_LAB=$lab bash "$shared/servers/elasticsearch/start" "$(free_port)" | tail -n 1); then
    export OBS_TUI_REAL_ELASTICSEARCH=$address
    started+=("$(cat "$lab/es.pid")")
    echo "Elasticsearch for the tests: $address"
  fi
fi
[[ -n ${OBS_TUI_REAL_ELASTICSEARCH:-} ]] || echo "OBS_TUI_REAL_ELASTICSEARCH is not set: tests on a real Elasticsearch are skipped"

swift build --build-tests
scripts/check-deploy.sh "$(swift build --show-bin-path)/obs-tui"
swift test --skip-build --skip EndToEndTests "$@"
# These wait for real processes on a machine that may be busy: what fails is run once more before it counts.
swift test --skip-build --filter EndToEndTests --no-parallel "$@" || {
  echo "The end-to-end tests failed; they are run once more."
  swift test --skip-build --filter EndToEndTests --no-parallel "$@"
}
