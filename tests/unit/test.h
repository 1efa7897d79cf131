/* SPDX-License-Identifier: ISC */
/*
 * test - a C unit test speaks TAP, as the scripts do
 *
 *     ok(crc32c(0, "123456789", 9) == 0xe3069283u, "crc32c of the check string");
 *     return done();
 */
#ifndef UNIT_TEST_H
#define UNIT_TEST_H

#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int test_count, test_failures;

/* One sentence per test, printf style. Returns the condition. */
__attribute__((format(printf, 2, 3), unused)) static bool ok(bool condition, const char *format, ...)
{
	va_list ap;

	printf("%sok %d - ", condition ? "" : "not ", ++test_count);
	va_start(ap, format);
	vprintf(format, ap);
	va_end(ap);
	putchar('\n');
	test_failures += !condition;
	return condition;
}

__attribute__((unused)) static bool is_text(const char *got, const char *expected, const char *name)
{
	const bool same = got && strcmp(got, expected) == 0;

	if (!ok(same, "%s", name))
		printf("# got      '%s'\n# expected '%s'\n", got ? got : "(null)", expected);
	return same;
}

__attribute__((unused)) static void skip(const char *reason)
{
	printf("ok %d # SKIP %s\n", ++test_count, reason);
}

/* Prints the plan; main returns it. */
static inline int done(void)
{
	printf("1..%d\n", test_count);
	return fflush(stdout) != 0 || test_failures != 0;
}

#endif
