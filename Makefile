# SPDX-License-Identifier: ISC
#
# make                      builds the programs into bin/
# make check                the tests;  make check-long  the long ones as well
# make demo                 the main job, shown on a generated archive
# make bench                the benchmarks: they print tables and assert nothing
# make install uninstall    PREFIX=/usr/local DESTDIR=
# make SAN=address,undefined check      the same, instrumented, in a build directory of its own
# make fuzz CC=clang         fuzzes each target for FUZZ_SECONDS=60, or those of F="stream text"
#
# Which program is made of what is the architecture: each lists its modules (src/ROOM/NAME.c) and its packages. A room may use
# the rooms above it in this list and no other: base math patent image stream foreign model index answer.

CC ?= cc
PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
LIBEXECDIR ?= $(PREFIX)/libexec
DATADIR ?= $(PREFIX)/share
MANDIR ?= $(DATADIR)/man
PKG_CONFIG ?= pkg-config
CFLAGS ?= -O2 -g

comma := ,
# The sanitizers are not part of a release: they build beside it.
ifdef FUZZER
BUILD := build/fuzzer
BIN := $(BUILD)/bin
SANFLAGS := -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
else ifdef SAN
BUILD := build/$(subst $(comma),-,$(SAN))
BIN := $(BUILD)/bin
SANFLAGS := -fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer
else
BUILD := build/plain
BIN := bin
endif

# No fused multiply-add behind our back: the same input gives the same bytes.
WARNINGS = -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla
ALL_CFLAGS = -std=c11 -D_POSIX_C_SOURCE=200809L -D_FILE_OFFSET_BITS=64 -Isrc -pthread -ffp-contract=off $(WARNINGS) $(CFLAGS) $(SANFLAGS)
ALL_LDFLAGS = -pthread $(LDFLAGS) $(SANFLAGS)

# --- what each program is made of -------------------------------------------------------------------------------------

# what several are made of
BASE = base/bytes base/error base/message base/number base/option
JSON = base/json base/utf8
PROCESS = base/process
FILTER = base/fold patent/class patent/number patent/term patent/record $(COLOUR) index/expression index/token \
	index/filter
STREAM = math/crc32c image/picture stream/identity stream/facts stream/item stream/stream
# what finds the version of a function that the CPU runs fastest
VERSION = math/processor math/version

PROGRAMS =

# decode: archives and picture files in, items out

PROGRAMS += decode
decode_MODULES = $(BASE) base/name_list $(STREAM) stream/keys foreign/feed foreign/content foreign/archive foreign/zip \
	foreign/filename foreign/unpack foreign/pages foreign/tiff foreign/samples foreign/png foreign/webp foreign/pnm \
	foreign/jpeg foreign/exif image/alpha image/lab image/turn
decode_PACKAGES = libarchive libtiff-4 libpng libwebp libwebpdemux libjpeg zlib

# xml-parse: documents to patent records

PROGRAMS += xml-parse
GRANT = base/arena patent/class patent/field patent/grant patent/markup patent/number patent/record patent/st32 \
	patent/st36 patent/term
XML = foreign/entity foreign/xml
DOCUMENTS = foreign/archive foreign/content foreign/documents foreign/feed foreign/filename foreign/zip
xml-parse_MODULES = $(BASE) $(JSON) base/name_list $(STREAM) $(GRANT) $(XML) $(DOCUMENTS) patent/row
xml-parse_PACKAGES = jansson libxml-2.0 libarchive zlib

# colorize: the colours of pictures

PROGRAMS += colorize
COLOUR = image/colour image/colour_name
PALETTE = $(COLOUR) math/clusters image/histogram image/palette
colorize_MODULES = $(BASE) $(JSON) $(PROCESS) $(STREAM) stream/crew stream/intake $(PALETTE) stream/colours
colorize_PACKAGES = jansson

# classify: what kind of picture it is, and which class

PROGRAMS += classify
KIND = image/tones image/texture image/surface image/runs image/components model/kind
VOTE = patent/class index/vote
HEAD = foreign/safetensors model/head
classify_MODULES = $(BASE) $(JSON) $(PROCESS) base/sha256 $(STREAM) stream/crew stream/intake stream/preparation $(KIND) \
	model/kind_weights $(INDEX_READ) $(INDEX_SEARCH) $(VOTE) $(HEAD)
classify_PACKAGES = jansson lmdb nettle

# letterbox: upright, trimmed, scaled into a square

PROGRAMS += letterbox
SCALE = image/lanczos image/runs image/scale image/scale_kernels $(VERSION)
LETTERBOX = $(SCALE) image/turn image/crop image/trim image/letterbox
letterbox_MODULES = $(BASE) $(STREAM) stream/crew $(LETTERBOX) foreign/exif foreign/jpeg
letterbox_PACKAGES = libjpeg

# embed: pixels to a vector

PROGRAMS += embed
SKETCH = foreign/safetensors math/orientation math/projection $(VERSION) model/sketch
GEMM = math/gemm math/transpose $(VERSION)
NARROW = math/narrow math/narrow_attention math/narrow_pack math/narrow_rows math/narrow_tiles
VIT = foreign/safetensors math/activation math/attention $(GEMM) $(NARROW) model/vit model/vit_positions \
	model/vit_weights model/weights_identity
embed_MODULES = $(BASE) $(JSON) $(PROCESS) base/sha256 $(STREAM) $(sort $(SKETCH) $(VIT)) model/model \
	stream/crew
embed_PACKAGES = jansson nettle

# index-build: streams into an index

PROGRAMS += index-build
INDEX_READ = base/file_system index/column index/page index/store index/ahead index/calibration index/layout index/index index/vectors \
	index/centroids index/codes index/refinements index/coarse index/postings math/dot math/finecode math/half math/rotation \
	math/rounded $(VERSION)
# what the patents have in the fields of a filter, and which of them pass one
INDEX_COLUMNS = index/columns index/fields patent/record patent/term
INDEX_SELECT = $(sort $(FILTER) $(INDEX_COLUMNS)) index/select math/find
INDEX_SEARCH = base/parallel index/search index/candidates index/refiner index/best index/comparison index/exact index/exhaustive \
	index/screen index/estimate index/outlook index/probes index/sift math/bitcode math/gemv $(GEMM)
INDEX_WRITE = index/balance index/calibrate index/lists index/lock index/opening index/rows index/training index/trial \
	index/writer base/parallel math/grouped math/kmeans
index-build_MODULES = $(BASE) base/trap $(JSON) $(STREAM) stream/crew stream/keys base/line base/sha256 patent/number \
	$(INDEX_READ) $(INDEX_COLUMNS) $(INDEX_SEARCH) $(INDEX_WRITE) index/check index/describe index/pages index/dump index/upgrade
index-build_PACKAGES = lmdb jansson nettle

# query: questions to an index

PROGRAMS += query
ANSWER = answer/answer answer/selection answer/operands answer/question answer/tsv answer/json
# how an answer looks to people: a page, pictures in the terminal, a contact sheet
LOOKS = answer/report answer/hypertext answer/html answer/glyphs answer/canvas answer/sheet answer/thumbs base/base64 \
	foreign/jpeg foreign/png foreign/exif image/alpha image/turn $(SCALE)
query_MODULES = $(BASE) base/quote base/result base/trap $(JSON) $(PROCESS) $(STREAM) stream/crew stream/preparation \
	image/crop $(INDEX_SELECT) $(INDEX_READ) $(INDEX_SEARCH) $(ANSWER) $(LOOKS)
query_PACKAGES = jansson lmdb libjpeg libpng

# stream-show: the readable twin of a stream

PROGRAMS += stream-show
STREAM_TEXT = base/base64 base/line base/utf8 stream/text_writer stream/text_reader
stream-show_MODULES = $(BASE) $(JSON) $(STREAM) $(STREAM_TEXT) image/netpbm stream/summary stream/npy stream/external \
	patent/number
stream-show_PACKAGES = jansson

# import: the whole pipeline, over the other programs

PROGRAMS += import
import_MODULES = $(BASE) $(JSON) $(PROCESS) base/progress base/sha256 $(STREAM) stream/crew stream/preparation
import_PACKAGES = jansson nettle

# ornament: the front command

PROGRAMS += ornament
ornament_MODULES = $(BASE) $(PROCESS)

# --- what the tests are made of -----------------------------------------------------------------------------------------

# makers of test data: tests/generate/NAME.c
GENERATE = archive checkpoint filters kind-weights kinds older onnx pack pictures sheets spoil vectors version2 weights

DRAWINGS = $(addprefix tests/generate/,depth device drawing figure furniture intersect label machine memory mesh \
	object pen random shade sheet solid vessel view)
generate/archive_MODULES = $(BASE) image/picture $(DRAWINGS) $(addprefix tests/generate/,container grant parcel patent tiff)
generate/archive_PACKAGES = libtiff-4 zlib
generate/checkpoint_MODULES = $(BASE)
generate/filters_MODULES = $(BASE)
generate/kind-weights_MODULES = $(BASE) $(JSON) base/sha256 $(STREAM) $(KIND) tests/generate/random
generate/kind-weights_PACKAGES = jansson nettle
generate/kinds_MODULES = $(BASE) base/sha256 $(STREAM) $(KIND) $(DRAWINGS) \
	$(addprefix tests/generate/,patch photo writing)
generate/kinds_PACKAGES = nettle
generate/older_MODULES = $(BASE) $(STREAM) $(INDEX_READ)
generate/older_PACKAGES = lmdb
generate/onnx_MODULES = $(BASE) $(JSON) base/sha256 foreign/safetensors
generate/onnx_PACKAGES = jansson nettle
generate/pack_PACKAGES = libarchive
generate/pictures_MODULES = $(addprefix tests/generate/,expected pictures-jpeg pictures-netpbm pictures-png \
	pictures-tiff pictures-webp)
generate/pictures_PACKAGES = libtiff-4 libpng libwebp libjpeg
generate/sheets_PACKAGES = libarchive
generate/spoil_MODULES = $(BASE)
generate/spoil_PACKAGES = lmdb
generate/vectors_MODULES = $(BASE) $(JSON) patent/term stream/npy
generate/vectors_PACKAGES = jansson
generate/version2_MODULES = $(BASE) $(STREAM) $(INDEX_READ)
generate/version2_PACKAGES = lmdb
generate/weights_MODULES = $(BASE) $(JSON) base/sha256 $(STREAM) $(SKETCH) math/product math/eigen math/discriminant
generate/weights_PACKAGES = jansson nettle openblas

# benchmarks: tests/bench/NAME.c
BENCH = calibrate classes colorize cost embed filter index letterbox search sketch views

bench/calibrate_MODULES = $(BASE) $(JSON) $(STREAM) $(INDEX_READ) $(INDEX_SEARCH) index/calibrate index/trial
bench/calibrate_PACKAGES = lmdb jansson
bench/classes_MODULES = $(BASE) $(JSON) $(STREAM) $(INDEX_READ) $(INDEX_SEARCH) $(VOTE)
bench/classes_PACKAGES = jansson lmdb
bench/colorize_MODULES = $(BASE) image/picture $(PALETTE)
bench/filter_MODULES = $(BASE) $(JSON) $(STREAM) $(INDEX_SELECT) $(INDEX_READ) \
	tests/oracle/matches
bench/filter_PACKAGES = jansson lmdb
bench/letterbox_MODULES = $(BASE) image/picture $(LETTERBOX) foreign/exif foreign/jpeg
bench/letterbox_PACKAGES = libjpeg
bench/cost_MODULES = $(BASE)
bench/index_MODULES = $(BASE) $(STREAM) $(INDEX_READ) $(GEMM) stream/npy
bench/index_PACKAGES = lmdb
bench/search_MODULES = $(BASE) $(JSON) $(STREAM) $(INDEX_SELECT) $(INDEX_READ) $(INDEX_SEARCH) answer/selection \
	stream/npy
bench/search_PACKAGES = lmdb jansson
bench/sketch_MODULES = $(BASE) $(JSON) $(PROCESS) base/sha256 $(STREAM) $(sort $(SKETCH) $(VIT)) model/model
bench/sketch_PACKAGES = jansson nettle
bench/embed_MODULES = $(BASE) $(JSON) base/sha256 image/picture $(VIT) math/product
bench/embed_PACKAGES = jansson nettle openblas
bench/views_MODULES = $(BASE) $(STREAM)

# fuzz targets: tests/fuzz/NAME.c, its seeds a case of tests/fuzz/seeds; built with a driver that mutates the seeds (`make check`
# runs it shortly), or by `make fuzz CC=clang` with a fuzzer
FUZZ = archive filter head jpeg layout npy pages png pnm safetensors stream text tiff webp xml

fuzz/archive_MODULES = $(BASE) foreign/feed foreign/content foreign/archive foreign/zip foreign/filename \
	foreign/unpack
fuzz/archive_PACKAGES = libarchive zlib
fuzz/filter_MODULES = $(BASE) $(JSON) $(FILTER) index/fields tests/oracle/matches
fuzz/filter_PACKAGES = jansson
fuzz/head_MODULES = $(BASE) $(JSON) base/sha256 stream/facts $(HEAD)
fuzz/head_PACKAGES = jansson nettle
fuzz/jpeg_MODULES = $(BASE) image/picture image/turn foreign/exif foreign/jpeg
fuzz/jpeg_PACKAGES = libjpeg
fuzz/layout_MODULES = $(BASE) base/file_system $(STREAM) index/page index/store index/layout index/centroids index/codes index/refinements \
	index/column math/finecode math/rotation $(VERSION)
fuzz/layout_PACKAGES = lmdb
fuzz/npy_MODULES = $(BASE) $(JSON) $(STREAM) base/line stream/npy stream/external patent/number
fuzz/npy_PACKAGES = jansson
fuzz/pages_MODULES = $(BASE) base/file_system math/crc32c index/page index/pages index/store
fuzz/pages_PACKAGES = lmdb
fuzz/png_MODULES = $(BASE) foreign/png foreign/exif image/alpha image/picture image/turn
fuzz/png_PACKAGES = libpng
fuzz/pnm_MODULES = $(BASE) foreign/pnm image/alpha image/picture
fuzz/safetensors_MODULES = $(BASE) $(JSON) base/sha256 image/picture $(sort $(SKETCH) $(VIT))
fuzz/safetensors_PACKAGES = jansson nettle
fuzz/stream_MODULES = $(BASE) $(STREAM)
fuzz/text_MODULES = $(BASE) $(STREAM) $(STREAM_TEXT)
fuzz/tiff_MODULES = $(BASE) foreign/tiff foreign/samples image/alpha image/lab image/picture image/turn
fuzz/tiff_PACKAGES = libtiff-4
fuzz/webp_MODULES = $(BASE) foreign/webp foreign/exif image/alpha image/picture image/turn
fuzz/webp_PACKAGES = libwebp libwebpdemux
fuzz/xml_MODULES = $(BASE) $(JSON) $(GRANT) $(XML) $(DOCUMENTS) patent/row
fuzz/xml_PACKAGES = $(xml-parse_PACKAGES)

# unit tests: tests/unit/NAME.c
UNIT = activation ahead attention bitcode bytes canvas codes colour columns crc32c crop dot file_system filename filter \
	find finecode fold gemm gemv grant grouped half hypertext index jpeg json kind kmeans lab line narrow npy \
	palette parallel patent power rounded safetensors scale screen sha256 sketch stream trim turn vectors version \
	view vote

unit/activation_MODULES = math/activation $(VERSION)
unit/ahead_MODULES = $(BASE) base/file_system $(STREAM) index/page index/store index/ahead index/layout
unit/ahead_PACKAGES = lmdb
unit/attention_MODULES = math/attention $(GEMM)
unit/bitcode_MODULES = $(BASE) math/bitcode math/rotation $(VERSION)
unit/bytes_MODULES = $(BASE)
unit/canvas_MODULES = $(BASE) base/utf8 answer/canvas answer/glyphs foreign/jpeg foreign/png foreign/exif image/alpha \
	image/picture image/turn $(SCALE)
unit/canvas_PACKAGES = libjpeg libpng
unit/codes_MODULES = $(BASE) $(STREAM) $(INDEX_READ) $(INDEX_SEARCH)
unit/codes_PACKAGES = lmdb
unit/colour_MODULES = $(COLOUR)
unit/columns_MODULES = $(BASE) $(JSON) $(STREAM) $(INDEX_SELECT) $(INDEX_READ) \
	$(INDEX_SEARCH) $(INDEX_WRITE) index/check index/pages tests/oracle/matches
unit/columns_PACKAGES = jansson lmdb
unit/crc32c_MODULES = $(BASE) math/crc32c
unit/crop_MODULES = $(BASE) image/picture image/crop
unit/dot_MODULES = $(BASE) math/dot $(VERSION)
unit/file_system_MODULES = base/file_system
unit/filename_MODULES = $(BASE) foreign/filename
unit/filter_MODULES = $(BASE) $(JSON) $(FILTER) index/fields tests/oracle/matches
unit/filter_PACKAGES = jansson
unit/find_MODULES = math/find $(VERSION)
unit/finecode_MODULES = $(BASE) math/finecode math/rounded $(VERSION)
unit/fold_MODULES = $(BASE) base/fold
unit/gemm_MODULES = $(GEMM)
unit/grant_MODULES = $(BASE) $(JSON) $(GRANT) $(XML) patent/row
unit/grant_PACKAGES = jansson libxml-2.0
unit/gemv_MODULES = $(BASE) math/gemv $(VERSION)
unit/grouped_MODULES = $(BASE) base/parallel math/grouped math/kmeans $(GEMM)
unit/half_MODULES = $(BASE) math/half $(VERSION)
unit/hypertext_MODULES = $(BASE) base/base64 base/quote base/utf8 answer/hypertext
unit/index_MODULES = $(BASE) $(JSON) $(STREAM) $(INDEX_READ) $(INDEX_COLUMNS) $(INDEX_WRITE) $(INDEX_SEARCH) index/check index/pages
unit/index_PACKAGES = jansson lmdb
unit/jpeg_MODULES = $(BASE) image/picture image/turn foreign/exif foreign/jpeg
unit/jpeg_PACKAGES = libjpeg
unit/json_MODULES = $(BASE) $(JSON)
unit/json_PACKAGES = jansson
unit/kind_MODULES = $(BASE) base/sha256 image/picture $(KIND) model/kind_weights
unit/kind_PACKAGES = nettle
unit/kmeans_MODULES = $(BASE) base/parallel math/kmeans $(GEMM)
unit/lab_MODULES = image/lab
unit/line_MODULES = $(BASE) base/line
unit/narrow_MODULES = math/attention $(GEMM) $(NARROW)
unit/npy_MODULES = $(BASE) stream/npy
unit/palette_MODULES = $(BASE) image/picture $(PALETTE) image/turn foreign/exif foreign/jpeg
unit/palette_PACKAGES = libjpeg
unit/parallel_MODULES = base/parallel
unit/patent_MODULES = patent/class patent/number patent/term
unit/power_MODULES = $(unit/index_MODULES)
unit/power_PACKAGES = $(unit/index_PACKAGES)
unit/rounded_MODULES = $(BASE) math/rounded $(VERSION)
unit/safetensors_MODULES = $(BASE) $(JSON) base/sha256 foreign/safetensors
unit/safetensors_PACKAGES = jansson nettle
unit/scale_MODULES = $(BASE) image/picture $(SCALE)
unit/screen_MODULES = $(BASE) base/file_system $(STREAM) index/page index/store index/ahead index/layout index/vectors \
	index/screen math/dot math/gemv math/half $(GEMM)
unit/screen_PACKAGES = lmdb
unit/sha256_MODULES = $(BASE) base/sha256
unit/sha256_PACKAGES = nettle
unit/sketch_MODULES = $(BASE) $(JSON) base/sha256 image/picture $(SKETCH)
unit/sketch_PACKAGES = jansson nettle
unit/stream_MODULES = $(BASE) $(STREAM)
unit/trim_MODULES = $(BASE) image/picture image/turn image/trim
unit/turn_MODULES = $(BASE) image/picture image/turn
unit/vectors_MODULES = $(BASE) base/file_system $(STREAM) index/page index/store index/ahead index/layout index/vectors math/dot math/half \
	$(VERSION)
unit/vectors_PACKAGES = lmdb
unit/version_MODULES = math/version
unit/view_MODULES = $(BASE) $(addprefix tests/generate/,depth drawing intersect memory mesh random shade solid view)
unit/vote_MODULES = $(BASE) $(JSON) $(STREAM) $(INDEX_READ) $(INDEX_SEARCH) $(VOTE)
unit/vote_PACKAGES = jansson lmdb

# helpers of scripts: tests/NAME.c
cosine_MODULES = $(BASE)
damage_MODULES = $(BASE)
damage_PACKAGES = lmdb
recall_MODULES = $(BASE) $(JSON) $(STREAM) stream/npy $(INDEX_READ) $(INDEX_SEARCH)
recall_PACKAGES = jansson lmdb

TEST_PROGRAMS = cosine damage recall $(GENERATE:%=generate/%) $(BENCH:%=bench/%) $(FUZZ:%=fuzz/%) $(UNIT:%=unit/%)

# --- the rest is mechanics --------------------------------------------------------------------------------------------

.PHONY: all check check-long bench fuzz demo install uninstall clean tests
MAKEFLAGS += --no-builtin-rules
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:

# The same source under other packages' flags would be another object; the flags of a module are those of its own libraries.
PACKAGES_OF = $(shell $(PKG_CONFIG) --libs $(1))

all: $(PROGRAMS:%=$(BIN)/%)

# The one module that knows where an installation lies is rebuilt when that changes.
PLACES_NOW := $(LIBEXECDIR) $(DATADIR)
$(BUILD)/places: force | $(BUILD)
	@printf '%s\n' '$(PLACES_NOW)' | cmp -s - $@ || printf '%s\n' '$(PLACES_NOW)' >$@
$(BUILD)/src/base/process.o: $(BUILD)/places
$(BUILD)/src/base/process.o: MODULE_CFLAGS = -DORNAMENT_LIBEXECDIR='"$(LIBEXECDIR)/ornament"' -DORNAMENT_DATADIR='"$(DATADIR)/ornament"'

# Packages whose headers lie apart are named at the one module that includes them.
$(BUILD)/src/foreign/xml.o: MODULE_CFLAGS = $(shell $(PKG_CONFIG) --cflags libxml-2.0)

$(BIN) $(BUILD):
	@mkdir -p $@

# Rebuild everything when the compiler or its flags change.
FLAGS_NOW := $(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS)
$(BUILD)/flags: force | $(BUILD)
	@printf '%s\n' '$(FLAGS_NOW)' | cmp -s - $@ || printf '%s\n' '$(FLAGS_NOW)' >$@
.PHONY: force
force:

$(BUILD)/src/%.o: src/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(MODULE_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/tests/%.o: tests/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -Itests $(MODULE_CFLAGS) -MMD -MP -c -o $@ $<

# A program NAME is src/NAME.c, its NAME_MODULES, and the libraries of its NAME_PACKAGES.
define program
$(BIN)/$(1): $(BUILD)/src/$(1).o $(patsubst %,$(BUILD)/src/%.o,$($(1)_MODULES)) | $(BIN)
	$$(CC) $$(ALL_LDFLAGS) -o $$@ $$^ $$(if $($(1)_PACKAGES),$$(call PACKAGES_OF,$($(1)_PACKAGES))) -lm
endef
$(foreach p,$(PROGRAMS),$(eval $(call program,$(p))))

# A fuzz target has the main of the driver, or that of the fuzzer.
ifdef FUZZER
$(FUZZ:%=$(BUILD)/tests/fuzz/%): ALL_LDFLAGS += -fsanitize=fuzzer
else
$(foreach f,$(FUZZ),$(eval fuzz/$(f)_MODULES += tests/fuzz/driver))
endif

# A test program NAME (tests/NAME.c, as unit/bytes or generate/archive) is made likewise, of NAME_MODULES and NAME_PACKAGES.
define test_program
$(BUILD)/tests/$(1): $(BUILD)/tests/$(1).o $(patsubst %,$(BUILD)/%.o,$(patsubst tests/%,tests/%,$(addprefix src/,$(filter-out tests/%,$($(1)_MODULES))) $(filter tests/%,$($(1)_MODULES))))
	$$(CC) $$(ALL_LDFLAGS) -o $$@ $$^ $$(if $($(1)_PACKAGES),$$(call PACKAGES_OF,$($(1)_PACKAGES))) -lm
endef
$(foreach p,$(TEST_PROGRAMS),$(eval $(call test_program,$(p))))

tests: $(TEST_PROGRAMS:%=$(BUILD)/tests/%)

# prove runs the unit tests and the scripts alike; T= names some of them: make check T=tests/decode.t. What was skipped, for want of
# the real material or of a tool, is counted at the end.
T = $(UNIT:%=$(BUILD)/tests/unit/%) $(wildcard tests/*.t)
RUN_TESTS = : >$(BUILD)/skipped; \
	ORNAMENT_BIN=$(CURDIR)/$(BIN) ORNAMENT_HELPERS=$(CURDIR)/$(BUILD)/tests ORNAMENT_SKIPPED=$(CURDIR)/$(BUILD)/skipped \
	prove -j2 --timer --exec '' $(T) && \
	{ ! test -s $(BUILD)/skipped || { echo "skipped: $$(wc -l <$(BUILD)/skipped), because"; sort $(BUILD)/skipped | uniq -c; }; }
check: all tests
	@$(RUN_TESTS)

check-long: all tests
	@ORNAMENT_LONG=1; export ORNAMENT_LONG; $(RUN_TESTS)

demo:
	@sh scripts/demo

# The benchmarks are programs and scripts in tests/bench; each prints a table.
bench: all tests
	@for b in tests/bench/*.sh; do ORNAMENT_BIN=$(CURDIR)/$(BIN) ORNAMENT_HELPERS=$(CURDIR)/$(BUILD)/tests sh "$$b" || exit; done

README.md: man/ornament.7 scripts/readme
	sh scripts/readme >$@.new && mv $@.new $@

# The filters lie behind the front command, and their pages under names of their own: `decode` and `import` are others' names too.
FILTERS = $(filter-out ornament,$(PROGRAMS))
XR_OF_FILTERS = $(foreach p,$(FILTERS),-e 's/^\.Xr $(p) 1/.Xr ornament-$(p) 1/')
# in their own pages: the title and the name, and the synopsis as one types it
OWN_NAME = -e 's/^\.Dt /.Dt ORNAMENT-/' -e '/^\.Sh NAME/,/^\.Nd/s/^\.Nm /.Nm ornament-/' \
	-e '/^\.Sh SYNOPSIS/,/^\.Sh DESCRIPTION/s/^\.Nm /.Nm ornament /'
LIBEXEC = $(DESTDIR)$(LIBEXECDIR)/ornament
SHARE = $(DESTDIR)$(DATADIR)/ornament
COMPLETIONS = $(DESTDIR)$(DATADIR)/bash-completion/completions
MAN = $(DESTDIR)$(MANDIR)

install: all
	install -d $(DESTDIR)$(BINDIR) $(LIBEXEC) $(SHARE) $(COMPLETIONS) $(MAN)/man1 $(MAN)/man5 $(MAN)/man7
	install -m 755 $(BIN)/ornament $(DESTDIR)$(BINDIR)/ornament
	for p in $(FILTERS); do install -m 755 $(BIN)/$$p $(LIBEXEC)/$$p || exit; done
	for f in share/*.*; do install -m 644 $$f $(SHARE)/ || exit; done
	install -m 644 share/completions/ornament $(COMPLETIONS)/ornament
	for p in $(FILTERS); do sed $(XR_OF_FILTERS) $(OWN_NAME) man/$$p.1 >$(MAN)/man1/ornament-$$p.1 || exit; done
	sed $(XR_OF_FILTERS) man/ornament.1 >$(MAN)/man1/ornament.1
	for f in man/*.5; do sed $(XR_OF_FILTERS) $$f >$(MAN)/man5/$${f##*/} || exit; done
	sed $(XR_OF_FILTERS) man/ornament.7 >$(MAN)/man7/ornament.7

uninstall:
	rm -f $(DESTDIR)$(BINDIR)/ornament $(COMPLETIONS)/ornament $(MAN)/man1/ornament.1 $(MAN)/man7/ornament.7
	rm -f $(FILTERS:%=$(MAN)/man1/ornament-%.1) $(patsubst man/%,$(MAN)/man5/%,$(wildcard man/*.5))
	rm -rf $(LIBEXEC) $(SHARE)

F = $(FUZZ)
FUZZ_SECONDS = 60
# The seeds are made by the programs of an ordinary build.
fuzz:
	$(MAKE) CC=cc all tests
	$(MAKE) FUZZER=1 CC=$(CC) $(F:%=build/fuzzer/tests/fuzz/%)
	for f in $(F); do \
		mkdir -p build/fuzzer/corpus/$$f && (cd build/fuzzer/corpus/$$f && \
			PATH=$(CURDIR)/$(BIN):$$PATH HELPERS=$(CURDIR)/$(BUILD)/tests sh $(CURDIR)/tests/fuzz/seeds $$f) && \
		build/fuzzer/tests/fuzz/$$f -max_total_time=$(FUZZ_SECONDS) -timeout=20 -rss_limit_mb=4096 \
			-artifact_prefix=build/fuzzer/$$f- build/fuzzer/corpus/$$f || exit 1; \
	done

clean:
	rm -rf build bin

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
