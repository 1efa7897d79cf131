#!/bin/sh
# SPDX-License-Identifier: ISC
# The whole pipeline: an archive into an index, again, interrupted, damaged; and the real archives where they are.
. "$(dirname "$0")/lib.sh"

generate=$HELPERS/generate/archive

# records IN THE INDEX, pictures IN THE INDEX
count() { index-build -d "$1" --stat --json | jq ".$2"; }

ORNAMENT_JOBS=many status "a wrong number of jobs is refused" 2 import -d none /dev/null
is "in one message" "import: ORNAMENT_JOBS: 'many' is not a whole number" "$(head -n 1 .err)"
is "and how to ask" "try 'import --help'" "$(tail -n +2 .err)"
ok "before there is an index" test ! -e none

mkdir archives
one=archives/I20260106.tar two=archives/I20260113.tar
"$generate" --seed 3 --patents 12 --date 20260106 -o "$one" >/dev/null || exit 1
"$generate" --seed 4 --patents 6 --date 20260113 --first 1000101 -o "$two" >/dev/null || exit 1

status "an archive is imported" 0 import -v -d one "$one"
says "and counted" "12 patents, [0-9]+ pictures, 0 skipped, 0 faults"
is "all patents are in the index" 12 "$(count one records)"
pictures=$(decode "$one" | stream-show --json | jq -c 'select(.pixels)' | wc -l)
is "all pictures are in the index" "$pictures" "$(count one pictures)"
index-build -d one --dump >one.st
is "and each has its colours" "$pictures" "$(stream-show --json one.st | jq -c 'select(.colours.colours[0].hex == "#000000" and .colours.bilevel)' | wc -l)"
ok "the index is sound" index-build -d one --check

cp one/data.mdb before.mdb
status "the same archive again" 0 import -v -d one "$one"
says "is known" "is in the index already"
says "and nothing is written" "0 patents, 0 pictures, .*; nothing was written"
same "not a byte of the index changes" before.mdb one/data.mdb

status "with --again it is prepared again" 0 import -v --again -d one "$one"
says "all of it" "12 patents, $pictures pictures"
index-build -d one --dump >again.st
same "and the index holds the same" one.st again.st

# the class by a vote of what is in the index
classes() { index-build -d "$1" --dump | stream-show --json | jq -r 'select(.labels) | [.identity, .labels.kind, .labels.class // "none", .labels.subclass // "none"] | @tsv'; }
is "pictures have no class unless it is asked for" none "$(classes one | cut -f3,4 | tr '\t' '\n' | sort -u)"
ok "a new index has no votes" import --class -d voted "$one"
is "and gives no class" none "$(classes voted | cut -f3,4 | tr '\t' '\n' | sort -u)"
ok "one with pictures has" import --class -d voted "$two"
is "a class for each picture that comes" 0 "$(classes voted | grep -c '^D100010.*none')"
is "which does not replace its kind" 0 "$(classes voted | cut -f2 | grep -c null)"
import --class --again -d voted "$two" && classes voted >once.tsv
import --class --again -d voted "$two" && classes voted >twice.tsv
same "a second import gives the same labels" once.tsv twice.tsv

status "a quiet import is silent" 0 import -d one "$two"
silent "on success"
status "of -v and -q the later counts" 0 import -v -q -d one "$two"
silent "here the silence"
status "and there" 0 import -qv -d one "$two"
says "the words" "is in the index already"
is "two archives are in the log" 2 "$(index-build -d one --archives --json | wc -l)"

status "a directory of archives" 0 import -d both archives
index-build -d one --dump >one.st
index-build -d both --dump >both.st
same "is its archives one after the other" one.st both.st

# killed at any moment and begun again, the index is that of an undisturbed run
i=0
seed=12345
while [ $i -lt 10 ]; do
	seed=$(((seed * 1103515245 + 12345) % 2147483648))
	import -d killed archives >/dev/null 2>&1 &
	pid=$!
	sleep "0.$(printf '%03d' $((seed / 65536 % 400)))"
	kill -9 $pid 2>/dev/null
	wait $pid 2>/dev/null
	i=$((i + 1))
done
status "after ten kills the import goes on" 0 import --wait 60 -d killed archives
index-build -d killed --dump >killed.st
same "to the same index" both.st killed.st
ok "which is sound" index-build -d killed --check

status "options that contradict the index are refused" 2 import -s 224 -d one --again "$one"
says "with both facts" "224.*518|518.*224"
status "another metric is refused too" 2 import --metric l2 -d one "$one"
says "with both" "cosine, not l2"
status "the one it has is not" 0 import --metric cosine -d one "$one"
status "an archive that is not there" 3 import -d one nowhere.tar
says "is named" "nowhere.tar"
status "and makes no index" 3 import -d fresh nowhere.tar
[ ! -e fresh ] && pass "nor a directory for one" || fail "nor a directory for one"
status "a model that is not there" 2 import -d fresh -m nothing "$one"
is "is told by embed, and that nothing came of it" 2 "$(wc -l <.err)"
[ ! -e fresh ] && pass "it makes no index either" || fail "it makes no index either"
status "no index given" 2 import "$one"
status "no archive given" 2 import -d one

# one bad thing among good ones is reported, counted, and nothing else is lost
cut=$(($(wc -c <"$two") * 2 / 3))
head -c "$cut" "$two" >cut.tar
status "an archive that is cut short" 3 import -d cut cut.tar
says "is named" "cut\.tar"
if [ "$(count cut records)" -gt 0 ]; then pass "and what came before the cut is there"; else fail "and what came before the cut is there"; fi

# names as people give them
mkdir photos
printf 'P2 4 4 255\n%s' '0 0 0 0 0 9 9 0 0 9 9 0 0 0 0 0' >photos/plain.pgm
for name in 'a b.pgm' "it's \"so\".pgm" "$(printf 'two\nlines.pgm')" "$(printf 'end\r')" 'back\slash\n.pgm' "$(printf '\377.pgm')" -dash.pgm; do
	cp photos/plain.pgm "photos/$name"
done
status "a folder of pictures with odd names" 0 import -d odd photos
is "is imported" 8 "$(count odd pictures)"
is "a key is a line, whatever the name" 8 "$(index-build -d odd --keys | wc -l)"
status "and imported again" 0 import -v -d odd photos
says "without any picture prepared" "0 patents, 0 pictures, 8 skipped, 0 faults"

if [ -n "$DATA" ]; then
	status "the real archives are imported" 0 import -v -d real "$DATA"/uspto/weekly/*.tar
	is "29 patents" 29 "$(count real records)"
	is "and every picture" \
		"$(for t in "$DATA"/uspto/weekly/*.tar; do decode "$t"; done | stream-show --json | jq -c 'select(.pixels)' | wc -l)" \
		"$(count real pictures)"
	cp real/data.mdb before.mdb
	status "a second run" 0 import -v -d real "$DATA"/uspto/weekly/*.tar
	says "prepares nothing" " 0 patents, 0 pictures, .*; nothing was written"
	same "and writes nothing" before.mdb real/data.mdb
else
	skip "the real material is not here (ORNAMENT_TESTDATA)"
fi
finish
