#!/bin/sh
# SPDX-License-Identifier: ISC
# A damaged page is found by --check, which says what it holds; who reads what is on it says so, and who does not answers rightly.
. "$(dirname "$0")/lib.sh"

# pages damaged of each kind (see damage.c)
pages=8
[ -z "${ORNAMENT_LONG:-}" ] || pages=300

"$HELPERS/generate/vectors" -d 64 -n 5000 v
stream-show --from-npy v.npy --records v.jsonl >v.st
index-build -d whole v.st
# some pages are free
index-build -d whole --delete D0000003 D0000009
index-build -d whole --dump >whole.st
# through lists, with a filter over columns; and all of one
by_lists() { query -d "$1" -k 5 --id D0000100 --where 'title ~ "chair" || pub_date > 2000'; }
exactly() { query -d "$1" -k 5 --id D0000100/00001 --exact --json; }
by_lists whole >by_lists.whole
exactly whole >exactly.whole
index-build -d whole --dump >dump.whole
dump() { index-build -d "$1" --dump; }
ok "an index that is whole has no damage" index-build -d whole --check
silent "and nothing is said of it"

# reads NAME: what it says of a damaged index is what it said of the whole one, or it says that something is damaged: 0; else 1
reads() {
	got=0
	"$1" hurt >"$1.hurt" 2>"$1.err" || got=$?
	if [ "$got" -eq 2 ]; then
		tail -1 "$1.err" | grep -q "damaged\|cannot\|missing\|it is no index\|malformed"
	else
		[ "$got" -eq 0 ] && cmp -s "$1.hurt" "$1.whole"
	fi
}

for kind in zeros noise byte other; do
	found=0 named=0 missed=0 wrong=0 spoken=0
	for seed in $(seq 1 "$pages"); do
		rm -rf hurt && cp -r whole hurt
		page=$("$HELPERS/damage" hurt "$seed" "$kind") || fail "page $seed of $kind is damaged"
		got=0
		index-build -d hurt --check >/dev/null 2>check.err || got=$?
		if [ "$got" -eq 2 ] && [ -s check.err ]; then
			found=$((found + 1))
			# the page by its number and table; or the value that is on it, by table, picture or patent
			if grep -q "page $page is damaged.* table '\|page $page is damaged.* free pages\|page $page is damaged.*names of" check.err ||
				grep -q "value of key .* is damaged\|the vector of\|table '" check.err; then
				named=$((named + 1))
			else
				echo "seed $seed, page $page:"; cat check.err
			fi >>"unnamed.$kind"
		else
			missed=$((missed + 1))
		fi
		for reader in by_lists exactly dump; do
			reads "$reader" || {
				wrong=$((wrong + 1))
				{ echo "seed $seed, page $page: $reader"; cat "$reader.err"; } >>"wrong.$kind"
			}
			[ ! -s "$reader.err" ] || spoken=$((spoken + 1))
		done
	done
	: >>"unnamed.$kind" && : >>"wrong.$kind"
	case $kind in
	byte)
		[ "$found" -gt 0 ] && pass "$kind: of $pages damaged pages $found are found; in $missed it is where nothing lies" ||
			fail "$kind: some are found" ;;
	*) is "$kind: of $pages damaged pages all are found" "$pages" "$found" ;;
	esac
	if [ "$named" -eq "$found" ]; then pass "$kind: and it is said what they hold"; else
		fail "$kind: and it is said what they hold ($named of $found)" "unnamed.$kind"
	fi
	if [ "$wrong" -eq 0 ]; then pass "$kind: who reads says so, $spoken times, or answers rightly"; else
		fail "$kind: who reads says so or answers rightly (not $wrong times)" "wrong.$kind"
	fi
done

# the root pages, and a file that is cut
rm -rf hurt && cp -r whole hurt
dd if=/dev/zero of=hurt/data.mdb bs=4096 count=2 conv=notrunc 2>/dev/null
status "without root pages it is no index" 2 index-build -d hurt --check
says "and that is said" "no index"
: >hurt/data.mdb
status "nor is it one without any page" 2 index-build -d hurt --check
says "for this reason" "no index$"
status "that those have who ask it" 2 query -d hurt --where active
says "too" "no index$"
rm -rf hurt && cp -r whole hurt
truncate -s 1000000 hurt/data.mdb
status "a file that is cut is found" 2 index-build -d hurt --check
says "by what is not there" "damaged"
status "and who reads it ends" 2 query -d hurt --id D0000700 --exact
says "with a reason" "damaged"
status "as a dump does" 2 index-build -d hurt --dump
says "with a reason" "damaged"

# while a writer goes on, --check sees one snapshot
"$HELPERS/generate/vectors" -d 64 -n 2500 -s 5 w
stream-show --from-npy w.npy --records w.jsonl >w.st
index-build -d whole --commit-every 10 w.st &
writer=$!
wrong=0 checks=0
while kill -0 "$writer" 2>/dev/null && [ "$checks" -lt 30 ]; do
	index-build -d whole --check 2>>busy.err || wrong=$((wrong + 1))
	checks=$((checks + 1))
done
wait "$writer"
if [ "$wrong" -eq 0 ]; then pass "beside a writer $checks checks found nothing"; else fail "beside a writer nothing is damaged" busy.err; fi
finish
