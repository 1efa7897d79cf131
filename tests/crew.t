#!/bin/sh
# SPDX-License-Identifier: ISC
# Programs with several jobs: the order and the bytes of one, whatever the pipes before and after them do.
. "$(dirname "$0")/lib.sh"

# within SECONDS COMMAND...: fails when it takes longer
within() {
	seconds=$1
	shift
	timeout "$seconds" "$@"
}
"$HELPERS"/generate/checkpoint tiny tiny
model=tiny/model.safetensors

# --- many small pictures
mkdir small
for i in $(seq 1 200); do
	"$HELPERS"/generate/checkpoint --picture $((14 * (1 + i % 5))) $((14 * (1 + i % 7))) "$i" >"small/$i.ppm"
done
decode small/*.ppm >small.st
embed -j 1 -m $model small.st >one.st
is "200 pictures of many sizes are embedded" 200 "$(stream-show --json one.st | grep -c '"vectors"')"
for jobs in 2 3 16; do
	embed -j $jobs -m $model small.st >many.st
	same "$jobs jobs write the same bytes" one.st many.st
done
for program in colorize letterbox; do
	$program -j 1 small.st >one.st
	$program -j 2 small.st >many.st
	same "so does $program" one.st many.st
done

# --- pipes that stand still: of pictures larger than what a pipe holds
{ printf 'P5\n448 448\n255\n' && head -c 200704 /dev/zero; } >large.pgm
for i in 1 2 3 4 5 6; do cp large.pgm $i.pgm; done
decode [1-6].pgm >six.st
decode 1.pgm >first.st
embed -m $model six.st >expected.st
cat >blocked <<'END'
{ cat six.st && : >taken; } | embed -j 2 -m tiny/model.safetensors | { until [ -e taken ]; do sleep 0.05; done; cat >out.st; }
END
cat >starved <<'END'
{ cat first.st; until [ -e given ]; do sleep 0.05; done; cat six.st; } | embed -j "$1" -m tiny/model.safetensors |
	{ head -c 150000 >head.st; : >given; cat >rest.st; }
END
ok "while nobody takes the output, six pictures are read ahead" within 60 sh blocked
same "and none is lost" expected.st out.st
for jobs in 1 2; do
	rm -f given
	ok "-j $jobs: while no input comes, what is finished goes out" within 60 sh starved $jobs
done
finish
