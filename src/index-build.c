/* SPDX-License-Identifier: ISC */
/*
 * index-build - streams into an index; and what an index says about itself: counts, keys, damage, its contents as a stream
 */
#include "base/line.h"
#include "base/message.h"
#include "base/option.h"
#include "base/sha256.h"
#include "base/trap.h"
#include "index/check.h"
#include "index/describe.h"
#include "index/dump.h"
#include "index/upgrade.h"
#include "index/writer.h"
#include "patent/number.h"
#include "stream/crew.h"
#include "stream/keys.h"

#include <inttypes.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static const char help[] =
        "Examples:\n"
        "  index-build -d designs a.st b.st               make designs, or add to it\n"
        "  decode I20260106.tar | xml-parse | letterbox | embed | index-build -d designs\n"
        "  index-build -d designs --stat                  what is in it\n"
        "  index-build -d designs --delete D0939806 D0910058/00002\n"
        "  index-build -d old --dump | index-build -d merged\n"
        "\n"
        "Usage: index-build -d INDEX [OPTION ...] [STREAM|- ...]\n"
        "       index-build -d INDEX --delete [IDENTITY ...]\n"
        "       index-build -d INDEX --retrain | --optimize | --upgrade | --stat | --archives | --keys | --dump | --check\n"
        "\n"
        "  -d, --index DIR        the index, made when it is not there (or $ORNAMENT_INDEX)\n"
        "      --metric NAME      cosine, l2 or ip, of a new index (what the stream says, or cosine)\n"
        "      --store f32|f16    how a new index keeps vectors (f32); f16 takes half the room and rounds to 11 bits\n"
        "      --bits 1|2|4|8     bits a number by which a new index estimates candidates before it compares (4); 1: none\n"
        "      --space NAME       which vectors, where items have several\n"
        "      --nlist N          lists to train, 1 ... 1000000 (4 times the square root of the pictures)\n"
        "      --log-archive F    note in the log that this archive was imported, when the stream ended well\n"
        "      --preparation TEXT and how, in a word of yours (a hash of the stream's facts)\n"
        "  -j, --jobs N           threads that train, fill and calibrate lists, 1 ... 256 (or $ORNAMENT_JOBS; 1)\n"
        "      --commit-every N   pictures a commit, 1 ... 1000000 (5000)\n"
        "      --wait SECONDS     wait so long while another writer has the index (0)\n"
        "      --network          write also on a network file system; no other machine may use the index then\n"
        "      --delete           delete patents and pictures: operands, or stdin, a stream or a line each\n"
        "      --retrain          train the lists now\n"
        "      --optimize         train the lists when they do not fit any more what is in them\n"
        "      --upgrade          make an index of an older version one of this\n"
        "      --stat             counts, settings, facts, bytes\n"
        "      --archives         the log of imported archives: name, size, SHA-256, when, patents, pictures,\n"
        "                         faults, skipped, preparation\n"
        "      --keys             CRC, size and identity of every file that is in it, for decode --skip-from\n"
        "      --dump             everything, as a stream\n"
        "      --check            look for damage\n"
        "      --json             --stat and --archives as JSON\n"
        "  -q, --quiet            no counts on a terminal\n"
        "  -v, --verbose          end with the counts\n"
        "  -h, --help             this text;  --version\n"
        "\n"
        "Exit status: 0 done, 2 failure or damage, 3 some inputs were skipped, 75 the index is locked. The manual is\n"
        "index-build(1).\n";

/* The modes behind ADD in the order of their options. */
enum mode { ADD, DELETE, RETRAIN, OPTIMIZE, UPGRADE, STAT, ARCHIVES, KEYS, DUMP, CHECK };

enum {
	OPT_METRIC = OPTION_LONG,
	OPT_STORE,
	OPT_BITS,
	OPT_SPACE,
	OPT_NLIST,
	OPT_LOG,
	OPT_PREPARATION,
	OPT_COMMIT,
	OPT_WAIT,
	OPT_NETWORK,
	OPT_JSON,
	OPT_DELETE,
	OPT_RETRAIN,
	OPT_OPTIMIZE,
	OPT_UPGRADE,
	OPT_STAT,
	OPT_ARCHIVES,
	OPT_KEYS,
	OPT_DUMP,
	OPT_CHECK,
};

static const struct option_spec specs[] = {{'d', "index", true}, {OPT_METRIC, "metric", true}, {OPT_STORE, "store", true},
        {OPT_BITS, "bits", true},
        {OPT_SPACE, "space", true}, {OPT_NLIST, "nlist", true}, {OPT_LOG, "log-archive", true}, {OPT_PREPARATION, "preparation", true}, {'j', "jobs", true},
        {OPT_COMMIT, "commit-every", true}, {OPT_WAIT, "wait", true}, {OPT_NETWORK, "network", false},
        {OPT_JSON, "json", false}, {OPT_DELETE, "delete", false},
        {OPT_RETRAIN, "retrain", false}, {OPT_OPTIMIZE, "optimize", false}, {OPT_UPGRADE, "upgrade", false},
        {OPT_STAT, "stat", false}, {OPT_ARCHIVES, "archives", false}, {OPT_KEYS, "keys", false},
        {OPT_DUMP, "dump", false}, {OPT_CHECK, "check", false}, OPTION_COMMON, {0}};

struct options {
	enum mode mode;
	const char *mode_option;              /* as it was written */
	const char *kept_option, *put_option; /* the last about how vectors are kept, about which are put in, and how */
	const char *index, *archive, *preparation;
	struct writer_options writer;
	bool json, quiet, verbose;
	struct arguments operands;
};

static void set_mode(struct options *o, const struct option_reader *in, enum mode mode)
{
	if (o->mode != ADD && o->mode != mode)
		die_usage("option '%s' does not go with another of its kind", in->spelled);
	o->mode = mode;
	o->mode_option = in->spelled;
}

static void check_options(const struct options *o)
{
	if (!o->index || !*o->index)
		die_usage("no index given: -d INDEX");
	if (o->operands.count && o->mode != ADD && o->mode != DELETE)
		die_usage("'%s' is one argument too many", o->operands.items[0]);
	if (o->archive && o->mode != ADD)
		die_usage("option '--log-archive' goes with adding a stream only");
	if (o->preparation && (!o->archive || strlen(o->preparation) > 64))
		die_usage("option '--preparation' goes with --log-archive and has at most 64 bytes");
	if (o->kept_option && o->mode >= STAT)
		die_usage("option '%s' does not go with '%s'", o->kept_option, o->mode_option);
	if (o->put_option && o->mode >= UPGRADE)
		die_usage("option '%s' does not go with '%s'", o->put_option, o->mode_option);
	if (o->json && o->mode != STAT && o->mode != ARCHIVES)
		die_usage("option '--json' goes with --stat or --archives");
}

static struct options read_options(int argc, char **argv)
{
	struct options o = {.mode = ADD, .index = getenv("ORNAMENT_INDEX")};
	struct option_reader in = option_reader(argc, argv, specs);
	struct error err;

	for (int id; (id = option_next(&in));)
		switch (id) {
		case 'd':
			o.index = in.value;
			break;
		case OPT_METRIC:
			o.put_option = in.spelled;
			o.writer.has_metric = true;
			if (index_metric_parse(in.value, &o.writer.metric) < 0)
				die_usage("option '--metric': '%s' is none of cosine, l2, ip", in.value);
			break;
		case OPT_STORE:
			o.kept_option = in.spelled;
			o.writer.has_numbers = true;
			if (index_numbers_parse(in.value, &o.writer.numbers) < 0)
				die_usage("option '--store': '%s' is neither f32 nor f16", in.value);
			break;
		case OPT_BITS:
			o.kept_option = in.spelled;
			o.writer.bits = (unsigned)option_integer(&in, 1, 8);
			if (!index_bits_allowed(o.writer.bits))
				die_usage("option '--bits': '%s' is none of 1, 2, 4, 8", in.value);
			break;
		case OPT_SPACE:
			o.put_option = in.spelled;
			o.writer.space = in.value;
			break;
		case OPT_NLIST:
			o.put_option = in.spelled;
			o.writer.nlist = (uint32_t)option_integer(&in, 1, 1000000);
			break;
		case OPT_LOG:
			o.archive = in.value;
			break;
		case OPT_PREPARATION:
			o.preparation = in.value;
			break;
		case OPT_COMMIT:
			o.put_option = in.spelled;
			o.writer.commit_every = (uint32_t)option_integer(&in, 1, 1000000);
			break;
		case 'j':
			o.writer.jobs = (int)option_integer(&in, 1, CREW_MAXIMUM);
			break;
		case OPT_WAIT:
			o.writer.wait = (int)option_integer(&in, 0, 1000000);
			break;
		case OPT_NETWORK:
			o.writer.network = true;
			break;
		case OPT_JSON:
			o.json = true;
			break;
		case OPT_DELETE:
		case OPT_RETRAIN:
		case OPT_OPTIMIZE:
		case OPT_UPGRADE:
		case OPT_STAT:
		case OPT_ARCHIVES:
		case OPT_KEYS:
		case OPT_DUMP:
		case OPT_CHECK:
			set_mode(&o, &in, (enum mode)(DELETE + (id - OPT_DELETE)));
			break;
		default:
			option_usual(&in, id, help, &o.quiet, &o.verbose, &o.operands);
		}
	check_options(&o);
	if (!o.writer.jobs && crew_jobs_of_environment(&o.writer.jobs, &err) < 0)
		die_usage("%s", err.text);
	return o;
}

static bool talks(const struct options *o)
{
	return o->verbose || (!o->quiet && isatty(STDERR_FILENO));
}

/* --- writing --- */

/* Opens the writer, or ends the program. */
static struct writer *open_writer(const struct options *o, bool create)
{
	struct writer_options options = o->writer;
	struct writer *w;
	struct error err;

	options.create = create;
	const int got = writer_open(&w, o->index, &options, &err);
	if (got == 0)
		return w;
	warn("%s", err.text);
	exit(got == WRITER_LOCKED ? STATUS_LOCKED : STATUS_FAILED);
}

static void tell_counts(const struct writer *w)
{
	const struct writer_counts *c = writer_counts(w);

	warn("records: %" PRIu64 " added, %" PRIu64 " changed, %" PRIu64 " deleted; pictures: %" PRIu64 " added, %" PRIu64
	     " changed, %" PRIu64 " deleted; %" PRIu64 " unchanged; %" PRIu64 " commits",
	        c->records_added, c->records_changed, c->records_deleted, c->pictures_added, c->pictures_changed,
	        c->pictures_deleted, c->unchanged, c->commits);
}

/* What a stream has brought. */
struct brought {
	uint64_t patents, pictures, refused;
	char document[LIMIT_DOCUMENT + 1]; /* of the item before */
};

static void add_item(struct writer *w, const struct item *it, struct brought *b)
{
	char text[IDENTITY_TEXT];
	struct error err;

	if (it->has_fault) /* reported where it was met; counted by the stream */
		return;
	const int taken = writer_put(w, it, &err);
	if (taken < 0)
		die("%s", err.text);
	if (taken == WRITER_REFUSED) {
		warn("'%s' is not indexed: %s", identity_text(&it->identity, text), err.text);
		b->refused++;
		return;
	}
	b->pictures += it->vector_count > 0;
	if (strcmp(b->document, it->identity.document) != 0) {
		b->patents++;
		memcpy(b->document, it->identity.document, sizeof b->document);
	}
}

/* A word for how the pictures were prepared: the digest of all facts that are no quality. */
static void hash_facts(const struct facts *facts, char text[SHA256_TEXT])
{
	struct sha256 *s = sha256_new();

	if (!s)
		die("out of memory");
	for (size_t i = 0; i < facts->count; i++) {
		const struct fact *f = &facts->list[i];
		if (strncmp(f->name, "quality.", 8) == 0)
			continue;
		sha256_add(s, f->name, strlen(f->name) + 1);
		sha256_add(s, f->value, strlen(f->value) + 1);
	}
	sha256_finish(s, text);
}

static void log_archive(const struct options *o, struct writer *w, const struct stream_reader *in, const struct brought *b)
{
	static struct index_archive a;
	const char *slash = strrchr(o->archive, '/');
	struct error err;

	snprintf(a.name, sizeof a.name, "%s", slash && slash[1] ? slash + 1 : o->archive);
	if (sha256_file(o->archive, a.sha256, &a.size, &err) < 0)
		die("%s", err.text);
	a.when = (int64_t)time(NULL);
	a.patents = b->patents;
	a.pictures = b->pictures;
	a.faults = stream_counts(in)->faults + b->refused;
	a.skipped = stream_counts(in)->skipped;
	if (o->preparation)
		snprintf(a.preparation, sizeof a.preparation, "%s", o->preparation);
	else
		hash_facts(stream_facts(in), a.preparation);
	if (writer_log(w, &a, &err) < 0)
		die("%s", err.text);
}

static int add(const struct options *o)
{
	struct stream_reader *in = stream_reader_open(o->operands.items, o->operands.count);
	static struct brought b;
	static struct item it;
	struct error err;
	int more;

	if (!in)
		die("out of memory");
	/* what is no stream makes no index */
	if (stream_begin(in, &err) < 0)
		die("%s", err.text);
	struct writer *w = open_writer(o, true);
	if (writer_facts(w, stream_facts(in), &err) < 0)
		die("%s", err.text);

	while ((more = stream_read(in, &it, &err)) > 0)
		add_item(w, &it, &b);

	if (more < 0) {
		warn("%s", err.text);
		if (writer_cut(w, &err) < 0)
			warn("%s", err.text);
	} else if (writer_flush(w, &err) < 0 || writer_train(w, false, &err) < 0) {
		die("%s", err.text);
	} else if (o->archive) {
		log_archive(o, w, in, &b);
	}
	if (talks(o))
		tell_counts(w);
	const bool skipped = stream_counts(in)->faults || b.refused;
	writer_close(w);
	stream_reader_close(in);
	item_release(&it);
	return more < 0 ? STATUS_FAILED : skipped ? STATUS_SKIPPED : STATUS_DONE;
}

enum { AT_ONCE = 256 };

/* Identities to delete, given to the writer some at a time. */
struct deletions {
	struct writer *w;
	struct identity *ids;
	size_t count, missing;
};

static void delete_gathered(struct deletions *d)
{
	bool found[AT_ONCE];
	char text[IDENTITY_TEXT];
	struct error err;

	if (writer_delete(d->w, d->ids, d->count, found, &err) < 0)
		die("%s", err.text);
	for (size_t i = 0; i < d->count; i++) {
		if (found[i])
			continue;
		warn("'%s' is not in the index", identity_text(&d->ids[i], text));
		d->missing++;
	}
	d->count = 0;
}

static void delete_one(struct deletions *d, const struct identity *id)
{
	d->ids[d->count++] = *id;
	if (d->count == AT_ONCE)
		delete_gathered(d);
}

/* An identity as it is written, or a patent number in any spelling. */
static void delete_text(struct deletions *d, const char *text)
{
	char number[PATENT_NUMBER_SIZE];
	static struct identity id;
	int sheet;

	if (patent_number_read(text, number, &sheet)) {
		identity_set(&id, number);
		id.sheet = sheet == PATENT_NO_SHEET ? IDENTITY_NO_SHEET : sheet;
	} else if (identity_parse(&id, text) < 0) {
		die("'%s' is no identity", text);
	}
	delete_one(d, &id);
}

/* What the stream names; a record stands for the patent with all its pictures. */
static void delete_stream(struct deletions *d)
{
	static char whole[LIMIT_DOCUMENT + 1];
	struct stream_reader *in = stream_reader_open(NULL, 0);
	static struct item it;
	struct error err;
	int more;

	if (!in)
		die("out of memory");
	if (stream_begin(in, &err) < 0)
		die("%s", err.text);
	while ((more = stream_read(in, &it, &err)) > 0) {
		if (it.has_fault || strcmp(it.identity.document, whole) == 0)
			continue;
		delete_one(d, &it.identity);
		if (it.record.size)
			memcpy(whole, it.identity.document, sizeof whole);
	}
	if (more < 0)
		die("%s", err.text);
	stream_reader_close(in);
	item_release(&it);
}

static void delete_lines(struct deletions *d)
{
	struct bytes line = {0};
	struct error err;
	int more;

	while ((more = line_read(stdin, &line, IDENTITY_TEXT, &err)) > 0) {
		/* as find -print0 writes them: only the first would be seen */
		if (memchr(line.data, 0, line.size))
			die("standard input: a line has a NUL byte");
		if (line.size)
			delete_text(d, (const char *)line.data);
	}
	if (more < 0)
		die("standard input: %s", err.text);
	bytes_release(&line);
}

static int delete(const struct options *o)
{
	struct deletions d = {.w = open_writer(o, false), .ids = calloc(AT_ONCE, sizeof *d.ids)};

	if (!d.ids)
		die("out of memory");
	for (int i = 0; i < o->operands.count; i++)
		delete_text(&d, o->operands.items[i]);
	if (!o->operands.count) {
		if (stream_is_next(stdin))
			delete_stream(&d);
		else
			delete_lines(&d);
	}
	delete_gathered(&d);
	if (talks(o))
		tell_counts(d.w);
	writer_close(d.w);
	free(d.ids);
	return d.missing ? STATUS_SKIPPED : STATUS_DONE;
}

static int retrain(const struct options *o)
{
	struct writer *w = open_writer(o, false);
	struct error err;

	if (writer_train(w, true, &err) < 0)
		die("%s", err.text);
	writer_close(w);
	return STATUS_DONE;
}

static int optimize(const struct options *o)
{
	struct writer *w = open_writer(o, false);
	struct writer_fit fit;
	struct error err;

	if (writer_optimize(w, &fit, &err) < 0)
		die("%s", err.text);
	writer_close(w);
	if (talks(o) && fit.growth > 0)
		warn("times what was when the lists were trained: pictures %.2f, distances %.3f, crowding %.2f: %s", fit.growth,
		        fit.distance, fit.crowding, fit.trained ? "they were trained anew" : "they are good");
	else if (talks(o))
		warn(fit.trained ? "the lists were trained" : "there are too few pictures for lists");
	return STATUS_DONE;
}

static int upgrade(const struct options *o)
{
	struct error err;
	const int got = upgrade_index(o->index, &o->writer, &err);

	if (got < 0 || got == UPGRADE_LOCKED) {
		warn("%s", err.text);
		return got < 0 ? STATUS_FAILED : STATUS_LOCKED;
	}
	if (got == UPGRADE_NONE && talks(o))
		warn("index '%s' is of this version already", o->index);
	return STATUS_DONE;
}

/* --- reading --- */

static struct index *open_index(const struct options *o)
{
	struct error err;
	struct index *ix = index_open(o->index, &err);

	if (!ix)
		die("%s", err.text);
	return ix;
}

/* When all is read, and before the last of it is written. */
static void close_index(const struct options *o, struct index *ix)
{
	struct error err;

	if (index_finish(ix, &err) < 0)
		die("index '%s': %s", o->index, err.text);
	index_close(ix);
}

static int stat_index(const struct options *o)
{
	struct index *ix = open_index(o);
	struct bytes text = {0};

	if (describe_index(ix, o->json, &text) < 0)
		die("out of memory");
	fwrite(text.data, 1, text.size, stdout);
	bytes_release(&text);
	close_index(o, ix);
	finish_stdout();
	return STATUS_DONE;
}

static int archives(const struct options *o)
{
	struct index *ix = open_index(o);
	static struct index_archive a;
	struct bytes line = {0};
	struct error err;

	for (uint32_t i = 0; i < index_counts(ix)->archives; i++) {
		const int got = index_archive(ix, i, &a, &err);
		if (got < 0)
			die("index '%s': %s", o->index, err.text);
		line.size = 0;
		if (got && describe_archive(&a, o->json, &line) < 0)
			die("out of memory");
		fwrite(line.data, 1, line.size, stdout);
	}
	bytes_release(&line);
	close_index(o, ix);
	finish_stdout();
	return STATUS_DONE;
}

static int keys(const struct options *o)
{
	struct index *ix = open_index(o);
	static struct index_picture picture;
	static struct item record;
	struct index_patent p;
	struct error err;
	uint32_t *order;
	size_t count;
	int got = dump_order(ix, &order, &count, &err);

	if (got < 0)
		die("index '%s': %s", o->index, err.text);
	for (size_t i = 0; got >= 0 && i < count; i++) {
		got = index_record_item(ix, order[i], &record, &err);
		if (got > 0 && record.has_source)
			key_write(stdout, record.source.crc, record.source.size, &record.identity);
		if (got >= 0)
			got = index_patent(ix, order[i], &p, &err);
		for (uint32_t j = 0; got > 0 && j < p.picture_count; j++) {
			got = index_picture(ix, index_patent_picture(&p, j), &picture, &err);
			if (got > 0 && picture.has_source)
				key_write(stdout, picture.source.crc, picture.source.size, &picture.identity);
		}
	}
	if (got < 0)
		die("index '%s': %s", o->index, err.text);
	free(order);
	item_release(&record);
	close_index(o, ix);
	finish_stdout();
	return STATUS_DONE;
}

static int dump(const struct options *o)
{
	struct index *ix = open_index(o);
	struct facts facts;
	struct error err;

	if (dump_facts(ix, &facts, &err) < 0)
		die("index '%s': %s", o->index, err.text);
	struct stream_writer *out = stream_writer_open(stdout, &facts, &err);
	if (!out)
		die("%s", err.text);
	if (dump_items(ix, o->index, out, &err) < 0)
		die("%s", err.text);
	close_index(o, ix);
	if (stream_finish(out, &err) < 0)
		die("%s", err.text);
	facts_release(&facts);
	return STATUS_DONE;
}

static void complain(void *context, const char *text)
{
	(void)context;
	warn("%s", text);
}

static int check(const struct options *o)
{
	struct error err;
	bool damaged;

	if (check_index(o->index, complain, NULL, &damaged, &err) < 0)
		die("%s", err.text);
	if (!damaged && talks(o))
		warn("index '%s' is whole", o->index);
	return damaged ? STATUS_FAILED : STATUS_DONE;
}

int main(int argc, char **argv)
{
	static int (*const modes[])(const struct options *) = {add, delete, retrain, optimize, upgrade, stat_index, archives, keys, dump, check};

	message_program(argv[0]);
	struct options o = read_options(argc, argv);
	if (o.mode != CHECK)
		trap_install("using index '%s' ended the process: its disk may be full, or its pages damaged; --check tells", o.index);
	const int status = modes[o.mode](&o);
	arguments_release(&o.operands);
	return status;
}
