#!/usr/bin/env bash
# Writes constraints.txt: the exact versions that a fresh environment gets today, and that the tests then hold to.
set -euo pipefail
cd "$(dirname "$0")/.."
fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
python3 -m venv "$fresh"
"$fresh/bin/pip" install -q --disable-pip-version-check '.[dev]' hatchling
{
  echo "# Written by docs/lock.sh; the versions that the tests ran with."
  "$fresh/bin/pip" freeze --exclude summarise-articles
} > constraints.txt
