/* SPDX-License-Identifier: ISC */
/*
 * index - recall against latency of this index and of others on the same vectors, asked by turns
 *
 * index truth TABLE.npy KEYS NEW.npy OTHER.npy DIR      compares every question with everything: DIR/questions.npy, DIR/truth
 * index sweep TABLE.npy KEYS DIR INDEX <CONTESTANTS     all parameters of all: DIR/chosen has the quickest for a recall
 * index race TABLE.npy KEYS DIR INDEX ROUNDS <CONTESTANTS   those chosen, one after the other, so many rounds
 *
 * KEYS has a line for each row of the table, DOCUMENT/SHEET. Questions are of two kinds: unseen views of patents in the table, and
 * views of others. A contestant is a line: a name, its family, what it answers with (rows of the table; pictures, or patents, by
 * ordinals of INDEX), its parameters, and its command, with tabs between. peers/peer.h says what the command does. Parameters get better
 * from one to the next, and a series ends with the first that is good enough; "|" begins another series. Of a family, several builds
 * of the same thing, only the quickest race. In the race's table "× first" is a median over that of the first contestant.
 *
 * An answer is right when its score is not below that of the tenth best: of pictures, or of patents by their best pictures.
 */
#include "base/bytes.h"
#include "base/message.h"
#include "base/number.h"
#include "bench/clock.h"
#include "bench/memory.h"
#include "index/index.h"
#include "math/gemm.h"
#include "stream/npy.h"

#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { K = 10, NEAREST = 256, MAX_CONTESTANTS = 16, KINDS = 2, TARGETS = 2 };

static const char *const kinds[KINDS] = {"new", "other"};
static const double targets[TARGETS] = {0.95, 0.99};
/* As good as the tenth is what rounding cannot tell from it. */
static const double rounding = 1e-6;

/* --- the table --- */

struct table {
	size_t rows, dimension;
	const float *numbers; /* mapped, or owned */
	char **keys;
	uint32_t *order;   /* rows by key */
	uint32_t *patents; /* of each row, numbered by key */
};

static FILE *open_file(const char *name, const char *mode)
{
	FILE *f = fopen(name, mode);

	if (!f)
		die("cannot open '%s':", name);
	return f;
}

static void *allocate(size_t count, size_t size)
{
	void *p = calloc(count ? count : 1, size);

	if (!p)
		die("out of memory");
	return p;
}

/* Maps the rows, which are f32: they are read by several processes at once. */
static void map_table(struct table *t, const char *name)
{
	struct npy_reader in = {0};
	FILE *f = open_file(name, "rb");
	struct stat st;
	struct error err;

	if (npy_begin(&in, f, &err) < 0)
		die("'%s': %s", name, err.text);
	const long start = ftell(f);
	if (in.width != 4 || fstat(fileno(f), &st) < 0 || (size_t)(st.st_size - start) != in.rows * in.dimension * 4)
		die("'%s' is no whole table of f32", name);
	const char *p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fileno(f), 0);
	if (p == MAP_FAILED)
		die("cannot map '%s':", name);
	*t = (struct table){.rows = (size_t)in.rows, .dimension = in.dimension, .numbers = (const void *)(p + start)};
	npy_release(&in);
	fclose(f);
}

static char *const *keys_to_sort;

static int by_key(const void *a, const void *b)
{
	return strcmp(keys_to_sort[*(const uint32_t *)a], keys_to_sort[*(const uint32_t *)b]);
}

static void read_keys(struct table *t, const char *name)
{
	FILE *f = open_file(name, "r");
	char line[LIMIT_DOCUMENT + 64];
	uint32_t patent = 0;

	t->keys = allocate(t->rows, sizeof *t->keys);
	t->order = allocate(t->rows, sizeof *t->order);
	t->patents = allocate(t->rows, sizeof *t->patents);
	for (size_t i = 0; i < t->rows; i++) {
		if (!fgets(line, sizeof line, f))
			die("'%s' has fewer lines than there are vectors", name);
		const size_t length = strcspn(line, "\n");
		line[length] = 0;
		t->keys[i] = allocate(length + 1, 1);
		memcpy(t->keys[i], line, length);
		t->order[i] = (uint32_t)i;
	}
	fclose(f);
	keys_to_sort = t->keys;
	qsort(t->order, t->rows, sizeof *t->order, by_key);
	for (size_t i = 1; i < t->rows; i++) {
		const char *before = t->keys[t->order[i - 1]], *key = t->keys[t->order[i]], *slash = strrchr(key, '/');
		const size_t document = slash ? (size_t)(slash - key) + 1 : strlen(key) + 1;
		patent += strncmp(before, key, document) != 0;
		t->patents[t->order[i]] = patent;
	}
}

/* UINT32_MAX when there is none. */
static uint32_t find_row(const struct table *t, const char *key)
{
	size_t low = 0, high = t->rows;

	while (low < high) {
		const size_t middle = (low + high) / 2;
		if (strcmp(t->keys[t->order[middle]], key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < t->rows && strcmp(t->keys[t->order[low]], key) == 0 ? t->order[low] : UINT32_MAX;
}

static double score_of(const float *a, const float *b, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (double)a[i] * (double)b[i];
	return sum;
}

/* --- what is right --- */

struct near {
	float score;
	uint32_t row;
};

/* The nearest pictures so far; cut back to NEAREST when there are twice as many. */
struct nearest {
	struct near list[2 * NEAREST];
	size_t count;
	float least;
};

/* What the tenth best scores. */
struct truth {
	double picture, patent;
};

static int by_score(const void *a, const void *b)
{
	const struct near *x = a, *y = b;

	return x->score > y->score ? -1 : x->score < y->score;
}

static void cut_back(struct nearest *n)
{
	qsort(n->list, n->count, sizeof *n->list, by_score);
	if (n->count >= NEAREST) {
		n->count = NEAREST;
		n->least = n->list[NEAREST - 1].score;
	}
}

static struct truth truth_of(const struct table *t, const float *question, struct nearest *n)
{
	struct truth right = {-2, -2};
	uint32_t patents[K];
	size_t found = 0;

	cut_back(n);
	for (size_t i = 0; i < n->count && found < K; i++) {
		const uint32_t row = n->list[i].row;
		const double score = score_of(question, t->numbers + row * t->dimension, t->dimension);
		bool again = false;
		if (i < K)
			right.picture = score;
		for (size_t j = 0; j < found; j++)
			again = again || patents[j] == t->patents[row];
		if (!again) {
			patents[found++] = t->patents[row];
			right.patent = score;
		}
	}
	return right;
}

/* All questions, those of each kind one after the other, as one table in DIR. */
static float *join_questions(const char *const *names, const char *to, size_t dimension, size_t *count)
{
	struct npy_writer out = {0};
	FILE *f = open_file(to, "wb");
	struct table t[KINDS];
	struct error err;

	for (int k = 0; k < KINDS; k++)
		map_table(&t[k], names[k]);
	if (t[0].rows != t[1].rows || t[0].dimension != dimension || t[1].dimension != dimension)
		die("the questions are not as many of each kind, or of another dimension");
	float *all = allocate(2 * t[0].rows * dimension, sizeof *all);
	*count = 2 * t[0].rows;
	for (size_t i = 0; i < KINDS * t[0].rows; i++)
		memcpy(all + i * dimension, t[i / t[0].rows].numbers + i % t[0].rows * dimension, dimension * sizeof *all);
	if (npy_open(&out, f, (uint32_t)dimension, &err) < 0)
		die("%s", err.text);
	for (size_t i = 0; i < *count; i++)
		if (npy_write(&out, all + i * dimension, (uint32_t)dimension, &err) < 0)
			die("%s", err.text);
	if (npy_finish(&out, &err) < 0 || fclose(f) != 0)
		die("cannot write '%s':", to);
	return all;
}

static void write_truth(const struct table *t, const char *const *names, const char *directory)
{
	const struct gemm *g = gemm_best();
	char path[4096];
	size_t count;

	snprintf(path, sizeof path, "%s/questions.npy", directory);
	float *questions = join_questions(names, path, t->dimension, &count);
	struct gemm_panels panels = {t->dimension, count, gemm_alloc(gemm_panels_size(g, t->dimension, count))};
	float *scores = gemm_alloc(GEMM_ROWS * count), *packed = gemm_alloc(gemm_rows_size(g, GEMM_ROWS, t->dimension));
	struct nearest *nearest = allocate(count, sizeof *nearest);
	if (!panels.data || !scores || !packed)
		die("out of memory");
	gemm_pack_panels(g, questions, t->dimension, true, &panels);
	for (size_t i = 0; i < count; i++)
		nearest[i].least = -INFINITY;
	for (size_t row = 0; row < t->rows; row += GEMM_ROWS) {
		const size_t rows = t->rows - row < GEMM_ROWS ? t->rows - row : GEMM_ROWS;
		gemm_pack_rows(g, t->numbers + row * t->dimension, t->dimension, 0, rows, rows, t->dimension, packed);
		gemm_multiply(g, packed, rows, &panels, NULL, scores, count);
		for (size_t r = 0; r < rows; r++)
			for (size_t i = 0; i < count; i++) {
				struct nearest *n = &nearest[i];
				if (scores[r * count + i] <= n->least)
					continue;
				n->list[n->count++] = (struct near){scores[r * count + i], (uint32_t)(row + r)};
				if (n->count == 2 * NEAREST)
					cut_back(n);
			}
	}
	snprintf(path, sizeof path, "%s/truth", directory);
	FILE *f = open_file(path, "wb");
	for (size_t i = 0; i < count; i++) {
		const struct truth right = truth_of(t, questions + i * t->dimension, &nearest[i]);
		fwrite(&right, sizeof right, 1, f);
	}
	if (ferror(f) | fclose(f))
		die("cannot write '%s':", path);
	free(questions);
	free(scores);
	free(packed);
	free(panels.data);
	free(nearest);
}

/* --- contestants --- */

enum answers { ROWS, PICTURES, PATENTS };

/* The quickest of the parameters that are good enough, and the lower quartile of its times: it is less the machine's mood than the
 * median is. */
struct choice {
	char parameter[64]; /* empty: none is good enough */
	double milliseconds;
};

struct contestant {
	char name[64], family[64], parameters[4096], command[2048];
	enum answers answers;
	pid_t pid; /* 0: it does not run */
	FILE *to, *from;
	struct choice chosen[KINDS][TARGETS];
};

struct answer {
	double milliseconds;
	int32_t rows[K];
};

struct race {
	struct table table, questions;
	struct truth *truth;
	struct index *index;
	uint32_t *row_of; /* of each of the index's pictures, + 1; 0: not yet looked up */
	struct contestant list[MAX_CONTESTANTS];
	size_t count;
	struct answer *answers; /* of one round */
};

/* What a round came to for one kind of questions. */
struct result {
	double recall, quartile, median, p99;
};

static void read_contestants(struct race *r)
{
	static const char *const words[] = {"rows", "pictures", "patents"};
	static char line[8192];
	char what[16];

	while (fgets(line, sizeof line, stdin)) {
		if (r->count == MAX_CONTESTANTS)
			die("there are more than %d contestants", MAX_CONTESTANTS);
		struct contestant *c = &r->list[r->count++];
		if (sscanf(line, "%63[^\t]\t%63[^\t]\t%15[^\t]\t%4095[^\t]\t%2047[^\n]", c->name, c->family, what, c->parameters,
		            c->command) != 5)
			die("'%s' is no contestant", line);
		for (int i = 0; i < 3; i++)
			if (strcmp(what, words[i]) == 0)
				c->answers = (enum answers)i;
	}
}

static void start_contestant(struct contestant *c)
{
	int in[2], out[2];

	if (pipe(in) < 0 || pipe(out) < 0 || (c->pid = fork()) < 0)
		die("cannot start '%s':", c->name);
	if (c->pid == 0) {
		char command[sizeof c->command + 8];
		snprintf(command, sizeof command, "exec %s", c->command);
		dup2(in[0], STDIN_FILENO);
		dup2(out[1], STDOUT_FILENO);
		for (int i = 0; i < 2; i++) {
			close(in[i]);
			close(out[i]);
		}
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	close(in[0]);
	close(out[1]);
	/* or those that start later would keep it open */
	fcntl(in[1], F_SETFD, FD_CLOEXEC);
	fcntl(out[0], F_SETFD, FD_CLOEXEC);
	c->to = fdopen(in[1], "w");
	c->from = fdopen(out[0], "r");
	if (!c->to || !c->from)
		die("out of memory");
}

static void end_contestant(struct contestant *c)
{
	if (!c->pid)
		return;
	fclose(c->to);
	fclose(c->from);
	waitpid(c->pid, NULL, 0);
	c->pid = 0;
}

/* A row of the table for a picture of the index. */
static uint32_t row_of_picture(struct race *r, uint32_t picture)
{
	static struct index_picture p;
	char key[IDENTITY_TEXT];
	struct error err;

	if (picture >= index_picture_bound(r->index))
		return UINT32_MAX;
	if (!r->row_of[picture]) {
		if (index_picture(r->index, picture, &p, &err) <= 0)
			die("picture %u is not there", (unsigned)picture);
		r->row_of[picture] = find_row(&r->table, identity_text(&p.identity, key)) + 1;
	}
	return r->row_of[picture] - 1;
}

/* How many of the ten are right, each row or patent once. */
static int count_right(struct race *r, const struct contestant *c, size_t question)
{
	const struct answer *a = &r->answers[question];
	const float *asked = r->questions.numbers + question * r->questions.dimension;
	const double least = (c->answers == PATENTS ? r->truth[question].patent : r->truth[question].picture) - rounding;
	uint32_t found[K];
	int right = 0;

	for (size_t i = 0; i < K; i++) {
		if (a->rows[i] < 0)
			continue;
		const uint32_t row = c->answers == ROWS ? (uint32_t)a->rows[i] : row_of_picture(r, (uint32_t)a->rows[i]);
		if (row >= r->table.rows)
			die("'%s' answers with what is not there", c->name);
		const uint32_t one = c->answers == PATENTS ? r->table.patents[row] : row;
		bool again = false;
		for (int j = 0; j < right; j++)
			again = again || found[j] == one;
		if (!again && score_of(asked, r->table.numbers + row * r->table.dimension, r->table.dimension) >= least)
			found[right++] = one;
	}
	return right;
}

/* Asks all questions of a kind; their times are added to times[*n]. Returns the recall. */
static double ask_all(struct race *r, struct contestant *c, int kind, const char *parameter, double *times, size_t *n)
{
	const size_t half = r->questions.rows / KINDS, first = (size_t)kind * half;
	int right = 0;

	if (fprintf(c->to, "%zu %zu %s\n", first, half, parameter) < 0 || fflush(c->to) != 0 ||
	        fread(r->answers + first, sizeof *r->answers, half, c->from) != half)
		die("'%s' has ended", c->name);
	for (size_t i = first; i < first + half; i++) {
		right += count_right(r, c, i);
		times[(*n)++] = r->answers[i].milliseconds;
	}
	return (double)right / (double)(K * half);
}

static struct result result_of(double recall, double *times, size_t n)
{
	qsort(times, n, sizeof *times, by_value);
	return (struct result){recall, times[n / 4], times[n / 2], times[n * 99 / 100]};
}

static void open_race(struct race *r, char **argv)
{
	char path[4096];
	struct error err;

	map_table(&r->table, argv[0]);
	read_keys(&r->table, argv[1]);
	snprintf(path, sizeof path, "%s/questions.npy", argv[2]);
	map_table(&r->questions, path);
	snprintf(path, sizeof path, "%s/truth", argv[2]);
	r->truth = allocate(r->questions.rows, sizeof *r->truth);
	r->answers = allocate(r->questions.rows, sizeof *r->answers);
	FILE *f = open_file(path, "rb");
	if (fread(r->truth, sizeof *r->truth, r->questions.rows, f) != r->questions.rows)
		die("'%s' is cut short", path);
	fclose(f);
	r->index = index_open(argv[3], &err);
	if (!r->index)
		die("%s", err.text);
	r->row_of = allocate(index_picture_bound(r->index), sizeof *r->row_of);
	read_contestants(r);
}

/* --- all parameters --- */

static void choose(struct contestant *c, int kind, const char *parameter, const struct result *got)
{
	for (int t = 0; t < TARGETS; t++) {
		struct choice *best = &c->chosen[kind][t];
		if (got->recall < targets[t] || (best->parameter[0] && best->milliseconds <= got->quartile))
			continue;
		snprintf(best->parameter, sizeof best->parameter, "%s", parameter);
		best->milliseconds = got->quartile;
	}
}

static void sweep_one(struct race *r, struct contestant *c, FILE *chosen)
{
	double *times = allocate(r->questions.rows, sizeof *times);
	char *rest = c->parameters;
	bool enough[KINDS] = {false};

	start_contestant(c);
	for (char *p; (p = strtok_r(rest, " ", &rest));)
		for (int k = 0; k < KINDS; k++) {
			size_t n = 0;
			enough[k] = enough[k] && strcmp(p, "|") != 0;
			if (enough[k] || strcmp(p, "|") == 0)
				continue;
			const double recall = ask_all(r, c, k, p, times, &n);
			const struct result got = result_of(recall, times, n);
			printf("%-30s %-6s %-33s %6.4f %8.3f %8.3f\n", c->name, kinds[k], p, got.recall, got.median, got.p99);
			fflush(stdout);
			choose(c, k, p, &got);
			enough[k] = recall >= targets[TARGETS - 1];
		}
	for (int k = 0; k < KINDS; k++)
		for (int t = 0; t < TARGETS; t++)
			if (c->chosen[k][t].parameter[0])
				fprintf(chosen, "%s\t%d\t%d\t%s\t%.6f\n", c->name, k, t, c->chosen[k][t].parameter,
				        c->chosen[k][t].milliseconds);
	end_contestant(c);
	free(times);
}

static void sweep(struct race *r, const char *directory)
{
	char path[4096];

	snprintf(path, sizeof path, "%s/chosen", directory);
	FILE *chosen = open_file(path, "w");
	printf("%-30s %-6s %-33s %6s %8s %8s\n", "one pass with each parameter", "views", "parameter", "recall", "median", "p99 ms");
	for (size_t i = 0; i < r->count; i++)
		sweep_one(r, &r->list[i], chosen);
	if (ferror(chosen) | fclose(chosen))
		die("cannot write '%s':", path);
}

/* --- by turns --- */

static void read_chosen(struct race *r, const char *directory)
{
	char path[4096], name[64];
	struct choice one;
	int kind, target;

	snprintf(path, sizeof path, "%s/chosen", directory);
	FILE *f = open_file(path, "r");
	while (fscanf(f, "%63[^\t]\t%d\t%d\t%63[^\t]\t%lf\n", name, &kind, &target, one.parameter, &one.milliseconds) == 5)
		for (size_t i = 0; i < r->count; i++)
			if (strcmp(r->list[i].name, name) == 0 && kind >= 0 && kind < KINDS && target >= 0 && target < TARGETS)
				r->list[i].chosen[kind][target] = one;
	fclose(f);
}

/*
 * Takes out of the race what another of the family does quicker, and what would be the same for the lower recall as for the higher. Who
 * is left without any does not run.
 */
static void keep_the_quickest(struct race *r)
{
	for (size_t i = 0; i < r->count; i++)
		for (int k = 0; k < KINDS; k++)
			for (int t = 0; t < TARGETS - 1; t++)
				if (strcmp(r->list[i].chosen[k][t].parameter, r->list[i].chosen[k][TARGETS - 1].parameter) == 0)
					r->list[i].chosen[k][t].parameter[0] = 0;
	for (size_t i = 0; i < r->count; i++)
		for (size_t j = 0; j < r->count; j++)
			for (int k = 0; k < KINDS; k++)
				for (int t = 0; t < TARGETS; t++) {
					struct choice *a = &r->list[i].chosen[k][t], *b = &r->list[j].chosen[k][t];
					if (i != j && strcmp(r->list[i].family, r->list[j].family) == 0 && a->parameter[0] &&
					        b->parameter[0] && a->milliseconds <= b->milliseconds)
						b->parameter[0] = 0;
				}
}

static bool takes_part(const struct contestant *c)
{
	bool any = false;

	for (int k = 0; k < KINDS; k++)
		for (int t = 0; t < TARGETS; t++)
			any = any || c->chosen[k][t].parameter[0];
	return any;
}

/* Whether a contestant is the first of its family, and nobody of it is good enough. */
static bool tells_failure(const struct race *r, size_t which, int kind, int target)
{
	for (size_t i = 0; i < r->count; i++)
		for (int t = target; t < TARGETS; t++)
			if (strcmp(r->list[i].family, r->list[which].family) == 0 &&
			        (i < which || r->list[i].chosen[kind][t].parameter[0]))
				return false;
	return true;
}

/* One contestant's times for a kind and a target over all rounds; and its memory, in MiB, after the last. */
struct lane {
	double *times, recall, resident, private;
	size_t n;
};

static void run_lane(struct race *r, struct contestant *c, int kind, int target, struct lane *lane)
{
	lane->recall = ask_all(r, c, kind, c->chosen[kind][target].parameter, lane->times, &lane->n);
	lane->resident = memory(c->pid, "smaps_rollup", "Rss:");
	lane->private = memory(c->pid, "smaps_rollup", "Anonymous:");
}

static void run_rounds(struct race *r, struct lane lanes[][KINDS][TARGETS], size_t rounds)
{
	for (size_t i = 0; i < r->count; i++)
		if (takes_part(&r->list[i]))
			start_contestant(&r->list[i]);
	/* round 0 warms up and is not counted */
	for (size_t round = 0; round <= rounds; round++)
		for (size_t i = 0; i < r->count; i++)
			for (int k = 0; k < KINDS; k++)
				for (int t = 0; t < TARGETS; t++) {
					struct lane *lane = &lanes[i][k][t];
					lane->n = round > 1 ? lane->n : 0;
					if (r->list[i].chosen[k][t].parameter[0])
						run_lane(r, &r->list[i], k, t, lane);
				}
}

/* A row, with how many times as long as the first contestant it takes. Returns its median, 0 where it did not run. */
static double print_lane(const struct race *r, size_t which, int kind, int target, struct lane *lane, double first)
{
	const struct contestant *c = &r->list[which];

	if (!lane->n) {
		if (tells_failure(r, which, kind, target))
			printf("%-30s %-6s no parameter reaches %.2f\n", c->family, kinds[kind], targets[target]);
		return 0;
	}
	const struct result got = result_of(lane->recall, lane->times, lane->n);
	printf("%-30s %-6s %-33s %6.4f %8.3f %8.3f ", c->name, kinds[kind], c->chosen[kind][target].parameter, got.recall, got.median,
	        got.p99);
	if (which > 0 && first > 0)
		printf("%7.2f", got.median / first);
	else
		printf("%7s", "");
	printf(" %9.1f %9.1f\n", lane->resident, lane->private);
	return got.median;
}

static void race(struct race *r, size_t rounds)
{
	static struct lane lanes[MAX_CONTESTANTS][KINDS][TARGETS];
	const size_t most = (rounds + 1) * r->questions.rows / KINDS;

	for (size_t i = 0; i < r->count; i++)
		for (int k = 0; k < KINDS; k++)
			for (int t = 0; t < TARGETS; t++)
				lanes[i][k][t].times = allocate(most, sizeof(double));
	run_rounds(r, lanes, rounds);
	printf("%-30s %-6s %-33s %6s %8s %8s %7s %9s %9s\n", "by turns", "views", "parameter", "recall", "median", "p99 ms",
	        "× first", "resident", "private M");
	for (int t = TARGETS - 1; t >= 0; t--) {
		double first[KINDS] = {0};
		for (size_t i = 0; i < r->count; i++)
			for (int k = 0; k < KINDS; k++) {
				const double median = print_lane(r, i, k, t, &lanes[i][k][t], first[k]);
				first[k] = i == 0 ? median : first[k];
			}
	}
	for (size_t i = 0; i < r->count; i++) {
		end_contestant(&r->list[i]);
		for (int k = 0; k < KINDS; k++)
			for (int t = 0; t < TARGETS; t++)
				free(lanes[i][k][t].times);
	}
}

int main(int argc, char **argv)
{
	static struct race r;
	struct error err;
	long long rounds;

	message_program(argv[0]);
	if (argc == 7 && strcmp(argv[1], "truth") == 0) {
		const char *const names[KINDS] = {argv[4], argv[5]};
		map_table(&r.table, argv[2]);
		read_keys(&r.table, argv[3]);
		write_truth(&r.table, names, argv[6]);
	} else if (argc == 6 && strcmp(argv[1], "sweep") == 0) {
		open_race(&r, argv + 2);
		sweep(&r, argv[4]);
	} else if (argc == 7 && strcmp(argv[1], "race") == 0 && number_integer(argv[6], 1, 1000, &rounds, &err) == 0) {
		open_race(&r, argv + 2);
		read_chosen(&r, argv[4]);
		keep_the_quickest(&r);
		race(&r, (size_t)rounds);
	} else {
		die_usage("usage: index truth TABLE KEYS NEW OTHER DIR | sweep TABLE KEYS DIR INDEX | race TABLE KEYS DIR INDEX ROUNDS");
	}
	index_close(r.index);
	finish_stdout();
	return STATUS_DONE;
}
