#!/bin/sh
# SPDX-License-Identifier: ISC
# A golden picture for every format, photometric, bit depth, layout, compression and orientation.
. "$(dirname "$0")/lib.sh"

P=$HELPERS/generate/pictures
mkdir p && "$P" p >list || exit 1
while read -r file expected tolerance; do
	if decode "p/$file" >.st 2>.err && stream-show --pam .st >got.pam 2>>.err &&
	        "$P" -c got.pam "p/$expected" "$tolerance" 2>>.err; then
		pass "$file"
	else
		fail "$file" .err
	fi
done <list

decode p/grey-turned-6.tif | stream-show --json >json
ok "a page says its size upright, its resolution, and what the file had" \
	grep -q '"page":{"width":53,"height":37,"dpi_x":150,"dpi_y":300,"bits":8,"samples":1,"turn":0' json

# every page, and one of them
cat p/raw.ppm p/plain.pgm p/raw.pbm >three.pnm
decode three.pnm | stream-show --json >json
is "a file of three pictures has three pages" "three.pnm three.pnm#2 three.pnm#3" \
	"$(sed -n 's/^{"identity":"\([^"]*\)".*/\1/p' json | tr '\n' ' ' | sed 's/ $//')"
decode --page 2 three.pnm | stream-show --pam >got.pam
ok "--page takes the second of them" "$P" -c got.pam p/plain.pgm.expected 0
decode p/pages.tif >.st
is "thumbnails and masks are no pages" "p/pages.tif p/pages.tif#2" \
	"$(stream-show --json .st | sed -n 's/^{"identity":"\([^"]*\)".*/\1/p' | tr '\n' ' ' | sed 's/ $//')"
{ head -c 60 p/pages.tif; printf '\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0'; tail -c +77 p/pages.tif; } >bad.tif
status "a damaged page is reported" 3 sh -c 'decode bad.tif >.st'
is "and does not hide the next" "fault bad.tif#2" \
	"$(stream-show --json .st | sed -n 's/.*"fault".*/fault/p;s/^{"identity":"\(bad[^"]*\)".*"pixels".*/\1/p' | tr '\n' ' ' | sed 's/ $//')"
is "a sheet that lies on its side is told, and not turned" "0 1 0" \
	"$(decode p/portrait.tif p/landscape.tif p/remark.tif | stream-show --json | sed -n 's/.*"turn":\([0-9]*\),.*/\1/p' | tr '\n' ' ' | sed 's/ $//')"
status "a page that is not there is nothing" 0 decode -v --page 4 three.pnm
says "and no picture" "0 pictures"

# cut at seeded places: never a crash, never success with pixels lost
seed=7
for file in bit-g4.tif grey-8.tif rgb-8-planes.tif ycbcr-jpeg.tif palette-8.tif png-rgb-8.png png-grey-1-interlaced.png lossy.webp \
	lossless-alpha.webp grey.jpg raw.ppm plain.pgm rgb-alpha-16.pam bit.pam; do
	size=$(wc -c <"p/$file")
	bad=
	for i in 1 2 3 4 5 6; do
		seed=$(((seed * 1103515245 + 12345) % 2147483648))
		cut=$((seed / 65536 % (size - 1)))
		# behind the pixels there is little to lose: here a resolution, there a digit
		case $file in bit-g4.tif | plain.pgm) cut=$((cut / 2)) ;; esac
		head -c "$cut" "p/$file" >"cut.$file"
		got=0
		decode "cut.$file" >.st 2>.err || got=$?
		[ "$got" -eq 3 ] || bad="$bad $cut:$got"
	done
	is "$file cut anywhere is reported" "" "$bad"
done

# flipped bytes: the stream is whole, and what it holds is pictures or faults
for file in bit-g4.tif bit-rle.tif rgb-8-tiles.tif cmyk-16.tif ycbcr-jpeg.tif logluv.tif png-palette-8.png lossy.webp lossless.webp \
	rgb.jpg rgb-alpha-16.pam; do
	size=$(wc -c <"p/$file")
	bad=
	for i in 1 2 3 4 5 6 7 8; do
		seed=$(((seed * 1103515245 + 12345) % 2147483648))
		place=$((seed / 65536 % size))
		{ head -c "$place" "p/$file"; printf "\\$(printf %o $((seed % 251)))"; tail -c +$((place + 2)) "p/$file"; } >"flip.$file"
		got=0
		decode "flip.$file" >.st 2>.err || got=$?
		[ "$got" -eq 3 ] || [ "$got" -eq 0 ] || bad="$bad $place:$got"
		shown=0
		stream-show --json .st >/dev/null 2>.err || shown=$?
		[ "$shown" -eq "$got" ] || bad="$bad $place:$got:$shown"
	done
	is "$file with a flipped byte ends in order" "" "$bad"
done
finish
