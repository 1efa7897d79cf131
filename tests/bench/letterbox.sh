#!/bin/sh
# SPDX-License-Identifier: ISC
# The stages of letterbox; then Pillow over the same generated pages, and, where the real archives are, decode + letterbox beside
# Pillow from the bytes of the TIFF to the square and the thumbnail.
set -eu
PATH=$ORNAMENT_BIN:$PATH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$ORNAMENT_HELPERS/bench/letterbox" "$work"

python=
for p in python3 /usr/bin/python3; do
	"$p" -c 'import PIL' 2>/dev/null && python=$p && break
done
if [ -n "$python" ]; then
	"$python" - "$work" <<'END'
import sys, time
import PIL
from PIL import Image
print("Pillow", PIL.__version__ + ", ms: convert, resize to 518 with LANCZOS; to 300")
for name in "1-bit-lines", "1-bit-dithered", "grey", "colour":
    page = Image.open(sys.argv[1] + "/" + name + ".pnm")
    page.load()
    best = [1e9, 1e9]
    for _ in range(5):
        for i, side in enumerate((518, 300)):
            t = time.perf_counter()
            grey = page.convert("L") if page.mode == "1" else page
            grey.resize([int(s * side / max(page.size)) for s in page.size], Image.LANCZOS)
            best[i] = min(best[i], 1e3 * (time.perf_counter() - t))
    print("%-22s %15.2f %10.2f" % (name, *best))
END
else
	echo "Pillow is not here to compare with (python3-pil)"
fi

archives=${ORNAMENT_TESTDATA:-}/uspto/weekly
if [ ! -d "$archives" ]; then
	echo "the real archives are not here (ORNAMENT_TESTDATA)"
	exit 0
fi
seconds() { { command time -p "$@" >/dev/null; } 2>&1 | awk '{ t[$1] = $2 } END { print t["user"] + t["sys"] }'; }
decode "$archives"/*.tar >"$work/pages.st"
sheets=$(letterbox -v "$work/pages.st" 2>&1 >/dev/null | sed 's/.*: \([0-9]*\) pictures.*/\1/')
decoding=$(seconds decode "$archives"/*.tar)
scaling=$(seconds letterbox "$work/pages.st")
echo "$sheets real sheets, CPU ms a sheet:" \
	"$(echo "$sheets $decoding $scaling" | awk '{ printf "decode %.2f, letterbox with thumbnail %.2f, together %.2f", 1e3*$2/$1, 1e3*$3/$1, 1e3*($2+$3)/$1 }')"
[ -z "$python" ] || "$python" - "$archives" <<'END'
import io, sys, tarfile, time, zipfile, glob
from PIL import Image
pages = []
for tar in sorted(glob.glob(sys.argv[1] + "/*.tar")):
    with tarfile.open(tar) as t:
        for m in t:
            if m.name.upper().endswith(".ZIP"):
                with zipfile.ZipFile(io.BytesIO(t.extractfile(m).read())) as z:
                    pages += [z.read(n) for n in z.namelist() if n.upper().endswith(".TIF")]
def run(thumbnail):
    t = time.process_time()
    for page in pages:
        grey = Image.open(io.BytesIO(page)).convert("L")
        for side in (518, 300) if thumbnail else (518,):
            small = grey.resize([max(1, int(s * side / max(grey.size))) for s in grey.size], Image.LANCZOS)
        if thumbnail:
            small.save(io.BytesIO(), "JPEG", quality=85)
    return 1e3 * (time.process_time() - t) / len(pages)
print("Pillow on the same, from memory: load, convert, LANCZOS %.2f; with thumbnail %.2f" % (run(False), run(True)))
END
