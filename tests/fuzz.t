#!/bin/sh
# SPDX-License-Identifier: ISC
# Each fuzz target over its seeds and some hundred mutations of them; the driver says how to look at one that fails.
. "$(dirname "$0")/lib.sh"
export HELPERS

mutations=300
[ -z "${ORNAMENT_LONG:-}" ] || mutations=20000
for target in "$HELPERS"/fuzz/*; do
	name=${target##*/}
	case $name in *.*) continue ;; esac
	mkdir "$name"
	(cd "$name" && sh "$TESTS/fuzz/seeds" "$name") || fail "$name has seeds"
	ok "$name survives its seeds and $mutations mutations of each" "$target" -n "$mutations" "$name"/*
	rm -rf "$name"
done
finish
