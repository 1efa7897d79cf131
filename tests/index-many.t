#!/bin/sh
# SPDX-License-Identifier: ISC
# Five writers that wait for one another and twenty readers, at the same time: nobody fails, no update is lost, and every reader sees
# one generation.
. "$(dirname "$0")/lib.sh"

rounds=4 seconds=0
[ -z "${ORNAMENT_LONG:-}" ] || rounds=1000000 seconds=60

# items DOCUMENT TITLE: a record and three pictures, all of which say the title
items() {
	printf 'item "%s"\n\trecord\n\t\t{"title":"%s"}\n' "$1" "$2"
	for sheet in 0 1 2; do
		printf 'item "%s" sheet %d\n\tsource archive "a.tar" member "%s" size 20 crc 0000000%d\n\tvector test 4\n\t\t%d 1 %d %d\n' \
			"$1" "$sheet" "$2" "$sheet" "$2" "$sheet" "${1#D}"
	done
}
# stream <ITEMS
stream() {
	awk 'BEGIN { print "ornament-stream-text 1" } { print } /^item/ { n++ } END { print "end items " n " faults 0 skipped 0" }' |
		stream-show --from-text
}

# a ground of 1500 patents, so that there are lists and readers have something to read
awk 'BEGIN { srand(5); for (i = 0; i < 1500; i++) {
	printf "item \"D8%06d\"\n\trecord\n\t\t{\"title\":\"%d\"}\n", i, i
	for (s = 0; s < 3; s++) printf "item \"D8%06d\" sheet %d\n\tsource archive \"a.tar\" member \"%d\" size 20 crc 00000001\n" \
		"\tvector test 4\n\t\t%.4f %.4f %.4f 1\n", i, s, i, rand() - 0.5, rand() - 0.5, rand() - 0.5 } }' | stream >ground.st
index-build -d i ground.st
is "there is an index with lists" 1 "$(index-build -d i --stat | awk '$1 == "lists" { print ($2 > 0) }')"

# writer N: in every round its own patent says the round, one comes in, and now and then an older one goes
writer() {
	round=0 until=$(($(date +%s) + seconds))
	while [ "$round" -lt "$rounds" ] && { [ "$seconds" -eq 0 ] || [ "$(date +%s)" -lt "$until" ]; }; do
		round=$((round + 1))
		{ items "D000000$1" "$round"; items "D$1$(printf %06d "$round")" "$round"; } | stream >"w$1.st"
		index-build -d i --wait 600 "w$1.st" 2>>"w$1.err" || echo "adding ended with $?" >>"w$1.err"
		if [ $((round % 3)) -eq 0 ]; then
			index-build -d i --wait 600 --delete "D$1$(printf %06d $((round - 1)))" 2>>"w$1.err" ||
				echo "deleting ended with $?" >>"w$1.err"
		fi
		echo "$round" >"w$1.rounds"
	done
}
# what a snapshot says is of one generation when all parts of a patent say the same, and there are as many of each as there must be
one_generation() {
	stream-show --json --brief | awk '
		match($0, /"document":"[^"]*"/) { document = substr($0, RSTART, RLENGTH) }
		match($0, /"title":"[^"]*"/) { title = substr($0, RSTART + 9, RLENGTH - 10); of = document; records++ }
		match($0, /"member":"[^"]*"/) {
			pictures++
			if (of != document || substr($0, RSTART + 10, RLENGTH - 11) != title) { print "torn: " $0; exit }
		}
		END { if (pictures != 3 * records) print records " records and " pictures " pictures" }'
}
# reader N: its kind by its number
reader() {
	reads=0 generation=0
	while [ ! -e stop ]; do
		case $(($1 % 4)) in
		0) index-build -d i --dump >"r$1.st" 2>>"r$1.err" && one_generation <"r$1.st" >>"r$1.err" ;;
		1) index-build -d i --stat 2>>"r$1.err" | awk -F'\t' -v before="$generation" -v after="r$1.generation" '{ n[$1] = $2 }
			END {
				if (n["pictures"] != 3 * n["patents"] || n["records"] != n["patents"]) print "torn: " n["pictures"], n["patents"]
				if (n["generation"] < before) print "back from generation " before " to " n["generation"]
				print n["generation"] >after
			}' >>"r$1.err"
			generation=$(cat "r$1.generation") ;;
		2) query -d i -k 3 --id "D000000$(($1 % 5 + 1))" 2>>"r$1.err" >"r$1.tsv" || [ $? -eq 2 ] && head -1 "r$1.tsv" |
			awk -F'\t' 'NF && $1 < 0.99999 { print "a patent is not like itself: " $0 }' >>"r$1.err" ;;
		3) index-build -d i --check 2>>"r$1.err" || echo "--check ended with $?" >>"r$1.err" ;;
		esac
		reads=$((reads + 1))
		echo "$reads" >"r$1.reads"
	done
}

# their own patents are there from the beginning, so that everybody can ask for them
for n in 1 2 3 4 5; do items "D000000$n" 0; done | stream | index-build -d i
readers= writers=
for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	reader "$n" &
	readers="$readers $!"
done
for n in 1 2 3 4 5; do
	writer "$n" &
	writers="$writers $!"
done
wait $writers
: >stop
wait $readers

cat w?.err >errors 2>/dev/null
: >none
same "of writers none fails or complains ($(cat w?.rounds | tr '\n' ' ')rounds)" errors none
cat r*.err >errors 2>/dev/null
same "every reader saw one generation, and the whole of it ($(cat r*.reads | awk '{ n += $1 } END { print n }') reads)" errors none

# what there must be: the last word of each writer, and what it has not deleted
for n in 1 2 3 4 5; do
	last=$(cat "w$n.rounds")
	items "D000000$n" "$last"
	for round in $(seq 1 "$last"); do
		[ $(((round + 1) % 3)) -eq 0 ] && [ "$round" -lt "$last" ] || items "D$n$(printf %06d "$round")" "$round"
	done
done | stream >last.st
index-build -d alone ground.st last.st
index-build -d alone --dump >alone.st
index-build -d i --dump >many.st
same "no update is lost" many.st alone.st
ok "all is whole" index-build -d i --check
finish
