#!/usr/bin/env bash
# Installs what is missing, builds the release preset and runs every test that needs no GPU.
#
#   tools/test.sh                 all but the long variants of chaos and the simulator, which `-L slow` runs
#   tools/test.sh -L unit         what follows is handed to ctest: one label, -R for names, ...
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source tools/build_lib.sh

troupe_setup
troupe_build release
begin=$SECONDS
(($#)) || set -- -LE slow
ctest --test-dir build/release --output-on-failure --no-tests=error -j "$(nproc)" "$@"
printf 'test: all green in %s (build %s)\n' "$(troupe_minutes $((SECONDS - begin)))" "$TROUPE_BUILD_TIME"
