#!/bin/sh
# SPDX-License-Identifier: ISC
# From pictures to an index that knows their colours, and filters that ask for them.
. "$(dirname "$0")/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'

# A shape of one colour on white, or on a second colour: photo RED GREEN BLUE [RED GREEN BLUE]
photo() {
	echo "P3 64 48 255"
	awk 'BEGIN { thing = ARGV[1] " " ARGV[2] " " ARGV[3]; ground = ARGC > 4 ? ARGV[4] " " ARGV[5] " " ARGV[6] : "255 255 255"
		for (y = 0; y < 48; y++) for (x = 0; x < 64; x++) print (x - 30) ^ 2 + (y - 20) ^ 2 < 200 + x ? thing : ground }' "$@"
}

mkdir photos
photo 192 48 32 >photos/red.ppm
photo 200 60 40 30 60 200 >photos/red-on-blue.ppm
photo 40 120 60 >photos/green.ppm
photo 128 128 128 >photos/grey.ppm
{ echo "P1 64 48"; awk 'BEGIN { for (i = 0; i < 64 * 48; i++) print (i % 64 > 20 && i % 64 < 30) }'; } >photos/drawing.pbm
ok "photographs are imported" import -d index -s 64 photos
index-build -d index --dump >dump.st
for name in red red-on-blue green grey; do
	is "the index has the colours of $name" "$(colorize --json photos/$name.ppm | jq -c 'del(.identity)')" \
		"$(stream-show --json dump.st | jq -c "select(.document == \"photos/$name.ppm\") | .colours | select(.)")"
done
cp index/data.mdb before.mdb
ok "a second import" import -d index -s 64 photos
same "writes nothing" before.mdb index/data.mdb

# The pictures that were answered, in the order of their names.
answers() { cut -f2 | sed 's,.*/,,; s,\..*,,' | sort | paste -sd ' ' -; }

# passing NAME EXPRESSION PICTURES
passing() { is "$1" "$3" "$(query -d index --where "$2" | answers)"; }
passing "a colour" 'color ~ "#c03020"' "red red-on-blue"
passing "within less" 'color ~ "#c03020" within 1' "red"
passing "by name" 'color ~ "FireBrick"' "red red-on-blue"
passing "two colours" 'color ~ "firebrick" && color ~ "royalblue" within 20' "red-on-blue"
passing "paper is no colour" 'color ~ "white"' ""
passing "a scheme" 'scheme == "neutral"' "drawing green grey red-on-blue"
passing "another" 'scheme == "warm"' "red"
passing "black and white" 'bilevel' "drawing"
passing "or not" '!bilevel && saturation < 0.1' "grey"
passing "brightness" 'brightness > 0.5' "grey"
passing "paper" 'paper > 0 && brightness < 0.3' "drawing"
passing "all have colours" 'color == null' ""

ok "a question is filtered by colour too" query -d index --where 'color ~ "red" within 20' photos/grey.ppm
is "and only these answer" "red red-on-blue" "$(answers <.out)"
status "what is no colour is refused" 2 query -d index --where 'color ~ "rouge"'
says "with the reason and the place" "wrong filter: this is no colour"

# pictures that came without colours have no values
decode photos/red.ppm | letterbox -s 64 | embed | index-build -d plain
index-build -d plain --stat --json >/dev/null
status "without colours nothing is near" 1 query -d plain --where 'color ~ "red" || bilevel || brightness >= 0'
ok "and nothing is known" query -d plain --where 'color == null && scheme == null && bilevel != true'
ok "such an index can be asked for the rest" query -d plain --where 'patent_id ~ "red"'
finish
