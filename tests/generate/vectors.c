/* SPDX-License-Identifier: ISC */
/*
 * vectors - a stand-in for picture embeddings of design patents, for `stream-show --from-npy`
 *
 * usage: vectors [-d DIMENSION] [-n VECTORS] [-f FIRST] [-s SEED] [-q QUESTIONS] [-l SPREAD] PREFIX
 *
 * Writes PREFIX.npy, unit vectors in f32, the views of a patent one after the other, and PREFIX.jsonl, an
 * object for each: its key and, with a patent's first view, the fields of its record. With -q also
 * PREFIX-new.*, unseen views of these patents (a seller's photo of a protected design), and PREFIX-other.*,
 * views of patents that are not among them; the key of a question in PREFIX-new names the patent that is
 * right. With -l the vectors' lengths are not all one: their logarithms are spread normally, by so many percent.
 *
 * A vector and a record depend on the seed, the patent and the view alone, so any part of a billion can be
 * made by itself: with -f the vectors from FIRST on, counted from 0; questions are about all up to the last.
 * The model is meant to look like published image embeddings rather than like a few round blobs. Before it is
 * scaled to length one, a vector is the sum of:
 *     - a mean that all share, as networks give it
 *     - the centre of its class: 64 of them, of Zipf sizes with exponent 0.8
 *     - the centre of its cluster in the class: 96 of them, exponent 0.9
 *     - the patent, in a 32-dimensional subspace of its class whose axes get shorter
 *     - the view, in a 24-dimensional subspace that all patents share, wider for some patents than for others
 *     - a little of everything
 * Views a patent: 2 and an exponential number more, on average about 6.
 */
#include "base/bytes.h"
#include "base/json.h"
#include "base/message.h"
#include "base/option.h"
#include "patent/term.h"
#include "stream/npy.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

enum { CLASSES = 64, CLUSTERS = 96, PATENT_DIM = 32, VIEW_DIM = 24, MAX_VIEWS = 24, MAX_DIM = 8192 };

static const double mean_weight = 0.7, class_weight = 1, cluster_weight = 0.9, patent_weight = 1,
		    view_weight = 0.75, noise_weight = 0.55;

/* What a sequence of random numbers is for; with the seed and two numbers it names the sequence. */
enum purpose {
	PATENT = 1,
	VIEW = 2,
	QUESTION = 3,
	RECORD = 4,
	LENGTH = 5,
	CLASS_CENTRES = 10,
	CLUSTER_CENTRES,
	PATENT_BASES,
	VIEW_BASIS,
	MEAN
};

struct random {
	uint64_t state;
	double spare; /* the second of a pair of normal numbers */
	bool has_spare;
};

static uint64_t mix(uint64_t x) /* splitmix64 */
{
	x += 0x9e3779b97f4a7c15u;
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	return x ^ x >> 31;
}

static struct random random_for(uint64_t seed, enum purpose purpose, uint64_t i, uint64_t j)
{
	return (struct random){.state = mix(mix(mix(mix(seed) ^ (uint64_t)purpose) ^ i) ^ j)};
}

/* Between 0 and 1, neither of them. */
static double uniform(struct random *r)
{
	r->state += 0x9e3779b97f4a7c15u;
	return ((double)(mix(r->state) >> 11) + 0.5) * 0x1p-53;
}

static size_t below(struct random *r, size_t n)
{
	return (size_t)(uniform(r) * (double)n);
}

static double normal(struct random *r) /* Box and Muller */
{
	if (r->has_spare) {
		r->has_spare = false;
		return r->spare;
	}
	const double length = sqrt(-2 * log(uniform(r))), angle = 6.283185307179586 * uniform(r);
	r->spare = length * sin(angle);
	r->has_spare = true;
	return length * cos(angle);
}

/* The world of a seed: what its patents have in common. */
struct world {
	uint64_t seed;
	size_t dim;
	double spread; /* of the lengths' logarithms */
	float *mean, *class_centres, *cluster_centres, *patent_bases, *view_basis; /* rows of dim numbers */
	double class_share[CLASSES], cluster_share[CLUSTERS];			   /* cumulative */
};

struct patent {
	uint64_t number;
	size_t class, cluster;
	int year, views;
	double place[PATENT_DIM], spread;
};

static float *normal_rows(const struct world *w, enum purpose purpose, size_t rows)
{
	float *m = malloc(rows * w->dim * sizeof *m);

	if (!m)
		die("out of memory");
	for (size_t i = 0; i < rows; i++) {
		struct random r = random_for(w->seed, purpose, i, 0);
		for (size_t k = 0; k < w->dim; k++)
			m[i * w->dim + k] = (float)(normal(&r) / sqrt((double)w->dim));
	}
	return m;
}

static void zipf(double *share, int n, double exponent)
{
	double sum = 0;

	for (int i = 0; i < n; i++)
		share[i] = sum += pow(i + 1, -exponent);
	for (int i = 0; i < n; i++)
		share[i] /= sum;
}

static size_t draw(const double *share, size_t n, double u)
{
	size_t i = 0;

	while (i < n - 1 && share[i] < u)
		i++;
	return i;
}

static struct world make_world(uint64_t seed, size_t dim, double spread)
{
	struct world w = {.seed = seed, .dim = dim, .spread = spread};

	w.mean = normal_rows(&w, MEAN, 1);
	w.class_centres = normal_rows(&w, CLASS_CENTRES, CLASSES);
	w.cluster_centres = normal_rows(&w, CLUSTER_CENTRES, (size_t)CLASSES * CLUSTERS);
	w.patent_bases = normal_rows(&w, PATENT_BASES, (size_t)CLASSES * PATENT_DIM);
	w.view_basis = normal_rows(&w, VIEW_BASIS, VIEW_DIM);
	zipf(w.class_share, CLASSES, 0.8);
	zipf(w.cluster_share, CLUSTERS, 0.9);
	return w;
}

static void release_world(struct world *w)
{
	free(w->mean);
	free(w->class_centres);
	free(w->cluster_centres);
	free(w->patent_bases);
	free(w->view_basis);
}

static struct patent patent_at(const struct world *w, uint64_t number)
{
	struct random r = random_for(w->seed, PATENT, number, 0);
	struct patent p = {.number = number};

	p.class = draw(w->class_share, CLASSES, uniform(&r));
	p.cluster = draw(w->cluster_share, CLUSTERS, uniform(&r));
	p.year = 1985 + (int)(41 * sqrt(uniform(&r))); /* more of late, to 2025 */
	p.views = 2 + (int)(-log(uniform(&r)) * 4.5);
	if (p.views > MAX_VIEWS)
		p.views = MAX_VIEWS;
	p.spread = 0.6 + 0.8 * uniform(&r);
	for (int i = 0; i < PATENT_DIM; i++)
		p.place[i] = normal(&r) * pow(i + 1, -0.35);
	return p;
}

static void add_scaled(float *x, const float *row, float scale, size_t dim)
{
	for (size_t k = 0; k < dim; k++)
		x[k] += scale * row[k];
}

/* Length of the axes' sum, so that the weights say how much a part contributes. */
static double axes_norm(int n, double exponent)
{
	double sum = 0;

	for (int i = 0; i < n; i++)
		sum += pow(i + 1, -2 * exponent);
	return sqrt(sum);
}

static void view_of(const struct world *w, const struct patent *p, uint64_t view, float *x)
{
	struct random r = random_for(w->seed, VIEW, p->number, view), l = random_for(w->seed, LENGTH, p->number, view);
	const size_t dim = w->dim, cluster = p->class * CLUSTERS + p->cluster;
	const double patent_norm = axes_norm(PATENT_DIM, 0.35), view_norm = axes_norm(VIEW_DIM, 0.3);
	const double length = w->spread > 0 ? exp(w->spread * normal(&l)) : 1;
	double square = 0;

	for (size_t k = 0; k < dim; k++)
		x[k] = (float)(mean_weight * (double)w->mean[k] +
			       class_weight * (double)w->class_centres[p->class * dim + k] +
			       cluster_weight * (double)w->cluster_centres[cluster * dim + k]);
	for (size_t i = 0; i < PATENT_DIM; i++)
		add_scaled(x, w->patent_bases + (p->class * PATENT_DIM + i) * dim,
			(float)(patent_weight * p->place[i] / patent_norm), dim);
	for (size_t i = 0; i < VIEW_DIM; i++)
		add_scaled(x, w->view_basis + i * dim,
			(float)(view_weight * p->spread * normal(&r) * pow((double)i + 1, -0.3) / view_norm),
			dim);
	for (size_t k = 0; k < dim; k++) {
		x[k] += (float)(noise_weight * normal(&r) / sqrt((double)dim));
		square += (double)x[k] * (double)x[k];
	}
	for (size_t k = 0; k < dim; k++)
		x[k] = (float)((double)x[k] / sqrt(square) * length);
}

/* --- the records, so that a filter has something to choose from --- */

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void put_names(struct json_writer *w, struct random *r)
{
	static const char *const first[] = {"Ada", "Bruno", "Chiyo", "Dag", "Eva", "Farid", "Grace", "Henri"};
	static const char *const last[] = {
		"Adler", "Baker", "Chen", "Duval", "Eriksen", "Fuchs", "García", "Hara", "Ito", "Jensen"};
	char name[64];

	json_key(w, "inventor_names");
	json_open_array(w);
	for (size_t n = 1 + below(r, 3); n; n--) {
		snprintf(name, sizeof name, "%s %s", first[below(r, COUNT(first))],
			last[below(r, COUNT(last))]);
		json_put_string(w, name);
	}
	json_close_array(w);
}

static void put_record(struct json_writer *w, const struct world *world, const struct patent *p)
{
	static const char *const things[] = {"Chair", "Table lamp", "Bottle", "Shoe", "Display screen",
		"Vehicle wheel", "Handle", "Toy figure", "Watch case", "Backpack", "Faucet", "Earphone",
		"Spoon", "Pillow", "Charger", "Helmet"};
	static const char *const makers[] = {"Nordlicht GmbH", "Acme Industries, Inc.", "Kawa Design K.K.",
		"Société Lumen", "Blue Heron LLC", "Hanok Electronics Co., Ltd.", "Officina Verdi S.p.A.",
		"Polder B.V."};
	static const char *const countries[] = {"DE", "US", "JP", "FR", "US", "KR", "IT", "NL"};
	struct random r = random_for(world->seed, RECORD, p->number, 0);
	const size_t maker =
		(size_t)(uniform(&r) * uniform(&r) * (double)COUNT(makers)); /* the first have most */
	const int granted = p->year * 10000 + (int)(1 + below(&r, 12)) * 100 + (int)(1 + below(&r, 28));
	const int filed = date_add_years(granted, -1 - (int)below(&r, 3));
	char text[128];

	snprintf(text, sizeof text, "%s with pattern %zu", things[p->class % COUNT(things)], p->cluster + 1);
	json_pair_string(w, "title", text);
	json_pair_string(w, "kind", p->year < 2001 ? "S" : "S1");
	snprintf(text, sizeof text, "%02zu-%02zu", 1 + p->class / 2, 1 + p->class % 2);
	json_pair_string(w, "loc_class", text);
	snprintf(text, sizeof text, "D%zu/%zu", 1 + p->class / 2, 100 + p->cluster);
	json_pair_string(w, "us_class", text);
	json_pair_integer(w, "pub_date", granted);
	json_pair_integer(w, "filing_date", filed);
	json_pair_integer(w, "grant_term", term_years(granted, filed));
	json_pair_integer(w, "expires", term_expires(granted, filed));
	json_pair_bool(w, "term_disclaimer", below(&r, 25) == 0);
	json_pair_string(w, "applicant_name", makers[maker]);
	json_pair_string(w, "applicant_country", countries[maker]);
	if (below(&r, 5))
		json_pair_string(w, "assignee_name", makers[maker]);
	put_names(w, &r);
	snprintf(text, sizeof text, "The ornamental design for a %s, as shown and described.",
		things[p->class % COUNT(things)]);
	json_pair_string(w, "claim_text", text);
	json_pair_integer(w, "image_count", p->views);
}

/* --- the files --- */

struct table {
	char name[2][4096]; /* of the vectors and of the objects */
	FILE *vectors, *objects;
	struct npy_writer npy;
	struct bytes line;
	float *x;
};

static FILE *create(char name[4096], const char *prefix, const char *suffix)
{
	if (snprintf(name, 4096, "%s%s", prefix, suffix) >= 4096)
		die("the name '%.40s...' is too long", prefix);
	FILE *f = fopen(name, "wb");
	if (!f)
		die("cannot create '%s':", name);
	return f;
}

static void open_table(struct table *t, const char *prefix, const char *which, size_t dim)
{
	struct error err;
	char suffix[32];

	*t = (struct table){.x = malloc(dim * sizeof *t->x)};
	if (!t->x)
		die("out of memory");
	snprintf(suffix, sizeof suffix, "%s.npy", which);
	t->vectors = create(t->name[0], prefix, suffix);
	snprintf(suffix, sizeof suffix, "%s.jsonl", which);
	t->objects = create(t->name[1], prefix, suffix);
	if (npy_open(&t->npy, t->vectors, (uint32_t)dim, &err) < 0)
		die("'%s': %s", t->name[0], err.text);
}

static void put_view(struct table *t, const struct world *world, const struct patent *p, uint64_t view,
	uint64_t sheet, bool record)
{
	struct json_writer w = {.to = &t->line};
	struct error err;
	char key[48];

	view_of(world, p, view, t->x);
	if (npy_write(&t->npy, t->x, (uint32_t)world->dim, &err) < 0)
		die("'%s': %s", t->name[0], err.text);
	t->line.size = 0;
	snprintf(key, sizeof key, "D%07" PRIu64 "/%05" PRIu64, p->number + 1, sheet);
	json_open_object(&w);
	json_pair_string(&w, "key", key);
	if (record)
		put_record(&w, world, p);
	json_close_object(&w);
	if (w.failed || bytes_append(&t->line, "\n", 1) < 0)
		die("out of memory");
	fwrite(t->line.data, 1, t->line.size, t->objects);
}

static void close_table(struct table *t)
{
	struct error err;

	if (npy_finish(&t->npy, &err) < 0 || fclose(t->vectors) != 0)
		die("cannot write '%s':", t->name[0]);
	if (ferror(t->objects) | fclose(t->objects))
		die("cannot write '%s':", t->name[1]);
	bytes_release(&t->line);
	free(t->x);
}

/* The vectors from `first` on, before `end`. Returns how many patents there are up to there. */
static uint64_t put_patents(const struct world *w, const char *prefix, uint64_t first, uint64_t end)
{
	struct table t;
	uint64_t number = 0;

	open_table(&t, prefix, "", w->dim);
	for (uint64_t at = 0; at < end; number++) {
		const struct patent p = patent_at(w, number);
		for (int view = 0; view < p.views && at < end; view++, at++)
			if (at >= first)
				put_view(&t, w, &p, (uint64_t)view, (uint64_t)view, view == 0);
	}
	close_table(&t);
	return number;
}

static void put_questions(const struct world *w, const char *prefix, uint64_t patents, uint64_t questions)
{
	struct table new, other;

	open_table(&new, prefix, "-new", w->dim);
	open_table(&other, prefix, "-other", w->dim);
	for (uint64_t i = 0; i < questions; i++) {
		struct random r = random_for(w->seed, QUESTION, i, 0);
		const struct patent known = patent_at(w, below(&r, patents)),
				    unknown = patent_at(w, patents + i);
		put_view(&new, w, &known, 1000 + i, 1000 + i, false);
		put_view(&other, w, &unknown, 0, 0, false);
	}
	close_table(&new);
	close_table(&other);
}

int main(int argc, char **argv)
{
	static const struct option_spec specs[] = {
		{'d', NULL, true}, {'n', NULL, true}, {'f', NULL, true},
		{'s', NULL, true}, {'q', NULL, true}, {'l', NULL, true}, {0}};
	struct option_reader in = option_reader(argc, argv, specs);
	uint64_t vectors = 1000, first = 0, questions = 0, seed = 1;
	double spread = 0;
	size_t dim = 256;
	const char *prefix = NULL;

	message_program(argv[0]);
	for (int o; (o = option_next(&in));) {
		switch (o) {
		case 'd':
			dim = (size_t)option_integer(&in, 8, MAX_DIM);
			break;
		case 'n':
			vectors = (uint64_t)option_integer(&in, 1, 10000000);
			break;
		case 'f':
			first = (uint64_t)option_integer(&in, 0, 1000000000);
			break;
		case 's':
			seed = (uint64_t)option_integer(&in, 0, 1000000000);
			break;
		case 'q':
			questions = (uint64_t)option_integer(&in, 0, 90000);
			break;
		case 'l':
			spread = (double)option_integer(&in, 0, 100) / 100;
			break;
		case OPTION_OPERAND:
			prefix = in.value;
			break;
		}
	}
	if (!prefix)
		die("usage: vectors [-d DIMENSION] [-n VECTORS] [-f FIRST] [-s SEED] [-q QUESTIONS] [-l SPREAD] PREFIX");

	struct world world = make_world(seed, dim, spread);
	const uint64_t patents = put_patents(&world, prefix, first, first + vectors);
	if (questions)
		put_questions(&world, prefix, patents, questions);
	release_world(&world);
	return STATUS_DONE;
}
