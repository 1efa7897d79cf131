#!/bin/sh
# SPDX-License-Identifier: ISC
# An index over more vectors than memory holds: built from a stream under a limit of memory, and whether it keeps its promise.
#
# usage: large.sh [-n VECTORS] [-d DIMENSION] [-q QUESTIONS] [-l LISTS] [-m MEMORY] [-j JOBS] [-w DIRECTORY]
#
#   -n, -d      how many generated vectors (50000) of how many numbers (384). Ten million of 384 take 22 GB
#   -q          questions of each kind (100)
#   -l          lists of the index (4 √n)
#   -m          MiB that index-build may have for itself (4096), where it wants more it fails; and, where a group of processes with
#               a limit can be made, together with its pages of the file, which are read again where they are more
#   -j          threads of index-build (2)
#   -w          works in this directory and leaves the index there; an index that is there already is not built again
#
# The vectors are made part by part while the index takes them, and all of them are never in one place but the index.
set -eu
: "${ORNAMENT_BIN:=bin}" "${ORNAMENT_HELPERS:=build/plain/tests}"
ORNAMENT_BIN=$(cd "$ORNAMENT_BIN" && pwd) ORNAMENT_HELPERS=$(cd "$ORNAMENT_HELPERS" && pwd)
PATH=$ORNAMENT_BIN:$PATH
bench=$ORNAMENT_HELPERS/bench
vectors=50000 dimension=384 questions=100 memory=4096 jobs=2 work= lists= part=250000

# number NAME VALUE MOST: at least 1
number() {
	case $2 in '' | *[!0-9]* | ????????????*) echo "large.sh: $1 wants a number, not '$2'" >&2 && exit 2 ;; esac
	[ "$2" -ge 1 ] && [ "$2" -le "$3" ] || { echo "large.sh: $1 is 1 to $3, not $2" >&2 && exit 2; }
}
case ${1-} in --help) sed -n '3,/^set -eu/{/^#/s/^# \{0,1\}//p}' "$0" && exit ;; esac
while getopts n:d:q:l:m:j:w: option; do
	case $option in
	n) number -n "$OPTARG" 1000000000 && vectors=$OPTARG ;;
	d) number -d "$OPTARG" 4096 && dimension=$OPTARG ;;
	q) number -q "$OPTARG" 90000 && questions=$OPTARG ;;
	l) number -l "$OPTARG" 1000000 && lists=$OPTARG ;;
	m) number -m "$OPTARG" 1000000 && memory=$OPTARG ;;
	j) number -j "$OPTARG" 256 && jobs=$OPTARG ;;
	w) mkdir -p "$OPTARG" && work=$(cd "$OPTARG" && pwd) ;;
	*) exit 2 ;;
	esac
done
# a group of processes with a limit; without one the pages of the file are not limited
group=/sys/fs/cgroup/memory/ornament-$$ limit=memory.limit_in_bytes
[ -d /sys/fs/cgroup/memory ] || group=/sys/fs/cgroup/ornament-$$ limit=memory.max
mkdir "$group" 2>/dev/null || group=
if [ "$group" ] && ! echo $((memory << 20)) 2>/dev/null >"$group/$limit"; then
	rmdir "$group"
	group=
fi
temporary=
trap 'cd /; [ -z "$temporary" ] || rm -rf "$temporary"; [ -z "$group" ] || rmdir "$group"' EXIT
if [ -z "$work" ]; then
	work=$(mktemp -d) temporary=$work
fi
cd "$work"
# limited COMMAND...: within the memory, for itself and, where there is a group, in all
limited() {
	sh -c '[ -z "$1" ] || echo $$ >"$1/cgroup.procs"; ulimit -d "$2"; shift 2; exec "$@"' sh "$group" $((memory * 1024)) "$@"
}

# the streams of all parts, one behind the other; the questions are about all of them
parts() {
	first=0
	while [ "$first" -lt "$vectors" ]; do
		count=$((vectors - first < part ? vectors - first : part))
		asked=$((first + count < vectors ? 0 : questions))
		"$ORNAMENT_HELPERS/generate/vectors" -d "$dimension" -f "$first" -n "$count" -q "$asked" part
		stream-show --from-npy part.npy --records part.jsonl
		first=$((first + count))
	done
	mv part-new.npy new.npy
	mv part-other.npy other.npy
	rm -f part*
}

if [ ! -s index.cost ]; then
	rm -rf index
	parts | limited "$bench/cost" index-build -d index -j "$jobs" ${lists:+--nlist "$lists"} >index.cost.tmp
	mv index.cost.tmp index.cost
fi
printf '%-30s %9s %9s %9s %9s %9s %9s\n' "building within $memory MiB" seconds 'CPU s' 'read M' 'written M' 'private M' 'B/vector'
stat=$(index-build -d index --stat)
of() { echo "$stat" | awk -F'\t' -v name="$1" '$1 == name { print $2 }'; }
awk -v name="$(of pictures) in $(of lists) lists" -v bytes="$(of bytes)" -v n="$(of pictures)" \
	'{ printf "%-30s %9.1f %9.1f %9.0f %9.0f %9.0f %9.0f\n", name, $1 / 1000, $3, $7, $4, $6, bytes / n }' index.cost
[ -n "$group" ] || echo 'the pages of the file were not limited: no group of processes with a limit can be made here'
for views in new other; do
	echo "questions: views that are $views"
	"$bench/search" promise index "$views.npy"
done
