/* SPDX-License-Identifier: ISC */
/*
 * An index in a temporary directory against a model of it in memory: what was put is found, and a search gives what comparing
 * everything in double gives.
 */
#include "base/bits.h"
#include "index/check.h"
#include "index/comparison.h"
#include "index/layout.h"
#include "index/search.h"
#include "index/store.h"
#include "index/writer.h"
#include "unit/random.h"
#include "unit/test.h"

#include <stdlib.h>
#include <unistd.h>

enum { D = 24, PATENTS = 1500, VIEWS = 4, N = PATENTS * VIEWS };

static uint64_t state = 5;
static float vectors[N][D];

/* Views of a patent lie near one another, patents near one of a few centres. */
static void make_vectors(void)
{
	static float centres[30][D];

	for (int c = 0; c < 30; c++)
		for (int t = 0; t < D; t++)
			centres[c][t] = random_number(&state);
	for (int p = 0; p < PATENTS; p++) {
		float patent[D];
		for (int t = 0; t < D; t++)
			patent[t] = centres[p % 30][t] + 0.5f * random_number(&state);
		for (int v = 0; v < VIEWS; v++)
			for (int t = 0; t < D; t++)
				vectors[p * VIEWS + v][t] = patent[t] + 0.25f * random_number(&state);
	}
}

static struct writer *open_writer(const char *directory, enum index_metric metric)
{
	struct writer_options o = {.create = true, .has_metric = true, .metric = metric};
	struct writer *w = NULL;
	struct error err = {""};

	if (writer_open(&w, directory, &o, &err) != 0)
		printf("# %s\n", err.text);
	return w;
}

/* Puts the patents from … to with their records and views. */
static int put_patents(struct writer *w, int from, int to)
{
	static struct item it;
	struct error err;
	char name[16];
	int status = 0;

	for (int p = from; p < to && status == 0; p++) {
		snprintf(name, sizeof name, "D%07d", p);
		item_reset(&it, name);
		bytes_printf(&it.record, "{\"patent_id\":\"%s\"}", name);
		status = writer_put(w, &it, &err) == WRITER_TAKEN ? 0 : -1;
		for (int v = 0; v < VIEWS && status == 0; v++) {
			item_reset(&it, name);
			it.identity.sheet = v;
			it.has_source = true;
			snprintf(it.source.member, sizeof it.source.member, "%s-D%05d.TIF", name, v);
			bytes_set(&it.thumbnail, name, 8);
			memcpy(item_add_vector(&it, "test", D)->values, vectors[p * VIEWS + v], sizeof vectors[0]);
			status = writer_put(w, &it, &err) == WRITER_TAKEN ? 0 : -1;
		}
	}
	return status == 0 ? writer_flush(w, &err) : -1;
}

static double score(const float *a, const float *b, enum index_metric metric)
{
	double ab = 0, aa = 0, bb = 0, distance = 0;

	for (int t = 0; t < D; t++) {
		ab += (double)a[t] * b[t];
		aa += (double)a[t] * a[t];
		bb += (double)b[t] * b[t];
		distance += ((double)a[t] - b[t]) * ((double)a[t] - b[t]);
	}
	return metric == INDEX_COSINE ? ab / sqrt(aa * bb) : metric == INDEX_IP ? ab : -sqrt(distance);
}

static int descending(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return x > y ? -1 : x < y;
}

/* The best scores of patents (pictures) for the questions, best first; only patents of which `step` divides the number. */
static void oracle(const float *questions, int count, enum index_metric metric, bool by_picture, int step, double *best)
{
	const int units = by_picture ? N : PATENTS;

	for (int u = 0; u < units; u++)
		best[u] = -INFINITY;
	for (int i = 0; i < N; i++) {
		double *b = &best[by_picture ? i : i / VIEWS];
		for (int q = 0; i / VIEWS % step == 0 && q < count; q++)
			*b = fmax(*b, score(questions + q * D, vectors[i], metric));
	}
	qsort(best, (size_t)units, sizeof *best, descending);
}

/* Compares one search with the oracle: how many of its hits have not the score they should have. */
static int differences(const struct index *ix, const float *questions, int count, const struct search_options *o, int step)
{
	static struct search_answer answer;
	static double best[N];
	struct error err = {""};
	int different = 0;

	if (search_run(ix, questions, (size_t)count, o, &answer, &err) < 0) {
		printf("# %s\n", err.text);
		return -1;
	}
	oracle(questions, count, index_settings(ix)->metric, o->by_picture, step, best);
	for (size_t i = 0; i < o->k; i++)
		different += i >= answer.count ? isfinite(best[i]) != 0 : fabs(answer.hits[i].score - best[i]) > 1e-5;
	return different;
}

/* Something like what is in the index, as those are that the calibration asks with; or, where all is compared, anything. */
static void ask(float *question, bool anything)
{
	const float *like = vectors[(size_t)((double)(random_number(&state) + 1) / 2 * (N - 1))];

	for (int t = 0; t < D; t++)
		question[t] = anything ? random_number(&state) : like[t] + 0.5f * random_number(&state);
}

static void test_search(const char *directory, bool exact)
{
	struct error err = {""};
	struct index *ix = index_open(directory, &err);
	const char *metric = index_metric_name(index_settings(ix)->metric);
	uint64_t *allowed = calloc(index_patent_bound(ix) / 64 + 1, sizeof *allowed);
	static const int steps[] = {1, 2, 7, 100};
	int different = 0, asked = 0, short_answers = 0;
	float questions[3 * D];

	for (int round = 0; round < 40; round++) {
		const int count = 1 + round % 3, step = steps[round / 3 % 4];
		for (int i = 0; i < count; i++)
			ask(questions + i * D, exact);
		memset(allowed, 0, (index_patent_bound(ix) / 64 + 1) * sizeof *allowed);
		for (uint32_t p = 0; p < PATENTS; p += (uint32_t)step) {
			char name[16];
			uint32_t ordinal;
			snprintf(name, sizeof name, "D%07u", (unsigned)p);
			if (index_find_patent(ix, name, &ordinal, &err) > 0)
				bits_add(allowed, ordinal);
		}
		const struct search_options o = {.k = 10, .by_picture = round & 1, .min_score = -INFINITY, .exact = exact,
		        .allowed = step > 1 ? allowed : NULL};
		different += differences(ix, questions, count, &o, step);
		asked += 10;
		struct search_options many = o;
		static struct search_answer answer;
		many.k = 3 * PATENTS;
		many.nprobe = 1;
		search_run(ix, questions, (size_t)count, &many, &answer, &err);
		const size_t there = (size_t)((PATENTS + step - 1) / step) * (o.by_picture ? VIEWS : 1);
		short_answers += answer.count != (there < many.k ? there : many.k);
	}
	if (exact)
		ok(different == 0, "%s: %d answers are those of comparing everything", metric, asked);
	else
		ok(different <= asked / 10, "%s: of %d answers through lists %d are not the best", metric, asked, different);
	ok(short_answers == 0, "%s: if k are allowed, k come back, however few lists are asked for", metric);
	free(allowed);
	index_close(ix);
}

/* What the training has measured, and what a search makes of it. */
static void test_calibration(const char *directory)
{
	struct error err = {""};
	struct index *ix = index_open(directory, &err);
	const struct calibration *c = index_calibration(ix);
	const uint32_t lists = (uint32_t)index_counts(ix)->lists;
	static struct search_answer answer;
	struct search_options o = {.k = 10, .min_score = -INFINITY};
	int falling = 0, below = 0;

	for (int s = 0; s < CALIBRATION_SIZES; s++) {
		for (int l = 0; l < CALIBRATION_LEVELS; l++) {
			const struct calibration_entry *e = &c->entries[s][l];
			falling += (s && e->lists < c->entries[s - 1][l].lists) || (l && e->lists < c->entries[s][l - 1].lists);
			below += e->recall < calibration_levels[l].recall && e->lists < lists;
		}
	}
	ok(c->questions > 100 && falling == 0 && below == 0, "%u questions were asked: more lists for more, and enough for each level",
	        (unsigned)c->questions);
	ok(search_lists(ix, &o) == c->entries[1][2].lists, "ten patents take the lists of ten, at .99 if nothing is said");
	o.k = 30;
	ok(search_lists(ix, &o) == c->entries[2][2].lists, "thirty those of thirty");
	o.k = 50;
	ok(search_lists(ix, &o) >= c->entries[2][2].lists && search_lists(ix, &o) <= c->entries[3][2].lists,
	        "fifty some between those of thirty and of a hundred");
	o.recall = 0.97;
	o.k = 1;
	ok(search_lists(ix, &o) == c->entries[0][2].lists, "a recall between two levels is that of the higher");
	o.recall = 1;
	search_run(ix, vectors[0], 1, &o, &answer, &err);
	ok(search_lists(ix, &o) == lists && answer.cost.exact && answer.cost.recall == 1, "all is found by comparing all");
	o.nprobe = 3;
	search_run(ix, vectors[0], 1, &o, &answer, &err);
	ok(search_lists(ix, &o) == 3 && answer.cost.visited == 3, "lists that are asked for go before recall");
	search_release(&answer);
	index_close(ix);
}

/* Questions near one centre, about the patents of it, of another, of a tenth and of half of all: as many as it takes are sifted. */
static void test_filters(const char *directory)
{
	static const int steps[] = {30, 30, 10, 2};
	struct error err = {""};
	struct index *ix = index_open(directory, &err);
	uint64_t *allowed = calloc(index_patent_bound(ix) / 64 + 1, sizeof *allowed);
	static struct search_answer answer;
	int different = 0, asked = 0, sifted = 0, located = 0;

	for (int round = 0; round < 80; round++) {
		const int step = steps[round % 4];
		/* of the patents that step divides those are of centre 0 for which 30 does */
		const float *question = vectors[VIEWS * (30 * (1 + round / 2) + (round % 4 ? 1 + round % 29 : 0))];
		memset(allowed, 0, (index_patent_bound(ix) / 64 + 1) * sizeof *allowed);
		for (int p = 0; p < PATENTS; p += step) {
			char name[16];
			uint32_t ordinal;
			snprintf(name, sizeof name, "D%07d", p);
			if (index_find_patent(ix, name, &ordinal, &err) > 0)
				bits_add(allowed, ordinal);
		}
		const struct search_options o = {.k = 10, .min_score = -INFINITY, .allowed = allowed};
		different += differences(ix, question, 1, &o, step);
		asked += 10;
		search_run(ix, question, 1, &o, &answer, &err);
		sifted += answer.cost.way == SEARCH_SIFTED;
		located += answer.cost.way == SEARCH_LOCATED;
	}
	ok(sifted + located == 80 && located > 0, "what passes is sifted in lists, %d times in those that hold it", located);
	/* one that is missed moves those behind it */
	ok(different * 20 <= asked, "under filters near to and far from the question %d of %d answers are not in their place",
	        different, asked);
	free(allowed);
	index_close(ix);
}

/* Equal pictures under many names: the answers come in the order of documents and sheets. */
static void test_ties(const char *directory)
{
	struct error err = {""};
	static struct item it;
	static struct search_answer answer;
	static const char *const names[] = {"D0000009", "D0000001", "zebra.jpg", "D0000005", "D0000003"};
	const float question[2] = {1, 0};
	struct writer *w = open_writer(directory, INDEX_COSINE);

	for (int i = 0; i < 5; i++) {
		for (int sheet = 2; sheet >= 0; sheet--) {
			item_reset(&it, names[i]);
			it.identity.sheet = sheet;
			memcpy(item_add_vector(&it, "test", 2)->values, question, sizeof question);
			writer_put(w, &it, &err);
		}
	}
	writer_flush(w, &err);
	writer_close(w);
	struct index *ix = index_open(directory, &err);
	struct search_options o = {.k = 3, .min_score = 0.5};
	struct index_patent p;
	struct index_picture *picture = malloc(sizeof *picture);
	char got[64] = "";
	search_run(ix, question, 1, &o, &answer, &err);
	for (size_t i = 0; i < answer.count; i++) {
		index_patent(ix, answer.hits[i].patent, &p, &err);
		index_picture(ix, answer.hits[i].picture, picture, &err);
		snprintf(got + strlen(got), sizeof got - strlen(got), "%s/%d ", p.document, (int)picture->identity.sheet);
	}
	is_text(got, "D0000001/0 D0000003/0 D0000005/0 ", "equal scores come in the order of their names");
	o = (struct search_options){.k = 4, .by_picture = true, .min_score = -INFINITY};
	search_run(ix, question, 1, &o, &answer, &err);
	got[0] = 0;
	for (size_t i = 0; i < answer.count; i++) {
		index_picture(ix, answer.hits[i].picture, picture, &err);
		snprintf(got + strlen(got), sizeof got - strlen(got), "%.20s/%d ", picture->identity.document,
		        (int)picture->identity.sheet);
	}
	is_text(got, "D0000001/0 D0000001/1 D0000001/2 D0000003/0 ", "and so do pictures");
	o.min_score = 1.5;
	ok(search_run(ix, question, 1, &o, &answer, &err) == 0 && answer.count == 0, "nothing below the least score is answered");
	const float zero[2] = {0, 0}, nan[2] = {NAN, 1};
	ok(search_run(ix, zero, 1, &o, &answer, &err) < 0, "a question without length is refused: %s", err.text);
	ok(search_run(ix, nan, 1, &o, &answer, &err) < 0, "one that is not a number as well: %s", err.text);
	free(picture);
	index_close(ix);
}

/* A snapshot stays what it is while others write and delete. */
static void test_snapshot(const char *directory)
{
	struct error err = {""};
	struct index *before = index_open(directory, &err);
	struct writer *w = open_writer(directory, index_settings(before)->metric);
	struct identity *id = calloc(1, sizeof *id);
	uint32_t ordinal;
	bool found = false;
	float values[D];

	identity_parse(id, "D0000007");
	ok(writer_delete(w, id, 1, &found, &err) == 0 && found, "a patent is deleted");
	struct index *after = index_open(directory, &err);
	ok(index_find_patent(before, "D0000007", &ordinal, &err) == 1 && index_vector(before, ordinal, values, &err) == 1,
	        "a snapshot from before still has it");
	ok(index_find_patent(after, "D0000007", &ordinal, &err) == 0 && index_generation(after) > index_generation(before),
	        "a snapshot from behind has not, and a higher number");
	ok(index_counts(after)->pictures == index_counts(before)->pictures - VIEWS, "its pictures are gone with it");
	index_close(before);
	index_close(after);
	ok(put_patents(w, 7, 8) == 0, "it is put again");
	after = index_open(directory, &err);
	ok(index_patent_bound(after) == PATENTS && index_picture_bound(after) == N, "under the ordinals that were free");
	identity_parse(id, "D0000007/00002");
	ok(index_find_picture(after, id, &ordinal, &err) == 1, "its picture is found by identity");
	struct index_picture *picture = malloc(sizeof *picture);
	ok(index_picture(after, ordinal, picture, &err) == 1 && identity_compare(&picture->identity, id) == 0 &&
	                strcmp(picture->source.member, "D0000007-D00002.TIF") == 0,
	        "and has its identity and source");
	free(picture);
	free(id);
	index_close(after);
	writer_close(w);
}

static void complain(void *context, const char *text)
{
	(void)context;
	printf("# %s\n", text);
}

static int check(const char *directory)
{
	struct error err = {""};
	bool damaged = true;

	return check_index(directory, complain, NULL, &damaged, &err) == 0 && !damaged;
}

/* Deleting from lists, replacing in them and adding to them leaves their blocks whole. */
static void test_changes(const char *directory, enum index_metric metric)
{
	static struct identity ids[PATENTS];
	static bool found[PATENTS];
	static float kept[PATENTS * VIEWS / 2][D];
	const uint64_t before = state; /* the other tests ask the same questions with or without this one */
	const struct search_options ten = {.k = 10, .min_score = -INFINITY};
	struct writer *w = open_writer(directory, metric);
	struct error err = {""};
	size_t count = 0;
	int gone = 0;
	char name[16];

	for (int p = 0; p < PATENTS; p += p % 2 ? 1 : 2, p += p > PATENTS / 2 ? 2 : 0, count++) {
		snprintf(name, sizeof name, "D%07d", p);
		identity_parse(&ids[count], name);
	}
	ok(writer_delete(w, ids, count, found, &err) == 0, "many are deleted");
	for (size_t i = 0; i < count; i++)
		gone += found[i];
	ok(gone == (int)count && check(directory), "%d, and what is left is whole", gone);
	memcpy(kept, vectors, sizeof kept);
	for (int i = 0; i < PATENTS * VIEWS / 2; i++)
		for (int t = 0; t < D; t++)
			vectors[i][t] = vectors[N - 1 - i][t] + 0.1f * random_number(&state);
	ok(put_patents(w, 0, PATENTS / 2) == 0 && check(directory), "others change and move to other lists");
	memcpy(vectors, kept, sizeof kept);
	ok(put_patents(w, 0, PATENTS) == 0 && check(directory), "all is put back");
	struct index *ix = index_open(directory, &err);
	int different = 0;
	for (int i = 0; i < N; i += N / 40)
		different += differences(ix, vectors[i], 1, &ten, 1);
	ok(different <= 20, "of 400 answers to questions with what is there %d are not the best", different);
	index_close(ix);
	for (int p = 0; p < PATENTS; p++) {
		snprintf(name, sizeof name, "D%07d", p);
		identity_parse(&ids[p], name);
	}
	ok(writer_delete(w, ids, PATENTS, found, &err) == 0 && check(directory), "an index that has lost all is whole");
	ok(put_patents(w, 0, PATENTS) == 0 && check(directory), "and takes all again");
	writer_close(w);
	state = before;
}

/* What another version of this program has written. */
static void test_newer(const char *directory)
{
	struct error err = {""};
	struct writer_options o = {.create = true};
	struct store *st = store_open(directory, STORE_WRITE, &err);
	struct writer *w;
	uint8_t version[4];

	le32_put(version, LAYOUT_OLDEST - 1);
	store_begin(st, &err);
	store_put(st, STORE_META, "format", 6, version, sizeof version, &err);
	store_commit(st, &err);
	ok(!index_open(directory, &err) && strstr(err.text, "version 1") && strstr(err.text, "build it anew"),
	        "a format that is left behind is not read: %s", err.text);
	le32_put(version, LAYOUT_VERSION + 1);
	store_begin(st, &err);
	store_put(st, STORE_META, "format", 6, version, sizeof version, &err);
	store_commit(st, &err);
	store_close(st);
	ok(!index_open(directory, &err) && strstr(err.text, "this program reads version 5"), "a newer format is not read: %s", err.text);
	ok(writer_open(&w, directory, &o, &err) < 0, "and not written");
}

static void remove_index(const char *directory)
{
	static const char *const names[] = {"data.mdb", "lock.mdb", "writer.lock"};
	char path[256];

	for (int i = 0; i < 3; i++) {
		snprintf(path, sizeof path, "%s/%s", directory, names[i]);
		unlink(path);
	}
	rmdir(directory);
}

/* Of two pictures of a patent that score the same the first one stands for it, whichever was compared first. */
static void test_equal_scores(const char *directory)
{
	static const struct search_options one = {.k = 1};
	struct error err = {""};
	struct index *ix = index_open(directory, &err);
	struct index_patent p;
	uint8_t vector[4 * D];
	int wrong = 0;

	lef32_put_array(vector, vectors[0], D);
	if (!ok(ix && index_patent(ix, 0, &p, &err) > 0 && p.picture_count > 1, "a patent has several pictures%s", err.text)) {
		index_close(ix);
		return;
	}
	const uint32_t first = index_patent_picture(&p, 0), second = index_patent_picture(&p, 1);
	for (int turn = 0; turn < 2; turn++) {
		struct comparison c = {0};
		if (comparison_begin(&c, ix, vectors[1], 1, &one, &err) < 0 ||
		        comparison_offer(&c, turn & 1 ? first : second, 0, vector, &err) < 0 ||
		        comparison_offer(&c, turn & 1 ? second : first, 0, vector, &err) < 0)
			wrong++;
		const struct best_unit *kept = best_find(&c.best, 0);
		wrong += !kept || kept->picture != first || c.compared != 2;
		comparison_release(&c);
	}
	ok(wrong == 0, "of pictures that score the same the first stands for their patent, whichever was compared first");
	index_close(ix);
}

int main(void)
{
	char base[] = "/tmp/unit-index-XXXXXX", directory[64];
	struct error err = {""};
	bool damaged = true;

	if (!mkdtemp(base))
		return 1;
	make_vectors();
	for (int m = INDEX_COSINE; m <= INDEX_IP; m++) {
		snprintf(directory, sizeof directory, "%s/%s", base, index_metric_name((enum index_metric)m));
		struct writer *w = open_writer(directory, (enum index_metric)m);
		ok(w && put_patents(w, 0, PATENTS) == 0, "%s: an index is made", index_metric_name((enum index_metric)m));
		test_search(directory, true);
		ok(writer_train(w, false, &err) == 0, "its lists are trained%s", err.text);
		test_calibration(directory);
		test_search(directory, true);
		test_search(directory, false);
		test_filters(directory);
		ok(writer_train(w, true, &err) == 0, "and once more");
		ok(check_index(directory, complain, NULL, &damaged, &err) == 0 && !damaged, "it is whole");
		writer_close(w);
		if (m == INDEX_COSINE)
			test_equal_scores(directory);
		if (m == INDEX_L2)
			test_snapshot(directory);
		test_changes(directory, (enum index_metric)m);
		test_search(directory, true);
		remove_index(directory);
	}
	snprintf(directory, sizeof directory, "%s/ties", base);
	test_ties(directory);
	test_newer(directory);
	remove_index(directory);
	rmdir(base);
	return done();
}
