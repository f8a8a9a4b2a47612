#!/bin/sh
# The journey "monkey" with another seed and more events:
#   monkey.sh PLAY RELAYADM PUSHED [COUNT [SEED]]
# It prints the seed; the same one hits the same keys.
set -eu

journeys=$(cd "$(dirname "$0")/journeys" && pwd)
play=$1
RELAYADM=$2
PUSHED=$3
count=${4:-1000000}
seed=${5:-$(date +%s)}
JOURNEYS=$journeys
LC_ALL=C.UTF-8 TERM=xterm-256color
work=$(mktemp -d "${TMPDIR:-/tmp}/monkey.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' HUP INT TERM
HOME=$work
RELAYADM_RESOLVER=127.0.0.1:1
export RELAYADM_RESOLVER
export HOME RELAYADM PUSHED JOURNEYS LC_ALL TERM

echo "monkey: seed $seed, $count events"
cd "$work"
sed "s/^monkey .*/monkey $seed $count/" "$journeys/monkey.keys" |
	"$play" "$RELAYADM" --database policy.db
