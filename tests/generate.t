#!/bin/sh
# SPDX-License-Identifier: ISC
. "$(dirname "$0")/lib.sh"
archive=$HELPERS/generate/archive

mkdir one two
ok 'an archive of five patents' "$archive" --seed 7 --patents 5 -o one --sheets one
cp .out one.tsv
"$archive" --seed 7 --patents 5 -o two >two.tsv
same 'the same seed gives the same bytes' one/I20260106.tar two/I20260106.tar
same 'and the same list' one.tsv two.tsv
"$archive" --seed 8 --patents 5 -o two/other.tar >/dev/null
if cmp -s one/I20260106.tar two/other.tar; then fail 'another seed gives other bytes'; else pass 'another seed gives other bytes'; fi
"$archive" --seed 7 --patents 1 --first 1000003 -o two --sheets two >/dev/null
same 'a patent is the same whatever else is generated' one/USD1000003-20260106-D00001.TIF two/USD1000003-20260106-D00001.TIF

is 'the archive has the layout of the weekly ones' "$(printf 'I20260106/DESIGN/USD100000%d-20260106.ZIP\n' 1 2 3 4 5)" \
	"$(tar tf one/I20260106.tar)"
is 'every picture is listed as its file' "$(cut -f2 one.tsv | sort)" "$(cd one && ls *.TIF)"

"$archive" --patents 2 --size 32 --views 3 --drawings drawings.pgms
is 'plain drawings follow each other as PGM pictures' $((6 * (13 + 32 * 32))) "$(wc -c <drawings.pgms | tr -d ' ')"

status 'an unknown option is wrong usage' 2 "$archive" --nonsense
status 'an archive that cannot be written is a failure' 2 "$archive" -o /nonexistent/x.tar
says 'that names it' "cannot create '/nonexistent/x.tar'"
status 'a full disk is a failure' 2 "$archive" --patents 1 -o /dev/full

"$archive" --seed 7 --patents 12 --damage all --others -o all.tar >all.tsv
is "each damage befalls one patent" "empty missing name tiff-bomb tiff-cut whole xml zip-bomb zip-cut zip-directory" \
	"$(cut -f6 all.tsv | sort -u | tr "\n" " " | sed "s/ $//")"
is "other kinds of patents lie beside the designs" "I20260106/PLANT I20260106/UTIL" \
	"$(tar tf all.tar | grep -v /DESIGN/ | sed "s,/[^/]*$,," | sort | tr "\n" " " | sed "s/ $//")"
"$archive" --seed 7 --patents 12 -o whole.tar >/dev/null
tar xf all.tar && mv I20260106 damaged && tar xf whole.tar
same "a patent without damage is not touched" damaged/DESIGN/USD1000002-20260106.ZIP I20260106/DESIGN/USD1000002-20260106.ZIP
is "the bomb is small" yes "$([ "$(wc -c <damaged/DESIGN/USD1000012-20260106.ZIP)" -lt 1000000 ] && echo yes)"
status "an unknown damage is wrong usage" 2 "$archive" --damage nonsense
says "that names it" "unknown damage .nonsense"
status "more damages than patents are wrong usage" 2 "$archive" --patents 1 --damage all

# vectors of a world, all at once and in parts
"$HELPERS/generate/vectors" -d 16 -n 1000 -q 5 all
"$HELPERS/generate/vectors" -d 16 -n 400 first
"$HELPERS/generate/vectors" -d 16 -f 400 -n 600 -q 5 rest
cat first.jsonl rest.jsonl >parts.jsonl
same 'vectors that are made in parts have the same keys and records' all.jsonl parts.jsonl
for part in all first rest; do tail -c +129 $part.npy >$part.f32; done
cat first.f32 rest.f32 >parts.f32
same 'and the same numbers' all.f32 parts.f32
same 'questions are about all parts' all-new.npy rest-new.npy
same 'and about patents behind the last' all-other.npy rest-other.npy

finish
