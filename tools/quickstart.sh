#!/usr/bin/env bash
# From a bare Debian 12 to pictures: installs what is missing, builds, starts a coordinator and local workers, renders
# configs/campaigns/quickstart.yaml on the pocket pack, fetches the pictures and makes a contact sheet of them.
#
#   tools/quickstart.sh [OUT]     pictures and sheet land in OUT (default: out/quickstart)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source tools/build_lib.sh

out=${1:-out/quickstart}
manifest=configs/campaigns/quickstart.yaml
bin=build/release/bin
begin=$SECONDS

troupe_setup
troupe_build release troupe troupe-worker troupe-engine

mkdir -p "$out"
state=$(mktemp -d "${TMPDIR:-/tmp}/troupe-quickstart.XXXXXX")
export TROUPE_STATE=$state/farm
cores=$(nproc)
workers=$((cores >= 2 ? 2 : 1))
threads=$((cores / workers))

up=
stop() {
  [ -z "$up" ] || kill -INT "$up" 2>/dev/null || true
  [ -z "$up" ] || wait "$up" 2>/dev/null || true
  rm -rf "$state"
}
trap stop EXIT

printf '\nA coordinator and %d workers:\n' "$workers"
"$bin/troupe" up --workers "$workers" --threads "$threads" >"$state/up.log" 2>&1 &
up=$!
until grep -q '^next:' "$state/up.log"; do
  kill -0 "$up" 2>/dev/null || { cat "$state/up.log" >&2; exit 1; }
  read -r -t 0.1 <> <(:) || true
done
sed '/^state folder\|^next:/d' "$state/up.log"

printf '\nRendering %s:\n' "$manifest"
farm_begin=$(date +%s.%N)
"$bin/troupe" submit "$manifest" --wait
farm_end=$(date +%s.%N)
"$bin/troupe" results quickstart --to "$out/pictures"
"$bin/troupe" sheet quickstart --to "$out/sheet.png" >/dev/null
"$bin/troupe" campaign info quickstart --output json >"$out/campaign.json"
kill -INT "$up"
wait "$up" || true
up=

printf '\nThe same jobs on the engine alone, to see what the farm costs:\n'
alone_begin=$(date +%s.%N)
parts=()
for part in $(seq 1 "$workers"); do
  "$bin/troupe-engine" render --pack configs/packs/pocket --manifest "$manifest" --part "$part/$workers" --threads "$threads" \
    --to "$state/alone" --json >"$state/alone.$part.json" 2>"$state/alone.$part.log" &
  parts+=($!)
done
for part in "${parts[@]}"; do wait "$part"; done
alone_end=$(date +%s.%N)
awk -v fb="$farm_begin" -v fe="$farm_end" -v ab="$alone_begin" -v ae="$alone_end" \
  'BEGIN { f = fe - fb; a = ae - ab; printf "farm %.1f s, engine alone %.1f s: the farm costs %+.1f %%\n", f, a, (f / a - 1) * 100 }'

printf '\n%d pictures: %s\ncontact sheet: %s\nall in %s\n' "$(sed -n 's|.*"done": *\([0-9]*\).*|\1|p' "$out/campaign.json")" \
  "$out/pictures" "$out/sheet.png" "$(troupe_minutes $((SECONDS - begin)))"
