#!/bin/sh
# SPDX-License-Identifier: ISC
# Recall is a promise: with questions that the index has never seen, unseen views of its patents and views of others, as many of the
# best patents are found as were asked for, on average, whatever the metric, the dimension, the number of vectors and of answers, and under any
# filter: at random, the question's own class, a class far from it.
# A promise counts as broken where it is more than three standard errors above what was found (tests/recall.c).
. "$(dirname "$0")/lib.sh"

# vectors COUNT DIMENSION QUESTIONS: their lengths differ, so that the metrics do
vectors() {
	"$HELPERS/generate/vectors" -n "$1" -d "$2" -q "$3" -l 20 v
	stream-show --from-npy v.npy --records v.jsonl >v.st
}
# build METRIC: of these vectors
build() {
	rm -rf i
	index-build -d i --metric "$1" v.st
}
# kept RECALLS FILTER...: a test for each recall, kind of question, filter, and number of patents
kept() {
	recalls=$(for percent in $1; do echo "-r $percent"; done)
	shift
	index-build -d i --stat >stat
	what=$(awk -F '\t' '{ n[$1] = $2 } END { print n["pictures"] " of " n["dimension"] ", " n["metric"] }' stat)
	for questions in new other; do
		"$HELPERS/recall" $recalls i "v-$questions.npy" "$@" >found || echo "recall ended with $?" >>found
		while IFS=$tab read -r filter k promised part error lists scanned verdict; do
			name="$what: of the best $k for $questions, $filter, $part of $promised"
			if [ "$verdict" = kept ]; then pass "$name"; else
				echo "$filter $k: $part, standard error $error, in $lists lists" >.line
				fail "$name" .line
			fi
		done <found
	done
}
tab=$(printf '\t')

vectors 12000 64 300
build cosine
"$HELPERS/recall" -l 3 i v-other.npy all >few
is "three lists would break it" 'broken broken broken ' "$(cut -f 8 few | tr '\n' ' ')"
kept '90 99' all
kept 99 1/2 1/10 own far

# so many lists that vectors are sorted into them by groups
rm -rf i
index-build -d i --nlist 2200 v.st
kept 99 all

# a fifth more, of another world
build cosine
"$HELPERS/generate/vectors" -n 2400 -d 64 -q 300 -s 9 v
sed 's/"key":"D0/"key":"D9/' v.jsonl >other.jsonl
stream-show --from-npy v.npy --records other.jsonl | index-build -d i
index-build -d i --optimize
kept 99 all

# of many answers each that is missed counts as much as of few, whatever was measured with few
vectors 20000 64 300
build l2
kept 90 1/10

if [ -n "${ORNAMENT_LONG:-}" ]; then
	for dimension in 64 384 768; do
		for count in 20000 100000; do
			vectors "$count" "$dimension" 500
			for metric in cosine l2 ip; do
				build "$metric"
				kept '90 95 99' all 1/2 1/10 1/100 1/1000 1/10000 own far
			done
		done
	done
fi
finish
