#!/bin/sh
# SPDX-License-Identifier: ISC
# Lists that fit no more are trained anew, readers go on, and a reader that stays does not make the file grow for ever.
. "$(dirname "$0")/lib.sh"

stat_of() { index-build -d "$1" --stat | sed -n "s/^$2	//p"; }
# vectors SEED COUNT NAME: of another seed they are of another world
vectors() {
	"$HELPERS/generate/vectors" -d "$dimension" -n "$2" -s "$1" w
	sed "s/\"D00/\"D$((80 + $1))/" w.jsonl >w2.jsonl
	stream-show --from-npy w.npy --records w2.jsonl >"$3"
}

dimension=64
vectors 1 1000 few.st
vectors 1 6000 one.st
vectors 2 2000 two.st
index-build -d i few.st
ok "a few pictures need no lists" index-build -d i --optimize -v
says "and that is said" 'too few pictures for lists'
index-build -d i one.st
generation=$(stat_of i generation)
ok "lists that were just trained" index-build -d i --optimize -v
says "are good" 'pictures 1.00, distances 1.000, crowding 1.00: they are good'
is "and nothing is written" "$generation" "$(stat_of i generation)"

index-build -d i two.st
ok "others than those they were trained with" index-build -d i --optimize -v
says "lie far from them" 'pictures 1.33, distances 1\.[1-9].*: they were trained anew'
ok "the index is whole" index-build -d i --check
ok "and then" index-build -d i --optimize -v
says "they are good again" 'pictures 1.00.*they are good'
index-build -d new one.st two.st
index-build -d i --dump >i.st && index-build -d new --dump >new.st
same "nothing else has changed" i.st new.st

# more than half of it goes
index-build -d i --delete <one.st
ok "when most have gone" index-build -d i --optimize -v
says "there are too many lists" 'pictures 0.25.*trained anew'
ok "it is whole" index-build -d i --check

# readers go on
index-build -d i one.st
index-build -d i --dump >before.st
index-build -d i --retrain --nlist 500 &
writer=$!
wrong=0 rounds=0
while kill -0 "$writer" 2>/dev/null && [ "$rounds" -lt 50 ]; do
	query -d i --exact --id D8100100 -k 5 >now.tsv || wrong=$((wrong + 1))
	[ -s then.tsv ] || cp now.tsv then.tsv
	cmp -s now.tsv then.tsv || wrong=$((wrong + 1))
	rounds=$((rounds + 1))
done
wait "$writer"
is "the training ends well" 0 $?
is "and every reader beside it found the same" 0 "$wrong"
index-build -d i --dump >i.st
same "as everything is" i.st before.st

# a reader that stays: two versions of the same pictures, by turns
dimension=256
vectors 1 6000 one.st
mv w.jsonl names.jsonl
"$HELPERS/generate/vectors" -d 256 -n 6000 -s 7 w
stream-show --from-npy w.npy --records names.jsonl | stream-show | sed 's/^item "D00/item "D81/' | stream-show --from-text >other.st
index-build -d r one.st
for n in 1 2 3 4; do index-build -d r other.st && index-build -d r one.st; done
alone=$(wc -c <r/data.mdb)
mkfifo pipe
index-build -d r --dump >pipe &
reader=$!
exec 8<pipe
head -c 100 <&8 >/dev/null
refused=0 turns=0
while [ "$refused" -eq 0 ] && [ "$turns" -lt 60 ]; do
	for stream in other.st one.st; do
		[ "$refused" -ne 0 ] || index-build -d r "$stream" 2>.err || refused=1
		turns=$((turns + 1))
	done
done
is "under a reader that stays writers are refused at last" 1 "$refused"
says "with the process that is in the way" "index 'r': process $reader has been reading generation [0-9]+ for so long"
grown=$(wc -c <r/data.mdb)
[ "$grown" -lt $((2 * alone + (128 << 20))) ] && pass "before the file has more than doubled ($alone to $grown bytes)" ||
	fail "the file has grown from $alone to $grown bytes"
ok "the index is whole" index-build -d r --check
# the reader is killed: its entry in the table stays, and is cleared
kill -9 "$reader"
wait "$reader" 2>/dev/null
exec 8<&-
ok "after that reader's end it goes on" index-build -d r other.st
for n in 1 2 3 4; do index-build -d r other.st && index-build -d r one.st; done
is "in the pages that were kept" "$grown" "$(wc -c <r/data.mdb)"
finish
