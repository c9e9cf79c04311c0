#!/usr/bin/env bash
# Installs what the tests need and runs them all. The last line reads "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
dotnet build -c Release -v quiet --nologo || { echo "0 passed, 1 failed"; exit 1; }
dotnet test --solution Fliqs.slnx -c Release --no-build "$@" 2>&1 | tee "$log"
status=${PIPESTATUS[0]}
count() { grep -oE "^ +$1: [0-9]+" "$log" | tail -1 | grep -oE '[0-9]+' || echo 0; }
echo "$(count succeeded) passed, $(count failed) failed"
exit "$status"
