#!/bin/sh
# SPDX-License-Identifier: ISC
# The filter in ornament-stream(5), as a reader of the page gets it: it compiles, with nothing but libc, and does what it says.
. "$(dirname "$0")/lib.sh"

command -v mandoc >/dev/null 2>&1 || skip_all "there is no mandoc"
mandoc -T ascii "$TESTS/../man/ornament-stream.5" |
	sed -n '/drop-faults: an ornament/,/^[^ ]/p' | sed '$d; s/^     //' >drop-faults.c
ok "the filter in the manual compiles" ${CC:-cc} -std=c11 -Wall -Wextra -Werror -o drop-faults drop-faults.c

cat >kept.txt <<'END'
ornament-stream-text 1
fact pixels.letterbox=518
item "D0939806"
	record
		{"patent_id":"D0939806",
		"title":"Chair"}
	field 1000
		6869
item "D0939806" sheet 1
	pixels width 9 height 2 layout grey
		x2 ff*9
	vector sketch 2
		0.5 -1
END
{
	cat kept.txt
	printf 'item "a"\n\tfault by "decode" text "b"\n'
} >text
{ cat text && echo 'end skipped 4'; } | stream-show --from-text >faults.st
{ cat kept.txt && echo 'end skipped 4'; } | stream-show --from-text >kept.st
status "it reads a stream" 0 sh -c './drop-faults <faults.st'
same "and writes it without its fault items" kept.st .out
status "it changes nothing else" 0 sh -c './drop-faults <kept.st'
same "not a byte" kept.st .out
cat faults.st faults.st >two.st
cat kept.st kept.st >two-kept.st
status "it reads two streams in a row" 0 sh -c './drop-faults <two.st'
same "both of them" two-kept.st .out

size=$(wc -c <faults.st)
accepted=
at=0
while [ "$at" -lt "$size" ]; do
	head -c "$at" faults.st >cut
	./drop-faults <cut >/dev/null 2>.err && accepted="$accepted $at"
	at=$((at + 11))
done
is "it refuses a stream that is cut" "" "$accepted"
status "it refuses a text" 2 sh -c './drop-faults <text'
says "with a message" '^drop-faults: '
status "it notices a full disk" 2 sh -c './drop-faults <faults.st >/dev/full'
finish
