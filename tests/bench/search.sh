#!/bin/sh
# SPDX-License-Identifier: ISC
# How often lists and comparing everything agree, and at what cost: 100,000 vectors of 384 numbers; questions are unseen views of
# patents that are indexed, then views of others.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

"$ORNAMENT_HELPERS/generate/vectors" -d 384 -n "${VECTORS:-100000}" -q 200 v
"$ORNAMENT_BIN/stream-show" --from-npy v.npy --records v.jsonl >v.st
began=$(date +%s)
"$ORNAMENT_BIN/index-build" -d index v.st
pictures=$("$ORNAMENT_BIN/index-build" -d index --stat | awk '$1 == "pictures" { print $2 }')
bytes=$(wc -c <index/data.mdb)
echo "index-build: $pictures vectors in $(($(date +%s) - began)) s, $((bytes / pictures)) bytes a vector"
for kind in new other; do
	"$ORNAMENT_BIN/stream-show" --from-npy "v-$kind.npy" --records "v-$kind.jsonl" | "$ORNAMENT_BIN/stream-show" --f32 >questions.f32
	printf '%-6s' "$kind"
	"$ORNAMENT_HELPERS/bench/search" index questions.f32
done
