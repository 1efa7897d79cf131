#!/bin/sh
# SPDX-License-Identifier: ISC
# What it costs to know which of 160,000 patents pass a filter: by the columns, and by reading all records. Their vectors are short:
# nothing is searched here. How filtered searches fare is a part of tests/bench/index.sh.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

"$ORNAMENT_HELPERS/generate/vectors" -d 16 -n "${VECTORS:-960000}" v
"$ORNAMENT_BIN/stream-show" --from-npy v.npy --records v.jsonl | "$ORNAMENT_BIN/index-build" -d index
rm v.npy v.jsonl
"$ORNAMENT_HELPERS/bench/filter" index "title ~ 'chair'" "title ~ 'lamp with pattern 7'" "title ^= 'chair'" "title =~ 'Chair.*7\$'" \
	"loc_class ^= '06'" "applicant_country == 'KR'" "inventor_names ~ 'garc'" "claim_text ~ 'ornamental'" 'pub_date >= 2020' active \
	"active && title ~ 'chair' && loc_class ^= '06'" "title ~ 'e' || active" "citations.number == 'D0123456'"
