#!/bin/sh
# SPDX-License-Identifier: ISC
# How often the nearest patents name the class of a picture, its own patent left out: of a generated archive, and of the real weekly archives
# where they are (ORNAMENT_TESTDATA).
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

"$ORNAMENT_HELPERS/generate/archive" --seed 6 --patents "${PATENTS:-150}" -o I20260106.tar >/dev/null
"$ORNAMENT_BIN/import" -d generated I20260106.tar
echo "generated, ${PATENTS:-150} patents"
"$ORNAMENT_HELPERS/bench/classes" generated
[ -n "${ORNAMENT_TESTDATA:-}" ] || exit 0
"$ORNAMENT_BIN/import" -d real "$ORNAMENT_TESTDATA"/uspto/weekly/*.tar
echo "real, $("$ORNAMENT_BIN/index-build" -d real --stat | awk '$1 == "records" { print $2 }') patents"
"$ORNAMENT_HELPERS/bench/classes" real
