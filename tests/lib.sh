# SPDX-License-Identifier: ISC
# Read by every tests/*.t: `. "$(dirname "$0")/lib.sh"`. TAP on stdout; each script runs in its own empty directory, which is
# removed at the end. Programs under test are on the PATH; $TESTS is this directory, $HELPERS that of the built test
# programs (generate/archive …), $DATA the real material or empty.

set -u
LC_ALL=C
export LC_ALL
TESTS=$(cd "$(dirname "$0")" && pwd)
: "${ORNAMENT_BIN:=$TESTS/../bin}" "${ORNAMENT_HELPERS:=$TESTS/../build/plain/tests}"
BIN=$(cd "$ORNAMENT_BIN" && pwd)
HELPERS=$(cd "$ORNAMENT_HELPERS" && pwd)
DATA=${ORNAMENT_TESTDATA:-}
PATH=$BIN:$PATH
# a leak or an overrun is no expected failure
ASAN_OPTIONS=exitcode=99:${ASAN_OPTIONS:-}
UBSAN_OPTIONS=exitcode=99:print_stacktrace=1:${UBSAN_OPTIONS:-}
XDG_CACHE_HOME=
export PATH ASAN_OPTIONS UBSAN_OPTIONS XDG_CACHE_HOME
unset ORNAMENT_INDEX ORNAMENT_MODEL ORNAMENT_JOBS

WORK=$(mktemp -d) || exit 1
trap 'cd /; rm -rf "$WORK"' EXIT
trap 'exit 1' HUP INT TERM
XDG_CACHE_HOME=$WORK/.cache
cd "$WORK" || exit 1

tests=0
failures=0

# pass NAME / fail NAME [DIAGNOSTIC-FILE...]
pass() { tests=$((tests + 1)); echo "ok $tests - $1"; }
fail() {
	tests=$((tests + 1)) failures=$((failures + 1))
	echo "not ok $tests - $1"
	shift
	for f; do sed 's/^/# /' "$f" | head -20; done
}

# ok NAME COMMAND...      succeeds
ok() {
	name=$1
	shift
	if "$@" >.out 2>.err; then pass "$name"; else echo "# status $?" >>.err; fail "$name" .err .out; fi
}

# is NAME EXPECTED GOT    equal texts
is() {
	if [ "$2" = "$3" ]; then pass "$1"; else
		printf 'expected %s\ngot      %s\n' "$2" "$3" >.diff
		fail "$1" .diff
	fi
}

# same NAME FILE FILE     equal files
same() {
	if cmp -s "$2" "$3"; then pass "$1"; else
		{ diff "$2" "$3" || :; } >.diff 2>&1
		fail "$1" .diff
	fi
}

# status NAME STATUS COMMAND...   ends with exactly this status; stdout is left in .out, stderr in .err
status() {
	name=$1 expected=$2
	shift 2
	got=0
	"$@" >.out 2>.err || got=$?
	if [ "$got" -eq "$expected" ]; then pass "$name"; else
		echo "status $got instead of $expected" >>.err
		fail "$name" .err
	fi
}

# says NAME REGEX         the last `status` or `ok` said this on stderr
says() {
	if grep -Eq -e "$2" .err; then pass "$1"; else fail "$1" .err; fi
}

# silent NAME             the last `status` or `ok` said nothing on stderr
silent() { if [ -s .err ]; then fail "$1" .err; else pass "$1"; fi; }

# what is skipped is counted at the end of `make check`
note_skip() { [ -z "${ORNAMENT_SKIPPED:-}" ] || echo "$1" >>"$ORNAMENT_SKIPPED"; }
skip() { tests=$((tests + 1)); note_skip "$1"; echo "ok $tests # SKIP $1"; }
skip_all() { note_skip "$1"; echo "1..0 # SKIP $1"; exit 0; }
# a terminal of one's own can be had: script(1) is there, and so are pseudo-terminals (a bare chroot has none)
has_terminal() { script -qec true /dev/null </dev/null >/dev/null 2>&1; }
needs_data() { [ -n "$DATA" ] && [ -d "$DATA" ] || skip_all "the real material is not here (ORNAMENT_TESTDATA)"; }

# The last line of every script.
finish() { echo "1..$tests"; exit "$((failures > 0))"; }
