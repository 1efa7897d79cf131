#!/bin/sh
# SPDX-License-Identifier: ISC
. "$(dirname "$0")/lib.sh"

# A stream of one picture, from rows of 0 and 1 on stdin: bits NAME WIDTH HEIGHT
bits() {
	{ printf 'P1\n%d %d\n' "$2" "$3" && cat; } >"$1.pbm"
	decode "$1.pbm" >"$1.st"
}

# The value behind a word of the item's text: field WORD FILE
field() { stream-show "$2" | sed -n "s/.* $1 \\([^ ]*\\).*/\\1/p" | tail -1; }

# The pixels as rows of numbers: pixels FILE WIDTH [HEIGHT]
pixels() { stream-show --pam "$1" | tail -c "$(($2 * ${3:-$2}))" | od -An -v -tu1 -w"$2" | tr -s ' ' | sed 's/^ //'; }

# The thumbnail's width and height, from its SOF marker
thumbnail() {
	stream-show "$1" | sed -n '/^	thumbnail/,/^[^	]/p' | sed -n 's/^		//p' | base64 -d | od -An -v -tx1 | tr -d ' \n' |
		sed 's/.*ffc0001108\(....\)\(....\).*/0x\2 0x\1/; s/.*ffc0000b08\(....\)\(....\).*/0x\2 0x\1/' | xargs printf '%d %d\n'
}

# --- usage and streams

for wrong in '-s 0' '-j 0' '-s 4097' '-s 12x' '-s' '--frobnicate' '-x'; do
	# shellcheck disable=SC2086
	status "$wrong is wrong usage" 2 letterbox $wrong
done
says "and says where to read on" "letterbox --help"
ok "--help is no failure" letterbox --help
status "nothing is no stream" 2 letterbox </dev/null
says "and is called so" "^letterbox: standard input: is empty"
echo hello >text
status "text is no stream" 2 letterbox text
status "a file that is not there is a failure" 2 letterbox nowhere.st

seq 1 6 | sed 's/.*/000111110000/' | bits page 12 6
ok "a stream is read from a file" sh -c 'letterbox page.st >a.st'
silent "in silence"
ok "and from standard input" sh -c 'letterbox <page.st >b.st'
same "with the same result" a.st b.st
status "a lost output is a failure" 2 sh -c 'letterbox page.st >/dev/full'
status "squares are not letterboxed again" 2 letterbox a.st
says "with a reason" "letterboxed already, into 518 pixels"
head -c $(($(wc -c <page.st) - 5)) page.st >cut.st
status "a cut stream is a failure" 2 letterbox cut.st
printf '<?xml version="1.0"?>\n<a/>\n' >a.xml
decode a.xml page.pbm >two.st
ok "items without pixels" sh -c 'letterbox -v two.st >c.st'
says "are no pictures" "1 pictures, 0 faults"
is "and pass" "$(stream-show two.st | grep -A3 '^item "a.xml"')" "$(stream-show c.st | grep -A3 '^item "a.xml"')"
: >empty.tif
decode empty.tif page.pbm >fault.st 2>/dev/null
status "a fault in the input shows in the exit status" 3 sh -c 'letterbox fault.st >c.st'
is "and passes" "end items 2 faults 1 skipped 0" "$(stream-show c.st | tail -1)"
cat page.st page.st >twice.st
ok "two streams in a row are one" sh -c 'letterbox twice.st | stream-show | grep -q "^end items 2 "'

printf '1111\n1111\n' | bits wide 4 2
seq 1 300 | sed 's/.*/1/' | bits thin 1 300
cat two.st fault.st page.st wide.st thin.st >many.st
letterbox -s 9 many.st >alone.st
status "several jobs" 3 sh -c 'letterbox -s 9 -j 3 many.st >crew.st'
same "give the same bytes" alone.st crew.st
status "jobs from the environment" 3 sh -c 'ORNAMENT_JOBS=5 letterbox -s 9 many.st >crew.st'
same "as well" alone.st crew.st
status "as many as nobody wants are wrong usage" 2 letterbox -j 257 page.st
status "in the environment too" 2 env ORNAMENT_JOBS=many letterbox page.st

status "what cannot be letterboxed is skipped" 3 sh -c 'letterbox -s 9 --crop 5,5,9,9 many.st >alone.st'
is "each with one message" 2 "$(wc -l <.err)"
says "that names the picture and the reason" "^letterbox: cannot scale 'wide.pbm': "
mv .err alone.err
status "by several jobs the same" 3 sh -c 'letterbox -s 9 -j 3 --crop 5,5,9,9 many.st >crew.st'
same "with the same messages" alone.err .err
same "and the same bytes" alone.st crew.st

# --- facts

is "the facts say the size" 518 "$(stream-show a.st | sed -n 's/fact pixels.letterbox=//p')"
for way in auto: all:--trim none:--no-trim; do
	is "and the way of trimming, ${way%:*}" "${way%:*}" "$(letterbox ${way#*:} page.st | stream-show | sed -n 's/fact pixels.trim=//p')"
done

# --- geometry

letterbox -s 4 wide.st >a.st
is "a wide page lies in the middle" "255 255 255 255
0 0 0 0
0 0 0 0
255 255 255 255" "$(pixels a.st 4)"
printf '11\n11\n11\n' | bits tall 2 3
letterbox -s 3 tall.st >a.st
is "what cannot be centred lies to the left" "0 0 255
0 0 255
0 0 255" "$(pixels a.st 3)"
letterbox -s 5 thin.st >a.st
is "a side is never nothing" "255 255 0 255 255" "$(pixels a.st 5 | head -1)"
printf '1111\n' | bits flat 4 1
for page in wide flat; do
	letterbox -s 28 $page.st >a.st
	ok "--fit" sh -c "letterbox --fit -s 28 $page.st >b.st"
	is "keeps, of $page, the longest side and fills the other up to a multiple of 14" "28 14" \
		"$(stream-show b.st | sed -n 's/^	pixels width \([0-9]*\) height \([0-9]*\).*/\1 \2/p')"
	is "with what stands in the middle of the square" "$(pixels a.st 28 | sed -n 8,21p)" "$(pixels b.st 28 14)"
done
is "and says so in the facts" 14 "$(stream-show b.st | sed -n 's/fact pixels.fit=//p')"
is "of which squares have nothing" "" "$(stream-show a.st | sed -n 's/fact pixels.fit=//p')"
status "such a stream is not mixed with squares" 2 sh -c 'cat a.st b.st | stream-show'
says "with a reason" "pixels.fit"
status "a size that is no multiple of 14 is wrong with --fit" 2 letterbox --fit -s 20 page.st
for size in 1 224 4096; do
	is "a square of $size pixels" "$size $size" "$(letterbox -s $size page.st | stream-show | sed -n 's/^	pixels width \([0-9]*\) height \([0-9]*\).*/\1 \2/p')"
done

# --- trimming

seq 1 9 | sed 's/.*/00000000000000000000/; 3s/.*/00000011100000000000/; 4s/.*/00000011100000000010/; 6s/.*/00001010000000000000/; 7s/.*/00000100000000000000/' | bits margin 20 9
letterbox -s 5 margin.st >a.st
is "the margin of a 1-bit page goes, dust with it" "4 2 5 5" "$(stream-show a.st | sed -n 's/.* box //p')"
is "the ink fills the square" "255 255 0 0 0" "$(pixels a.st 5 | head -1)"
letterbox --no-trim margin.st >a.st
is "--no-trim leaves it" "" "$(stream-show a.st | sed -n 's/.* box //p')"
stream-show margin.st | sed 's/bits 1 /bits 8 /; s/layout bit/layout grey/; /^		/d; s/^\(	pixels.*\)/\1\n		x2 ff*20\n		ff*6 00*3 ff*11\n		ff*6 ef*3 ff*9 00 ff\n		ff*20\n		ff*4 00 ff 00 ff*13\n		ff*5 00 ff*14\n		x2 ff*20/' |
	stream-show --from-text >grey.st
is "grey pages are not trimmed" "" "$(letterbox grey.st | stream-show | sed -n 's/.* box //p')"
is "except with --trim" "4 2 5 5" "$(letterbox --trim grey.st | stream-show | sed -n 's/.* box //p')"
seq 1 7 | sed 's/.*/0000000000/; 4s/.*/0001000000/' | bits white 10 7
is "a page of nothing but dust stays whole" "0 0 10 7" "$(letterbox white.st | stream-show | sed -n 's/.* box //p')"

# --- upright first

printf '11000\n10000\n10000\n' | bits corner 5 3
letterbox -s 5 --no-trim corner.st >0.st
for turn in 1 2 3; do
	stream-show corner.st | sed "s/turn 0/turn $turn/" | stream-show --from-text >t.st
	letterbox -s 5 --no-trim t.st >$turn.st
	is "a page that wants $turn quarter turns gets them" "0 $turn" "$(field turn $turn.st) $(field turned $turn.st)"
done
is "clockwise" "$(pixels 0.st 5 | tac | awk '{ for (i = 1; i <= 5; i++) c[i] = c[i] (NR > 1 ? " " : "") $i } END { for (i = 1; i <= 5; i++) print c[i] }')" "$(pixels 1.st 5)"
is "or upside down" "$(pixels 0.st 5 | tac | awk '{ print $5, $4, $3, $2, $1 }')" "$(pixels 2.st 5)"
stream-show margin.st | sed "s/turn 0/turn 1/" | stream-show --from-text | letterbox >t.st
is "the box counts on the upright page" "2 4 5 5" "$(stream-show t.st | sed -n 's/.* box //p')"

# --- thumbnails

seq 1 400 | sed 's/.*/100000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000011/' | bits tall 102 400
letterbox -s 7 tall.st >a.st
is "the longest side of a thumbnail is 300" "76 300" "$(thumbnail a.st)"
letterbox page.st >a.st
is "it is of the trimmed page, and never larger" "5 6" "$(thumbnail a.st)"

# --- the real material

if [ -n "$DATA" ] && [ -d "$DATA/letterbox" ]; then
	# bytes that differ from the reference, and the largest difference; a grey square counts three times
	compare() {
		perl -e 'local $/; my @p; for (@ARGV) { open my $f, "<:raw", $_ or die; my $b = <$f>;
			$b =~ /^P([56])\n(?:#.*\n)*(\d+) (\d+)\n255\n/ or die "no picture"; $b = substr $b, $+[0];
			push @p, [map { $1 == 5 ? ($_) x 3 : $_ } unpack "C*", $b] }
			my ($n, $most) = (0, @{$p[0]} != @{$p[1]} ? 256 : 0);
			for (0 .. $#{$p[0]}) { my $d = abs $p[0][$_] - $p[1][$_]; $n++ if $d; $most = $d if $d > $most }
			print "$n bytes differ, by at most $most\n"' "$1" "$2"
	}
	for picture in lines_tall.tif lines_wide.tif rgb_1000x500.png grey_small.png rgb_exact.png one_pixel_wide.png rgb_224.png; do
		name=${picture%.*} size=518
		[ $name = rgb_224 ] && size=224
		decode "$DATA/letterbox/$picture" | letterbox --no-trim -s $size | stream-show --pam >got.pnm
		decode "$DATA/letterbox/$name.$size.png" | stream-show --pam >expected.pnm
		is "$name is the reference picture" "0 bytes differ, by at most 0" "$(compare got.pnm expected.pnm)"
	done
	decode "$DATA"/uspto/weekly/*.tar >week.st
	ok "the real archives" sh -c 'letterbox -v week.st >squares.st'
	says "have 173 pictures" "173 pictures, 0 faults"
	letterbox -j 4 week.st >crew.st
	same "four jobs give the same bytes" squares.st crew.st
	is "none of which is left to turn" "$(stream-show --json week.st | grep -c '"turn":1')" "$(stream-show --json squares.st | grep -c '"turn":0,"turned":1')"
else
	skip "the real material is not here (ORNAMENT_TESTDATA)"
fi
finish
