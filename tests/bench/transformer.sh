#!/bin/sh
# SPDX-License-Identifier: ISC
# What vision transformers cost a processor, on random weights of the published sizes; SIZES="vits" for some of them.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
for size in ${SIZES:-vits vitb}; do
	"$ORNAMENT_HELPERS/generate/checkpoint" "$size" "$work/$size"
	"$ORNAMENT_HELPERS/bench/transformer" "$work/$size/model.safetensors" 518 "${ROUNDS:-7}"
	rm -r "$work/$size"
done
"$ORNAMENT_HELPERS/generate/checkpoint" vits "$work/vits"
"$ORNAMENT_HELPERS/bench/transformer" "$work/vits/model.safetensors" 224 "${ROUNDS:-7}"
echo "other runtimes are not measured here"
