/* SPDX-License-Identifier: ISC */
/*
 * filter INDEX EXPRESSION... - what it costs to know which patents pass, by the columns and by their records
 *
 * For each expression a line: how many patents pass, by the columns the first time, the median of 21 further times, and, once, by
 * reading the record of each.
 */
#include "base/message.h"
#include "bench/clock.h"
#include "index/select.h"
#include "oracle/matches.h"

#include <stdio.h>
#include <stdlib.h>

enum { TIMES = 21, TODAY = 20240615 };

/* Patents that pass by their records. Fields of pictures are not read: nothing passes them here. */
static uint64_t by_records(const struct index *ix, const struct filter *f)
{
	struct index_patent p;
	struct error err;
	uint64_t count = 0;
	const char *text;
	size_t size;

	for (uint32_t i = 0; i < index_patent_bound(ix); i++) {
		if (index_patent(ix, i, &p, &err) <= 0)
			continue;
		struct json *record = index_record(ix, i, &text, &size, &err) > 0 ? json_parse(text, size, &err) : NULL;
		count += matches(f, p.document, record, NULL, TODAY) > 0;
		json_release(record);
	}
	return count;
}

static void measure(const struct index *ix, const char *expression, uint64_t *bits)
{
	struct filter f;
	struct error err;
	double times[TIMES], first = 0;
	uint64_t count = 0;
	size_t at;

	if (filter_compile(&f, expression, &at, &err) < 0)
		die_at(expression, at, "wrong filter: %s", err.text);
	for (int i = -1; i < TIMES; i++) {
		const double start = now();
		if (select_patents(ix, &f, TODAY, bits, &count, &err) < 0)
			die("%s", err.text);
		*(i < 0 ? &first : &times[i]) = now() - start;
	}
	qsort(times, TIMES, sizeof *times, by_value);
	const double start = now();
	const uint64_t same = by_records(ix, &f);
	printf("%9llu %9.2f %9.2f %9.0f%s  %s\n", (unsigned long long)count, first, times[TIMES / 2], now() - start,
	        same == count ? " " : "!", expression);
	filter_release(&f);
}

int main(int argc, char **argv)
{
	struct error err;

	message_program(argv[0]);
	if (argc < 3)
		die_usage("usage: filter INDEX EXPRESSION...");
	struct index *ix = index_open(argv[1], &err);
	if (!ix)
		die("%s", err.text);
	uint64_t *bits = calloc(select_words(ix) + 1, sizeof *bits);
	if (!bits)
		die("out of memory");
	printf("%llu patents\n%9s %9s %9s %9s   %s\n", (unsigned long long)index_counts(ix)->patents, "pass", "first ms",
	        "again ms", "records", "expression");
	for (int i = 2; i < argc; i++)
		measure(ix, argv[i], bits);
	free(bits);
	index_close(ix);
	finish_stdout();
	return 0;
}
