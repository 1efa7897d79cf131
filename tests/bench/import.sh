#!/bin/sh
# SPDX-License-Identifier: ISC
# The whole pipeline over a generated archive: time, pictures a second, and the memory of all its programs together, for an
# archive and for one four times as large. The memory must not grow with the archive.
set -eu
: "${ORNAMENT_BIN:=bin}" "${ORNAMENT_HELPERS:=build/plain/tests}"
bin=$(cd "$ORNAMENT_BIN" && pwd)
helpers=$(cd "$ORNAMENT_HELPERS" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# kilobytes that the processes below $1 have for themselves, and with what they share and map counted once
memory() {
	for p in "$1" $(cat "/proc/$1/task/$1/children" 2>/dev/null || :); do cat "/proc/$p/smaps_rollup" 2>/dev/null || :; done |
		awk '/^Pss:/ { pss += $2 } /^Private_Dirty:/ { own += $2 } END { print own + 0, pss + 0 }'
}

printf '%-9s %9s %9s %9s %11s %15s %15s\n' patents MB pictures seconds pictures/s 'private MiB' 'with maps MiB'
for patents in 50 200; do
	archive=$work/$patents.tar
	"$helpers/generate/archive" --seed 5 --patents "$patents" -o "$archive" >"$work/list"
	start=$(date +%s.%N)
	"$bin/import" -q -d "$work/index-$patents" "$archive" &
	pid=$!
	own=0 all=0
	while kill -0 "$pid" 2>/dev/null; do
		set -- $(memory "$pid")
		[ "$1" -le "$own" ] || own=$1
		[ "$2" -le "$all" ] || all=$2
		sleep 0.1
	done
	wait "$pid"
	end=$(date +%s.%N)
	pictures=$("$bin/index-build" -d "$work/index-$patents" --stat | awk '$1 == "pictures" { print $2 }')
	awk -v n="$patents" -v b="$(wc -c <"$archive")" -v p="$pictures" -v s="$start" -v e="$end" -v o="$own" -v a="$all" \
		'BEGIN { t = e - s; printf "%-9d %9.1f %9d %9.1f %11.1f %15.1f %15.1f\n", n, b / 1e6, p, t, p / t, o / 1024, a / 1024 }'
done
