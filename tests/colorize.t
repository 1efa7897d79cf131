#!/bin/sh
# SPDX-License-Identifier: ISC
. "$(dirname "$0")/lib.sh"

# Upright stripes of equal width as a plain netpbm picture: stripes WIDTH HEIGHT "RED GREEN BLUE" ...
stripes() {
	echo "P3 $1 $2 255"
	awk 'BEGIN { for (y = 0; y < ARGV[2]; y++) for (x = 0; x < ARGV[1]; x++) print ARGV[3 + int(x * (ARGC - 3) / ARGV[1])] }' "$@"
}

# The colours of the pictures in a stream: colours FILE
colours() { stream-show --json "$1" | jq -c 'select(.colours) | .colours'; }

# --- usage and streams

for wrong in '-k 0' '-k 17' '-k x' '-j 0' '--json --tsv' '--frobnicate'; do
	# shellcheck disable=SC2086
	status "$wrong is wrong usage" 2 colorize $wrong
done
says "and says where to read on" "colorize --help"
ok "--help is no failure" colorize --help
status "nothing is no stream" 2 colorize </dev/null
says "and is called so" "^colorize: standard input: is empty"
echo hello >text
status "text on standard input is no stream" 2 sh -c 'colorize --json <text'

stripes 80 60 "192 48 32" "32 64 160" "255 255 255" "255 255 255" >flag.ppm
printf 'P1 8 2\n11000000\n10000000\n' >bits.pbm
printf 'P2 2 2 255\n0 0 100 250\n' >grey.pgm
printf 'P1 3 3\n000\n000\n000\n' >blank.pbm
printf 'P3 1 1 255\n90 160 110\n' >pixel.ppm
printf '<?xml version="1.0"?>\n<a/>\n' >a.xml
: >empty.tif
decode flag.ppm bits.pbm grey.pgm blank.pbm pixel.ppm a.xml >all.st
ok "a stream is read from a file" sh -c 'colorize all.st >a.st'
silent "in silence"
ok "and from standard input" sh -c 'colorize <all.st >b.st'
same "with the same result" a.st b.st
colorize a.st >b.st
same "what has colours gets the same again" a.st b.st
is "nothing but colours and the fact is added" "$(stream-show all.st)" "$(stream-show a.st |
	awk '/^fact quality.colorize.version=/ { next } /^\t[^\t]/ { skip = /^\tcolours/ } /^item/ { skip = 0 } !skip')"
is "and all pictures have them" 5 "$(colours a.st | wc -l)"
status "a lost output is a failure" 2 sh -c 'colorize all.st >/dev/full'
status "also of text" 2 sh -c 'colorize --tsv all.st >/dev/full'
head -c $(($(wc -c <all.st) - 5)) all.st >cut.st
status "a cut stream is a failure" 2 sh -c 'colorize cut.st >c.st'
decode empty.tif flag.ppm >fault.st 2>/dev/null
status "a fault in the input shows in the exit status" 3 sh -c 'colorize -v fault.st >c.st'
says "and in the counts" "1 pictures, 1 faults, 0 skipped"
is "and passes" "end items 2 faults 1 skipped 0" "$(stream-show c.st | tail -1)"
cat all.st fault.st all.st all.st fault.st all.st >many.st
colorize many.st >alone.st
status "several jobs" 3 sh -c 'colorize -j 3 many.st >crew.st'
same "give the same bytes" alone.st crew.st
status "jobs from the environment" 3 sh -c 'ORNAMENT_JOBS=5 colorize many.st >crew.st'
same "as well" alone.st crew.st

# --- what is found

is "flat colours, half of the page being paper" \
	'{"colours":[{"hex":"#2040a0","lab":[30.67,24.81,-55.29],"share":0.5,"name":"darkslateblue"},{"hex":"#c03020","lab":[43.4,55.8,43.78],"share":0.5,"name":"firebrick"}],"scheme":"warm","brightness":0.3703,"saturation":0.8713,"bilevel":false,"paper":0.5}' \
	"$(colorize --json flag.ppm | jq -c 'del(.identity)')"
is "the same as the field of the item" "$(colours a.st | head -1)" "$(colorize --json flag.ppm | jq -c 'del(.identity)')"
is "three black bits of sixteen" '["#000000",1,true,0.8125]' \
	"$(colorize --json bits.pbm | jq -c '[.colours[0].hex, .colours[0].share, .bilevel, .paper]')"
is "each level of grey is a tone, light ones are paper" '[["#000000",0.6667],["#646464",0.3333]]' \
	"$(colorize --json grey.pgm | jq -c '[.colours[] | [.hex, .share]]')"
is "a page of nothing but paper has no colours" '[[],"neutral",1,0,1]' \
	"$(colorize --json blank.pbm | jq -c '[.colours, .scheme, .brightness, .saturation, .paper]')"
is "except with --paper" '["#ffffff",1]' "$(colorize --paper --json blank.pbm | jq -c '.colours[0] | [.hex, .share]')"
is "one pixel is one colour" '["#5aa06e"]' "$(colorize --json pixel.ppm | jq -c '[.colours[].hex]')"
is "one colour when one is wanted" 1 "$(colorize -k 1 --json flag.ppm | jq '.colours | length')"
is "paper is a colour when it is wanted" '"#ffffff"' "$(colorize --paper --json flag.ppm | jq -c '.colours[0].hex')"
stripes 20 10 "90 160 110" >wide.ppm
decode wide.ppm | letterbox -s 40 >square.st
is "the padding of a square does not count" '[[["#5aa06e",1]],0.5]' \
	"$(colorize --json square.st | jq -c '[[.colours[] | [.hex, .share]], .paper]')"
is "a row for each picture" "bits.pbm	neutral	0	0	true	0.8125	#000000:1:black
pixel.ppm	neutral	0.6028	0.5394	false	0	#5aa06e:1:mediumseagreen" "$(colorize --tsv bits.pbm pixel.ppm)"
is "items without pixels have none" 5 "$(colorize --tsv all.st | wc -l)"

# --- what is no stream

ok "a directory goes through decode" sh -c 'mkdir pictures && cp flag.ppm pixel.ppm pictures && colorize --json pictures >directory.json'
is "each of its pictures" 2 "$(wc -l <directory.json)"
decode flag.ppm | colorize >piped.st
ok "as does a picture" sh -c 'colorize flag.ppm >direct.st'
same "with the same stream" piped.st direct.st
status "one that is damaged" 3 sh -c 'colorize --json empty.tif pixel.ppm >c.json'
says "is reported by decode" "^decode: .*empty\.tif"
is "and the others are measured" 1 "$(wc -l <c.json)"
status "one that is not there is skipped" 3 colorize --json nowhere.jpg pixel.ppm
says "with its name" "nowhere\.jpg"
status "a picture beside a stream is a failure" 2 colorize --json all.st pixel.ppm
says "that names it" "pixel\.ppm"
printf '\223ORN\r\n\032\n' >head.st
status "a stream that ends after its first bytes" 2 colorize --json head.st
tab=$(printf 'a\tb.ppm')
cp pixel.ppm "$tab"
is "a name cannot break a row" 7 "$(colorize --tsv "$tab" | awk -F'\t' '{ print NF }')"

if [ -n "$DATA" ]; then
	decode "$DATA"/uspto/weekly/*.tar >week.st
	ok "the real archives" sh -c 'colorize -v week.st >coloured.st'
	says "have 173 pictures" "173 pictures, 0 faults"
	is "all of black ink on paper" '[["#000000"],true]' "$(colours coloured.st | jq -c '[[.colours[].hex], .bilevel]' | sort -u)"
else
	skip "the real material is not here (ORNAMENT_TESTDATA)"
fi
finish
