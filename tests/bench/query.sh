#!/bin/sh
# SPDX-License-Identifier: ISC
# What a question costs from start to exit: by picture over the real weeks, or generated ones; by number, by filter; and a filter
# over 100,000 pictures of 16,700 patents.
set -eu
PATH=$ORNAMENT_BIN:$PATH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir sheets

if [ -d "${ORNAMENT_TESTDATA:-}/uspto/weekly" ]; then
	"$ORNAMENT_HELPERS/generate/sheets" sheets "$ORNAMENT_TESTDATA"/uspto/weekly/*.tar
	ornament import -d index "$ORNAMENT_TESTDATA"/uspto/weekly/*.tar
else
	"$ORNAMENT_HELPERS/generate/archive" --patents 29 --sheets sheets -o . >list
	ornament import -d index I*.tar
fi

# row NAME: milliseconds, a line each, to a row
row() {
	sort -n | awk -v name="$1" '{t[NR] = $1} END {printf "%-44s %5d %8.1f %8.1f %8.1f\n", name, NR, t[int((NR + 1) / 2)],
		t[int(NR * 0.99 + 0.5)], t[NR]}'
}
# one ARGUMENT...: one run; by the clock of the process itself, which begins after its start
one() { query -v "$@" 2>&1 >/dev/null | sed -n 's/^query: \(.*\) ms in all$/\1/p'; }

printf '%-44s %5s %8s %8s %8s\n' 'ms from start to exit' runs median p99 worst
for f in sheets/*.TIF; do one -d index "$f"; done | row "a sheet, of $(ls sheets | wc -l) in the index"
for f in sheets/*.TIF; do one -d index --json --where active "$f"; done | row 'the same with a filter, as JSON'
i=0
ids=$(query -d index --where 'patent_id ~ "D"' | cut -f2)
for id in $ids; do one -d index --id "$id"; done | row 'a patent by its number'
one -d index sheets/*.TIF | row 'all sheets in one run'

"$ORNAMENT_HELPERS/generate/vectors" -d 256 -n 100000 -s 7 big
stream-show --from-npy big.npy --records big.jsonl | index-build -d big
while [ $((i += 1)) -le 20 ]; do one -d big --id "D$((i * 800))"; done | row 'by number, 100,000 pictures'
for jobs in 1 2; do
	i=0
	while [ $((i += 1)) -le 20 ]; do one -d big --exact -j $jobs --id "D$((i * 800))"; done | row "the same with --exact -j $jobs"
done
i=0
while [ $((i += 1)) -le 5 ]; do one -d big --id "D$((i * 800))" --where 'title ~ "chair" && active'; done |
	row 'with a filter, 16,700 records'
