#!/usr/bin/env bash
# What the recipes beside this file run.
# usage: run.sh [FOLDER FOR REPORTS], which is reports/ if none is named
# The coverage gates are part of it: that of the Go service is in its TestMain, that
# of the Python client is --min-coverage here.
set -euo pipefail
cd "$(dirname "$0")/../.."
mkdir -p "${1:-reports}"
reports=$(cd "${1:-reports}" && pwd)

if [ -z "${SIM_BIN:-}" ]; then
	SIM_BIN=$reports/sim
	go build -o "$SIM_BIN" ./cmd/sim
fi
export SIM_BIN

# Go: the simulator is in the test's process.
go test ./examples/collector/...

# Python: one simulator for the time of the command. What the client has not met,
# requests that fit nothing and findings fail the run.
"$SIM_BIN" exec --min-coverage 90 --fail-on findings,unmatched,verdict --out "$reports/pytest" -- \
	"${PYTHON:-python3}" -m pytest -q -p no:cacheprovider --junitxml "$reports/pytest.xml" examples/pytest

# Java: JUnit starts the simulator itself.
examples/junit5/run.sh "$reports/junit5"
