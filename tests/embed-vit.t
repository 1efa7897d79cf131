#!/bin/sh
# SPDX-License-Identifier: ISC
# embed with a vision transformer: what the published code answers, on random models of every kind; options, facts, damage.
. "$(dirname "$0")/lib.sh"

checkpoint=$HELPERS/generate/checkpoint
cosine=$HELPERS/cosine
cat=$TESTS/golden/vit.txt

# model NAME TYPE [NAMES]: the directory NAME-TYPE[-NAMES] with a model
model() {
	[ -d "$1-$2${3:+-$3}" ] || $checkpoint "$1" "$1-$2${3:+-$3}" --type "$2" --names "${3:-hf}"
}
# picture HEIGHT WIDTH SEED: a stream HEIGHTxWIDTH.st
picture() {
	$checkpoint --picture "$1" "$2" "$3" >"$1x$2-$3.ppm" && decode "$1x$2-$3.ppm" >"$1x$2-$3.st"
}

# --- the reference -----------------------------------------------------------------------------------------------------

# golden ARCH-PATTERN [KERNEL]: all its cases within 1e-10
golden() {
	grep -v '^#' "$cat" | while read -r arch type height width seed positions vector; do
		case $arch-$height in $1) ;; *) continue ;; esac
		model "$arch" "$type" && picture "$height" "$width" "$seed"
		way=
		[ "$positions" = native ] || way="--positions $positions"
		way="$way${2:+ --kernel $2}"
		# shellcheck disable=SC2086
		embed -m "$arch-$type/model.safetensors" $way "${height}x$width-$seed.st" >one.st && stream-show --f32 one.st >one.f32 &&
			$cosine one.f32 "0x$vector" 1e-10 >distance || echo "$arch $type $height $width $positions: $(cat distance)"
		echo "$arch" >>compared
	done
}
# agree SENTENCE PATTERN COUNT [KERNEL]
agree() {
	: >compared
	golden "$2" "${4:-}" >differ 2>&1
	is "$1, within 1e-10" "0 of $3" "$(wc -l <differ) of $(wc -l <compared)"
	[ -s differ ] && sed 's/^/# /' differ
}
agree "a small model of each kind, f32, f16 and bf16, five sizes, all ways of positions" 'tiny*' 41
embed --version -v >version
best=$(sed -n 's/.*with the kernel \([^,]*\), the fastest that the processor has$/\1/p' version)
is "the kernel is the first that the processor can run" "$(sed -n 's/^kernel \(.*\) needs .*: can be run$/\1/p' version | head -1)" "$best"
for kernel in $(sed -n 's/^kernel \(.*\) needs .*/\1/p' version); do
	if grep -q "^kernel $kernel needs .*: can be run$" version; then
		[ "$kernel" = "$best" ] || agree "the wrong choice, $kernel, gives the same" 'tiny*' 41 "$kernel"
		is "$kernel is taken if asked for" 1 "$(embed --kernel "$kernel" --version -v | grep -c "the kernel $kernel, as asked for")"
	else
		status "$kernel, which this processor has not, is refused" 2 embed --kernel "$kernel" --version -v
		says "and said so" "no kernel '$kernel', or this CPU cannot run it"
	fi
done
is "--version alone says no more than that of others" "$(decode --version | sed s/decode/embed/)" "$(embed --version)"
agree "the published small size, at 518, 224 and 280x392" 'vits-*' 7
if [ -n "${ORNAMENT_LONG:-}" ]; then
	agree "with registers" 'vits_reg-*' 5
	mkdir many
	for i in $(seq 16); do $checkpoint --picture 518 518 "$i" >"many/$i.ppm"; done
	decode many >many.st
	# the most that is resident (MiB) with so many jobs; while a model is opened that is its file, too
	resident() { "$HELPERS"/bench/cost embed -j "$1" -m vits-f32/model.safetensors many.st | awk '{ print $5 }'; }
	is "a job needs at most 60 MiB for a picture of 518" yes "$(echo "$(resident 8) $(resident 16)" |
		awk '{ each = ($2 - $1) / 8; print (each > 5 && each <= 60 ? "yes" : each " MiB") }')"
	rm -r many many.st
	agree "the base size" 'vitb-*' 7
	agree "the base size with registers" 'vitb_reg-*' 5
	rm -rf vitb-f32 vitb_reg-f32 vits_reg-f32
fi

# --- fewer bits ----------------------------------------------------------------------------------------------------------

# The same cases; the bounds are about twice the largest errors that were measured.
# close PRECISION BOUND PATTERN COUNT [OPTION...]
close() {
	precision=$1 bound=$2 pattern=$3 count=$4
	shift 4
	: >compared
	grep -v '^#' "$cat" | while read -r arch type height width seed positions vector; do
		case $arch-$type-$height in $pattern) ;; *) continue ;; esac
		model "$arch" "$type" && picture "$height" "$width" "$seed"
		way=
		[ "$positions" = native ] || way="--positions $positions"
		# shellcheck disable=SC2086
		embed --precision "$precision" "$@" -m "$arch-$type/model.safetensors" $way "${height}x$width-$seed.st" >one.st 2>messages &&
			stream-show --f32 one.st >one.f32 && $cosine one.f32 "0x$vector" "$bound" >distance ||
			echo "$arch $type $height $width $positions: $(cat distance messages)"
		echo "$arch" >>compared
	done >differ 2>&1
	is "$pattern in $precision${1:+ $*}, within $bound" "0 of $count" "$(wc -l <differ) of $(wc -l <compared)"
	if [ -s differ ]; then sed 's/^/# /' differ; fi
}
close int8 5e-5 'tiny*' 41
close int8 5e-5 'tiny*' 41 --kernel portable
close int8 1.5e-4 'vits-f32-224' 2
close int16 6e-7 'tiny*' 41
close int16 1.2e-6 'vits-f32-224' 2
close bf16 3e-5 'tiny-f32-*' 9 --kernel portable

# --- one model, many files ----------------------------------------------------------------------------------------------

# vector OPTIONS... >F.f32 of the picture
picture 98 98 101
vector() { embed "$@" 98x98-101.st >v.st && stream-show --f32 v.st; }
# fact NAME: its value in v.st
fact() { stream-show v.st | sed -n "s/^fact $1=//p"; }

for kind in tiny tiny_reg tiny_swiglu; do
	model $kind f32 orig
	vector --positions aa -m $kind-f32/model.safetensors >hf.f32
	weights=$(fact 'space.*.weights')
	vector --positions aa -m $kind-f32-orig/model.safetensors >original.f32
	same "$kind: the authors' names give the same vector" hf.f32 original.f32
	is "... and the same identity" "$weights" "$(fact 'space.*.weights')"
done
vector -m tiny-f32-orig/model.safetensors >original.f32
is "their positions are another way by default" "offset" "$(fact space.dinov2-64.positions)"
vector -m tiny_reg-f32-orig/model.safetensors >original.f32
is "with registers, a third" "aa" "$(fact space.dinov2-64-with-registers.positions)"
for type in f16 bf16; do
	model tiny $type orig
	vector --positions size -m tiny-$type/model.safetensors >hf.f32
	vector --positions size -m tiny-$type-orig/model.safetensors >original.f32
	same "$type: likewise" hf.f32 original.f32
done
mkdir bare && cp tiny-f32/model.safetensors bare/
vector -m tiny-f32/model.safetensors >with.f32
is "the number of heads is a fact" 4 "$(fact space.dinov2-64.heads)"
vector -m bare/model.safetensors >without.f32
is "without config.json, it is that of the published sizes" 1 "$(fact space.dinov2-64.heads)"
ok "which is another model" test "$($cosine with.f32 without.f32)" != 0

# --- kernels and jobs ---------------------------------------------------------------------------------------------------
for kind in tiny tiny_reg tiny_swiglu; do
	vector --kernel portable -m $kind-f32/model.safetensors >portable.f32
	is "$kind: the portable kernel is named" portable "$(fact quality.embed.kernel)"
	vector -m $kind-f32/model.safetensors >best.f32
	ok "... and the fastest one, $(fact quality.embed.kernel), agrees" $cosine portable.f32 best.f32 1e-11
done
for i in 1 2 3 4; do cat ./*x*-10?.st; done >many.st
embed -m tiny-f32/model.safetensors many.st >one.st
embed -j 2 -m tiny-f32/model.safetensors many.st >two.st
same "two jobs, other sizes in turn: the same bytes" one.st two.st
embed -j 7 -m tiny-f32/model.safetensors many.st >seven.st
same "seven jobs" one.st seven.st

for precision in int16 int8; do
	embed --precision $precision -m tiny_swiglu-f32/model.safetensors many.st >one.st
	embed -j 5 --precision $precision -m tiny_swiglu-f32/model.safetensors many.st >two.st
	same "in $precision, five jobs: the same bytes" one.st two.st
done
$checkpoint tiny outliers --outliers 3
vector -m outliers/model.safetensors >loud.f32
vector --precision int8 -m outliers/model.safetensors >loud8.f32
ok "channels 50 to 100 times larger than others, int8: within 1e-3" $cosine loud.f32 loud8.f32 1e-3
vector -m tiny-f32/model.safetensors >best.f32
stream-show v.st | grep '^fact space' >space.f32
vector --precision int8 -m tiny-f32/model.safetensors >int8.f32
stream-show v.st | grep '^fact space' >space.int8
is "the precision is a fact" int8 "$(fact quality.embed.precision)"
same "but not of the space: an index may hold both" space.f32 space.int8
status "an unknown precision is wrong" 2 embed --precision int4 many.st
says "and is said" "'int4' is no precision"
status "sketch has none to choose" 2 embed --precision int8 many.st
ok "what this CPU has not" embed --precision f16 -m tiny-f32/model.safetensors 98x98-101.st
says "is replaced by what is as fast and closer, and said" "no arithmetic in f16 .* computed in int16"
mv .out v.st
is "as the fact says" int16 "$(fact quality.embed.precision)"

# --- options and facts --------------------------------------------------------------------------------------------------
vector -m tiny-f32/model.safetensors >cls.f32
is "the facts say what the space is" "64 cosine cls size" "$(fact space.dinov2-64.dimension) $(fact space.dinov2-64.metric) \
$(fact space.dinov2-64.pool) $(fact space.dinov2-64.positions)"
is "and what it was made with" f32 "$(fact quality.embed.precision)"
vector --pool mean -m tiny-f32/model.safetensors >mean.f32
vector --pool cls+mean -m tiny-f32/model.safetensors >both.f32
is "both poolings have twice the numbers, and say so" "128 cls+mean 512" \
	"$(fact space.dinov2-64.dimension) $(fact space.dinov2-64.pool) $(wc -c <both.f32 | tr -d ' ')"
head -c 256 both.f32 >first.f32
tail -c 256 both.f32 >second.f32
ok "the first half is the class token" $cosine cls.f32 first.f32 1e-13
ok "the second the mean" $cosine mean.f32 second.f32 1e-13
is "of unit length, all of it" 1.00000 "$(stream-show --json v.st | jq -r 'select(.vectors) | [.vectors[].values[] | . * .] | add' |
	xargs printf '%.5f')"
status "an unknown pool is wrong" 2 embed --pool max -m tiny-f32/model.safetensors many.st
status "unknown positions are wrong" 2 embed --positions up -m tiny-f32/model.safetensors many.st
status "so is an unknown kernel" 2 embed --kernel fast -m tiny-f32/model.safetensors many.st
status "sketch has no pool" 2 embed --pool mean many.st
says "and says so" "sketch has no pool"
status "a published model that is not here" 2 embed -m dinov2-base-with-registers many.st
says "is named with where it is" "curl .*https://huggingface.co/facebook/dinov2-with-registers-base/resolve/main/model.safetensors"

# --- pictures -----------------------------------------------------------------------------------------------------------
picture 98 97 1
picture 13 14 1
decode 98x97-1.ppm 98x98-101.ppm 13x14-1.ppm >unsuited.st
status "sides that are no multiples of 14 are faults" 3 embed -m tiny-f32/model.safetensors unsuited.st
says "with a message each" "cannot embed '98x97-1.ppm': 97 x 98 pixels: the sides must be multiples of 14"
is "the others are embedded" "98x98-101.ppm" "$(stream-show --json .out | jq -r 'select(.vectors) | .identity')"
picture 14 14 1
ok "one patch is a picture" embed -m tiny-f32/model.safetensors 14x14-1.st
{ printf 'P5\n70 70\n255\n' && head -c 4900 /dev/zero | tr '\0' '\200'; } >grey.pgm
{ printf 'P6\n70 70\n255\n' && head -c 14700 /dev/zero | tr '\0' '\200'; } >grey.ppm
decode grey.pgm | embed -m tiny-f32/model.safetensors | stream-show --f32 >grey.f32
decode grey.ppm | embed -m tiny-f32/model.safetensors | stream-show --f32 >colour.f32
same "a grey picture is one of three equal colours" grey.f32 colour.f32
{ printf 'P5\n6000 6000\n255\n' && head -c 36000000 /dev/zero; } | decode - | letterbox -s 2002 >large.st
status "more tokens than the bound are a fault" 3 embed -m tiny-f32/model.safetensors large.st
says "that says the bound" "more than 20000 tokens"

# --- an index and its questions -----------------------------------------------------------------------------------------
mkdir sheets
"$HELPERS"/generate/archive --seed 3 --patents 3 --sheets sheets -o . >list
first=$(ls sheets/*-D00001.TIF | head -1)
small=tiny-f32/model.safetensors
decode sheets/*.TIF | letterbox -s 98 | embed --pool mean --positions offset -m $small >sheets.st
ok "an index takes the vectors" index-build -d index sheets.st
ok "a picture asks" env ORNAMENT_MODEL=$small query -d index -k 1 "$first"
is "prepared as those of the index were, pool and positions too" 1.000000 "$(cut -f1 .out)"
status "without weights it cannot" 2 query -d index -k 1 "$first"
says "and the message names the space and the weights" "space .dinov2-64. needs its weights, [0-9a-f]{12}.*-m or ORNAMENT_MODEL"
status "nor with others" 2 query -d index -m tiny-bf16/model.safetensors -k 1 "$first"
says "which are told apart" "space.dinov2-64.weights"
ok "more is imported likewise" ornament import -q -d index -m $small I*.tar
ok "or with less precision" ornament import -q --again --precision int8 -d index -m $small I*.tar
status "an unknown precision is refused" 2 ornament import --precision int3 -d index I*.tar
ornament import -q --precision int8 -d together -s 98 -m $small "$first" sheets/*-D00002.TIF
for sheet in "$first" sheets/*-D00002.TIF; do ornament import -q --precision int8 -d each -s 98 -m $small "$sheet"; done
index-build -d together --dump >together.st
index-build -d each --dump >each.st
same "a new index has it from its first input to its last" together.st each.st

# --- pictures that are no squares ---------------------------------------------------------------------------------------
printf 'P1\n100 20\n' >bar.pbm
awk 'BEGIN { for (i = 0; i < 2000; i++) print (i % 100 % 9 < 2 || i < 100 || i >= 1900) + 0 }' >>bar.pbm
decode bar.pbm | letterbox --fit -s 98 >bar.st
ok "a long drawing, fitted, is embedded" embed -m $small bar.st
is "at a fifth of the square's tokens" "width 98 height 28" "$(stream-show bar.st | sed -n 's/^	pixels \(width [0-9]* height [0-9]*\).*/\1/p')"
status "sketch does not take it" 2 embed bar.st
says "and says so at once" "sketch takes squares: letterbox without --fit"
ok "an index is made of such pictures" ornament import -d fitted -s 98 --fit -m $small bar.pbm "$first"
ok "asked with them" env ORNAMENT_MODEL=$small query -d fitted -k 1 bar.pbm
is "they are prepared likewise" 1.000000 "$(cut -f1 .out)"
ok "more are imported without saying so again" ornament import -d fitted -m $small "$(ls sheets/*-D00002.TIF | head -1)"
decode bar.pbm | letterbox -s 98 | embed -m $small >square.st
status "squares do not go in" 2 index-build -d fitted square.st
says "with both sides named" "pixels.fit"
status "nor are they asked for with squares" 2 query -d fitted square.st
says "likewise" "pixels.fit"
ok "an index of squares" index-build -d squares square.st
status "does not take fitted ones" 2 ornament import -d squares --fit -m $small bar.pbm
says "likewise" "pixels.fit"

# --- damaged weights ----------------------------------------------------------------------------------------------------
# refused SENTENCE REGEX: what stands in bad.safetensors
refused() {
	status "$1" 2 embed -m ./bad.safetensors many.st
	says "... is said" "^embed: './?bad.safetensors'.*$2"
	is "... in one line" 1 "$(wc -l <.err | tr -d ' ')"
}
good=tiny-f32/model.safetensors
size=$(wc -c <$good)
cp grey.ppm bad.safetensors
refused "a wrong magic" "not a safetensors file"
head -c $((size / 2)) $good >bad.safetensors
refused "half a download" "ends at byte [0-9]* of [0-9]*"
head -c 1000 $good >bad.safetensors
refused "a header longer than the file" "the header ends at byte"
LC_ALL=C sed 's/encoder.layer.1.norm2.weight/encoder.layer.1.norm3.weight/' $good >bad.safetensors
refused "a tensor missing" "tensor 'encoder.layer.1.norm2.weight' is missing"
LC_ALL=C sed 's/encoder.layer.1.norm1.weight/encoder.layer.1.norm3.weight/' $good >bad.safetensors
refused "also the one that a layer begins with" "tensor 'encoder.layer.1.norm1.weight' is missing"
# reshaped TENSOR SHAPE SHAPE: of the first layer's MLP, in bad.safetensors
reshaped() {
	LC_ALL=C sed "s/\"encoder.layer.0.mlp.$1\":{\"dtype\":\"F32\",\"shape\":\[$2\]/\"encoder.layer.0.mlp.$1\":{\"dtype\":\"F32\",\"shape\":[$3]/" \
		$good | tail -c +9 >rest
	n=$(($(head -c 2 $good | od -An -tu2) + ${#3} - ${#2}))
	{ printf "\\$(printf %03o $((n % 256)))\\$(printf %03o $((n / 256)))\\0\\0\\0\\0\\0\\0" && cat rest; } >bad.safetensors
}
reshaped fc1.bias 256 2,128
refused "a tensor of another shape" "tensor 'encoder.layer.0.mlp.fc1.bias' is 2x128, not 256"
reshaped fc1.weight 256,64 128,128
refused "that is the one of three that the others are against" "tensor 'encoder.layer.0.mlp.fc1.weight' is 128x128, not 256x64"
reshaped fc2.weight 64,256 128,128
refused "whichever it is" "tensor 'encoder.layer.0.mlp.fc2.weight' is 128x128, not 64x256"
LC_ALL=C sed 's/"embeddings.cls_token":{"dtype":"F32"/"embeddings.cls_token":{"dtype":"I32"/' $good >bad.safetensors
refused "a type that is no number" "tensor 'embeddings.cls_token' is of type I32"
LC_ALL=C sed 's/"embeddings.cls_token":{"dtype":"F32"/"embeddings.cls_token":{"dtype":"F99"/' $good >bad.safetensors
refused "an unknown type" "tensor 'embeddings.cls_token' is of unknown type 'F99'"
{ head -c $((size - 4)) $good && printf '\000\000\300\177'; } >bad.safetensors
refused "a number that is none" "number 63 of tensor 'layernorm.weight' is not finite"
{ echo '{"num_attention_heads": 5}'; } >config.json
cp $good bad.safetensors
refused "heads that do not divide" "5 heads do not divide 64 numbers"
echo '{' >config.json
refused "a damaged config.json" "config.json"
echo '{"num_attention_heads": "6"}' >config.json
refused "heads that are no number" "config.json': num_attention_heads is no number"
echo '{"layer_norm_eps": 0}' >config.json
refused "an epsilon of nothing" "config.json': layer_norm_eps is no number"
rm config.json
mkfifo config.json
refused_at_once() {
	status "$1" 2 timeout 60 embed -m ./bad.safetensors many.st
	says "... is said" "config.json' is no regular file"
}
refused_at_once "a pipe that is called config.json"
rm config.json
ln -s /dev/zero config.json
refused_at_once "a device of that name"
rm config.json

# --- numbers that grow beyond all bounds ---------------------------------------------------------------------------------
# overflowing TENSOR: all 64 numbers of it the largest that there are, finite yet, in bad.safetensors
overflowing() {
	n=$(($(head -c 2 $good | od -An -tu2)))
	at=$((8 + n + $(head -c $((8 + n)) $good | LC_ALL=C sed "s/.*\"$1\":[^}]*data_offsets\":\[\([0-9]*\).*/\1/" | tail -n 1 | tr -cd 0-9)))
	{ head -c $at $good && for i in $(seq 64); do printf '\377\377\177\177'; done && tail -c +$((at + 257)) $good; } >bad.safetensors
}
for tensor in encoder.layer.0.norm1.weight encoder.layer.1.norm2.weight; do
	overflowing $tensor
	for precision in f32 int16 int8; do
		for pool in cls mean; do
			status "where $tensor overflows, in $precision, pool $pool, a picture has no vector" 3 \
				embed --precision $precision --pool $pool -m ./bad.safetensors 98x98-101.st
			says "which is said" "cannot embed '98x98-101.ppm': the model's answer is no vector"
		done
	done
done

# --- the cache of identities --------------------------------------------------------------------------------------------
rm -rf .cache
sleep 2 # the file may not just have changed
picture 14 14 2
embed -m vits-f32/model.safetensors 14x14-2.st >first.st
is "the identity of large weights is remembered" 1 "$(find .cache -type f | wc -l | tr -d ' ')"
embed -m vits-f32/model.safetensors 14x14-2.st >second.st
same "and the same the second time" first.st second.st
is "read from there" "$(cat .cache/ornament/weights-*)" "$(stream-show second.st | sed -n 's/^fact space.dinov2-small.weights=//p')"
echo nonsense >"$(find .cache -type f)"
embed -m vits-f32/model.safetensors 14x14-2.st >third.st
same "a damaged cache is nothing" first.st third.st
env XDG_CACHE_HOME=/proc embed -m vits-f32/model.safetensors 14x14-2.st >third.st 2>messages
same "nor is one that cannot be written" first.st third.st
is "without a word" "" "$(cat messages)"

finish
