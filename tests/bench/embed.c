/* SPDX-License-Identifier: ISC */
/*
 * What a vision transformer costs one processor: the whole forward pass beside what the machine can do and beside another
 * runtime, its products beside the system's BLAS, and where the time goes.
 *
 * usage: embed picture SIDE PIXELS.f32                                       the picture as a model sees it, for the peer
 *        embed time MODEL.safetensors SIDE ROUNDS [VECTOR.f32 QUESTIONS ANSWERS NAME ...]
 *        embed distances NUMBERS EXACT.f32 OTHER.f32        one minus the cosine of each two vectors of so many numbers
 *
 * Times are those of the processor, medians of rounds by turns, because machines are shared; every picture stands between two looks at
 * the peak, a loop of fused multiply-adds in registers, as wide as the kernel's, and in fewer bits at the rates of its products in the
 * first cache. Parts are measured alone, on numbers of their own,
 * and multiplied by how often a picture needs them: what they leave of the whole is memory and what is not listed. The peer is
 * asked for graph 0, 1 … of the names through two pipes (see peers/onnxruntime.js); our vector is written for a comparison.
 */
#include "base/bytes.h"
#include "base/message.h"
#include "base/number.h"
#include "bench/floor.h"
#include "math/activation.h"
#include "math/attention.h"
#include "math/product.h"
#include "model/vit.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#if defined __x86_64__
#include <immintrin.h>
#endif

enum { MAX_ROUNDS = 101, PEAK_STEPS = 3000000, CHAINS = 12, ROWS = GEMM_ROWS, PARTS = 16, PEERS = 4 };

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int by_size(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Least, middle and greatest of some measurements. */
struct spread {
	double least, median, most;
};

static struct spread spread(const double *list, int n)
{
	double sorted[MAX_ROUNDS];

	memcpy(sorted, list, (size_t)n * sizeof *list);
	qsort(sorted, (size_t)n, sizeof *sorted, by_size);
	return (struct spread){sorted[0], sorted[n / 2], sorted[n - 1]};
}

static double median(const double *list, int n)
{
	return spread(list, n).median;
}

/* --- the peak ----------------------------------------------------------------------------------------------------------- */

/* Chains that begin with different numbers: equal ones would be computed once. */
#define PEAK_LOOP(VECTOR, SET, FMA) \
	VECTOR x[CHAINS]; \
	for (int c = 0; c < CHAINS; c++) \
		x[c] = SET((float)c); \
	for (long step = 0; step < PEAK_STEPS; step++) { \
		_Pragma("GCC unroll 12") for (int c = 0; c < CHAINS; c++) \
			x[c] = FMA(x[c], SET(0.9999999f), SET(1e-7f)); \
	} \
	memcpy(out, x, sizeof x)

#if defined __x86_64__
__attribute__((target("avx2,fma"))) static void peak_avx2(float *out)
{
	PEAK_LOOP(__m256, _mm256_set1_ps, _mm256_fmadd_ps);
}

__attribute__((target("avx512f"))) static void peak_avx512(float *out)
{
	PEAK_LOOP(__m512, _mm512_set1_ps, _mm512_fmadd_ps);
}
#endif

/* Operations a second, or 0 for a kernel whose peak is not known. */
static double peak_rate(const char *kernel)
{
	float out[CHAINS * 16];
	int lanes = 0;
	const double before = now();

#if defined __x86_64__
	if (strcmp(kernel, "avx2") == 0)
		lanes = 8, peak_avx2(out);
	else if (strcmp(kernel, "avx512") == 0)
		lanes = 16, peak_avx512(out);
#else
	(void)kernel;
	(void)out;
#endif
	return lanes ? 2.0 * PEAK_STEPS * CHAINS * lanes / (now() - before) : 0;
}

/* --- parts -------------------------------------------------------------------------------------------------------------- */

/*
 * One kind of work: a product (k > 0), one head's attention (heads > 0) or an activation of so many rows of n numbers, and how often a
 * picture needs a row.
 */
struct part {
	const char *name;
	size_t rows, k, n, heads;
	double rows_a_picture;
	void (*act)(const struct activation *math, float *row, size_t n);
	double ours[MAX_ROUNDS], blas[MAX_ROUNDS]; /* seconds for `rows` */
};

static void act_gelu(const struct activation *math, float *row, size_t n)
{
	math->gelu(row, n);
}

static void act_norm(const struct activation *math, float *row, size_t n)
{
	static const float zeros[16384];

	math->layer_norm(row, n, zeros, zeros, 1e-6f, row);
}

static int list_parts(struct part *p, const struct vit_shape *s, size_t n)
{
	const size_t d = s->dimension, in = s->swiglu ? 2 * s->hidden : s->hidden;
	const double rows = (double)s->layers * (double)n;
	int count = 0;

	p[count++] = (struct part){.name = "patches", .rows = ROWS, .k = VIT_PATCH_NUMBERS, .n = d, .rows_a_picture = (double)n};
	p[count++] = (struct part){.name = "q, k, v", .rows = ROWS, .k = d, .n = 3 * d, .rows_a_picture = rows};
	p[count++] = (struct part){.name = "attention", .rows = n, .n = d / s->heads, .heads = s->heads, .rows_a_picture = rows * (double)s->heads};
	p[count++] = (struct part){.name = "out", .rows = ROWS, .k = d, .n = d, .rows_a_picture = rows};
	p[count++] = (struct part){.name = "mlp 1", .rows = ROWS, .k = d, .n = in, .rows_a_picture = rows};
	p[count++] = (struct part){.name = "mlp 2", .rows = ROWS, .k = s->hidden, .n = d, .rows_a_picture = rows};
	p[count++] = (struct part){.name = "gelu", .rows = ROWS, .n = s->hidden, .act = act_gelu, .rows_a_picture = s->swiglu ? 0 : rows};
	p[count++] = (struct part){.name = "norm", .rows = ROWS, .n = d, .act = act_norm, .rows_a_picture = 2 * rows};
	return count;
}

static float *numbers(size_t count)
{
	float *p = gemm_alloc(count);

	if (!p)
		die("out of memory");
	for (size_t i = 0; i < count; i++)
		p[i] = (float)(i * 7919 % 1009) / 504 - 1;
	return p;
}

static double blas(bool transposed, size_t m, size_t n, size_t k, const float *a, const float *b, float *c)
{
	const double before = now();

	cblas_sgemm(CblasRowMajor, CblasNoTrans, transposed ? CblasTrans : CblasNoTrans, (int)m, (int)n, (int)k, 1, a, (int)k, b,
	        (int)(transposed ? k : n), 0, c, (int)n);
	return now() - before;
}

static void measure_activation(struct part *p, const struct activation *math, int round)
{
	float *a = numbers(p->rows * p->n);
	const double before = now();

	for (size_t i = 0; i < p->rows; i++)
		p->act(math, a + i * p->n, p->n);
	p->ours[round] = now() - before;
	free(a);
}

/* The second of two times counts: the first finds cold caches, as nothing in a picture does. */
static void measure_product(struct part *p, const struct gemm *g, int round)
{
	float *a = numbers(p->rows * p->k), *b = numbers(p->k * p->n), *c = numbers(p->rows * p->n);
	float *packed = numbers(gemm_rows_size(g, p->rows, p->k));
	struct gemm_panels panels = {p->k, p->n, numbers(gemm_panels_size(g, p->k, p->n))};

	gemm_pack_panels(g, b, p->k, true, &panels);
	for (int warm = 0; warm < 2; warm++) {
		const double before = now();
		gemm_pack_rows(g, a, p->k, 0, p->rows, p->rows, p->k, packed);
		gemm_multiply(g, packed, p->rows, &panels, NULL, c, p->n);
		p->ours[round] = now() - before;
	}
	for (int warm = 0; warm < 2; warm++)
		p->blas[round] = blas(true, p->rows, p->n, p->k, a, b, c);
	free(panels.data);
	free(packed);
	free(a);
	free(b);
	free(c);
}

/* One head; of BLAS the two products only, 48 questions at a time, which is kind to its caches. */
static void measure_attention(struct part *p, const char *kernel, int round)
{
	const struct attention *a = attention_named(kernel);
	const size_t n = p->rows, size = p->n, few = 48, stride = p->heads * size;
	float *all = numbers(3 * n * stride), *out = numbers(n * stride), *scores = numbers(few * n);
	float *work = numbers(attention_work_size(a, n, size));
	const struct attention_head head = {n, n, size, all, all + n * stride, all + n * stride + stride, stride, 2 * stride, out, stride};

	for (int warm = 0; warm < 2; warm++) {
		const double before = now();
		attention_attend(a, &head, work);
		p->ours[round] = now() - before;
	}
	p->blas[round] = 0;
	for (size_t first = 0; first + few <= n; first += few)
		p->blas[round] += blas(true, few, n, size, all + first * size, all, scores) + blas(false, few, size, n, scores, all, out);
	p->blas[round] *= (double)n / (double)(n / few * few);
	free(all);
	free(out);
	free(scores);
	free(work);
}

static void measure_part(struct part *p, const struct gemm *g, int round)
{
	if (p->act)
		measure_activation(p, activation_named(gemm_name(g)), round);
	else if (p->heads)
		measure_attention(p, gemm_name(g), round);
	else
		measure_product(p, g, round);
}

static void print_parts(const struct part *parts, int count, int rounds, double whole, double peak)
{
	printf("    %-10s %10s %8s %9s %8s %9s\n", "part", "Gop/s", "of peak", "OpenBLAS", "ms", "of whole");
	for (int i = 0; i < count; i++) {
		const struct part *p = &parts[i];
		const double seconds = median(p->ours, rounds), took = seconds / (double)p->rows * p->rows_a_picture;
		const double operations = (double)p->rows * (double)p->n * (p->heads ? 4 * (double)p->rows : 2 * (double)p->k);
		if (took <= 0)
			continue;
		printf("    %-10s ", p->name);
		if (p->act)
			printf("%10s %8s %9s ", "", "", "");
		else
			printf("%10.1f %7.0f%% %9.1f ", operations / seconds * 1e-9, peak > 0 ? 100 * operations / seconds / peak : 0,
			        operations / median(p->blas, rounds) * 1e-9);
		printf("%8.1f %8.1f%%\n", 1e3 * took, 100 * took / whole);
	}
}

/* --- the whole ---------------------------------------------------------------------------------------------------------- */

/* Multiplications and additions of the products for n tokens, all layers in full. */
static double operations_of(const struct vit_shape *s, size_t n)
{
	const double d = (double)s->dimension, t = (double)n, hidden = (double)s->hidden;
	const double linear = 4 * d * d + (s->swiglu ? 3 : 2) * d * hidden;

	return 2 * t * (VIT_PATCH_NUMBERS * d + (double)s->layers * (linear + 2 * t * d));
}

/* The same for what of it decides about the class token: behind the last attention that is one row. */
static double operations_needed(const struct vit_shape *s, size_t n)
{
	const double d = (double)s->dimension, t = (double)n, hidden = (double)s->hidden;
	const double spared = (2 * d * d + (s->swiglu ? 3 : 2) * d * hidden + 2 * t * d) * (t - 1);

	return operations_of(s, n) - 2 * spared;
}

/* Rings, about as much ink as a drawing has. */
static void draw(struct picture *p, size_t side)
{
	if (picture_prepare(p, PICTURE_GREY, (uint32_t)side, (uint32_t)side, NULL) < 0)
		die("out of memory");
	memset(p->pixels.data, 255, p->pixels.size);
	for (uint32_t y = 0; y < side; y++)
		for (uint32_t x = 0; x < side; x++) {
			const long dx = (long)x - (long)side / 2, dy = (long)y - (long)side / 3;
			if ((dx * dx + dy * dy) % 6000 < 300)
				picture_row(p, y)[x] = 30;
		}
}

/* Colour by colour, normalised. */
static void write_picture(size_t side, const char *path)
{
	static const float mean[3] = {0.485f, 0.456f, 0.406f}, deviation[3] = {0.229f, 0.224f, 0.225f};
	struct picture p = {0};
	struct bytes out = {0};
	FILE *f = fopen(path, "wb");

	draw(&p, side);
	for (int c = 0; c < 3; c++)
		for (size_t i = 0; i < side * side; i++) {
			uint8_t le[4];
			lef32_put(le, ((float)p.pixels.data[i] / 255 - mean[c]) / deviation[c]);
			if (bytes_append(&out, le, sizeof le) < 0)
				die("out of memory");
		}
	if (!f || fwrite(out.data, 1, out.size, f) < out.size || fclose(f) != 0)
		die("cannot write '%s':", path);
	bytes_release(&out);
	picture_release(&p);
}

static void write_vector(const float *v, size_t n, const char *path)
{
	uint8_t *le = malloc(4 * n);
	FILE *f = fopen(path, "wb");

	if (!le || !f)
		die("cannot write '%s':", path);
	lef32_put_array(le, v, n);
	if (fwrite(le, 4, n, f) < n || fclose(f) != 0)
		die("cannot write '%s':", path);
	free(le);
}

/* Another runtime, if there is one. */
struct peer {
	FILE *questions, *answers;
	char **names;
	int count;
	char version[32];
	double times[PEERS][MAX_ROUNDS];
};

static void open_peer(struct peer *p, const char *questions, const char *answers)
{
	p->questions = fopen(questions, "w");
	p->answers = p->questions ? fopen(answers, "r") : NULL;
	if (!p->answers || fscanf(p->answers, "ready %31s", p->version) != 1)
		die("the other runtime does not answer");
}

static double ask_peer(struct peer *p, int which)
{
	double seconds;

	if (fprintf(p->questions, "%d\n", which) < 0 || fflush(p->questions) != 0 || fscanf(p->answers, "%lf", &seconds) != 1)
		die("the other runtime does not answer");
	return seconds;
}

enum { REDUCED = 3 };

/* The same model in fewer bits. */
struct reduced {
	enum vit_precision precision;
	struct vit_weights *w;
	struct vit_scratch *scratch;
	struct floor_operations operations;
	double distance; /* one minus the cosine to f32 */
	double times[MAX_ROUNDS], floors[MAX_ROUNDS]; /* floors: at the rates beside it */
};

/* What is measured of a model. */
struct bench {
	const struct vit_weights *w;
	struct reduced reduced[REDUCED];
	int reduced_count;
	struct floor_rates rates;
	size_t tokens;
	int rounds;
	struct peer peer;
	struct part parts[PARTS];
	int part_count;
	double times[MAX_ROUNDS], peaks[MAX_ROUNDS];
};

/* One picture in every precision that this CPU has. */
static void measure_reduced(struct bench *b, const struct picture *picture, const float *exact, int round)
{
	const struct vit_options options = {VIT_POOL_CLS, vit_default_positions(&b->w->shape)};
	const size_t n = b->w->shape.dimension;
	float *out = numbers(n);
	struct error err;

	floor_measure(&b->rates, now);
	for (int i = 0; i < b->reduced_count; i++) {
		struct reduced *r = &b->reduced[i];
		const double floor_before = floor_of(&r->operations, &b->rates), before = now();
		if (vit_embed(r->w, &options, r->scratch, picture, out, &err) < 0)
			die("%s", err.text);
		r->times[round] = now() - before;
		floor_measure(&b->rates, now);
		r->floors[round] = (floor_before + floor_of(&r->operations, &b->rates)) / 2;
		double cosine = 0;
		for (size_t j = 0; j < n; j++)
			cosine += (double)out[j] * (double)exact[j];
		r->distance = 1 - cosine;
	}
	free(out);
}

static void open_reduced(struct bench *b, const struct safetensors *file)
{
	static const enum vit_precision all[] = {VIT_INT16, VIT_INT8, VIT_BF16};
	struct error err;

	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		if (vit_precision_here(gemm_best(), all[i]) != all[i])
			continue;
		struct reduced *r = &b->reduced[b->reduced_count++];
		r->precision = all[i];
		r->w = vit_weights_read(file, NULL, gemm_best(), all[i], &err);
		if (!r->w || !(r->scratch = vit_scratch_new(r->w)))
			die("%s", r->w ? "out of memory" : err.text);
	}
}

static void close_reduced(struct bench *b)
{
	for (int i = 0; i < b->reduced_count; i++) {
		vit_scratch_free(b->reduced[i].scratch);
		vit_weights_free(b->reduced[i].w);
	}
}

static void print_floor(const struct bench *b, const struct reduced *r)
{
	static const char *const kinds[] = {"8 bits", "16 bits", "bfloat16"};
	double shares[MAX_ROUNDS];

	for (int i = 0; i < b->rounds; i++)
		shares[i] = r->times[i] / r->floors[i];
	const struct spread share = spread(shares, b->rounds);
	printf("        its products");
	for (int kind = 0; kind < FLOOR_KINDS; kind++)
		if (r->operations.by_kind[kind] > 0)
			printf(", %.1f Gop in %s", 1e-9 * r->operations.by_kind[kind], kinds[kind]);
	printf(", at the kernels' rates in the first cache: %.0f ms; a picture takes %.2f (%.2f ... %.2f) times that\n",
	        1e3 * median(r->floors, b->rounds), share.median, share.least, share.most);
}

static void measure(struct bench *b, size_t side, const char *vector)
{
	const struct vit_options options = {VIT_POOL_CLS, vit_default_positions(&b->w->shape)};
	struct vit_scratch *scratch = vit_scratch_new(b->w);
	float *out = numbers(b->w->shape.dimension);
	struct picture picture = {0};
	struct error err;

	draw(&picture, side);
	b->part_count = list_parts(b->parts, &b->w->shape, b->tokens);
	product_one_thread();
	if (!scratch || vit_embed(b->w, &options, scratch, &picture, out, &err) < 0)
		die("%s", scratch ? err.text : "out of memory");
	if (vector)
		write_vector(out, b->w->shape.dimension, vector);
	for (int r = 0; r < b->rounds; r++) {
		const double peak = peak_rate(gemm_name(b->w->gemm)), before = now();
		if (vit_embed(b->w, &options, scratch, &picture, out, &err) < 0)
			die("%s", err.text);
		b->times[r] = now() - before;
		measure_reduced(b, &picture, out, r);
		b->peaks[r] = (peak + peak_rate(gemm_name(b->w->gemm))) / 2;
		for (int i = 0; i < b->peer.count; i++)
			b->peer.times[i][r] = ask_peer(&b->peer, i);
		for (int i = 0; i < b->part_count; i++)
			measure_part(&b->parts[i], b->w->gemm, r);
	}
	vit_scratch_free(scratch);
	picture_release(&picture);
	free(out);
}

static void print_time(const char *name, const struct bench *b, const double *times)
{
	const struct spread took = spread(times, b->rounds);
	const double operations = operations_of(&b->w->shape, b->tokens);
	double shares[MAX_ROUNDS], faster[MAX_ROUNDS];

	for (int r = 0; r < b->rounds; r++) {
		shares[r] = b->peaks[r] > 0 ? 100 * operations / times[r] / b->peaks[r] : 0;
		faster[r] = times[r] / b->times[r];
	}
	const struct spread share = spread(shares, b->rounds), ratio = spread(faster, b->rounds);
	printf("    %-26s %6.0f (%.0f ... %.0f) ms, %.0f%% (%.0f ... %.0f) of the peak", name, 1e3 * took.median, 1e3 * took.least,
	        1e3 * took.most, share.median, share.least, share.most);
	if (times != b->times)
		printf(", f32 is %.2f (%.2f ... %.2f) times as fast", ratio.median, ratio.least, ratio.most);
	putchar('\n');
}

static void print(const struct bench *b)
{
	const struct vit_shape *s = &b->w->shape;
	const struct spread peak = spread(b->peaks, b->rounds);
	const double operations = operations_of(s, b->tokens), needed = operations_needed(s, b->tokens);
	char name[64];

	printf("%zu tokens of %zu numbers, %zu layers: %.1f Gop, of which the class token needs %.1f\n", b->tokens, s->dimension,
	        s->layers, 1e-9 * operations, 1e-9 * needed);
	printf("one thread, kernel %s, peak %.1f (%.1f ... %.1f) Gop/s, OpenBLAS core %s; medians of %d rounds (least ... most)\n",
	        gemm_name(b->w->gemm), 1e-9 * peak.median, 1e-9 * peak.least, 1e-9 * peak.most, openblas_get_corename(), b->rounds);
	print_time("a picture, f32", b, b->times);
	for (int i = 0; i < b->reduced_count; i++) {
		const struct reduced *r = &b->reduced[i];
		snprintf(name, sizeof name, "%s, %.1e off", vit_precision_name(r->precision), r->distance);
		print_time(name, b, r->times);
		print_floor(b, r);
	}
	for (int i = 0; i < b->peer.count; i++) {
		snprintf(name, sizeof name, "ONNX Runtime %s, %s", b->peer.version, b->peer.names[i]);
		print_time(name, b, b->peer.times[i]);
	}
	print_parts(b->parts, b->part_count, b->rounds, median(b->times, b->rounds), peak.median);
}

static void time_model(int argc, char **argv)
{
	static struct bench b;
	long long side, rounds;
	struct error err;

	if (argc < 5 || (argc > 5 && argc < 9) || argc > 8 + PEERS || number_integer(argv[3], VIT_PATCH, 2002, &side, &err) < 0 ||
	        side % VIT_PATCH || number_integer(argv[4], 1, MAX_ROUNDS, &rounds, &err) < 0)
		die("usage: embed time MODEL.safetensors SIDE ROUNDS [VECTOR.f32 QUESTIONS ANSWERS NAME ...]");
	struct safetensors *file = safetensors_open(argv[2], &err);
	struct vit_weights *w = file ? vit_weights_read(file, NULL, gemm_best(), VIT_F32, &err) : NULL;
	if (!w)
		die("%s", err.text);
	open_reduced(&b, file);
	safetensors_close(file);
	b.w = w;
	b.tokens = 1 + w->shape.registers + (size_t)(side / VIT_PATCH) * (size_t)(side / VIT_PATCH);
	for (int i = 0; i < b.reduced_count; i++)
		b.reduced[i].operations = floor_operations_of(b.reduced[i].w, b.tokens);
	floor_open(&b.rates, narrow_best(gemm_name(gemm_best())));
	b.rounds = (int)rounds;
	if (argc > 5) {
		b.peer.names = argv + 8;
		b.peer.count = argc - 8;
		open_peer(&b.peer, argv[6], argv[7]);
	}
	measure(&b, (size_t)side, argc > 5 ? argv[5] : NULL);
	print(&b);
	close_reduced(&b);
	floor_close(&b.rates);
	vit_weights_free(w);
}

/* The next vector; false at the end. */
static bool read_vector(FILE *f, float *v, size_t n)
{
	uint8_t le[4];

	for (size_t i = 0; i < n; i++) {
		if (fread(le, 1, sizeof le, f) < sizeof le)
			return false;
		v[i] = lef32_get(le);
	}
	return true;
}

/* The largest and the mean distance of vectors that two files hold in the same order. */
static void print_distances(size_t n, const char *exact, const char *other)
{
	FILE *f = fopen(exact, "rb"), *g = fopen(other, "rb");
	float *a = numbers(n), *b = numbers(n);
	double worst = 0, sum = 0;
	int count = 0;

	if (!f || !g)
		die("cannot open '%s':", f ? other : exact);
	for (; read_vector(f, a, n) && read_vector(g, b, n); count++) {
		double product = 0, aa = 0, bb = 0;
		for (size_t i = 0; i < n; i++) {
			product += (double)a[i] * (double)b[i];
			aa += (double)a[i] * (double)a[i];
			bb += (double)b[i] * (double)b[i];
		}
		const double distance = 1 - product / sqrt(aa * bb);
		worst = distance > worst ? distance : worst;
		sum += distance;
	}
	if (!count)
		die("no vectors of %zu numbers in '%s' and '%s'", n, exact, other);
	printf("%.1e (mean %.1e) on %d\n", worst, sum / count, count);
	fclose(f);
	fclose(g);
	free(a);
	free(b);
}

int main(int argc, char **argv)
{
	long long side;
	struct error err;

	message_program(argv[0]);
	if (argc > 1 && strcmp(argv[1], "time") == 0)
		time_model(argc, argv);
	else if (argc == 4 && strcmp(argv[1], "picture") == 0 && number_integer(argv[2], VIT_PATCH, 2002, &side, &err) == 0)
		write_picture((size_t)side, argv[3]);
	else if (argc == 5 && strcmp(argv[1], "distances") == 0 && number_integer(argv[2], 1, 16384, &side, &err) == 0)
		print_distances((size_t)side, argv[3], argv[4]);
	else
		die("usage: embed time MODEL.safetensors SIDE ROUNDS ... | embed picture SIDE PIXELS.f32 | embed distances N EXACT.f32 OTHER.f32");
	finish_stdout();
	return 0;
}
