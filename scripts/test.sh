#!/bin/sh
# Runs every test: compiler, formatter, dist, unit, host scripts, contracts, the model of the protocol, hostile values,
# the system on sandbox hosts. Installs what is missing on a fresh Debian or Ubuntu machine (root or sudo). Words are
# the parts to run (check unit host contract model fuzz sandbox system faults), default all. Where no sandbox host can
# boot, the tests that need one are skipped loudly; with CI=true they fail. Ends with `N passed, N failed` and non-zero
# on a failure.
set -eu
exec sh "$(dirname "$0")/run.sh" scripts/test.ts "$@"
