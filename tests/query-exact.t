#!/bin/sh
# SPDX-License-Identifier: ISC
# Comparing everything takes several threads, and neither what is answered nor what is said of damage depends on how many. Each vector
# is there four times, far apart: twice in its patent and twice in another, so that scores are equal wherever threads meet.
. "$(dirname "$0")/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
"$HELPERS"/generate/vectors -d 384 -n 2500 -s 5 -q 6 v || exit 1
# sheets NAME FIRST SHEETS: the same vectors as other sheets of the patents D FIRST ...
sheets() {
	jq -c --arg first "$2" --argjson sheets "$3" '(.key | split("/")) as $k | {key: ("D" + $first + $k[0][2:] + "/" +
		(($k[1] | tonumber + $sheets) | tostring | ("0000" + .)[-5:]))}' v.jsonl >"$1.jsonl"
	stream-show --from-npy v.npy --records "$1.jsonl" >"$1.st"
}
stream-show --from-npy v.npy --records v.jsonl >v.st && sheets own 0 50 && sheets other 9 0 && sheets late 9 50 || exit 1
for numbers in f32 f16; do
	ok "an index of $numbers is made" index-build -q -d $numbers --store $numbers own.st other.st v.st late.st
done
id=D0000123
stream-show --from-npy v-new.npy --records v-new.jsonl >new.st || exit 1

# asked JOBS INDEX OPTION...: what is answered and, but for the time, what it cost
asked() {
	jobs=$1
	shift
	query -v -j "$jobs" --exact -d "$@" 2>.cost
	echo "status $?"
	sed '/ ms in all$/d; s/ in [0-9.]* ms//' .cost
}
# alike OPTION...: 1, 2, 3 and 16 threads
alike() {
	for index in f32 f16; do
		asked 1 $index "$@" >one
		grep -q 'all vectors$' one || { echo '# not everything was compared'; cat one; return 1; }
		for n in 2 3 16; do
			asked $n $index "$@" >more
			cmp one more || return 1
		done
	done
}
ok 'one view of many questions: the same bytes, the same cost' alike new.st
ok 'several views' alike --id $id --id D9000123
ok 'pictures instead of patents' alike --no-group --id $id -k 30
ok 'JSON Lines' alike --json -k 50 --id $id
ok 'without the own patent' alike --others --id $id
ok 'a filter' alike --where 'patent_id ^= "D9"' new.st
ok 'a filter and pictures' alike --no-group --where 'patent_id ^= "D0"' -k 200 new.st
ok 'more than there are' alike -k 100000 --id $id
ok 'a thousand pictures' alike --no-group -k 1000 --id $id/00000
ok 'a recall that takes everything' sh -c 'for n in 1 4; do query -d f32 -j $n --recall 1 new.st >recall.$n || exit 1; done
	query -d f32 --exact new.st >exact && cmp exact recall.1 && cmp exact recall.4'
ok 'ORNAMENT_JOBS stands for -j' sh -c 'ORNAMENT_JOBS=3 query -d f32 --exact new.st | cmp - exact'
is 'a patent, its copy, by equal scores in the order of patents' "D0000123 D9000123" \
	"$(query -d f32 -j 4 --exact -k 2 --id $id | cut -f2 | tr '\n' ' ' | sed 's/ $//')"
is 'and its pictures in the order of sheets' "$id/00000" "$(query -d f32 -j 4 --exact -k 1 --id $id/00050 | cut -f7)"

# many are compared together, a few with one kernel and more with another; alone is alone
jq -r .key v.jsonl | awk 'NR % 16 == 1 && n++ < 150' >many
# together INDEX OPTION...
together() {
	index=$1
	shift
	for count in 20 150; do
		head -n $count many | sed 's/^/--id\n/' | xargs query -v -j 2 --exact -d $index "$@" >all 2>cost || return 1
		grep -q "with $((count - 1)) other questions: all vectors" cost || { cat cost; return 1; }
		head -n $count many | while read -r key; do
			query --exact -d $index "$@" --id "$key" | sed "s|^|$key	|" || return 1
		done >each
		cmp all each || return 1
	done
}
ok 'many questions are answered as each is alone' together f32 -k 5
ok 'in f16, pictures instead of patents' together f16 --no-group -k 7
ok 'without the own patents' together f32 --others -k 3
ok 'under a filter' together f16 --where 'patent_id ^= "D9"' -k 3

# some pages damaged: the first of them is told
cp -r f32 hurt
for seed in 1 2 3 4 5 6; do "$HELPERS"/damage hurt $seed byte >.page || exit 1; done
for n in 1 2 16; do status "damage ends it, with -j $n" 2 query -d hurt -j $n --exact new.st; cp .err said.$n; done
ok 'a vector is damaged' grep -q "table 'vectors'.* is damaged\|vectors.*damaged" said.1
same 'two threads say what one says' said.1 said.2
same 'and so do sixteen' said.1 said.16

for jobs in 0 257 two; do
	status "'$jobs' threads are none" 2 query -d f32 -j $jobs --exact new.st
done
ok 'and ORNAMENT_JOBS has the same bounds' sh -c '! ORNAMENT_JOBS=0 query -d f32 --exact new.st'
finish
