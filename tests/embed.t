#!/bin/sh
# SPDX-License-Identifier: ISC
# embed: pixels to a vector, and the files of weights it refuses.
. "$(dirname "$0")/lib.sh"

# bars WIDTH HEIGHT STEP: a grey picture of upright bars
bars() {
	printf 'P5\n%d %d\n255\n' "$1" "$2"
	awk -v w="$1" -v h="$2" -v s="$3" 'BEGIN { for (y = 0; y < h; y++) for (x = 0; x < w; x++)
		printf "%s", (x % s < 3 && y > h / 8 && y < 7 * h / 8 ? "!" : "~") }'
}
bars 200 200 20 >a.pgm
bars 200 200 35 >b.pgm
bars 120 80 20 >oblong.pgm
bars 24 24 5 >small.pgm
{ printf 'P5\n64 64\n255\n' && head -c 4096 /dev/zero | tr '\0' '\377'; } >white.pgm
decode a.pgm b.pgm white.pgm | letterbox -s 256 >squares.st

ok "pictures get vectors" embed squares.st
silent "without a word"
mv .out a.st
stream-show --json a.st >a.json
is "each of 256 numbers in the space of the model" '3 256' \
	"$(jq -r 'select(.vectors) | .vectors.sketch.dimension' a.json | sort | uniq -c | awk '{ print $1, $2 }')"
is "of unit length, also that of a blank picture" '1.0000 1.0000 1.0000' \
	"$(jq -r 'select(.vectors) | [.vectors.sketch.values[] | . * .] | add | sqrt' a.json | xargs printf '%.4f %.4f %.4f')"
stream-show a.st | grep '^fact' >facts
is "the facts say what the space is" '256 cosine 64 256 auto' \
	"$(sed -n 's/^fact space.sketch.dimension=//p' facts) $(sed -n 's/^fact space.sketch.metric=//p' facts) \
$(sed -n 's/^fact space.sketch.weights=\([0-9a-f]*\)$/\1/p' facts | tr -d '\n' | wc -c | tr -d ' ') \
$(sed -n 's/^fact space.sketch.pixels.letterbox=//p' facts) $(sed -n 's/^fact space.sketch.pixels.trim=//p' facts)"
ok "and what it was made with" grep -q '^fact quality.embed.kernel=' facts

embed a.st >again.st
same "embedded again, the same bytes" a.st again.st
for i in 1 2 3 4 5 6 7 8 9 10; do cat squares.st; done >many.st
embed many.st >alone.st
embed -j 5 many.st >crew.st
same "five jobs, the same bytes" alone.st crew.st
ORNAMENT_JOBS=3 embed many.st >crew.st
same "jobs from the environment, the same bytes" alone.st crew.st

decode a.pgm oblong.pgm small.pgm b.pgm >unsuited.st
status "pictures that are no squares, or too small, are skipped" 3 embed unsuited.st
is "each with one message" 2 "$(wc -l <.err)"
says "that says what is wanted" "embed: cannot embed 'oblong.pgm': sketch takes squares of 32 to 2048 pixels, not 120x80: letterbox it first"
is "the others are not" 2 "$(stream-show --json .out | jq -r 'select(.vectors) | .identity' | wc -l)"
mv .out faults.st
status "a fault that comes in shows in the status" 3 embed faults.st
silent "and is not reported twice"
same "and passes unchanged" faults.st .out
status "many jobs report the same" 3 embed -j 4 unsuited.st
same "in the same stream" faults.st .out

# --- streams ----------------------------------------------------------------------------------------------------------
status "an empty input is no stream" 2 embed /dev/null
status "a text is none" 2 embed facts
head -c 100000 squares.st >cut.st
status "a cut stream fails" 2 embed cut.st
status "with several jobs, too" 2 embed -j 3 cut.st
says "and says so" "cut.st"
status "a full disk is noticed" 2 sh -c 'exec embed squares.st >/dev/full'
status "an unknown option is wrong" 2 embed --unknown
status "no jobs are wrong" 2 embed -j 0 squares.st
status "jobs that are no number, too" 2 env ORNAMENT_JOBS=many embed squares.st
says "and the message names the variable" "ORNAMENT_JOBS: 'many' is not a"
ok "help is given" embed --help

# --- weights ----------------------------------------------------------------------------------------------------------

# weights HEADER SIZE: a file of this header and so many bytes of data
weights() {
	n=${#1}
	printf "\\$(printf %03o $((n % 256)))\\$(printf %03o $((n / 256)))\\0\\0\\0\\0\\0\\0%s" "$1"
	head -c "$2" /dev/zero
}
# refused SENTENCE REGEX HEADER SIZE
refused() {
	weights "$3" "$4" >bad.safetensors
	status "$1" 2 embed -m ./bad.safetensors squares.st
	says "... and says so" "^embed: './?bad.safetensors'.*$2"
}
status "a model that is not there" 2 embed -m nothing squares.st
says "is named" "there is no model 'nothing'"
status "nor a file" 2 embed -m ./nothing squares.st
says "is named, too" "cannot open './nothing': No such file"
status "a directory is no model" 2 embed -m ./ squares.st
: >empty.safetensors
status "an empty file is no model" 2 embed -m empty.safetensors squares.st
status "nor is text" 2 env ORNAMENT_MODEL=./facts embed squares.st
says "which is told by its beginning" "not a safetensors file"

b='"sketch1.bias":{"dtype":"F32","shape":[256],"data_offsets":[0,1024]}'
refused "a header that is no JSON" "the header: .*line 1" '{"x":' 0
refused "a header that is no object" "no JSON object" '[1,2]' 0
refused "an unknown type" "tensor 'w' is of unknown type 'F31'" '{"w":{"dtype":"F31","shape":[1],"data_offsets":[0,4]}}' 4
refused "no type" "tensor 'w' has no dtype" '{"w":{"shape":[1],"data_offsets":[0,4]}}' 4
refused "no shape" "tensor 'w' has no shape" '{"w":{"dtype":"F32","data_offsets":[0,4]}}' 4
refused "a negative shape" "dimension 0 of tensor 'w'" '{"w":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}' 4
refused "a shape without bound" "tensor 'w' is too large" \
	'{"w":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]}}' 4
refused "nine dimensions" "more than 8" '{"w":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}}' 4
refused "no offsets" "no good data_offsets" '{"w":{"dtype":"F32","shape":[1]}}' 4
refused "offsets backwards" "no good data_offsets" '{"w":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}' 4
refused "a file cut short" "ends at byte 1024 of 1000" "{$b}" 1000
refused "offsets that disagree with the shape" "has 4 bytes where its shape wants 8" \
	'{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}' 4
refused "tensors that overlap" "'v' and 'w' overlap" \
	'{"v":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"w":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}' 4
refused "a hole" "1 bytes before tensor 'w' belong to none" \
	'{"v":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"w":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}' 4
refused "bytes at the end" "3 bytes at the end" '{"v":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}' 4
refused "a tensor twice" "" '{"v":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"v":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}' 0
refused "another family" "is no model of a family known here" '{"v":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}' 4
refused "half a vision transformer" "tensor 'pos_embed' is missing" '{"cls_token":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}' 4
refused "half a sketch" "tensor 'sketch1.projection' is missing" "{$b}" 1024
refused "another shape" "tensor 'sketch1.projection' is 2, not 1664x256" \
	"{$b,\"sketch1.projection\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[1024,1032]}}" 1032
refused "another type" "tensor 'sketch1.projection' is of type I16" \
	"{$b,\"sketch1.projection\":{\"dtype\":\"I16\",\"shape\":[1664,256],\"data_offsets\":[1024,852992]}}" 852992

weights "{$b,\"sketch1.projection\":{\"dtype\":\"BF16\",\"shape\":[1664,256],\"data_offsets\":[1024,852992]}}" 852992 >zero.safetensors
ok "weights of nothing but zeros still give" embed -m ./zero.safetensors squares.st
is "a finite vector of unit length" 1 "$(stream-show --json .out | jq -r 'select(.vectors) | [.vectors.sketch.values[] | . * .] | add' | sort -u)"
tr '\0' '\377' <zero.safetensors | tail -c 852992 >ones
{ head -c $(($(wc -c <zero.safetensors) - 852992)) zero.safetensors; cat ones; } >nan.safetensors
status "weights that are not finite are refused" 2 embed -m ./nan.safetensors squares.st
says "by their place" "number 0 of tensor 'sketch1.projection' is not finite"
finish
