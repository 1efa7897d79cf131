/* SPDX-License-Identifier: ISC */
/*
 * What a vision transformer costs one processor: the whole forward pass beside what the machine can do, its products beside
 * the system's BLAS, and where the time goes.
 *
 * usage: transformer MODEL.safetensors SIDE ROUNDS
 *
 * Times are the thread's own, medians of interleaved rounds, because machines are shared. The peak is a loop of fused
 * multiply-adds in registers, as wide as the kernel's. Parts are measured alone, on numbers of their own, and multiplied
 * by how often a picture needs them: what they leave of the whole is memory and what is not listed.
 */
#include "base/message.h"
#include "base/number.h"
#include "math/activation.h"
#include "math/product.h"
#include "model/vit.h"

#include <cblas.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#if defined __x86_64__
#include <immintrin.h>
#endif

enum { MAX_ROUNDS = 101, PEAK_STEPS = 100000, CHAINS = 12, ROWS = 192, QUERIES = 48, PARTS = 16 };

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

static double median(double *list, int n)
{
	qsort(list, (size_t)n, sizeof *list, by_size);
	return list[n / 2];
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

/* One kind of work: a product (k > 0) or an activation of so many rows of n numbers, and how often a picture needs a row. */
struct part {
	const char *name;
	size_t rows, k, n;
	bool transposed; /* B of the product comes as n × k */
	double rows_a_picture;
	void (*act)(const struct activation *math, float *row, size_t n);
	double ours[MAX_ROUNDS], blas[MAX_ROUNDS]; /* seconds for `rows` */
};

static void act_soft_max(const struct activation *math, float *row, size_t n)
{
	math->soft_max(row, n);
}

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
	const size_t d = s->dimension, head = d / s->heads, in = s->swiglu ? 2 * s->hidden : s->hidden;
	const double layers = (double)s->layers, tokens = (double)n;
	int count = 0;

	p[count++] = (struct part){.name = "patches", .rows = ROWS, .k = VIT_PATCH_NUMBERS, .n = d, true, tokens};
	p[count++] = (struct part){.name = "q, k, v", .rows = ROWS, .k = d, .n = 3 * d, true, tokens * layers};
	p[count++] = (struct part){.name = "q k'", .rows = QUERIES, .k = head, .n = n, true, tokens * layers * (double)s->heads};
	p[count++] = (struct part){.name = "p v", .rows = QUERIES, .k = n, .n = head, false, tokens * layers * (double)s->heads};
	p[count++] = (struct part){.name = "out", .rows = ROWS, .k = d, .n = d, true, tokens * layers};
	p[count++] = (struct part){.name = "mlp 1", .rows = ROWS, .k = d, .n = in, true, tokens * layers};
	p[count++] = (struct part){.name = "mlp 2", .rows = ROWS, .k = s->hidden, .n = d, true, tokens * layers};
	p[count++] = (struct part){.name = "soft-max", .rows = QUERIES, .n = n, .act = act_soft_max,
	        .rows_a_picture = tokens * layers * (double)s->heads};
	p[count++] = (struct part){.name = "gelu", .rows = ROWS, .n = s->hidden, .act = act_gelu,
	        .rows_a_picture = s->swiglu ? 0 : tokens * layers};
	p[count++] = (struct part){.name = "norm", .rows = ROWS, .n = d, .act = act_norm, .rows_a_picture = 2 * tokens * layers};
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

/* One round of a part, ours and, for a product, the system's. */
static void measure_part(struct part *p, const struct gemm *g, const struct activation *math, int round)
{
	float *a = numbers(p->rows * (p->k ? p->k : p->n)), *b, *c;
	double before;

	if (p->act) {
		before = now();
		for (size_t i = 0; i < p->rows; i++)
			p->act(math, a + i * p->n, p->n);
		p->ours[round] = now() - before;
		free(a);
		return;
	}
	b = numbers(p->k * p->n);
	c = numbers(p->rows * p->n);
	struct gemm_panels panels = {p->k, p->n, gemm_alloc(gemm_panels_size(g, p->k, p->n))};
	float *packed = gemm_alloc(gemm_rows_size(g, p->rows, p->k));
	if (!panels.data || !packed)
		die("out of memory");
	gemm_pack_panels(g, b, p->transposed ? p->k : p->n, p->transposed, &panels);
	for (int warm = 0; warm < 2; warm++) {
		before = now();
		gemm_pack_rows(g, a, p->k, 0, p->rows, p->rows, p->k, packed);
		gemm_multiply(g, packed, p->rows, &panels, NULL, c, p->n);
		p->ours[round] = now() - before;
	}
	for (int warm = 0; warm < 2; warm++) {
		before = now();
		cblas_sgemm(CblasRowMajor, CblasNoTrans, p->transposed ? CblasTrans : CblasNoTrans, (int)p->rows, (int)p->n,
		        (int)p->k, 1, a, (int)p->k, b, (int)(p->transposed ? p->k : p->n), 0, c, (int)p->n);
		p->blas[round] = now() - before;
	}
	free(panels.data);
	free(packed);
	free(a);
	free(b);
	free(c);
}

static void print_parts(struct part *parts, int count, int rounds, double whole, double peak)
{
	printf("%-9s %12s %8s %7s %8s %8s\n", "part", "Gop/s", "of peak", "BLAS", "ms", "of whole");
	for (int i = 0; i < count; i++) {
		struct part *p = &parts[i];
		const double seconds = median(p->ours, rounds), took = seconds / (double)p->rows * p->rows_a_picture;
		const double operations = 2 * (double)p->rows * (double)p->k * (double)p->n;
		if (p->k)
			printf("%-9s %12.1f %7.0f%% %7.1f %8.1f %7.1f%%\n", p->name, operations / seconds * 1e-9,
			        peak > 0 ? 100 * operations / seconds / peak : 0, operations / median(p->blas, rounds) * 1e-9,
			        1e3 * took, 100 * took / whole);
		else
			printf("%-9s %12s %8s %7s %8.1f %7.1f%%\n", p->name, "", "", "", 1e3 * took, 100 * took / whole);
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

static void measure(const struct vit_weights *w, size_t side, int rounds)
{
	static struct part parts[PARTS];
	static double whole[MAX_ROUNDS], peaks[MAX_ROUNDS];
	const struct vit_options options = {VIT_POOL_CLS, vit_default_positions(&w->shape)};
	const size_t n = 1 + w->shape.registers + (side / VIT_PATCH) * (side / VIT_PATCH);
	const struct activation *math = activation_named(gemm_name(w->gemm));
	struct vit_scratch *scratch = vit_scratch_new(w);
	float *out = numbers(w->shape.dimension);
	struct picture picture = {0};
	struct error err;

	if (!scratch || picture_prepare(&picture, PICTURE_GREY, (uint32_t)side, (uint32_t)side, &err) < 0)
		die("out of memory");
	for (size_t i = 0; i < picture.pixels.size; i++)
		picture.pixels.data[i] = (uint8_t)(i * 2654435761u >> 24);
	const int count = list_parts(parts, &w->shape, n);
	product_one_thread();
	for (int r = 0; r < rounds; r++) {
		peaks[r] = peak_rate(gemm_name(w->gemm));
		const double before = now();
		if (vit_embed(w, &options, scratch, &picture, out, &err) < 0)
			die("%s", err.text);
		whole[r] = now() - before;
		for (int i = 0; i < count; i++)
			measure_part(&parts[i], w->gemm, math, r);
	}
	const double peak = median(peaks, rounds), seconds = median(whole, rounds), operations = operations_of(&w->shape, n);
	printf("%zu tokens of %zu numbers, %zu layers, kernel %s, OpenBLAS core %s\n", n, w->shape.dimension, w->shape.layers,
	        gemm_name(w->gemm), openblas_get_corename());
	printf("a picture: %.0f ms (%.0f to %.0f), %.1f Gop, %.1f Gop/s", 1e3 * seconds, 1e3 * whole[0], 1e3 * whole[rounds - 1],
	        1e-9 * operations, 1e-9 * operations / seconds);
	if (peak > 0)
		printf(", %.0f%% of the peak of %.1f", 100 * operations / seconds / peak, 1e-9 * peak);
	putchar('\n');
	print_parts(parts, count, rounds, seconds, peak);
	vit_scratch_free(scratch);
	picture_release(&picture);
	free(out);
}

int main(int argc, char **argv)
{
	long long side, rounds;
	struct error err;

	message_program(argv[0]);
	if (argc != 4 || number_integer(argv[2], VIT_PATCH, 2002, &side, &err) < 0 || side % VIT_PATCH ||
	        number_integer(argv[3], 1, MAX_ROUNDS, &rounds, &err) < 0)
		die("usage: transformer MODEL.safetensors SIDE ROUNDS");
	struct safetensors *file = safetensors_open(argv[1], &err);
	struct vit_weights *w = file ? vit_weights_read(file, NULL, gemm_best(), &err) : NULL;
	if (!w)
		die("%s", err.text);
	safetensors_close(file);
	measure(w, (size_t)side, (int)rounds);
	vit_weights_free(w);
	finish_stdout();
	return 0;
}
