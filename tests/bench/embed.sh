#!/bin/sh
# SPDX-License-Identifier: ISC
# What vision transformers cost a processor, on random weights of the published sizes, beside the machine's own peak, OpenBLAS, and
# ONNX Runtime on the same weights and picture, in f32 and int8, by turns in one run; and what fewer bits err on drawings from a
# generated archive, here and there, also with channels far larger than others.
#
# SIZES="vits" for some of the sizes, ROUNDS=7, SIDE=518 (others without the peer: its graphs have the positions of 518), PATENTS=1 for
# the drawings of so many, 0: none. The peer is Node.js with onnxruntime-node, found through NODE_PATH; fetched with
#     ONNXRUNTIME_NODE_INSTALL=skip npm install --prefix DIRECTORY onnxruntime-node && export NODE_PATH=DIRECTORY/node_modules
set -eu
: "${ORNAMENT_HELPERS:=build/plain/tests}" "${ORNAMENT_BIN:=bin}" "${SIDE:=518}" "${ROUNDS:=7}" "${PATENTS:=1}"
peer=$(dirname "$0")/peers/onnxruntime.js
bench=$ORNAMENT_HELPERS/bench/embed
onnx=$ORNAMENT_HELPERS/generate/onnx cosine=$ORNAMENT_HELPERS/cosine

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
find_peer() { [ "$SIDE" = 518 ] && command -v node >/dev/null && node -e 'require("onnxruntime-node")' 2>/dev/null; }
# what its 8 bits are right with: signed weights saturate where the processor has no VNNI
int8=uint8
grep -qs 'avx512_vnni\|avx_vnni' /proc/cpuinfo && int8=int8
has_peer=
find_peer && has_peer=yes
if [ "$PATENTS" -gt 0 ]; then
	"$ORNAMENT_HELPERS/generate/archive" --seed 1 --patents "$PATENTS" --date 20260106 -o "$work/I20260106.tar" >/dev/null
	"$ORNAMENT_BIN/decode" "$work/I20260106.tar" | "$ORNAMENT_BIN/letterbox" -s "$SIDE" >"$work/squares.st"
	"$ORNAMENT_BIN/stream-show" --pam "$work/squares.st" >"$work/squares.pgm"
fi

# compare NUMBERS MODEL WHAT: one minus the cosine to f32 on the drawings, ours and the peer's to its own f32
compare() {
	for precision in f32 int16 int8; do
		"$ORNAMENT_BIN/embed" --precision "$precision" -m "$2" "$work/squares.st" | "$ORNAMENT_BIN/stream-show" --f32 >"$work/$precision.f32"
		[ "$precision" = f32 ] || echo "    $3: $precision, $("$bench" distances "$1" "$work/f32.f32" "$work/$precision.f32")"
	done
	[ "$has_peer" ] || return 0
	"$onnx" "$2" "$work/f32.onnx"
	"$onnx" "--$int8" "$2" "$work/int8.onnx"
	node "$peer" --pictures "$work/squares.pgm" "$work/f32.onnx" "$work/int8.onnx"
	echo "    $3: ONNX Runtime $int8, $("$bench" distances "$1" "$work/f32.onnx.f32" "$work/int8.onnx.f32")"
}

mkfifo "$work/ask" "$work/answer"
"$bench" picture "$SIDE" "$work/pixels.f32"
for size in ${SIZES:-vits vitb}; do
	"$ORNAMENT_HELPERS/generate/checkpoint" "$size" "$work/$size"
	model=$work/$size/model.safetensors
	set --
	if [ "$has_peer" ]; then
		"$onnx" "$model" "$work/f32.onnx"
		"$onnx" "--$int8" "$model" "$work/int8.onnx"
		node "$peer" "$work/pixels.f32" "$SIDE" "$work/f32.onnx" "$work/int8.onnx" <"$work/ask" >"$work/answer" &
		set -- "$work/ours.f32" "$work/ask" "$work/answer" f32 "$int8"
	fi
	echo "$size, $SIDE x $SIDE"
	"$bench" time "$model" "$SIDE" "$ROUNDS" "$@"
	if [ "$has_peer" ]; then
		wait
		echo "    one minus the cosine to ours: f32 $("$cosine" "$work/ours.f32" "$work/f32.onnx.f32" 1e-9)," \
			"$int8 $("$cosine" "$work/ours.f32" "$work/int8.onnx.f32")"
	fi
	if [ "$PATENTS" -gt 0 ]; then
		case $size in vits*) numbers=384 ;; vitb*) numbers=768 ;; vitl*) numbers=1024 ;; *) numbers=1536 ;; esac
		echo "    one minus the cosine to f32 on drawings of a generated archive, the largest:"
		compare "$numbers" "$model" "random weights"
		"$ORNAMENT_HELPERS/generate/checkpoint" "$size" "$work/$size" --outliers 6
		compare "$numbers" "$model" "six channels 50 to 100 times as large"
	fi
	rm -r "${work:?}/$size"
done
[ "$has_peer" ] || echo "no other runtime was measured: Node.js with onnxruntime-node is not there, or the pictures are not 518 x 518"
