#!/bin/sh
# SPDX-License-Identifier: ISC
# What vision transformers cost a processor, on random weights of the published sizes, beside the machine's own peak, OpenBLAS, and
# ONNX Runtime on the same weights and picture, in f32 and int8, by turns in one run.
#
# SIZES="vits" for some of the sizes, ROUNDS=7, SIDE=518 (others without the peer: its graphs have the positions of 518). The peer is
# Node.js with onnxruntime-node, found through NODE_PATH; fetched with
#     ONNXRUNTIME_NODE_INSTALL=skip npm install --prefix DIRECTORY onnxruntime-node && export NODE_PATH=DIRECTORY/node_modules
set -eu
: "${ORNAMENT_HELPERS:=build/plain/tests}" "${SIDE:=518}" "${ROUNDS:=7}"
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
	rm -r "${work:?}/$size"
done
[ "$has_peer" ] || echo "no other runtime was measured: Node.js with onnxruntime-node is not there, or the pictures are not 518 x 518"
