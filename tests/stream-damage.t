#!/bin/sh
# SPDX-License-Identifier: ISC
# Every program that reads a stream: one that is cut, has a flipped byte, is empty, or is no stream ends in status 2 and a message.
# What is cut or flipped where is drawn from a seed; with ORNAMENT_LONG there is more of it. tests/unit/stream.c tries every
# place and bit on the reader itself.
. "$(dirname "$0")/lib.sh"

places=5
[ -z "${ORNAMENT_LONG:-}" ] || places=100

cat >page.txt <<'END'
ornament-stream-text 1
item "D0939806"
	record
		{"patent_id":"D0939806","title":"Chair","loc_class":"06-01","pub_date":20211228}
item "D0939806" sheet 1
	pixels width 40 height 30 layout bit
		x10 ffffffffff
		x10 ff000000ff
		x10 ffffffffff
	page width 40 height 30 dpi_x 300 dpi_y 300 bits 1 samples 1 turn 0 turned 0
end items 2 faults 0 skipped 0
END
stream-show --from-text page.txt >page.st

# damage SAMPLE: writes SAMPLE.cut.N and SAMPLE.flip.N: near the start, near the end and anywhere
damage() {
	size=$(wc -c <"$1")
	awk -v size="$size" -v n="$places" 'BEGIN {
		srand(1)
		for (i = 0; i < n; i++) {
			print int(rand() * (size < 90 ? size : 90))
			print int(rand() * size)
			print size - 1 - int(rand() * (size < 60 ? size : 60))
		}
	}' >"$1.places"
	number=0
	while read -r at; do
		number=$((number + 1))
		head -c "$at" "$1" >"$1.cut.$number"
		byte=$(od -An -tu1 -j "$at" -N 1 "$1" | tr -d ' ')
		{
			head -c "$at" "$1"
			printf "\\$(printf %03o $((byte ^ (1 << (number % 8)))))"
			tail -c "+$((at + 2))" "$1"
		} >"$1.flip.$number"
	done <"$1.places"
}

# A program under its own name, so that a test reads as what a user does; a stream on stdin.
reads() {
	case $1 in
	index-build) rm -rf index && index-build -d index ;;
	query) query -d answers - ;;
	'stream-show --space') stream-show --f32 --space sketch ;;
	*) $1 ;;
	esac
}

# refused PROGRAM FILE: status 2 (no other, no signal) and a message that begins with its name
refused() {
	got=0
	(reads "$1" <"$2") >.out 2>.err || got=$?
	[ "$got" -eq 2 ] && grep -q "^${1%% *}: ." .err
}

# refuses PROGRAM SAMPLE: it reads the sample, and nothing that is made of it by damage
refuses() {
	status "$1 reads a whole stream" 0 reads "$1" <"$2"
	for kind in cut flip; do
		accepted=
		for file in "$2.$kind".*; do
			refused "$1" "$file" || accepted="$accepted ${file##*.}"
		done
		echo "at the places$accepted of $2.places:" >.which
		for n in $accepted; do sed -n "${n}p" "$2.places" >>.which; done
		if [ -z "$accepted" ]; then pass "$1 refuses it $kind"; else fail "$1 refuses it $kind" .which .err; fi
	done
	if refused "$1" /dev/null; then pass "$1 refuses nothing at all"; else fail "$1 refuses nothing at all" .err; fi
	if refused "$1" page.txt; then pass "$1 refuses a text"; else fail "$1 refuses a text" .err; fi
	cat "$2" "$2" >twice
	status "$1 reads two streams in a row" 0 reads "$1" <twice
	{ cat "$2" && echo; } >more
	if refused "$1" more; then pass "$1 refuses a byte behind the end"; else fail "$1 refuses a byte behind the end" .err; fi
}

built() { [ -x "$BIN/$1" ]; }

damage page.st
for mode in '' ' --json' ' --pam' ' --npy'; do
	refuses "stream-show$mode" page.st
done
for program in letterbox xml-parse colorize classify; do
	built "$program" && refuses "$program" page.st
done
if built embed && built letterbox; then
	letterbox -s 64 page.st >square.st
	damage square.st
	refuses embed square.st
fi
sed 's/^	page .*/	vector sketch 4\n		0.5 -0.5 0.5 -0.5/; s/^item "D0939806"$/fact space.sketch.dimension=4\n&/; /^	pixels/d; /^		x10/d' page.txt >vector.txt
stream-show --from-text vector.txt >vector.st
damage vector.st
refuses 'stream-show --space' vector.st
if built index-build; then
	refuses index-build vector.st
	if built query; then
		rm -rf answers
		index-build -d answers vector.st
		refuses query vector.st
	fi
fi

# the message names the file
cp page.st.cut.2 page.cut
status "a named file is named" 2 stream-show page.cut
says "in the message" "^stream-show: 'page.cut': "
status "the good ones before it are read" 2 stream-show page.st page.cut
finish
