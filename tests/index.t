#!/bin/sh
# SPDX-License-Identifier: ISC
# index-build: what goes in comes out, once, in one order; what cannot go in is refused; who writes, writes alone.
. "$(dirname "$0")/lib.sh"

facts='fact space.test.dimension=3
fact space.test.weights=w1'
record() { printf 'item "%s"\n\trecord\n\t\t{"title":"%s"}\n' "$1" "$2"; }
picture() { # DOCUMENT SHEET CRC VECTOR
	printf 'item "%s" sheet %s\n\tsource archive "a.tar" member "m%s" size 20 crc %s\n\tvector test 3\n\t\t%s\n\tthumbnail\n\t\tAAEC\n' \
		"$1" "$2" "$2" "$3" "$4"
}
loose() { printf 'item "%s"\n\tvector test 3\n\t\t%s\n' "$1" "$2"; }
# stream NAME: items from stdin become NAME.st; other FACTS in $facts
stream() {
	cat >.items
	{ echo 'ornament-stream-text 1'; [ -z "$facts" ] || echo "$facts"; cat .items
	  echo "end items $(grep -c '^item' .items) faults $(grep -c '^	fault' .items) skipped 0"; } >"$1.txt"
	stream-show --from-text "$1.txt" >"$1.st" || [ $? -eq 3 ]
}
dump() { index-build -d "$1" --dump >"$2"; }
stat_of() { index-build -d "$1" --stat | sed -n "s/^$2	//p"; }

{ record D0000001 Chair; picture D0000001 0 0000000a '1 0 0'; picture D0000001 1 0000000b '0 2 0'; } | stream a
{ record D0000002 Table; picture D0000002 3 0000000c '0 1 1'; loose photos/x.jpg '1 2 3'; } | stream b

status "an index is made of two streams" 0 index-build -d i a.st b.st
silent "in silence"
is "it counts patents" 3 "$(stat_of i patents)"
is "records" 2 "$(stat_of i records)"
is "pictures" 4 "$(stat_of i pictures)"
is "thumbnails" 3 "$(stat_of i thumbnails)"
is "it says its space, metric and facts" 'test cosine w1' \
	"$(index-build -d i --stat --json | jq -r '"\(.space) \(.metric) \(.facts[] | select(.name == "space.test.weights") | .value)"')"
ok "it is whole" index-build -d i --check
dump i all.st
cat >expected <<'END'
D0000001 null
D0000001/00000 [1,0,0]
D0000001/00001 [0,1,0]
D0000002 null
D0000002/00003 [0,0.707,0.707]
photos/x.jpg [0.267,0.534,0.801]
END
stream-show --json all.st | jq -r 'select(.identity) | "\(.identity) \((.vectors.test.values // null) | if . then map(. * 1000 | floor / 1000) | tojson else "null" end)"' >got
same "its dump has all of it in order, vectors of unit length" expected got

cp i/data.mdb before
generation=$(stat_of i generation)
ok "the same streams once more" index-build -v -d i b.st a.st
says "change nothing" '6 unchanged; 0 commits'
is "make no generation" "$generation" "$(stat_of i generation)"
same "and write no byte" before i/data.mdb

ok "a dump is a stream that makes an index" index-build -d j all.st
dump j again.st
same "of the same dump" all.st again.st
index-build -d k --commit-every 1 b.st && index-build -d k a.st
dump k again.st
same "in whatever order and batches it came" all.st again.st
{ picture D0000001 1 0000000b '0 2 0'; picture D0000002 3 0000000c '0 1 1'; record D0000002 Table; loose photos/x.jpg '1 2 3'; } | stream c
{ record D0000001 Chair; picture D0000001 0 0000000a '1 0 0'; } | stream d
index-build -d l c.st d.st
dump l again.st
same "records and pictures meet by document" all.st again.st
cat a.st b.st >ab.st
ok "standard input is read" index-build -d m <ab.st
dump m again.st
same "as files are" all.st again.st
facts='' stream records <<END
$(record D0000007 Lamp)
END
ok "a stream of records alone says nothing of vectors and is welcome" index-build -d m records.st
ok "it can also be the first" index-build -d n records.st
index-build -d n a.st b.st && index-build -d n --delete D0000007
dump n again.st
same "the space is settled by the first vector" all.st again.st

is "keys: CRC, size and identity of each file" '0000000a 20 D0000001/00000' "$(index-build -d i --keys | head -1)"
is "keys: one line each" 3 "$(index-build -d i --keys | wc -l)"

# vectors of half the size
ok "an index can keep vectors in 16 bits" index-build -d half --store f16 a.st b.st
is "says so" f16 "$(stat_of half store)"
ok "and is whole" index-build -d half --check
dump half half.st
is "its numbers are those, to three digits of unit length" '[0.267,0.534,0.801]' \
	"$(stream-show --json half.st | jq -c 'select(.identity == "photos/x.jpg") | .vectors.test.values | map(. * 1000 | floor / 1000)')"
index-build -d half2 --store f16 half.st
dump half2 again.st
same "what comes out of it goes in again unchanged" half.st again.st
status "how vectors are kept cannot change" 2 index-build -d half --store f32 a.st
says "and both are said" 'kept as f16, not as f32'
loose huge.jpg '0 70000 0' | stream huge
status "what is too large for 16 bits is skipped" 3 index-build -d large --store f16 --metric l2 huge.st
says "with the reason" 'too large for f16'
ok "and welcome in 32" index-build -d large2 --metric l2 huge.st
status "other ways to keep them are not known" 2 index-build -d i --store f8 a.st

# updating
{ record D0000001 Stool; picture D0000001 0 0000000a '0 0 1'; } | stream new
status "what has the same identity is replaced" 0 index-build -v -d j new.st
says "one record and one picture" '1 changed.*1 changed'
is "the new record is there" Stool "$(index-build -d j --dump | stream-show --json | jq -r 'select(.identity == "D0000001") | .record.title')"
index-build -d j a.st
dump j again.st
same "and the old one again" all.st again.st
ok "it is whole" index-build -d j --check

# deleting
status "patents and pictures are deleted by any spelling" 0 index-build -d j --delete 'US D000,002 S1' D0000001/00001
is "with their pictures" 2 "$(stat_of j pictures)"
ok "it is whole" index-build -d j --check
echo photos/x.jpg >list
status "by a list" 0 index-build -d j --delete <list
printf 'D0000001\0nobody.jpg\0' >list
status "but by no list of find -print0" 2 index-build -d j --delete <list
says "which would lose all behind the first" "standard input: a line has a NUL byte"
status "nor by a directory" 2 sh -c 'index-build -d j --delete <.'
is "and that is said once" 'index-build: standard input: cannot read it: Is a directory' "$(cat .err)"
status "what is not there is told" 3 index-build -d j --delete D0000002 nobody.jpg D0000001
says "by name" "'nobody.jpg' is not in the index"
is "nothing is left" '0 0' "$(stat_of j patents) $(stat_of j pictures)"
ok "and that is whole" index-build -d j --check
index-build -d j b.st a.st
dump j again.st
same "put again, it is what it was" all.st again.st
status "a stream deletes what it names" 0 index-build -d j --delete <b.st
is "and nothing else" 2 "$(stat_of j pictures)"

# the log
echo archive >archives.tar
ok "an archive is logged" index-build -d i --log-archive ./archives.tar a.st
is "by name, size and digest" "archives.tar 8 $(sha256sum archives.tar | cut -c1-64) 1 2 0 0" \
	"$(index-build -d i --archives | awk -F'\t' '{print $1, $2, $3, $5, $6, $7, $8}')"
ok "logged again" index-build -d i --log-archive archives.tar a.st
is "it is there once" 1 "$(index-build -d i --archives --json | jq -s length)"
ok "prepared otherwise" index-build -d i --log-archive archives.tar --preparation other a.st
is "it is another entry" other "$(index-build -d i --archives --json | jq -rs '.[1].preparation')"
dump i again.st
same "the log is no part of the contents" all.st again.st

# what cannot go in
{ record D0000003 Bad; picture D0000003 0 0000000d '0x7fc00001 0 0'; picture D0000003 1 0000000e '0 0 0'; picture D0000003 2 0000000f '3 4 0'
  printf 'item "x.png"\n'; } | stream bad
status "vectors without length or number are skipped" 3 index-build -d j bad.st
says "told with the reason" "'D0000003/00000' is not indexed: its vector has numbers that are not finite"
says "each" "'D0000003/00001' is not indexed: its vector has no length"
says "as an item with nothing to index is" "'x.png' is not indexed: it has neither"
is "the others are there" 3 "$(stat_of j pictures)"
{ loose y.jpg '1 1 1'; printf 'item "z.jpg"\n\tfault by "decode" text "it is torn"\n'; } | stream fault
status "a stream with faults shows in the status" 3 index-build -d j fault.st
silent "though they were told elsewhere"
is "its other items are in" 4 "$(stat_of j pictures)"

{ printf 'item "D0000004"\n\trecord\n\t\t{"title":"Lamp"\n'; printf 'item "D0000005"\n\trecord\n\t\t["Lamp"]\n'
  printf 'item "w.jpg"\n\tvector test 3\n\t\t1 1 1\n\tcolours\n\t\t{red}\n'; } | stream json
status "records and colours that are no JSON objects are skipped" 3 index-build -d j json.st
says "told with the reason" "'D0000004' is not indexed: its field 'record' is malformed: not valid JSON: line 1"
says "one that is no object" "'D0000005' is not indexed: its field 'record' is malformed: it is no object"
says "and one of a picture" "'w.jpg' is not indexed: its field 'colours' is malformed"

dump j before.st
loose other.jpg '1 1 1' >.other
facts=$(echo "$facts" | sed s/w1/w2/) stream other <.other
status "vectors of other weights are refused" 2 index-build -d j other.st
says "with both" 'w1 in the index and w2 in the stream'
printf 'item "q.jpg"\n\tvector test 2\n\t\t1 2\n' | stream two
status "vectors of another dimension as well" 2 index-build -d j two.st
says "with both" 'vectors of 3 numbers.* one of 2'
status "also by an index that has none yet, where its stream says otherwise" 2 index-build -d unlike two.st
says "with both" "'q.jpg' has a vector of 2 numbers, its stream says space.test.dimension: 3"
ok "the index takes others" index-build -d unlike a.st
is "and has only those" 2 "$(stat_of unlike pictures)"
printf 'item "q.jpg"\n\tvector other 3\n\t\t1 2 3\n' | stream space
status "vectors of another space too" 2 index-build -d j space.st
says "with both" "space 'test'.*'other'"
printf 'item "q.jpg"\n\tvector other 3\n\t\t1 2 3\n\tvector test 3\n\t\t1 2 3\n' | stream two-spaces
status "of two spaces one has to be chosen" 2 index-build -d new two-spaces.st
says "and the message says how" "'other' and 'test'.*--space"
ok "then it is" index-build -d new --space other two-spaces.st
is "that one" other "$(stat_of new space)"
status "a metric cannot change" 2 index-build -d j --metric l2 a.st
says "and both are said" 'its metric is cosine, not l2'
dump j again.st
same "none of this has written anything" before.st again.st

# streams that break
{ cat a.txt | sed '/^end/d'; record D0000009 Whole; picture D0000009 0 0 '1 1 0'; record D0000010 Half; picture D0000010 0 0 '1 0 1'
  picture D0000010 1 0 '0 1 1'; echo 'end items 8 faults 0 skipped 0'; } >long.txt
stream-show --from-text long.txt >long.st
head -c "$(($(wc -c <long.st) - 60))" long.st >cut.st
status "a stream that is cut is an error" 2 index-build -d cut cut.st
says "that says so" 'cut short'
is "the patents that were whole are in, the last is not" 'D0000001 D0000009' \
	"$(index-build -d cut --dump | stream-show --json | jq -r 'select(.record) | .identity' | tr '\n' ' ' | sed 's/ $//')"
ok "and it is whole" index-build -d cut --check
head -c 100 a.st >torn.st
status "one that is cut before its first item as well" 2 index-build -d torn torn.st
is "leaves an index with nothing in it" 0 "$(stat_of torn patents)"
status "an empty input is no stream" 2 index-build -d none </dev/null
says "and that is said" 'is empty'
[ ! -e none ] && pass "it makes no index" || fail "it makes no index"

# directories
mkdir other && echo precious >other/file
status "a directory with other things is left alone" 2 index-build -d other a.st
says "with a reason" "'other': the directory holds other things"
# a creator was killed before its first commit: nothing is there, and the next one begins anew
mkdir -p begun/new
echo torso >begun/new/data.mdb
: >begun/writer.lock
status "an index that was only begun is none" 2 index-build -d begun --stat
status "and is made by the next writer" 0 index-build -d begun a.st
is "which leaves nothing of the torso" "data.mdb" "$(cd begun && ls | grep -v lock)"
is "untouched" file "$(ls other)"
status "a file is no index" 2 index-build -d a.st b.st
says "with a reason" 'it is no directory'
status "nothing is deleted where nothing is" 2 index-build -d nowhere --delete D0000001
status "nothing is read there" 2 index-build -d nowhere --stat
says "with the system's reason" "'nowhere': No such file"
mkdir empty
status "an empty directory is no index to read" 2 index-build -d empty --dump
says "and that is said" "'empty': it is no index"
ok "but can become one" index-build -d empty a.st
head -c 8192 /dev/zero >empty/data.mdb
status "zeros are no index" 2 index-build -d empty --stat
says "and that is said" 'no index'

# read-only media: LMDB's table of readers cannot be there
mkdir media && cp i/data.mdb media/data.mdb
# read_only COMMAND...: where nothing can be written in media; root needs a mount of its own for that
if [ "$(id -u)" -ne 0 ]; then
	chmod a-w media media/data.mdb
	read_only() { "$@"; }
else
	read_only() { unshare -m sh -c 'mount --bind media media && mount -o remount,ro,bind media && exec "$@"' sh "$@"; }
fi
if [ "$(id -u)" -eq 0 ] && ! read_only true 2>/dev/null; then
	skip "root can write everywhere, and nothing can be mounted"
else
	ok "an index that cannot be written is read" read_only index-build -d media --check
	status "and not written" 2 read_only index-build -d media a.st
	says "with a reason" "Read-only file system|Permission denied"

	# a writer elsewhere does not see who reads there: one commit may come, of two the reader says that they came
	mkfifo questions
	loose question '1 0 0' | stream question
	for commits in 1 2; do
		exec 8<>questions
		(exec 8>&- && read_only query -d media - <questions >unseen.out 2>unseen.err) &
		reader=$!
		until cat /proc/[0-9]*/maps 2>/dev/null | grep -q "$WORK/media/data.mdb"; do kill -0 "$reader" || break; done
		chmod u+w media media/data.mdb
		for i in $(seq "$commits"); do
			record D0000009 "$commits $i" | stream change
			index-build -d media change.st
		done
		chmod a-w media media/data.mdb
		cat question.st >&8
		exec 8>&-
		got=0
		wait "$reader" || got=$?
		echo "$got" >>unseen.statuses
	done
	is "a reader that its writer cannot see ends well beside one commit, not beside two" "0 2" "$(paste -sd ' ' unseen.statuses)"
	is "and says why" "query: index 'media': it was written while it was read, by a writer that does not see who reads here: try again" \
		"$(cat unseen.err)"
fi
chmod u+w media media/data.mdb

# wrong usage
status "without -d there is nothing to do" 2 index-build a.st
status "unknown options are refused" 2 index-build -d i --frobnicate
status "two things at once too" 2 index-build -d i --stat --dump
status "operands that nobody reads too" 2 index-build -d i --stat a.st
status "how vectors are kept is nothing to those who read" 2 index-build -d i --stat --bits 8
says "which is said" "option '--bits' does not go with '--stat'"
status "and their metric nothing to an upgrade" 2 index-build -d i --metric=l2 --upgrade
status "numbers have bounds" 2 index-build -d i --wait -1 a.st
status "a directory without a name is none" 2 index-build -d '' a.st
status "nor a stream" 2 index-build -d i ''
says "and that is said" "an argument is empty"
status "metrics are three" 2 index-build -d i --metric hamming a.st
ok "the environment can name the index" env ORNAMENT_INDEX=i index-build --stat
status "a full disk shows, for a dump" 2 sh -c 'index-build -d i --dump >/dev/full'
is "as what it is" 'index-build: cannot write the stream: No space left on device' "$(cat .err)"
status "for the counts" 2 sh -c 'index-build -d i --stat >/dev/full'
status "for the keys" 2 sh -c 'index-build -d i --keys >/dev/full'

# who starts a program without descriptors gets no message into a file
ok "without standard error" sh -c 'index-build -v -d closed <a.st 2>&-'
is "nothing is written elsewhere" 0 "$(wc -c <closed/writer.lock)"
status "without standard output" 2 sh -c 'index-build -d closed --stat >&-'
says "that is said" 'cannot write standard output: Bad file descriptor'
status "without standard input" 2 sh -c 'index-build -d closed <&-'
says "that too" 'cannot read standard input: Bad file descriptor'
ok "and the index is whole" index-build -d closed --check

# one writer
mkfifo pipe
index-build -d i --wait 60 pipe &
writer=$!
exec 9>pipe
head -c 100 a.st >&9
# it opens the index when the header is through
while ! kill -0 "$writer" 2>/dev/null || [ "$(index-build -d i a.st >/dev/null 2>&1; echo $?)" -eq 0 ]; do :; done
status "a second writer is sent away" 75 index-build -d i b.st
says "with a reason" "index 'i' is being written by another process"
ok "while readers go on" index-build -d i --stat
index-build -d i --wait 60 new.st 9>&- &
waiter=$!
tail -c +101 a.st >&9
exec 9>&-
wait "$writer"
is "the first ends well" 0 $?
wait "$waiter"
is "who waits gets it" 0 $?
is "and has written" Stool "$(index-build -d i --dump | stream-show --json | jq -r 'select(.identity == "D0000001") | .record.title')"

# a disk that is full: the limit on a file's size stands for it
"$HELPERS/generate/vectors" -d 64 -n 3000 v
stream-show --from-npy v.npy --records v.jsonl >v.st
status "a full disk is an error" 2 sh -c 'trap "" XFSZ; ulimit -f 800; exec index-build -d full v.st'
says "with a reason" 'cannot write'
ok "what was committed is whole" index-build -d full --check
ok "and with room it goes on" index-build -d full v.st
index-build -d whole v.st
dump full full.st
dump whole whole.st
same "to the same end" full.st whole.st

# --- the calibration of lists
"$HELPERS/generate/vectors" -d 32 -n 4500 v
stream-show --from-npy v.npy --records v.jsonl >v.st
status "many pictures are sorted into lists" 0 index-build -d lists v.st
is "and it is measured how many of these a search needs" '1 1 1 1 10 10 10 10 30 30 30 30 100 100 100 100 ' \
	"$(stat_of lists calibration | sed 's/^patents=\([0-9]*\) .*/\1/' | tr '\n' ' ')"
is "the same in JSON" "$(stat_of lists calibration | tr ' ' '\n' | sed 's/0*$//;s/\.$//')" "$(index-build -d lists --stat --json |
	jq -r '.calibration[] | to_entries[] | "\(.key)=\(.value)"' | sed 's/0*$//;s/\.$//')"
is "as what a filtered search may leave" "$(stat_of lists rest | tr ' ' '\n')" "$(index-build -d lists --stat --json |
	jq -r '.rest[] | to_entries[] | "\(.key)=\(.value)"')"
is "for each recall" '0.9 0.95 0.99 0.999 ' "$(stat_of lists rest | sed 's/^recall=\([0-9.]*\) rest=[0-9.]*$/\1/' | tr '\n' ' ')"
is "a smaller index has none" '' "$(stat_of i calibration)$(stat_of i rest)"

# killed while the new lists are measured, as far as it can be seen in time
index-build -d lists --retrain
stat_of lists calibration >before
index-build -d lists --retrain &
trainer=$!
while kill -0 "$trainer" 2>/dev/null && [ -n "$(stat_of lists calibration)" ]; do :; done
kill -9 "$trainer" 2>/dev/null
wait "$trainer" 2>/dev/null
ok "an index whose lists are not measured is whole" index-build -d lists --check
ok "they are measured when it is looked after again" index-build -d lists --optimize
stat_of lists calibration >after
same "as if nothing had been" before after
cp lists/data.mdb once
index-build -d lists --optimize
same "and once only" once lists/data.mdb
finish
