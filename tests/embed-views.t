#!/bin/sh
# SPDX-License-Identifier: ISC
# embed: on real sheets the shipped model finds the other views of a patent better than pixels do.
. "$(dirname "$0")/lib.sh"
needs_data

# The publisher of these sheets has taken out what says that they lie on their side: the index does.
for turn in 0 90 180 270; do
	awk -F '\t' -v turn="$turn" 'NR > 1 && $4 == turn { print $1 }' "$DATA/views/index.tsv" >names
	[ -s names ] || continue
	tr '\n' '\0' <names >names0
	(cd "$DATA/views" && exec decode --files0-from "$WORK/names0") >flat.st || fail "sheets turned by $turn are decoded"
	stream-show flat.st | sed "s|^\\(	page .* turn \\)0|\\1$((turn / 90))|" >flat.txt
	stream-show --from-text flat.txt >turned.st
	letterbox turned.st >"squares-$turn.st" || fail "sheets turned by $turn are scaled"
done
ok "all sheets get vectors" embed squares-*.st
mv .out vectors.st
ok "and are compared" "$HELPERS/bench/views" vectors.st
sed 's/^/# /' .out
is "each of the 353 sheets is a question" 353 "$(awk '$1 == "vectors" { print $3 }' .out)"
is "mean average precision is at least 1.2 times that of 32x32 pixels, however these are compared" yes \
	"$(awk '$1 == "vectors" { v = $2 } /^pixels/ && $2 > p { p = $2 } END { print (p > 0 && v >= 1.2 * p ? "yes" : v " and " p) }' .out)"

finish
