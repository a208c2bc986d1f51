#!/usr/bin/env bash
# Opens a report, or the index of a batch, in Debian's headless Chromium, driven by Playwright from
# PyPI (which is told to use that Chromium and downloads none of its own), and asks axe-core (in
# axe-playwright-python from PyPI) for faults that keep people out.
#
#   tests/browser/run.sh PAGE.html [DIR for screenshots]
#
# Where Chromium or Python's venv cannot be had it says so and passes: the page's structure is
# tested without a browser too (crates/thecal-report/tests/integration/page.rs).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
venv=${CARGO_TARGET_DIR:-$here/../../target}/browser-venv

not_run() {
  echo "browser tests not run: $1"
  exit 0
}

if ! command -v chromium >/dev/null; then
  # Only where it may: a CI machine that is root and has Debian's packages.
  if [[ ${CI:-} == true && $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
    { timeout 60 apt-get update -qq && timeout 240 apt-get install -y -qq chromium; } \
      >/dev/null 2>&1 || not_run "Chromium cannot be installed here"
  else
    not_run "no Chromium here (apt-get install chromium)"
  fi
fi
if [[ ! -x $venv/bin/python ]]; then
  python3 -m venv "$venv" >/dev/null 2>&1 || not_run "Python has no venv here"
fi
if ! "$venv/bin/python" -c "import playwright" 2>/dev/null; then
  timeout 180 "$venv/bin/pip" install -q "playwright>=1.50,<2" >/dev/null 2>&1 ||
    not_run "Playwright cannot be installed here"
fi
# Without axe the rest is tested, and says so.
if ! "$venv/bin/python" -c "import axe_playwright_python" 2>/dev/null; then
  timeout 120 "$venv/bin/pip" install -q "axe-playwright-python>=0.1.5,<0.2" >/dev/null 2>&1 || true
fi
kind=report
grep -q 'id="studies"' "$1" && kind=index
"$venv/bin/python" "$here/$kind.py" "$@"
