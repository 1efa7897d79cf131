/* SPDX-License-Identifier: ISC */
#include "math/activation.h"
#include "unit/test.h"

#include <stdint.h>

enum { N = 1370 };

static float random_number(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return (float)(*state >> 8) * 0x1p-23f - 1;
}

static void fill(float *x, size_t n, float range, uint32_t seed)
{
	for (size_t i = 0; i < n; i++)
		x[i] = range * random_number(&seed);
}

static double largest_difference(const float *a, const float *b, size_t n)
{
	double worst = 0;

	for (size_t i = 0; i < n; i++) {
		const double d = fabs((double)a[i] - (double)b[i]) / fmax(1, fabs((double)b[i]));
		worst = d > worst || d != d ? d : worst;
	}
	return worst;
}

/* Every function on rows of awkward lengths, against the oracle. */
static void compare(const struct activation *set, const struct activation *oracle)
{
	static const size_t lengths[] = {1, 3, 7, 8, 9, 15, 16, 17, 31, 384, 1370};
	float x[N], y[N], weight[N], bias[N], a[N + 1], b[N + 1];
	double norm = 0, gelu = 0, swiglu = 0, added = 0;
	bool inside = true;

	for (size_t l = 0; l < sizeof lengths / sizeof *lengths; l++) {
		const size_t n = lengths[l];
		fill(x, n, 6, (uint32_t)l);
		fill(y, n, 3, (uint32_t)l + 100);
		fill(weight, n, 1, (uint32_t)l + 200);
		fill(bias, n, 1, (uint32_t)l + 300);
		a[n] = 77;
		set->layer_norm(x, n, weight, bias, 1e-6f, a);
		oracle->layer_norm(x, n, weight, bias, 1e-6f, b);
		norm = fmax(norm, n > 1 ? largest_difference(a, b, n) : 0);
		memcpy(a, x, n * sizeof *x);
		memcpy(b, x, n * sizeof *x);
		set->gelu(a, n);
		oracle->gelu(b, n);
		gelu = fmax(gelu, largest_difference(a, b, n));
		set->swiglu(x, y, n, a);
		oracle->swiglu(x, y, n, b);
		swiglu = fmax(swiglu, largest_difference(a, b, n));
		memcpy(a, x, n * sizeof *x);
		memcpy(b, x, n * sizeof *x);
		set->add_scaled(a, weight, y, n);
		oracle->add_scaled(b, weight, y, n);
		added = fmax(added, largest_difference(a, b, n));
		inside = inside && a[n] == 77;
	}
	ok(norm < 2e-6, "%s: layer norm, largest difference %.2g", set->version.name, norm);
	ok(gelu < 1e-6, "%s: GELU, largest difference %.2g", set->version.name, gelu);
	ok(swiglu < 1e-6, "%s: SwiGLU, largest difference %.2g", set->version.name, swiglu);
	ok(added < 3e-7, "%s: residual, scaled, largest difference %.2g", set->version.name, added);
	ok(inside, "%s writes nothing behind a row", set->version.name);
}

static void extremes(const struct activation *set)
{
	float wide[2] = {-100, 100}, one[2] = {1, 1}, out[2];

	set->gelu(wide, 2);
	ok(fabsf(wide[0]) < 1e-4f && wide[1] == 100, "%s: GELU of extremes", set->version.name);
	wide[0] = -100, wide[1] = 100;
	set->swiglu(wide, one, 2, out);
	ok(fabsf(out[0]) < 1e-30f && out[1] == 100, "%s: SwiGLU of extremes", set->version.name);
}

int main(void)
{
	static const char *const names[] = {"portable", "avx2", "avx512"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const struct activation *set = activation_named(names[i]);
		if (!set) {
			skip("this CPU has no such instructions");
			continue;
		}
		compare(set, activation_named("portable"));
		extremes(set);
	}
	return done();
}
