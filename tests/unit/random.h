/* SPDX-License-Identifier: ISC */
/*
 * random - numbers that unit tests are made of, the same every time: the state, the caller's, begins with any seed
 */
#ifndef UNIT_RANDOM_H
#define UNIT_RANDOM_H

#include <stdint.h>

/* A linear congruential generator (Knuth's MMIX); its upper bits are the better ones. */
static inline uint64_t random_next(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return *state;
}

/* From -1 to below 1. */
static inline float random_number(uint64_t *state)
{
	return (float)((double)(random_next(state) >> 40) / (1 << 23) - 1);
}

/* From 0 to below n. */
static inline uint32_t random_below(uint64_t *state, uint32_t n)
{
	return (uint32_t)(random_next(state) >> 33) % n;
}

#endif
