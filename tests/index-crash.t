#!/bin/sh
# SPDX-License-Identifier: ISC
# index-build killed at any moment of any kind of write leaves an index that is whole and holds what was committed: of the documents
# that were being written the first ones as they are afterwards, the others as they were before. Run again, it comes to the same end.
. "$(dirname "$0")/lib.sh"

kills=4 seed=11
[ -z "${ORNAMENT_LONG:-}" ] || kills=40
now() { date +%s%N | cut -c1-13; }
generation() { index-build -d "$1" --stat 2>/dev/null | awk -F'\t' '$1 == "generation" { n = $2 } END { print n + 0 }'; }
# a line for each item, what it holds behind its document
contents() { index-build -d "$1" --dump >.dump && stream-show --json .dump | grep '^{"identity"'; }
# what is written, in documents, in order
documents() { stream-show --json --brief "$1" | sed -n 's/.*"document":"\([^"]*\)".*/\1/p' | uniq; }

# made NAME SEED VECTORS: a stream; the same patents in all, with other views and records
made() {
	"$HELPERS/generate/vectors" -d 32 -n "$3" -s "$2" v
	stream-show --from-npy v.npy --records v.jsonl >"$1.st"
}
made a 1 5200
made more 2 2000
sed 's/"key":"D0/"key":"D5/' v.jsonl >m.jsonl
stream-show --from-npy v.npy --records m.jsonl >more.st
made other 3 2500
documents a.st | awk 'NR % 2' >gone

# prefix ORDER BEFORE AFTER NOW: how many documents are as afterwards, when the others are as before; "torn" when it is not so
prefix() {
	awk -v order="$1" -v before="$2" -v after="$3" -v now="$4" '
		function take(file, of, line, document) {
			while ((getline line <file) > 0) {
				document = line
				sub(/.*"document":"/, "", document)
				sub(/".*/, "", document)
				of[document] = of[document] line "\n"
				all[document] = 1
			}
			close(file)
		}
		BEGIN {
			take(before, old); take(after, new); take(now, is)
			while ((getline document <order) > 0) {
				written[document] = 1
				if (is[document] == new[document] && !ended) n++
				else ended = 1
				if (ended && is[document] != old[document]) torn = 1
			}
			for (document in all)
				if (!(document in written) && is[document] != old[document]) torn = 1
			print torn ? "torn" : n + 0
		}'
}

# what is gone already is told, and no failure
again() { "$@" || [ $? -eq 3 ]; }

# crash NAME BASE ORDER COMMAND...: COMMAND writes to the index i, a copy of BASE ("" for none)
crash() {
	what=$1 base=$2 order=$3
	shift 3
	rm -rf i before after
	: >before
	[ -z "$base" ] || { cp -r "$base" i && contents i >before; }
	began=$(now)
	"$@" 2>.err || fail "$what: undisturbed" .err
	took=$(($(now) - began + 1))
	contents i >after
	seed=$((seed + 1)) killed=0 damaged=0 torn=0 lost=0 moments=
	awk -v n="$((10 * kills))" -v took="$took" -v seed="$seed" \
		'BEGIN { srand(seed); for (i = 0; i < n; i++) printf "%.3f\n", rand() * took / 1000 }' >pauses
	while [ "$killed" -lt "$kills" ] && read -r pause; do
		rm -rf i
		[ -z "$base" ] || cp -r "$base" i
		"$@" >/dev/null 2>&1 &
		pid=$!
		sleep "$pause"
		seen=$(generation i)
		kill -9 "$pid" 2>/dev/null
		wait "$pid" 2>/dev/null
		[ $? -eq 137 ] || continue
		killed=$((killed + 1))
		[ "$(generation i)" -ge "$seen" ] || lost=$((lost + 1))
		if [ "$(generation i)" -eq 0 ] && [ -z "$base" ]; then
			moments="$moments -" # before the first commit: no index yet
			continue
		fi
		index-build -d i --check 2>>.err || damaged=$((damaged + 1))
		contents i >i.now
		there=$(prefix "$order" before after i.now)
		moments="$moments $there"
		[ "$there" != torn ] || torn=$((torn + 1))
	done <pauses
	is "$what: $kills kills fell into it" "$kills" "$killed"
	is "$what: each time it was whole ($moments of $(wc -l <"$order") documents)" 0 "$damaged"
	is "$what: it held what was committed" 0 "$torn"
	is "$what: and nothing less than a reader had seen" 0 "$lost"
	ok "$what: run again, it comes to its end" again "$@"
	contents i >i.now
	same "$what: which is that of an undisturbed run" i.now after
	ok "$what: and whole" index-build -d i --check
}

documents a.st >a.order
documents more.st >more.order
documents other.st >other.order
: >nothing
crash 'first build' '' a.order index-build -d i --commit-every 60 a.st
index-build -d whole a.st
crash additions whole more.order index-build -d i --commit-every 20 more.st
crash updates whole other.order index-build -d i --commit-every 20 other.st
crash deletions whole gone sh -c 'exec index-build -d i --delete <gone'
crash training whole nothing index-build -d i --retrain --nlist 200
# most of what the lists were trained for is gone
cp -r whole few
documents a.st | awk 'NR % 5 > 1' | index-build -d few --delete
crash optimizing few nothing index-build -d i --optimize
is "optimizing: there was something to do" 1 "$(index-build -d few --stat >few.stat; index-build -d i --stat | cmp -s - few.stat; echo $?)"
finish
