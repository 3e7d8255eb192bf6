#!/bin/sh
# Shows the main job: deploys four versions to a throw-away host under live load, with the committed
# bundle, found through an EC2 endpoint. Installs what is missing on a fresh Debian or Ubuntu machine (root
# or sudo). --keep leaves the host running and says how to reach it. Non-zero when a deploy or a request failed.
set -eu
exec sh "$(dirname "$0")/run.sh" scripts/demo.ts "$@"
