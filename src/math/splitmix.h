/* SPDX-License-Identifier: ISC */
/*
 * splitmix - random numbers, the same everywhere: G. L. Steele, D. Lea and C. H. Flood, "Fast splittable pseudorandom number
 * generators", 2014
 */
#ifndef MATH_SPLITMIX_H
#define MATH_SPLITMIX_H

#include <stdint.h>

/* The next number; the state begins with the seed. */
static inline uint64_t splitmix64(uint64_t *state)
{
	uint64_t x = *state += 0x9e3779b97f4a7c15u;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	return x ^ x >> 31;
}

/* From 0 to below 1. */
static inline double splitmix_unit(uint64_t *state)
{
	return (double)(splitmix64(state) >> 11) / 9007199254740992.0;
}

#endif
