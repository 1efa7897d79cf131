#!/bin/sh
# SPDX-License-Identifier: ISC
# Codes of 2, 4 and 8 bits beside those of one: what they are there for, that they follow every change, and indexes without them.
. "$(dirname "$0")/lib.sh"

stat_of() { index-build -d "$1" --stat | sed -n "s/^$2	//p"; }
# answers INDEX [OPTION...]: documents, for several questions
answers() {
	index=$1
	shift
	for id in D0000100 D0000321/00002 D0000500 D0000777; do query -d "$index" -k 10 --id "$id" "$@" | cut -f1,2; done
}

"$HELPERS/generate/vectors" -d 100 -n 5000 v
stream-show --from-npy v.npy --records v.jsonl >v.st
for bits in 1 2 4 8; do
	ok "an index is made with $bits bits" index-build -d "i$bits" --bits "$bits" --nlist 60 v.st
	is "and says so" "$bits" "$(stat_of "i$bits" bits)"
	ok "it is whole" index-build -d "i$bits" --check
	index-build -d "i$bits" --dump >"i$bits.st"
done
index-build -d i --nlist 60 v.st
is "without the option there are four" 4 "$(stat_of i bits)"
is "the same in JSON" 4 "$(index-build -d i --stat --json | jq .bits)"
same "what it holds does not depend on that" i1.st i8.st
[ "$(stat_of i1 bytes)" -lt "$(stat_of i2 bytes)" ] && [ "$(stat_of i2 bytes)" -lt "$(stat_of i4 bytes)" ] &&
	[ "$(stat_of i4 bytes)" -lt "$(stat_of i8 bytes)" ] && pass "its size does" || fail "its size does"

answers i1 --exact >exact
answers i1 --exact --where 'patent_id =~ "[1357]$"' >exact.odd
for bits in 1 2 4 8; do
	answers "i$bits" --recall 0.999 >found
	same "with $bits bits a search finds what there is" found exact
	answers "i$bits" --recall 0.999 --where 'patent_id =~ "[1357]$"' >found
	same "under a filter too" found exact.odd
done

# --- every change
for bits in 2 8; do
	index-build -d "i$bits" --delete D0000003 D0000100/00001 D0000101 D0000500 D0000650/00002
	ok "after deletions it is whole ($bits bits)" index-build -d "i$bits" --check
	"$HELPERS/generate/vectors" -d 100 -n 700 -s 9 w
	sed 's/"key":"D0/"key":"D9/' w.jsonl >w9.jsonl
	stream-show --from-npy w.npy --records w9.jsonl >w.st
	index-build -d "i$bits" --commit-every 100 w.st
	ok "and after additions" index-build -d "i$bits" --check
	answers "i$bits" --recall 0.999 >found 2>/dev/null
	answers "i$bits" --exact >exact 2>/dev/null
	same "it finds what there is now" found exact
	index-build -d "i$bits" --dump >before.st
	ok "trained anew" index-build -d "i$bits" --retrain
	ok "it is whole" index-build -d "i$bits" --check
	index-build -d "i$bits" --dump >after.st
	same "and has what it had" after.st before.st
done

# --- damage
cp -r i8 hurt
"$HELPERS/generate/spoil" hurt refinements
status "a damaged refinement is found" 2 index-build -d hurt --check
says "by its list" "value of key [0-9a-f]+ in table 'refinements' is damaged \('list [0-9]+'\)"
answers hurt --recall 0.999 >found 2>.err
says "and a search that meets one does not use it" "the refinement of picture [0-9]+ is damaged"

# --- wrong options
status "three bits are none of them" 2 index-build -d j --bits 3 v.st
says "and it is said which are" "'3' is none of 1, 2, 4, 8"
status "nor are sixteen" 2 index-build -d j --bits 16 v.st
status "what an index has cannot change" 2 index-build -d i8 --bits 2 w.st
says "and both are said" "refined with 8 bits, not with 2"
ok "the same again is no change" index-build -d i8 --bits 8 w.st
finish
