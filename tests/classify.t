#!/bin/sh
# SPDX-License-Identifier: ISC
. "$(dirname "$0")/lib.sh"

# right LABELS OF CLASSIFY: how many of 1000 pictures have the kind they should have; lines of identity, kind
right() { sort "$1" >.labels; sort "$2" >.found; join -t "$(printf '\t')" .labels .found | awk -F'\t' '{n++; r += $2 == $3} END {print n ? int(1000 * r / n) : 0}'; }

# at_least NAME WANTED GOT
at_least() { if [ "$3" -ge "$2" ]; then pass "$1: $3 per mille"; else fail "$1: $3 per mille instead of $2"; fi; }

# --- usage and streams

for wrong in '-j 0' '-j' '--frobnicate' '--json --tsv'; do
	# shellcheck disable=SC2086
	status "$wrong is wrong usage" 2 classify $wrong
done
says "and says where to read on" "classify --help"
status "nothing is no stream" 2 classify </dev/null
says "and is called so" "^classify: standard input: is empty"
echo hello >text
status "what is no picture is reported" 3 classify --tsv text
says "by decode" "^decode: .*text"

{ echo P1 60 40 && yes 0 | head -2400; } >blank.pbm
ok "a picture alone goes through decode" sh -c 'classify --tsv blank.pbm >a.tsv'
silent "in silence"
is "and is blank" blank "$(cut -f2 a.tsv)"
decode blank.pbm >page.st
ok "a stream is read from a file" sh -c 'classify page.st >a.st'
ok "and from standard input" sh -c 'classify <page.st >b.st'
same "with the same result" a.st b.st
ok "a picture gives the stream that decode and classify give" sh -c 'classify blank.pbm >c.st'
same "byte for byte" a.st c.st
is "the label has the likeliest kind" '["blank",["blank"]]' \
	"$(stream-show --json a.st | jq -c 'select(.labels) | .labels | [.kind, (.kinds | keys)]')"
is "the header says which model" 1 "$(stream-show a.st | grep -c '^fact quality.classify.model=[0-9a-f]\{64\}$')"
is "and which version" 1 "$(stream-show a.st | grep -c '^fact quality.classify.version=')"
ok "--all gives all" sh -c 'classify --all page.st >all.st'
is "which are six that sum to one" '[6,1]' \
	"$(stream-show --json all.st | jq -c 'select(.labels) | .labels.kinds | [length, (add * 100 | round / 100)]')"
ok "--json gives objects" sh -c 'classify --json blank.pbm >a.json'
is "with identity, kind and probabilities" '["blank.pbm","blank",["blank"]]' "$(jq -c '[.identity, .kind, (.kinds | keys)]' a.json)"
is "--tsv --all gives a row for each kind" 6 "$(classify --tsv --all blank.pbm | wc -l)"
status "streams and pictures do not mix" 2 classify --tsv page.st blank.pbm
status "a file that is not there is reported" 3 classify --tsv nowhere.tif
status "a lost output is a failure" 2 sh -c 'classify page.st >/dev/full'
status "a lost table as well" 2 sh -c 'classify --tsv page.st >/dev/full'
letterbox page.st >square.st
status "squares are refused" 2 classify square.st
says "with a reason" "letterboxed already"
head -c $(($(wc -c <page.st) - 5)) page.st >cut.st
status "a cut stream is a failure" 2 sh -c 'classify cut.st >cut.out'
: >empty.tif
decode empty.tif blank.pbm >fault.st 2>/dev/null
status "a fault in the input shows in the exit status" 3 sh -c 'classify fault.st >c.st'
is "and passes" "end items 2 faults 1 skipped 0" "$(stream-show c.st | tail -1)"
stream-show a.st | sed 's/{"kind":"blank"/{"class":"0601","kind":"photograph"/' | stream-show --from-text >other.st
classify other.st >again.st
is "a label is replaced, and others are kept" '["0601","blank"]' \
	"$(stream-show --json again.st | jq -c 'select(.labels) | .labels | [.class, .kind]')"
classify again.st >twice.st
same "once more changes nothing" again.st twice.st
printf 'P5 1 1 255\n\200' >one.pgm
printf 'P6 1 1 255\n\377\0\0' >one.ppm
is "one pixel of any colour is blank" "blank blank" "$(classify --tsv one.pgm one.ppm | cut -f2 | tr '\n' ' ' | sed 's/ $//')"

# --- generated pictures of every kind, of another seed than those that were learnt from

each=20 least=900
[ -z "${ORNAMENT_LONG:-}" ] || each=100 least=940
"$HELPERS/generate/kinds" --seed 77 --each $each >kinds.st || exit 1
ok "pictures of six kinds" sh -c 'classify --tsv kinds.st >kinds.tsv'
cut -f1,2 kinds.tsv >found
awk -F'\t' -v OFS='\t' '{k = $1; sub(/ [0-9]*$/, "", k); print $1, k}' kinds.tsv >wanted
is "all have an answer" $((6 * each)) "$(wc -l <found)"
at_least "are told apart" $least "$(right wanted found)"
classify kinds.st >one.st
classify -j 3 kinds.st >three.st
same "three at a time give the same stream" one.st three.st

# --- labels in an index

"$HELPERS/generate/archive" --seed 5 --patents 2 -o I20260106.tar >/dev/null
ok "import labels on its way" import -d designs I20260106.tar
index-build -d designs --dump | stream-show --json | jq -r 'select(.labels) | [.identity, .labels.kind] | @tsv' | sort >dumped
classify --tsv I20260106.tar | cut -f1,2 | sort >direct
same "and the index gives the labels back" direct dumped
cp designs/data.mdb before.mdb
ok "imported again" import -d designs I20260106.tar
same "nothing is written" before.mdb designs/data.mdb

# --- the real sheets, against labels made by looking at them

if [ -n "$DATA" ]; then
	classify --tsv "$DATA"/uspto/weekly/*.tar "$DATA"/views | cut -f1,2 >found
	grep -v '^#' "$TESTS/kinds.tsv" >wanted
	is "the real sheets all have an answer" "$(wc -l <wanted)" "$(wc -l <found)"
	at_least "and are what they look like" 950 "$(right wanted found)"
else
	skip "the real material is not here (ORNAMENT_TESTDATA)"
fi
finish
