/* SPDX-License-Identifier: ISC */
/*
 * version - which of several versions of a function this CPU runs fastest
 *
 * A function, or a few that belong together, in plain C, the oracle, and again for CPUs that can do more. The versions are a table of
 * structs of any kind that begin with a struct version, the fastest first, the portable one last:
 *
 *     const struct gemv_version gemv_versions[] = {
 *             {{"avx2", processor_has_avx2}, multiply_avx2},
 *             {{"portable", version_always}, multiply_portable},
 *     };
 *
 * A module uses the first that is supported. Tests go through the table and compare with the last all others that are.
 */
#ifndef MATH_VERSION_H
#define MATH_VERSION_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

struct version {
	const char *name;        /* as "avx2" */
	bool (*supported)(void); /* by this CPU */
};

/* What every CPU supports: true. */
bool version_always(void);

/* The first of the table, whose elements have `size` bytes each, that is supported; the last of them always has to be. */
const void *version_first(const void *table, size_t size);

/* The one of `count` that has this name; NULL when there is none, or it is not supported. */
const void *version_named(const void *table, size_t size, size_t count, const char *name);

/* The first that is supported, found out once: a static one for each table, shared by all threads. */
struct version_choice {
	_Atomic(const void *) chosen;
};

/* All threads choose the same: whichever comes first, nothing has to be waited for, and a call costs what reading a variable does. */
static inline const void *version_chosen(struct version_choice *c, const void *table, size_t size)
{
	const void *chosen = atomic_load_explicit(&c->chosen, memory_order_relaxed);

	if (!chosen) {
		chosen = version_first(table, size);
		atomic_store_explicit(&c->chosen, chosen, memory_order_relaxed);
	}
	return chosen;
}

#endif
