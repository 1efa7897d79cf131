/* SPDX-License-Identifier: ISC */
/*
 * search INDEX QUESTIONS.f32 [NPROBE] - how often the lists agree with comparing everything, what is compared, and how long it takes
 *
 * QUESTIONS.f32 are vectors of the index's dimension, one behind the other, little-endian. All are asked through the lists first, so
 * that comparing everything does not empty the caches in between.
 */
#include "base/message.h"
#include "base/number.h"
#include "index/search.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { K = 10 };

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* A line of /proc/self/smaps_rollup, in KiB. */
static long memory(const char *name)
{
	FILE *f = fopen("/proc/self/smaps_rollup", "r");
	char line[256];
	long sum = 0;

	while (f && fgets(line, sizeof line, f))
		if (strncmp(line, name, strlen(name)) == 0)
			sum += strtol(line + strlen(name), NULL, 10);
	if (f)
		fclose(f);
	return sum;
}

static int by_value(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

int main(int argc, char **argv)
{
	struct search_answer fast = {0}, exact = {0};
	struct error err;

	message_program(argv[0]);
	if (argc < 3)
		die_usage("usage: search INDEX QUESTIONS.f32 [NPROBE]");
	struct index *ix = index_open(argv[1], &err);
	if (!ix)
		die("%s", err.text);
	const size_t dimension = index_settings(ix)->dimension;
	FILE *f = fopen(argv[2], "rb");
	if (!f)
		die("cannot open '%s':", argv[2]);
	struct search_options o = {.k = K, .min_score = -INFINITY};
	long long nprobe = 0;
	if (argc > 3 && number_integer(argv[3], 1, 1000000, &nprobe, &err) < 0)
		die_usage("%s", err.text);
	o.nprobe = (uint32_t)nprobe;
	enum { MOST = 1 << 12 };
	static double times[MOST];
	static uint32_t found[MOST][K];
	float *questions = calloc(MOST, (dimension + 1) * sizeof *questions);
	const size_t n = questions ? fread(questions, dimension * sizeof *questions, MOST, f) : 0;
	size_t agreed = 0, wanted = 0;
	double scanned = 0, compared = 0, slow = 0;
	for (size_t i = 0; i < n; i++) {
		const double start = now();
		if (search_run(ix, questions + i * dimension, 1, &o, &fast, &err) < 0)
			die("%s", err.text);
		times[i] = now() - start;
		scanned += (double)fast.cost.scanned / (double)fast.cost.vectors;
		compared += (double)fast.cost.compared;
		for (size_t j = 0; j < K; j++)
			found[i][j] = j < fast.count ? fast.hits[j].patent : UINT32_MAX;
	}
	const long private = memory("Private_Dirty:");
	o.exact = true;
	for (size_t i = 0; i < n; i++) {
		const double start = now();
		if (search_run(ix, questions + i * dimension, 1, &o, &exact, &err) < 0)
			die("%s", err.text);
		slow += now() - start;
		wanted += exact.count;
		for (size_t j = 0; j < K; j++)
			for (size_t e = 0; e < exact.count; e++)
				agreed += found[i][j] == exact.hits[e].patent;
	}
	if (!n || !wanted)
		die("'%s' has no question", argv[2]);
	qsort(times, n, sizeof *times, by_value);
	printf("questions %zu  agree %.4f  scanned %.4f  compared %.0f  lists %llu of %llu  ", n, (double)agreed / (double)wanted,
	        scanned / (double)n, compared / (double)n, (unsigned long long)fast.cost.visited, (unsigned long long)fast.cost.lists);
	printf("median %.2f ms  p99 %.2f ms  exact %.2f ms  private %ld KiB\n", times[n / 2], times[n * 99 / 100],
	        slow / (double)n, private);
	search_release(&fast);
	search_release(&exact);
	index_close(ix);
	free(questions);
	fclose(f);
	return 0;
}
