/* SPDX-License-Identifier: ISC */
/*
 * bits - sets of ordinals: n is in the set when bit n % 64 of word n / 64 is 1
 *
 * The words are the caller's, and as many as the largest ordinal takes.
 */
#ifndef BASE_BITS_H
#define BASE_BITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline bool bits_has(const uint64_t *set, size_t n)
{
	return set[n / 64] >> n % 64 & 1;
}

static inline void bits_add(uint64_t *set, size_t n)
{
	set[n / 64] |= (uint64_t)1 << n % 64;
}

static inline void bits_remove(uint64_t *set, size_t n)
{
	set[n / 64] &= ~((uint64_t)1 << n % 64);
}

#endif
