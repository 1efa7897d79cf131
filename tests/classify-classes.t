#!/bin/sh
# SPDX-License-Identifier: ISC
. "$(dirname "$0")/lib.sh"
tab=$(printf '\t')

# --- an index whose classes are known: near each of four axes lie patents of one subclass -----------------------------------

# patents FIRST LAST: a text stream of them, two sheets each; number 13 has no class, 17 one of its own
patents() {
	awk -v first="$1" -v last="$2" 'BEGIN {
		split("01-01 01-02 06-01 26-05", class, " ")
		print "ornament-stream-text 1\nfact space.toy.dimension=4\nfact space.toy.metric=cosine"
		for (i = first; i <= last; i++) {
			axis = i % 4
			of = i == 17 ? "99-00" : class[axis + 1]
			printf "item \"D%07d\"\n\trecord\n\t\t{\"patent_id\":\"D%07d\"", i, i
			if (i != 13)
				printf ",\"loc_class\":\"%s\"", of
			print "}"
			for (sheet = 0; sheet < 2; sheet++) {
				printf "item \"D%07d\" sheet %d\n\tvector toy 4\n\t\t", i, sheet
				for (k = 0; k < 4; k++)
					printf "%s%.4f", k ? " " : "", (k == axis) + 0.25 * sin(7 * i + 3 * sheet + 11 * k)
				print ""
				items++
			}
			items++
		}
		print "end items " items " faults 0 skipped 0"
	}' | stream-show --from-text
}
patents 1 80 >all.st || exit 1
ok "an index of eighty patents" index-build -d toys all.st
ok "the classes of all its pictures" sh -c 'classify --tsv -d toys all.st >a.tsv'
silent "in silence"
is "class and subclass of each" 320 "$(wc -l <a.tsv)"
stream-show --json all.st | jq -r 'select(.record) | .identity + "\t" + (.record.loc_class // "")' >truth
awk -F'\t' 'NR == FNR {truth[$1] = $2; next} $2 == "subclass" {split($1, id, "/"); n++; right += $3 == truth[id[1]]}
	END {print (right >= 0.95 * n) ? "right" : right " of " n}' truth a.tsv >seen
is "nearly all as the patents around them" right "$(cat seen)"
is "a class that nobody else has is never named" 0 "$(grep -c '	99' a.tsv)"
is "a patent without a class has an answer" "subclass 01-02" "$(grep "^D0000013/00001${tab}subclass" a.tsv | cut -f2,3 | tr '\t' ' ')"

# --- the stream, and what does not change its answer ---------------------------------------------------------------------

ok "a stream gets labels" sh -c 'classify -d toys all.st >a.st'
ok "three at a time" sh -c 'classify -d toys -j 3 all.st >b.st'
same "give the same" a.st b.st
is "they are the class and the subclass" '["06",["06"],"06-01",["06-01"]]' \
	"$(stream-show --json a.st | jq -c 'select(.identity == "D0000002/00001") | .labels | [.class, (.classes | keys), .subclass, (.subclasses | keys)]')"
is "the header says of which generation" 1 "$(stream-show a.st | grep -c '^fact quality.classify.generation=[0-9]*$')"
index-build -d toys a.st
classify -d toys all.st | stream-show | grep -v '^fact quality' >second.txt
stream-show a.st | grep -v '^fact quality' >first.txt
same "imported with its labels and asked again the answer is the same" first.txt second.txt
index-build -d toys --delete D0000002 >/dev/null 2>&1 || exit 1
patents 2 2 >two.st
classify -d toys --all two.st | stream-show | grep '"class"' >gone.txt
index-build -d toys two.st
classify -d toys --all two.st | stream-show | grep '"class"' >back.txt
same "whether the patent itself is in the index does not matter" gone.txt back.txt
classify -d toys a.st | stream-show | grep -v '^fact quality' >again.txt
same "labels are replaced" first.txt again.txt

# --- probabilities --------------------------------------------------------------------------------------------------------

classify --json -d toys --all all.st >all.json
is "all probabilities are of 0 to 1, and sum to no more" 160 "$(jq -c 'select((.classes | add) <= 1.001 and ([.classes[], .subclasses[]] | min >= 0 and max <= 1))' all.json | wc -l)"
is "a subclass has no more than its class" 0 \
	"$(jq -c '. as $o | .subclasses | to_entries[] | select(.value > $o.classes[.key[0:2]] + 0.0005)' all.json | wc -l)"
is "the likeliest comes first" 160 "$(jq -c 'select(.class == (.classes | to_entries | max_by(.value).key))' all.json | wc -l)"
is "--top 2 gives two, where there are two" 2 "$(classify --json -d toys --top 2 all.st | jq '.classes | length' | sort -u | tail -1)"
is "they are calibrated: of those that are near all one is sure" 1 \
	"$(jq -s 'map(.classes | [.[]] | max) | (add / length) > 0.8 | if . then 1 else 0 end' all.json)"

# --- what does not fit ------------------------------------------------------------------------------------------------------

stream-show all.st | sed 's/space.toy/space.other/; s/vector toy/vector other/' | stream-show --from-text >other.st
status "vectors of another space are refused" 2 classify -d toys other.st
says "with both" "no vectors of space 'toy'"
stream-show all.st | sed 's/^fact space.toy.metric=.*/&\nfact space.toy.weights=abc/' | stream-show --from-text >weights.st
status "other weights too" 2 classify -d toys weights.st
says "with both" "space.toy.weights is abc"
status "no index is a failure" 2 classify -d nowhere all.st
says "that is named" "nowhere"
echo 'P2 4 4 255  0 0 0 0  0 9 9 0  0 9 9 0  0 0 0 0' >square.pgm
status "no model for a picture, too" 2 classify --tsv -d toys -m ./nowhere.safetensors square.pgm
is "which embed says, and what came of it" "embed: cannot open './nowhere.safetensors': No such file or directory
classify: cannot prepare the pictures: 'embed' failed" "$(cat .err)"
status "and none for vectors that were made elsewhere" 2 classify --tsv -d toys square.pgm
is "which is said by itself" "classify: space 'toy' has no model here: its vectors come as streams, made elsewhere" "$(cat .err)"
stream-show all.st | sed 's/^\t\t-\{0,1\}[0-9.]* .*/\t\t0 0 0 0/' | stream-show --from-text >zero.st
status "vectors without direction become faults" 3 sh -c 'classify -d toys zero.st >zero.out'
says "each reported" "cannot classify 'D0000001/00000'"
is "and counted" "faults 160" "$(stream-show zero.out | tail -1 | grep -o 'faults [0-9]*')"
patents 1 0 >none.st
index-build -d empty none.st
status "an index without vectors cannot vote" 2 classify -d empty all.st
says "and says so" "no vectors yet"
stream-show all.st | sed 's/"loc_class":/"title":/' | stream-show --from-text >classless.st
index-build -d classless classless.st || exit 1
ok "one without classes answers nothing" sh -c 'classify --tsv -d classless all.st >nothing'
is "nothing at all" 0 "$(wc -c <nothing)"
for wrong in '--top 3' '-d' '--head' '-d toys --top 0' '-d toys --json --tsv'; do
	# shellcheck disable=SC2086
	status "$wrong is wrong usage" 2 classify $wrong
done
status "a lost table is a failure" 2 sh -c 'classify --tsv -d toys all.st >/dev/full'

# --- pictures -----------------------------------------------------------------------------------------------------------------

"$HELPERS/generate/archive" --seed 5 --patents 3 -o I20260106.tar >/dev/null
import -d designs I20260106.tar || exit 1
ok "pictures are prepared as the index says" sh -c 'classify --tsv -d designs I20260106.tar >direct'
index-build -d designs --dump | classify --tsv -d designs | sort >dumped
sort direct >direct.sorted
same "with the answer that their vectors have" direct.sorted dumped
index-build -d designs --dump | classify -d designs | stream-show --json | jq -c 'select(.labels) | .labels | [has("kind"), has("class")]' | sort -u >both
is "labels of kind and class stand side by side" '[true,true]' "$(cat both)"

# --- a head of one's own -------------------------------------------------------------------------------------------------------

one='\000\000\200\077' zero='\000\000\000\000' nan='\000\000\300\177'
rest="$zero$zero$zero$zero$one$zero$zero$zero$zero$one$zero$zero$zero$zero$one"
unit="$one$rest"
bias="$zero$zero$zero$zero"
layer='"weight":{"dtype":"F32","shape":[4,4],"data_offsets":[0,64]},"bias":{"dtype":"F32","shape":[4],"data_offsets":[64,80]}'
names='"labels":"[\"oak\",\"elm\",\"ash\",\"fir\"]","space":"toy","name":"wood"'

# head FILE METADATA TENSORS DATA: a safetensors file
head_file() {
	header="{\"__metadata__\":{$2},$3}"
	# shellcheck disable=SC2059
	{ printf "\\$(printf %03o $((${#header} % 256)))\\$(printf %03o $((${#header} / 256)))\\0\\0\\0\\0\\0\\0"; printf %s "$header"; printf "$4"; } >"$1"
}
head_file wood.safetensors "$names" "$layer" "$unit$bias"
ok "a head answers" sh -c 'classify --tsv --head wood.safetensors all.st >wood.tsv'
is "once for each picture" 160 "$(wc -l <wood.tsv)"
is "under its name" wood "$(cut -f2 wood.tsv | sort -u)"
classify --json --head wood.safetensors --all two.st | jq -c '.heads.wood | to_entries | map([.key, .value])' >got
stream-show --json two.st | jq -c 'select(.vectors) | .vectors | (if type == "array" then .[0] else .toy end) | (.values? // .) |
	map(exp) | (add as $s | map(. / $s)) as $p | ["oak", "elm", "ash", "fir"] | to_entries | map([.value, $p[.key]]) | sort_by(-.[1]) | map([.[0], (.[1] * 1000 | round)])' >want
is "with the soft-max of the vector" "$(cat want)" "$(jq -c 'map([.[0], (.[1] * 1000 | round)])' got)"
head_file stone.safetensors '"labels":"[\"oak\",\"elm\",\"ash\",\"fir\"]","space":"toy","name":"stone"' "$layer" "$unit$bias"
classify --head wood.safetensors two.st | classify -d toys | classify --head stone.safetensors >heads.st
is "heads and classes stand side by side" '["class","classes","heads","subclass","subclasses"] ["stone","wood"]' \
	"$(stream-show --json heads.st | jq -r 'select(.identity == "D0000002/00000") | .labels | (keys | tojson) + " " + (.heads | keys | tojson)')"
ok "both at once" sh -c 'classify --json -d toys --head wood.safetensors two.st >both'
is "in one object" '["class","classes","heads","identity","subclass","subclasses"]' "$(head -1 both | jq -c keys)"

# refused NAME MESSAGE METADATA TENSORS DATA
refused() {
	head_file bad.safetensors "$3" "$4" "$5"
	status "$1 is refused" 2 classify --tsv --head bad.safetensors all.st
	says "with the reason" "$2"
}
refused "a head of another space" "for vectors of space 'sketch', and the stream has none" '"labels":"[\"oak\",\"elm\",\"ash\",\"fir\"]","space":"sketch"' "$layer" "$unit$bias"
refused "a head of another dimension" "for vectors of 2 numbers, and those of space 'toy' in the stream have 4" \
	'"labels":"[\"oak\",\"elm\"]","space":"toy"' \
	'"weight":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"bias":{"dtype":"F32","shape":[2],"data_offsets":[16,24]}' \
	"$one$zero$zero$one$zero$zero"
refused "a head of other weights" "space.toy.metric is l2 in the head and cosine in the stream" "$names,\"space.toy.metric\":\"l2\"" "$layer" "$unit$bias"
refused "a head with a number that is none" "not finite" "$names" "$layer" "$nan$rest$bias"
refused "one label too few" "3 labels" '"labels":"[\"oak\",\"elm\",\"ash\"]","space":"toy"' "$layer" "$unit$bias"
refused "a label twice" "label 'oak' is there twice" '"labels":"[\"oak\",\"oak\",\"ash\",\"fir\"]","space":"toy"' "$layer" "$unit$bias"
refused "a head without labels" "names no labels" '"space":"toy"' "$layer" "$unit$bias"
refused "a head without a space" "names no space" '"labels":"[\"oak\",\"elm\",\"ash\",\"fir\"]"' "$layer" "$unit$bias"
status "a head that is not there is refused" 2 classify --tsv --head nowhere.safetensors all.st
says "by its name" "cannot open 'nowhere.safetensors'"
finish
