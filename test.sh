#!/usr/bin/env bash
# Installs what the tests need and runs them all. The last line reads "N passed, N failed"; what was skipped stands above it.
set -uo pipefail
cd "$(dirname "$0")"
export DOTNET_CLI_UI_LANGUAGE=en    # its summary is read below
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# Pages of reports are looked at in a browser.
browser() { command -v chromium || command -v chromium-browser || command -v google-chrome; }
if ! browser > /dev/null && [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
  echo "installing chromium to look at pages of reports"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core; } > "$log" 2>&1 \
    || tail -3 "$log"
fi

dotnet build -c Release -v quiet --nologo || { echo "0 passed, 1 failed"; exit 1; }
dotnet test --solution Fliqs.slnx -c Release --no-build "$@" 2>&1 | tee "$log"
status=${PIPESTATUS[0]}
count() { grep -oE "^ +$1: [0-9]+" "$log" | tail -1 | grep -oE '[0-9]+' || echo 0; }
browser > /dev/null || echo "SKIPPED: there is no chromium on this machine, so no page of a report was looked at in a browser"
[ "$(count skipped)" = 0 ] || echo "SKIPPED: $(count skipped) tests"
failed=$(count failed)
[ "$status" = 0 ] || [ "$failed" != 0 ] || failed=1    # the process of the tests has died
echo "$(count succeeded) passed, $failed failed"
exit "$status"
