#!/bin/sh
# SPDX-License-Identifier: ISC
# 200 random expressions, five questions: the answers are those of a search without filter, cut down by jq to the patents
# that pass. jq and the filter share nothing but the choices of tests/generate/filters.c.
. "$(dirname "$0")/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
"$HELPERS"/generate/vectors -d 32 -n 3000 -s 7 -q 5 v || exit 1
# a fifth of the records know less
jq -c 'if .title then (input_line_number % 15) as $n |
	if $n == 3 then del(.assignee_name, .inventor_names) elif $n == 6 then del(.pub_date, .applicant_name)
	elif $n == 9 then del(.expires, .title, .image_count) else . end else . end' v.jsonl >records.jsonl
stream-show --from-npy v.npy --records records.jsonl >v.st || exit 1
stream-show --from-npy v-new.npy --records v-new.jsonl >new.st || exit 1
index-build -d index v.st || exit 1
"$HELPERS"/generate/filters -s 11 -n 200 >expressions || exit 1
cut -f1 expressions >filters
cut -f2 expressions >of-jq

# the records by patent, once, however many pictures; which expressions each of them passes
jq -cn '[inputs | .patent_id = (.key | split("/")[0])] | group_by(.patent_id) | .[] | add | del(.key)' records.jsonl >patents.jsonl
{
	echo 'def f: ['
	sed '$!s/$/,/' of-jq
	echo ']; .patent_id as $id | f | to_entries[] | select(.value) | "\(.key)\t\($id)"'
} >program
jq -r -f program patents.jsonl >passing || exit 1

ok 'all patents are ranked without a filter' query -d index -k 100000 --exact new.st
cut -f1,3 .out >ranking
is 'five questions are asked' 5 "$(cut -f1 ranking | sort -u | wc -l | tr -d ' ')"

i=0
while IFS= read -r expression; do
	query -d index --today 2024-06-15 --where "$expression" new.st >.one 2>.err
	rc=$?
	[ $rc -le 1 ] || sed "s/^/# /" .err
	awk -F '\t' -v i=$i '{print i "\t" $1 "\t" $3}' .one
	i=$((i + 1))
done <filters >got
is 'all expressions were asked' 200 "$i"

# ten of each, in the order of the ranking
awk -F '\t' 'NR == FNR {passes[$1, $2] = 1; next}
	{order[n++] = $0}
	END {
		for (i = 0; i < 200; i++) {
			delete taken
			for (j = 0; j < n; j++) {
				split(order[j], part, "\t")
				if ((i, part[2]) in passes && taken[part[1]]++ < 10)
					print i "\t" order[j]
			}
		}
	}' passing ranking >expected
same '200 expressions x 5 questions: k patents if k pass, those that pass, in their order' expected got
ok 'some pass nothing, some all, most something' awk -F '\t' '{n[$1]++} END {for (i in n) {k++; if (n[i] >= 450) all++}
	exit !(k > 100 && k < 200 && all > 3)}' passing

# the same without a question: newest first
i=0
while IFS= read -r expression; do
	query -d index --today 2024-06-15 --where "$expression" 2>/dev/null | awk -F '\t' -v i=$i '{print i "\t" $2}'
	i=$((i + 1))
done <filters >listed
jq -r '[.patent_id, .pub_date // 0] | @tsv' patents.jsonl | sort -t "$(printf '\t')" -k2,2nr -k1,1 | cut -f1 >newest
awk -F '\t' 'NR == FNR {passes[$1, $2] = 1; next} {order[n++] = $1}
	END {for (i = 0; i < 200; i++) for (j = 0; j < n; j++) if ((i, order[j]) in passes) print i "\t" order[j]}' \
	passing newest >expected
same 'without a question all that pass are listed, newest first' expected listed

finish
