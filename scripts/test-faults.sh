#!/usr/bin/env bash
# Breaks every store in every way and looks whether the program bears it: test-faults.sh PROGRAM
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
swift build --build-tests
OBS_TUI_PROGRAM=$(realpath "$1") OBS_TUI_FAULTS=full swift test --skip-build --no-parallel --filter 'EndToEnd.(Faults|Injections|Secrets)'
