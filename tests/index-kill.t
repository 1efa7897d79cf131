#!/bin/sh
# SPDX-License-Identifier: ISC
# index-build killed at any moment leaves an index that is whole and holds whole patents; resumed, it ends where an undisturbed
# run does. Writers that run at the same time lose nothing.
. "$(dirname "$0")/lib.sh"

kills=12
[ -z "${ORNAMENT_LONG:-}" ] || kills=100

"$HELPERS/generate/vectors" -d 48 -n 4500 v
stream-show --from-npy v.npy --records v.jsonl >v.st
index-build -d whole v.st
index-build -d whole --dump >whole.st
is "there is something to train" 1 "$(index-build -d whole --stat | awk '$1 == "lists" { print ($2 > 0) }')"
stream-show --json --brief whole.st | jq -r 'select(.document) | .document' | sort | uniq -c | sort >all

# How long an undisturbed run takes, in milliseconds: kills fall within it.
now() { date +%s%N | cut -c1-13; }
rm -rf timed
began=$(now)
index-build -d timed --commit-every 50 v.st
took=$(($(now) - began + 1))

damaged=0 torn=0 killed=0
awk -v n="$((8 * kills))" -v took="$took" 'BEGIN { srand(3); for (i = 0; i < n; i++) printf "%.3f\n", rand() * took / 1000 }' >pauses
while [ "$killed" -lt "$kills" ] && read -r pause; do
	# some begin anew, so that early moments are met as well
	[ $((killed % 3)) -ne 0 ] || rm -rf i
	index-build -d i --commit-every 50 v.st 2>.err &
	pid=$!
	sleep "$pause"
	kill -9 "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
	[ $? -ne 137 ] || killed=$((killed + 1))
	[ -s i/data.mdb ] || continue
	index-build -d i --stat >/dev/null 2>&1 || continue # killed before its first commit: no index yet
	index-build -d i --check 2>>.err || damaged=$((damaged + 1))
	# each patent that is there has all its pictures
	index-build -d i --dump >i.st
	stream-show --json --brief i.st | jq -r 'select(.document) | .document' | sort | uniq -c | sort >some
	[ -z "$(comm -13 all some)" ] || torn=$((torn + 1))
done <pauses
is "so many kills fell into the run" "$kills" "$killed"
is "killed at any of $kills moments, it was whole" 0 "$damaged"
is "and had no patent in part" 0 "$torn"
status "resumed, it comes to its end" 0 index-build -d i --commit-every 50 v.st
index-build -d i --dump >i.st
same "which is that of an undisturbed run" i.st whole.st
ok "and whole" index-build -d i --check

# killed while the lists are trained anew
damaged=0
for pause in 0.01 0.03 0.05 0.1 0.15 0.2 0.3; do
	index-build -d i --retrain --nlist 300 2>/dev/null &
	pid=$!
	sleep "$pause"
	kill -9 "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
	index-build -d i --check 2>>.err || damaged=$((damaged + 1))
done
is "killed in training, it was whole" 0 "$damaged"
index-build -d i v.st
is "the next writer ends what was begun" 300 "$(index-build -d i --retrain --nlist 300 && index-build -d i --stat | awk '$1 == "lists" { print $2 }')"
index-build -d i --dump >i.st
same "and nothing was lost" i.st whole.st

# five writers at once, and readers beside them
for n in 1 2 3 4 5; do
	"$HELPERS/generate/vectors" -d 48 -n 300 -s "$n" w
	# patents of their own: the number's first digits name the writer
	sed "s/\"D00/\"D$((80 + n))/" w.jsonl >"w$n.jsonl"
	stream-show --from-npy w.npy --records "w$n.jsonl" >"w$n.st" || fail "stream $n"
done
cat w1.st w2.st w3.st w4.st w5.st >w.st
index-build -d alone w.st
index-build -d alone --dump >alone.st
index-build -d many w1.st
pids=
for n in 2 3 4 5; do
	index-build -d many --wait 60 --commit-every 7 "w$n.st" 2>>.err &
	pids="$pids $!"
done
unread=0
for n in 1 2 3 4 5 6 7 8 9 10; do
	index-build -d many --dump >read.st 2>>.err && stream-show --json --brief read.st >/dev/null || unread=$((unread + 1))
done
failed=0
for pid in $pids; do
	wait "$pid" || failed=$((failed + 1))
done
is "of writers that wait for one another none fails" 0 "$failed"
is "nor of the readers beside them" 0 "$unread"
index-build -d many --dump >many.st
same "and no update is lost" many.st alone.st
ok "all is whole" index-build -d many --check
finish
