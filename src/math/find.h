/* SPDX-License-Identifier: ISC */
/*
 * find - where bytes occur within others (memmem, which POSIX.1-2008 has not), for searching much at once
 *
 * Two bytes of what is looked for, the rarest in the texts that people write, are compared at their distance at many places at a
 * time; only where both agree the rest is looked at (W. Muła, "SIMD-friendly algorithms for substring searching", 2016).
 */
#ifndef MATH_FIND_H
#define MATH_FIND_H

#include "math/version.h"

#include <stddef.h>
#include <stdint.h>

struct find {
	const uint8_t *what;
	size_t size;
	size_t places[2]; /* of the two bytes in it */
};

/* Looks for what[size], which stays the caller's; size is at least 1. */
struct find find_prepare(const uint8_t *what, size_t size);

/* The first place in text[size] at or behind `at`; size when there is none. */
size_t find_next(const struct find *f, const uint8_t *text, size_t size, size_t at);

struct find_version {
	struct version version;
	size_t (*next)(const struct find *f, const uint8_t *text, size_t size, size_t at);
};

/* The fastest first; the last is the portable one, the oracle, always supported. */
extern const struct find_version find_versions[];
extern const size_t find_version_count;

#endif
