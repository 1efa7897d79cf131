#!/bin/sh
# SPDX-License-Identifier: ISC
# The index against others that are installed, on the same vectors, in one run; and what it costs otherwise.
#
# usage: index.sh [-n VECTORS] [-d DIMENSION] [-q QUESTIONS] [-r ROUNDS] [-w DIRECTORY] [-l LISTS] [-s PARTS]
#                 [-p PEERS] [-g GRAPHS] [-H HNSWLIB] [-F FAISS]
#        index.sh -i STREAM -u QUESTIONS.st -v QUESTIONS.st ...
#
#   -n, -d      how many generated vectors (20000) of how many numbers (384), their views and patents as tests/generate/vectors has
#               them; -i takes a stream of pictures instead, compared by the cosine, -u views of its patents that are not in
#               it, -v views of others
#   -q          questions of each kind (100)
#   -r          rounds by turns, after one to warm up (3)
#   -w          works in this directory and leaves all there; what is there already is not made again. A million vectors of 384
#               numbers take 13 GB there with a graph of each kind and all other peers, and 1.7 GB for each more graph
#   -l          lists of the inverted files (4 √n)
#   -s          what to show, of: build sweep race filter floor add start memory (all, in this order)
#   -p          peers, of: hnswlib ivf hnsw pq (all that are installed); "" for none
#   -g          graphs of hnswlib, M and efConstruction of each (16x200 24x200 32x200); all are swept, the quickest races
#   -H          hnswlib's headers lie here (hnswlib/hnswlib.h), instead of where the compiler finds them
#   -F          Faiss is installed under this prefix (include/, lib/), instead of where the compiler finds it
#
# Peers are C++: hnswlib (headers only, built for this machine), Faiss (of its libraries the one for the best instructions that both
# have). They are compiled here when their headers are there.
set -eu
: "${ORNAMENT_BIN:=bin}" "${ORNAMENT_HELPERS:=build/plain/tests}"
source=$(cd "$(dirname "$0")" && pwd)
ORNAMENT_BIN=$(cd "$ORNAMENT_BIN" && pwd) ORNAMENT_HELPERS=$(cd "$ORNAMENT_HELPERS" && pwd)
PATH=$ORNAMENT_BIN:$PATH
bench=$ORNAMENT_HELPERS/bench
LC_ALL=C
export LC_ALL

vectors=20000 dimension=384 questions=100 rounds=3 work= lists= stream= new= other=
peers='hnswlib ivf hnsw pq' graphs='16x200 24x200 32x200' hnswlib= faiss=
parts='build sweep race filter floor add start memory'

refuse() {
	echo "index.sh: $*" >&2
	exit 2
}
# number NAME VALUE MOST: at least 1
number() {
	case $2 in '' | *[!0-9]* | ????????????*) refuse "$1 wants a number, not '$2'" ;; esac
	[ "$2" -ge 1 ] && [ "$2" -le "$3" ] || refuse "$1 is 1 to $3, not $2"
}
# words NAME VALUES POSSIBLE
words() {
	for word in $2; do
		case " $3 " in *" $word "*) ;; *) refuse "$1 is of: $3; not '$word'" ;; esac
	done
}
directory() { cd "$2" 2>/dev/null && pwd || refuse "$1 wants a directory, not '$2'"; }
file() { [ -f "$2" ] && realpath "$2" || refuse "$1 wants a file, not '$2'"; }

case ${1-} in --help) sed -n '3,/^set -eu/{/^#/s/^# \{0,1\}//p}' "$0" && exit ;; esac
while getopts n:d:q:r:w:l:s:p:g:H:F:i:u:v: option; do
	case $option in
	n) number -n "$OPTARG" 10000000 && vectors=$OPTARG ;;
	d) number -d "$OPTARG" 4096 && dimension=$OPTARG ;;
	q) number -q "$OPTARG" 90000 && questions=$OPTARG ;;
	r) number -r "$OPTARG" 1000 && rounds=$OPTARG ;;
	w) mkdir -p "$OPTARG" && work=$(directory -w "$OPTARG") ;;
	l) number -l "$OPTARG" 1000000 && lists=$OPTARG ;;
	s) words -s "$OPTARG" "$parts" && parts=$OPTARG ;;
	p) words -p "$OPTARG" "$peers" && peers=$OPTARG ;;
	g) graphs=$OPTARG ;;
	H) hnswlib=$(directory -H "$OPTARG") ;;
	F) faiss=$(directory -F "$OPTARG") ;;
	i) stream=$(file -i "$OPTARG") ;;
	u) new=$(file -u "$OPTARG") ;;
	v) other=$(file -v "$OPTARG") ;;
	*) exit 2 ;;
	esac
done
[ "$#" -lt "$OPTIND" ] || refuse 'there are no operands'
for graph in $graphs; do
	case $graph in *x*) ;; *) refuse "-g wants M and efConstruction, as 16x200, not '$graph'" ;; esac
	number 'M of -g' "${graph%x*}" 1000
	number 'efConstruction of -g' "${graph#*x}" 100000
done
[ -z "$stream" ] || { [ -n "$new" ] && [ -n "$other" ]; } || refuse '-i goes with -u and -v'
[ -z "$hnswlib" ] || [ -f "$hnswlib/hnswlib/hnswlib.h" ] || refuse "there is no hnswlib/hnswlib.h in '$hnswlib'"
[ -z "$faiss" ] || [ -f "$faiss/include/faiss/Index.h" ] || refuse "there is no include/faiss/Index.h in '$faiss'"
if [ -z "$work" ]; then
	work=$(mktemp -d)
	trap 'rm -rf "$work"' EXIT
fi
cd "$work"

shows() { case " $parts " in *" $1 "*) ;; *) return 1 ;; esac; }
stat_of() { index-build -d index --stat | awk -F'\t' -v name="$1" '$1 == name { print $2 }'; }
# measured NAME COMMAND...: runs it; its wall and processor seconds and its largest size are kept beside what it makes
measured() {
	file=$1
	shift
	"$bench/cost" "$@" >"$file.tmp"
	mv "$file.tmp" "$file"
}

# --- the vectors, our index, the right answers ---

if [ -n "$stream" ]; then
	[ -e v.st ] || ln -s "$stream" v.st
	stream-show --npy "$new" >v-new.npy
	stream-show --npy "$other" >v-other.npy
else
	[ -e v-other.npy ] || "$ORNAMENT_HELPERS/generate/vectors" -d "$dimension" -n "$vectors" -q "$questions" v
	[ -e v.st ] || stream-show --from-npy v.npy --records v.jsonl >v.st
fi
[ -s index.cost ] || { rm -rf index && measured index.cost index-build -d index ${lists:+--nlist "$lists"} v.st; }
if [ -n "$stream" ] && [ ! -e keys ]; then
	# what the index holds, at unit length
	index-build -d index --dump >dump.st
	stream-show --npy dump.st >v.npy
	stream-show --json --brief dump.st | jq -r 'select(.vectors) | .identity' >keys
	rm dump.st
fi
[ -e keys ] || sed 's/^{"key":"\([^"]*\)".*/\1/' v.jsonl >keys
pictures=$(stat_of pictures) dimension=$(stat_of dimension)
lists=$(stat_of lists)
[ -s truth ] || "$bench/index" truth v.npy keys v-new.npy v-other.npy .

# --- the peers ---

compiled() { # NAME, FLAGS
	adapter=$1
	shift
	[ -x "$adapter.adapter" ] || "${CXX:-c++}" -std=c++20 -O3 "$source/peers/$adapter.cc" -o "$adapter.adapter" "$@" 2>"$adapter.log"
}
# hnswlib's headers do not tell their version
hnswlib_version() {
	if [ -z "$hnswlib" ]; then
		dpkg-query -W -f='${Version}' libhnswlib-dev 2>/dev/null || echo 'of unknown version'
	else
		sed -n "s/^__version__ = '\(.*\)'/\1/p" "$hnswlib/setup.py" 2>/dev/null | grep . || echo "in $hnswlib"
	fi
}
# the library of the prefix for the best instructions
faiss_library() {
	for instructions in avx512 avx2; do
		case $instructions in avx512) flag=avx512dq ;; *) flag=avx2 ;; esac
		if [ -n "$faiss" ] && ls "$faiss/lib/libfaiss_$instructions".* >/dev/null 2>&1 && grep -qw "$flag" /proc/cpuinfo; then
			echo "-lfaiss_$instructions"
			return
		fi
	done
	echo -lfaiss
}
hnswlib_is= faiss_is=
case " $peers " in *' hnswlib '*)
	if compiled hnswlib -march=native -pthread ${hnswlib:+"-I$hnswlib"}; then
		hnswlib_is="hnswlib $(hnswlib_version)"
	else
		echo 'hnswlib is not installed'
	fi ;;
esac
case " $peers " in *' ivf '* | *' hnsw '* | *' pq '*)
	if compiled faiss -fopenmp ${faiss:+"-I$faiss/include" "-L$faiss/lib" "-Wl,-rpath,$faiss/lib"} "$(faiss_library)" -lopenblas; then
		faiss_is="Faiss $(./faiss.adapter version)"
	else
		echo 'Faiss is not installed'
	fi ;;
esac

[ "${lists:-0}" -gt 0 ] || refuse 'the index has no lists: too few vectors'
tab=$(printf '\t')
probes='1 2 4 8 12 16 20 24 28 32 40 48 56 64 80 96 128 192 256 384 512'
our_probes=$(for d in 1.5 2 2.5 3; do echo "| $(for n in $probes; do echo "nprobe=$n,deviations=$d"; done)"; done | tr '\n' ' ')
radii='.16 .18 .2 .22 .24 .26 .28 .3 .35 .4'
our_probes="$our_probes$(for d in 2 2.5; do for n in 48 96; do
	echo "| $(for r in $radii; do echo "nprobe=$n,deviations=$d,radius=$r"; done)"
done; done | tr '\n' ' ')"
faiss_probes=$(for n in $probes; do echo "nprobe=$n"; done | tr '\n' ' ')
pq_probes=$(for k in 5 10 20 40; do echo "| $(for n in $probes; do echo "nprobe=$n,k_factor_rf=$k"; done)"; done | tr '\n' ' ')
edges='10 16 24 32 40 48 64 80 96 112 128 160 192 224 256 320 384 448 512 640 800 1000'
faiss_edges=$(for n in $edges; do echo "efSearch=$n"; done | tr '\n' ' ')

: >contestants
: >builds
# contestant NAME, FAMILY, what it answers with, PARAMETERS, COMMAND
contestant() { printf '%s\t%s\t%s\t%s\t%s\n' "$@" >>contestants; }
# peer NAME FAMILY FILE ADAPTER PARAMETERS HOW...: builds it when it is not there
peer() {
	name=$1 family=$2 to=$3 adapter=$4 parameters=$5
	shift 5
	[ -s "$to.cost" ] || { rm -f "$to.peer" && measured "$to.cost" "./$adapter.adapter" build v.npy "$to.peer" "$@"; }
	contestant "$name" "$family" rows "$parameters" "./$adapter.adapter serve questions.npy $to.peer"
	echo "$to.cost $(wc -c <"$to.peer") $name" >>builds
}
for what in pictures patents; do
	contestant "ornament, $what" "ornament, $what" $what "$our_probes" "$bench/search serve index questions.npy $what"
done
for what in pictures patents; do
	contestant "ornament, $what, by itself" "ornament, $what, by itself" $what recall=0.99 \
		"$bench/search serve index questions.npy $what"
done
echo "index.cost $(stat_of bytes) ornament" >>builds
[ -z "$hnswlib_is" ] || for graph in $graphs; do
	peer "hnswlib M=${graph%x*} efC=${graph#*x}" hnswlib "hnswlib-$graph" hnswlib "$edges" "${graph%x*}" "${graph#*x}"
done
[ -z "$faiss_is" ] || for p in $peers; do
	case $p in
	ivf) peer "Faiss IVF$lists,Flat" 'Faiss IVF' ivf faiss "$faiss_probes" "IVF$lists,Flat" ;;
	hnsw) peer 'Faiss HNSW32 efC=100' 'Faiss HNSW' hnsw faiss "$faiss_edges" HNSW32 efConstruction=100 ;;
	pq) peer "Faiss IVF$lists,PQ$((dimension / 2))x4fs" 'Faiss PQ' pq faiss "$pq_probes" "IVF$lists,PQ$((dimension / 2))x4fs,RFlat" ;;
	esac
done

# --- the tables ---

echo "$pictures vectors of $dimension numbers in $lists lists, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(nproc) processors;" \
	"${hnswlib_is:-no hnswlib}, ${faiss_is:-no Faiss}"
if shows build; then
	echo
	printf '%-30s %10s %10s %10s %10s %10s\n' building seconds 'CPU s' resident 'private M' 'B/vector'
	while read -r file bytes name; do
		awk -v name="$name" -v bytes="$bytes" -v n="$pictures" \
			'{ printf "%-30s %10.1f %10.1f %10.0f %10.0f %10.0f\n", name, $1 / 1000, $3, $5, $6, bytes / n }' "$file"
	done <builds
fi
if shows sweep || [ ! -s chosen ]; then
	echo
	"$bench/index" sweep v.npy keys . index <contestants
fi
if shows race; then
	echo
	"$bench/index" race v.npy keys . index "$rounds" <contestants
fi
if shows filter; then
	echo
	"$bench/search" where index v-new.npy 'patent_id =~ "[02468]$"' 'patent_id =~ "7$"' 'patent_id =~ "37$"' 'patent_id =~ "137$"' \
		'patent_id =~ "5137$"' own far
fi
if shows floor; then
	echo
	"$bench/search" floor index questions.npy "$(awk -F'\t' '$1 == "ornament, pictures" && $2 == 1 && $3 == 1 { print $4; exit }' chosen)"
fi
if shows add; then
	echo
	# a night's pictures, of patents that are not there
	added=10000
	[ "$pictures" -ge 100000 ] || added=1000
	"$ORNAMENT_HELPERS/generate/vectors" -d "$dimension" -n "$added" -s 77 night
	sed 's/"key":"D0/"key":"D9/' night.jsonl >night9.jsonl
	stream-show --from-npy night.npy --records night9.jsonl >night.st
	rm -rf grown && cp -r --sparse=always index grown
	row() { awk -v name="$1" -v bytes="$(wc -c <night.npy)" -v n="$added" '{ printf "%-30s %10.2f %10.2f %10.1f %10.1f %10.0f\n", name,
		$1 / 1000, $3, $4, $4 * 1048576 / bytes, n / $1 * 1000 }'; }
	printf '%-30s %10s %10s %10s %10s %10s\n' "$added vectors" seconds 'CPU s' 'written M' '× size' 'a second'
	"$bench/cost" index-build -d grown night.st | row added
	"$bench/cost" index-build -d grown night.st | row 'the same again'
	sed 's/^{"key":"\([^"]*\)".*/\1/' night9.jsonl | cut -d/ -f1 | sort -u >gone
	"$bench/cost" sh -c 'index-build -d grown --delete <gone' | row deleted
	rm -rf grown night*
fi
if shows start; then
	echo
	printf '%-30s %10s %10s %9s %9s %9s %9s %9s\n' 'a process' 'median ms' 'worst' 'CPU s' 'written M' 'resident' 'private M' 'read M'
	id=$(sed -n "$((pictures / 3))p" keys | cut -d/ -f1)
	printf '%-30s' 'query --id'
	"$bench/cost" -n 21 query -d index --id "$id"
	printf '%-30s' 'of one sheet'
	"$bench/cost" -n 21 query -d index --id "$(sed -n "$((pictures / 3))p" keys)"
	printf '%-30s' 'with --where active'
	"$bench/cost" -n 5 query -d index --id "$id" --where active
	printf '%-30s' 'out of an empty page cache'
	"$bench/cost" -n 5 -e index/data.mdb -e "$ORNAMENT_BIN/query" query -d index --id "$id"
fi
if shows memory; then
	echo
	# the page cache is the group's that first read a page, so it is emptied before
	group=/sys/fs/cgroup/memory/ornament-$$ limit=memory.limit_in_bytes
	[ -d /sys/fs/cgroup/memory ] || group=/sys/fs/cgroup/ornament-$$ limit=memory.max
	if mkdir "$group" 2>/dev/null && echo $((256 << 20)) >"$group/$limit" 2>/dev/null; then
		grep '^ornament' contestants >ours
		awk -F'\t' -v OFS='\t' -v group="$group" \
			'{ $5 = "sh -c '"'"'echo $$ >" group "/cgroup.procs && exec \"$@\"'"'"' sh " $5 } 1' ours >limited
		"$bench/cost" -e index/data.mdb true >/dev/null
		echo 'in 256 MiB:'
		"$bench/index" race v.npy keys . index "$rounds" <limited
		echo 'without a limit:'
		"$bench/index" race v.npy keys . index "$rounds" <ours
	else
		echo 'memory: no group of processes with a limit can be made here'
	fi
	rmdir "$group" 2>/dev/null || :
fi
