#!/bin/sh
# SPDX-License-Identifier: ISC
# An index of a version before is refused, and upgraded: it has then what it had, whenever the upgrade was killed before.
. "$(dirname "$0")/lib.sh"

stat_of() { index-build -d "$1" --stat | sed -n "s/^$2	//p"; }

"$HELPERS/generate/vectors" -d 48 -n 5000 v
stream-show --from-npy v.npy --records v.jsonl >v.st
echo archive >a.tar
index-build -d i --nlist 90 --log-archive a.tar v.st
index-build -d i --delete D0000007 D0000011/00001 D0000800
index-build -d i --dump >i.st
index-build -d i --archives >i.archives
"$HELPERS/generate/version2" i old
cp -r old kept

status "an index of version 2 is not read" 2 index-build -d old --stat
says "and it is said what helps" "'old': its format is version 2: index-build --upgrade makes it version 5"
status "nor is it written" 2 index-build -d old v.st
ok "it is upgraded" index-build -d old --upgrade
silent "in silence"
ok "and whole" index-build -d old --check
index-build -d old --dump >old.st
same "it has what it had" old.st i.st
index-build -d old --archives >old.archives
same "the log as well" old.archives i.archives
is "its lists are trained, as many as asked for" 90 "$(stat_of old lists)"
is "nothing else is left in it" 'data.mdb lock.mdb writer.lock' "$(echo $(ls old))"
query -d old --exact --id D0000100 -k 20 >old.tsv
query -d i --exact --id D0000100 -k 20 >i.tsv
cut -f1,2 old.tsv >old.ids && cut -f1,2 i.tsv >i.ids
same "and answers" old.ids i.ids
cp old/data.mdb before
ok "once more there is nothing to do" index-build -d old --upgrade
same "and nothing is written" old/data.mdb before
ok "it takes more" index-build -d old v.st

cp -r kept half
ok "an upgrade can halve the vectors" index-build -d half --store f16 --upgrade
is "and says so" f16 "$(stat_of half store)"

# the versions between
for version in 3 4; do
	cp -r i "v$version"
	"$HELPERS/generate/older" "v$version" "$version"
	status "an index of version $version is not read" 2 index-build -d "v$version" --stat
	says "and it is said what helps" "its format is version $version: index-build --upgrade makes it version 5"
	ok "it is upgraded" index-build -d "v$version" --upgrade
	ok "whole" index-build -d "v$version" --check
	index-build -d "v$version" --dump >"v$version.st"
	same "with all that it had" "v$version.st" i.st
done
index-build -d j --nlist 90 --bits 2 --store f16 v.st
"$HELPERS/generate/older" j 4
index-build -d j --upgrade
is "how it kept vectors does not change" 'f16 2' "$(stat_of j store) $(stat_of j bits)"
cp -r j k && "$HELPERS/generate/older" k 4
index-build -d k --upgrade --bits 8
is "unless that is asked for" 8 "$(stat_of k bits)"

# killed at any moment: the old one or the new one
now() { date +%s%N | cut -c1-13; }
cp -r kept timed
began=$(now)
index-build -d timed --upgrade
took=$(($(now) - began + 1))
neither=0 killed=0
rm -rf k && cp -r kept k
for tenth in 1 2 3 4 5 6 7 8 9 10 11; do
	index-build -d k --upgrade 2>.err &
	pid=$!
	sleep "$(awk -v t="$tenth" -v took="$took" 'BEGIN { printf "%.3f", t * took / 10000 }')"
	kill -9 "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
	[ $? -ne 137 ] || killed=$((killed + 1))
	if index-build -d k --stat >/dev/null 2>.err; then
		index-build -d k --check 2>.err || neither=$((neither + 1))
		rm -rf k && cp -r kept k
	else
		cmp -s k/data.mdb kept/data.mdb || neither=$((neither + 1))
	fi
done
[ "$killed" -gt 3 ] && pass "some of the kills fell into it" || fail "some of the kills fell into it"
is "killed at any moment, it is the old one untouched or the new one whole" 0 "$neither"
ok "and is upgraded after that" index-build -d k --upgrade
index-build -d k --dump >k.st
same "to what it had" k.st i.st
is "nothing of the torsos is left" 'data.mdb lock.mdb writer.lock' "$(echo $(ls k))"

# what is none
status "a directory that is no index is none to upgrade" 2 index-build -d . --upgrade
status "nor one that is not there" 2 index-build -d nowhere --upgrade
says "with the system's reason" "'nowhere': No such file"
finish
