/* SPDX-License-Identifier: ISC */
/*
 * import - the whole pipeline, from archives to an index
 *
 *     decode ARCHIVE | xml-parse | colorize | classify | letterbox | embed | (here) | index-build -d INDEX
 *
 * and with --class classify -d INDEX behind embed.
 *
 * This program starts the others and stands between embed and index-build: there it counts, shows how far the run is, and takes
 * the pixels out, which the index does not keep. What an archive's import has committed is never prepared again: whole
 * archives are known by the index's log, pictures by their source. No mathematics and no parsing happens here.
 */
#include "base/json.h"
#include "base/limits.h"
#include "base/message.h"
#include "base/option.h"
#include "base/process.h"
#include "base/progress.h"
#include "base/sha256.h"
#include "stream/crew.h"
#include "stream/preparation.h"
#include "stream/stream.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char help[] =
        "Examples:\n"
        "  import -d designs I20260106.tar          one weekly archive\n"
        "  import -d designs archives/              all archives of a directory, oldest name first\n"
        "  import -d photos -s 224 products/        a folder of pictures, small and fast\n"
        "\n"
        "Usage: import -d INDEX [OPTION ...] ARCHIVE|DIRECTORY|PICTURE|- ...\n"
        "\n"
        "Runs decode | xml-parse | colorize | classify | letterbox | embed | index-build for each input; what the index has\n"
        "is left out. Each of them works on $ORNAMENT_JOBS pictures at the same time (1).\n"
        "\n"
        "  -d, --index DIR      the index, made when it is not there (or $ORNAMENT_INDEX)\n"
        "  -m, --model NAME     the model of a new index: sketch, or a file of weights (or $ORNAMENT_MODEL)\n"
        "  -s, --size N         side of the letterbox of a new index, 1 ... 4096 (518)\n"
        "      --trim           trim the margins of all pictures, not only of 1-bit ones; of a new index\n"
        "      --no-trim        trim none\n"
        "      --fit            no squares but the least room, for vision transformers; of a new index\n"
        "      --precision NAME what a vision transformer is computed in: f32, int16, int8, bf16 or f16 (f32)\n"
        "      --metric NAME    cosine, l2 or ip, of a new index (cosine)\n"
        "      --include GLOB   only members that match; may be repeated\n"
        "      --exclude GLOB   no members that match; may be repeated\n"
        "      --class          also let the index say which class each picture's design has\n"
        "      --again          import archives again that the index already has\n"
        "      --wait SECONDS   wait so long while another writer has the index (0)\n"
        "      --network        write also on a network file system; no other machine may use the index then\n"
        "      --progress       show progress though stderr is no terminal\n"
        "  -q, --quiet          no progress and no summary on a terminal\n"
        "  -v, --verbose        a line for each archive and one at the end\n"
        "  -h, --help           this text;  --version\n"
        "\n"
        "Exit status: 0 done, 2 failure, 3 some inputs were skipped, 75 the index is locked. The manual is import(1).\n";

enum {
	OPT_TRIM = OPTION_LONG,
	OPT_NO_TRIM,
	OPT_FIT,
	OPT_METRIC,
	OPT_PRECISION,
	OPT_INCLUDE,
	OPT_EXCLUDE,
	OPT_CLASS,
	OPT_AGAIN,
	OPT_WAIT,
	OPT_NETWORK,
	OPT_PROGRESS
};

static const struct option_spec specs[] = {
        {'d', "index", true},
        {'m', "model", true},
        {'s', "size", true},
        {OPT_TRIM, "trim", false},
        {OPT_NO_TRIM, "no-trim", false},
        {OPT_FIT, "fit", false},
        {OPT_METRIC, "metric", true},
        {OPT_PRECISION, "precision", true},
        {OPT_INCLUDE, "include", true},
        {OPT_EXCLUDE, "exclude", true},
        {OPT_CLASS, "class", false},
        {OPT_AGAIN, "again", false},
        {OPT_WAIT, "wait", true},
        {OPT_NETWORK, "network", false},
        {OPT_PROGRESS, "progress", false},
        OPTION_COMMON,
        {0},
};

struct options {
	const char *index, *model, *metric, *precision, *wait;
	struct preparation_pixels pixels; /* NULL: as the index has it, or the default */
	struct arguments filters; /* --include GLOB, --exclude GLOB, as decode takes them */
	struct arguments inputs;
	bool class, again, network, progress, quiet, verbose;
};

static bool is_precision(const char *name)
{
	static const char *const names[] = {"f32", "int16", "int8", "bf16", "f16"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

static struct options read_options(int argc, char **argv)
{
	struct options o = {.index = getenv("ORNAMENT_INDEX"), .model = getenv("ORNAMENT_MODEL")};
	struct option_reader in = option_reader(argc, argv, specs);
	struct error err;
	int jobs;

	for (int id; (id = option_next(&in));) {
		switch (id) {
		case 'd':
			o.index = in.value;
			break;
		case 'm':
			o.model = in.value;
			break;
		case 's':
			option_integer(&in, 1, 4096);
			o.pixels.size = in.value;
			break;
		case OPT_TRIM:
			o.pixels.trim = "all";
			break;
		case OPT_NO_TRIM:
			o.pixels.trim = "none";
			break;
		case OPT_FIT:
			o.pixels.fit = "14";
			break;
		case OPT_METRIC:
			o.metric = in.value;
			break;
		case OPT_PRECISION:
			o.precision = in.value;
			break;
		case OPT_INCLUDE:
			arguments_add(&o.filters, "--include");
			arguments_add(&o.filters, in.value);
			break;
		case OPT_EXCLUDE:
			arguments_add(&o.filters, "--exclude");
			arguments_add(&o.filters, in.value);
			break;
		case OPT_CLASS:
			o.class = true;
			break;
		case OPT_AGAIN:
			o.again = true;
			break;
		case OPT_WAIT:
			option_integer(&in, 0, 1000000);
			o.wait = in.value;
			break;
		case OPT_NETWORK:
			o.network = true;
			break;
		case OPT_PROGRESS:
			o.progress = true;
			break;
		default:
			option_usual(&in, id, help, &o.quiet, &o.verbose, &o.inputs);
		}
	}
	if (!o.index || !*o.index)
		die_usage("no index given: -d INDEX");
	if (!o.inputs.count)
		die_usage("no archive given");
	if (o.metric && strcmp(o.metric, "cosine") != 0 && strcmp(o.metric, "l2") != 0 && strcmp(o.metric, "ip") != 0)
		die_usage("option '--metric': '%s' is none of cosine, l2, ip", o.metric);
	if (o.precision && !is_precision(o.precision))
		die_usage("option '--precision': '%s' is none of f32, int16, int8, bf16, f16", o.precision);
	/* each of the programs would say it */
	if (crew_jobs_of_environment(&jobs, &err) < 0)
		die_usage("%s", err.text);
	return o;
}

/* What is known while importing. */
struct run {
	const struct options *o;
	char where[PROCESS_PATH];
	struct preparation prepared; /* the arguments of letterbox and embed */
	bool exists;                 /* the index is there */
	bool same;                   /* and its pictures were prepared so */
	bool votes;                  /* and has vectors that can vote for a class */
	struct bytes log;            /* its log of archives: one JSON object a line */
	struct progress progress;
	uint64_t archives, known, patents, pictures, skipped, faults;
	struct item item;
};

/* Runs one program to its end and takes all it writes. Its status; what it has to say it says itself. */
static int capture(const struct run *r, const char *const *argv, struct bytes *to)
{
	const char *const *const stages[] = {argv};
	struct pipeline p;
	struct error err;
	uint8_t block[16 << 10];
	ssize_t n;
	int fd;

	to->size = 0;
	if (pipeline_start(&p, r->where, stages, 1, -1, &fd, &err) < 0)
		die("%s", err.text);
	while ((n = read(fd, block, sizeof block)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			die("cannot read what '%s' says:", argv[0]);
		if (bytes_append(to, block, (size_t)n) < 0)
			die("out of memory");
	}
	close(fd);
	pipeline_wait(&p);
	return pipeline_status(&p, NULL);
}

/* The facts of the index, as `index-build --stat --json` lists them. */
static void read_facts(const struct run *r, const struct json *stat, struct facts *facts)
{
	const struct json *list = json_member(stat, "facts");
	struct error err;

	for (size_t i = 0; i < json_count(list); i++) {
		const char *name = json_text(json_member(json_at(list, i), "name"));
		const char *value = json_text(json_member(json_at(list, i), "value"));
		if (name && value && facts_set(facts, name, value, &err) < 0)
			die("cannot use index '%s': %s", r->o->index, err.text);
	}
}

/* Whether an option, if given, says what the index has. */
static bool agrees(const char *said, const char *there)
{
	return !said || strcmp(said, there) == 0;
}

/*
 * Pictures for an index that is there are prepared as it has them. Options that say otherwise are passed on all the same:
 * index-build refuses the stream, and its message says both.
 */
static void prepare_as_index(struct run *r, const struct json *stat)
{
	const char *space = json_text(json_member(stat, "space"));
	const char *metric = json_text(json_member(stat, "metric"));
	struct facts facts = {0};
	struct error err;

	r->votes = space && *space;
	if (!r->votes) {
		r->same = false; /* no vector came yet */
		if (preparation_init(&r->prepared, &r->o->pixels, r->o->model, &err) < 0)
			die("%s", err.text);
		return;
	}
	read_facts(r, stat, &facts);
	if (preparation_from_facts(&r->prepared, &facts, space, r->o->model, &err) < 0)
		die("cannot import into index '%s': %s", r->o->index, err.text);
	const struct preparation_pixels *said = &r->o->pixels;
	const bool as_there = agrees(said->size, r->prepared.size) && agrees(said->trim, r->prepared.trim) &&
	        agrees(said->fit, r->prepared.fit);
	r->same = as_there && (!r->o->metric || !metric || strcmp(r->o->metric, metric) == 0);
	if (!as_there) {
		const struct preparation old = r->prepared; /* only its texts are used */
		const struct preparation_pixels pixels = {said->size ? said->size : old.size, said->trim ? said->trim : old.trim,
		        said->fit ? said->fit : old.fit};
		if (preparation_init(&r->prepared, &pixels, r->o->model ? r->o->model : space, &err) < 0 ||
		        preparation_add_use(&r->prepared, &facts, space, &err) < 0)
			die("%s", err.text);
	}
	facts_release(&facts);
}

/* What the index has, and the arguments that prepare a picture as those in it were. */
static void read_index(struct run *r)
{
	const char *const stat_args[] = {"index-build", "-d", r->o->index, "--stat", "--json", NULL};
	const char *const log_args[] = {"index-build", "-d", r->o->index, "--archives", "--json", NULL};
	struct bytes text = {0};
	char data[PROCESS_PATH];
	struct error err;

	snprintf(data, sizeof data, "%s/data.mdb", r->o->index);
	r->exists = access(data, F_OK) == 0;
	if (!r->exists) {
		if (preparation_init(&r->prepared, &r->o->pixels, r->o->model, &err) < 0)
			die("%s", err.text);
		return;
	}
	if (capture(r, stat_args, &text) != STATUS_DONE || capture(r, log_args, &r->log) != STATUS_DONE)
		exit(STATUS_FAILED); /* it has said why */
	struct json *stat = json_parse(text.data, text.size, &err);
	if (!stat)
		die("cannot use index '%s': %s", r->o->index, err.text);
	prepare_as_index(r, stat);
	json_release(stat);
	bytes_release(&text);
}

/* Finds out what is there already; again once an index was made. */
static void look_at_index(struct run *r)
{
	read_index(r);
	preparation_set_precision(&r->prepared, r->o->precision);
}

/* The last component of a path: what an archive is called in the log. */
static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

/* Whether one line of the log is this archive; its digest is computed only when name and size agree. */
static bool entry_is(const char *line, size_t length, const char *path, uint64_t size)
{
	struct error err;
	struct json *entry = json_parse(line, length, &err);
	const char *name = json_text(json_member(entry, "name")), *digest = json_text(json_member(entry, "sha256"));
	char found[SHA256_TEXT];
	int64_t logged = -1;
	bool is = false;

	json_as_integer(json_member(entry, "size"), &logged);
	if (name && digest && strcmp(base_name(name), base_name(path)) == 0 && (uint64_t)logged == size)
		is = sha256_file(path, found, &size, &err) == 0 && strcmp(found, digest) == 0;
	json_release(entry);
	return is;
}

/* Whether the log has the archive, by name, size and digest. */
static bool is_known(const struct run *r, const char *path)
{
	struct stat st;

	if (!r->exists || !r->same || r->o->again || r->o->filters.count)
		return false;
	if (stat(path, &st) < 0 || !S_ISREG(st.st_mode))
		return false;
	for (size_t at = 0; at < r->log.size;) {
		const char *line = (const char *)r->log.data + at;
		const char *end = memchr(line, '\n', r->log.size - at);
		const size_t length = end ? (size_t)(end - line) : r->log.size - at;
		if (length && entry_is(line, length, path, (uint64_t)st.st_size))
			return true;
		at += length + 1;
	}
	return false;
}

/*
 * The keys of what the index has, as a file without a name that decode reads by its descriptor: nothing is left behind however
 * this ends. Writes the path into to; -1 when there is nothing to skip.
 */
static int open_keys(const struct run *r, char *to, size_t size)
{
	const char *const keys_args[] = {"index-build", "-d", r->o->index, "--keys", NULL};
	const char *directory = getenv("TMPDIR");
	struct bytes keys = {0};
	char name[PROCESS_PATH];
	int fd;

	if (!r->exists || r->o->again)
		return -1;
	if (capture(r, keys_args, &keys) != STATUS_DONE)
		exit(STATUS_FAILED);
	snprintf(name, sizeof name, "%s/ornament-XXXXXX", directory && *directory ? directory : "/tmp");
	fd = mkstemp(name);
	if (fd < 0)
		die("cannot make a temporary file in '%s':", directory && *directory ? directory : "/tmp");
	unlink(name);
	for (size_t done = 0; done < keys.size;) {
		const ssize_t n = write(fd, keys.data + done, keys.size - done);
		if (n < 0 && errno != EINTR)
			die("cannot write a temporary file:");
		done += n > 0 ? (size_t)n : 0;
	}
	lseek(fd, 0, SEEK_SET);
	bytes_release(&keys);
	snprintf(to, size, "/dev/fd/%d", fd);
	return fd;
}

static int start_sources(const struct run *r, const char *input, const char *keys, struct pipeline *p, FILE **from)
{
	static const char *const xml_parse[] = {"xml-parse", NULL}, *const colorize[] = {"colorize", NULL};
	static const char *const classify[] = {"classify", NULL};
	const char *const vote[] = {"classify", "-d", r->o->index, NULL};
	const char **decode = calloc((size_t)r->o->filters.count + 8, sizeof *decode);
	struct error err;
	int n = 0, fd;

	if (!decode)
		die("out of memory");
	decode[n++] = "decode";
	for (int i = 0; i < r->o->filters.count; i++)
		decode[n++] = r->o->filters.items[i];
	if (keys) {
		decode[n++] = "--skip-from";
		decode[n++] = keys;
	}
	decode[n++] = "--";
	decode[n++] = input;
	const char *const *const stages[] = {decode, xml_parse, colorize, classify, r->prepared.letterbox,
	        r->prepared.embed, vote};
	const int all = sizeof stages / sizeof *stages, count = r->o->class && r->votes ? all : all - 1;
	const int status = pipeline_start(p, r->where, stages, count, -1, &fd, &err);
	free(decode);
	if (status < 0) {
		warn("%s", err.text);
		return -1;
	}
	*from = fdopen(fd, "rb");
	if (!*from)
		die("cannot read the pipeline:");
	return 0;
}

/* An archive goes into the log when all of it was taken; a directory or a lone picture has no place there. */
static bool is_logged(const struct run *r, const char *input)
{
	struct stat st;

	return !r->o->filters.count && stat(input, &st) == 0 && S_ISREG(st.st_mode);
}

static int start_sink(const struct run *r, const char *input, struct pipeline *p, FILE **to)
{
	const char *args[16] = {"index-build", "-d", r->o->index};
	const char *const *const stages[] = {args};
	struct error err;
	int ends[2], n = 3;

	if (r->o->metric) {
		args[n++] = "--metric";
		args[n++] = r->o->metric;
	}
	if (r->o->wait) {
		args[n++] = "--wait";
		args[n++] = r->o->wait;
	}
	if (r->o->network)
		args[n++] = "--network";
	if (is_logged(r, input)) {
		args[n++] = "--log-archive";
		args[n++] = input;
	}
	if (process_pipe(ends, &err) < 0)
		die("%s", err.text);
	if (pipeline_start(p, r->where, stages, 1, ends[0], NULL, &err) < 0) {
		warn("%s", err.text);
		close(ends[1]);
		return -1;
	}
	*to = fdopen(ends[1], "wb");
	if (!*to)
		die("cannot write to index-build:");
	return 0;
}

/* The line that says how far the archive is: by the bytes of it that the last item came from, where they are known. */
static void show_progress(struct run *r, const char *input, uint64_t size, uint64_t pictures)
{
	const double seconds = progress_seconds(&r->progress);
	const double rate = seconds > 0 ? (double)pictures / seconds : 0;
	char left[16];

	if (r->item.has_source && r->item.source.has_offset && size) {
		const double part = (double)r->item.source.offset / (double)size;
		progress_show(&r->progress, "%s  %3.0f %%  %llu pictures  %.1f/s  %s left", base_name(input),
		        100 * (part < 1 ? part : 1), (unsigned long long)pictures, rate,
		        progress_time(part > 0 ? seconds * (1 - part) / part : -1, left));
	} else {
		progress_show(&r->progress, "%s  %llu pictures  %.1f/s", base_name(input), (unsigned long long)pictures,
		        rate);
	}
}

/*
 * Passes the stream on to index-build, without pixels, and counts. 0, or -1 when either side failed: then the stream has no
 * end record on purpose, and whoever was at fault says why.
 */
static int relay(struct run *r, const char *input, struct stream_reader *in, FILE *to)
{
	struct error err;
	struct stream_writer *out = stream_writer_open(to, stream_facts(in), &err);
	struct stat st;
	const uint64_t size = stat(input, &st) == 0 && S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
	uint64_t pictures = 0;
	int more = -1;

	progress_restart(&r->progress);
	while (out && (more = stream_read(in, &r->item, &err)) > 0) {
		if (r->item.vector_count && !r->item.has_fault)
			pictures++;
		r->patents += r->item.record.size > 0 && !r->item.has_fault;
		picture_clear(&r->item.picture);
		if (stream_write(out, &r->item, &err) < 0) {
			more = -1;
			break;
		}
		if (progress_due(&r->progress))
			show_progress(r, input, size, pictures);
	}
	r->pictures += pictures;
	r->faults += stream_counts(in)->faults;
	r->skipped += stream_counts(in)->skipped;
	if (more == 0)
		stream_add_skipped(out, stream_counts(in)->skipped);
	if (more == 0 && stream_finish(out, &err) < 0)
		more = -1;
	else if (more != 0) {
		stream_drop(out);
		fclose(to);
	}
	progress_clear(&r->progress);
	return more;
}

/* A program says itself why it fails, unless a signal ends it; one that only lost its reader is not to blame. */
static void tell_signals(const struct pipeline *p)
{
	for (int i = 0; i < p->count; i++)
		if (p->statuses[i] > 128 && p->statuses[i] != 128 + SIGPIPE)
			warn("'%s' was ended by signal %d", p->names[i], p->statuses[i] - 128);
}

/*
 * The pipeline from its first header on: index-build is started when there is one, so that a program that fails at once is the only
 * one to speak, and makes no index. Its status.
 */
static int run_pipeline(struct run *r, const char *input, struct pipeline *sources, FILE *from)
{
	struct stream_reader *in = stream_reader_on(from, "the pipeline");
	struct pipeline sink = {.count = 0};
	struct error err;
	FILE *to;
	int relayed = -1;

	if (!in)
		die("out of memory");
	if (stream_begin(in, &err) == 0 && start_sink(r, input, &sink, &to) == 0)
		relayed = relay(r, input, in, to);
	stream_reader_close(in);
	fclose(from);
	pipeline_wait(sources);
	pipeline_wait(&sink);
	tell_signals(sources);
	tell_signals(&sink);
	/* an index that is locked stops the programs before it; they are not to blame */
	if (pipeline_status(&sink, NULL) == STATUS_LOCKED)
		return STATUS_LOCKED;
	if (relayed < 0)
		return STATUS_FAILED;
	return status_gravest(pipeline_status(sources, NULL), pipeline_status(&sink, NULL));
}

/* Imports one input: its status. */
static int import_one(struct run *r, const char *input)
{
	struct pipeline sources;
	FILE *from;
	char keys[64];
	const uint64_t patents = r->patents, pictures = r->pictures, skipped = r->skipped, faults = r->faults;

	r->archives++;
	/* what is not there makes no index; anything else decode finds out */
	if (strcmp(input, "-") != 0 && access(input, F_OK) < 0) {
		warn("cannot open '%s':", input);
		r->faults++;
		return STATUS_SKIPPED;
	}
	if (is_known(r, input)) {
		r->known++;
		if (r->o->verbose)
			warn("'%s' is in the index already", input);
		return STATUS_DONE;
	}
	const int keys_fd = open_keys(r, keys, sizeof keys);
	const int started = start_sources(r, input, keys_fd >= 0 ? keys : NULL, &sources, &from);
	if (keys_fd >= 0)
		close(keys_fd);
	if (started < 0)
		return STATUS_FAILED;
	const int status = run_pipeline(r, input, &sources, from);
	if (status == STATUS_FAILED || status == STATUS_LOCKED)
		warn("'%s' was not imported to its end; what was committed stays", input);
	else if (r->o->verbose)
		warn("'%s': %llu patents, %llu pictures, %llu skipped, %llu faults", input,
		        (unsigned long long)(r->patents - patents), (unsigned long long)(r->pictures - pictures),
		        (unsigned long long)(r->skipped - skipped), (unsigned long long)(r->faults - faults));
	return status;
}

/* tar, ZIP, or a compressed file: what a directory of archives holds. */
static bool is_archive(const char *path)
{
	static const struct {
		size_t offset, size;
		const char *magic;
	} signs[] = {{257, 5, "ustar"}, {0, 4, "PK\3\4"}, {0, 2, "\x1f\x8b"}, {0, 6, "\xfd" "7zXZ"},
	        {0, 4, "\x28\xb5\x2f\xfd"}, {0, 3, "BZh"}};
	uint8_t head[512] = {0};
	struct stat st;
	const int fd = stat(path, &st) == 0 && S_ISREG(st.st_mode) ? open(path, O_RDONLY | O_CLOEXEC) : -1;

	if (fd < 0)
		return false;
	const ssize_t n = read(fd, head, sizeof head);
	close(fd);
	for (size_t i = 0; n > 0 && i < sizeof signs / sizeof *signs; i++)
		if (memcmp(head + signs[i].offset, signs[i].magic, signs[i].size) == 0)
			return true;
	return false;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The archives that lie in a directory, by name; none where it is no directory. The paths are the caller's to free. */
static void list_archives(const char *directory, struct arguments *to)
{
	DIR *dir = opendir(directory);
	struct dirent *entry;

	if (!dir)
		return;
	while ((entry = readdir(dir))) {
		const size_t size = strlen(directory) + strlen(entry->d_name) + 2;
		char *path = malloc(size);
		if (!path)
			die("out of memory");
		snprintf(path, size, "%s%s%s", directory, directory[strlen(directory) - 1] == '/' ? "" : "/", entry->d_name);
		if (entry->d_name[0] != '.' && is_archive(path))
			arguments_add(to, path);
		else
			free(path);
	}
	closedir(dir);
}

/*
 * A directory that holds archives is so many imports; any other input, an unpacked tree or a folder of photos too, is one. The paths
 * made here are kept in `made`.
 */
static void add_input(const char *input, struct arguments *inputs, struct arguments *made)
{
	const int before = made->count;

	list_archives(input, made);
	if (made->count == before) {
		arguments_add(inputs, input);
		return;
	}
	qsort(made->items + before, (size_t)(made->count - before), sizeof *made->items, by_name);
	for (int i = before; i < made->count; i++)
		arguments_add(inputs, made->items[i]);
}

int main(int argc, char **argv)
{
	message_program(argv[0]);
	const struct options o = read_options(argc, argv);
	struct run r = {.o = &o};
	struct arguments inputs = {0}, archives = {0};
	struct error err;
	int status = STATUS_DONE;

	if (process_exec_path(r.where, &err) < 0)
		die("%s", err.text);
	look_at_index(&r);
	for (int i = 0; i < o.inputs.count; i++)
		add_input(o.inputs.items[i], &inputs, &archives);
	progress_init(&r.progress, o.progress, o.quiet);
	signal(SIGPIPE, SIG_IGN); /* when index-build dies, its status tells more than a signal */

	for (int i = 0; i < inputs.count; i++) {
		const int one = import_one(&r, inputs.items[i]);
		status = status_gravest(status, one);
		/* what stops the index for one archive stops it for the next */
		if (one == STATUS_FAILED || one == STATUS_LOCKED)
			break;
		if (!r.exists)
			look_at_index(&r);
	}

	if (!o.quiet && (o.verbose || isatty(STDERR_FILENO)))
		warn("%llu patents, %llu pictures, %llu skipped, %llu faults%s", (unsigned long long)r.patents,
		        (unsigned long long)r.pictures, (unsigned long long)r.skipped, (unsigned long long)r.faults,
		        r.known == r.archives ? "; nothing was written" : "");
	for (int i = 0; i < archives.count; i++)
		free((char *)(uintptr_t)archives.items[i]);
	arguments_release(&archives);
	arguments_release(&inputs);
	item_release(&r.item);
	bytes_release(&r.log);
	struct arguments filters = o.filters, operands = o.inputs;
	arguments_release(&filters);
	arguments_release(&operands);
	return status;
}
