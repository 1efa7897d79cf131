/* SPDX-License-Identifier: ISC */
/*
 * random - numbers that are the same on every machine: splitmix64 (Steele, Lea, Flood 2014)
 *
 * Each patent, and each matter of a patent (shape, sheets, words, damage), draws from a stream of its own, so
 * that one does not change because another drew more often.
 */
#ifndef GENERATE_RANDOM_H
#define GENERATE_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct random {
	uint64_t state;
};

struct random random_from(uint64_t seed, uint64_t number, uint64_t matter);
uint64_t random_bits(struct random *r);
int random_below(struct random *r, int limit);	    /* 0 … limit - 1 */
int random_in(struct random *r, int low, int high); /* low … high, both included */
double random_unit(struct random *r);		    /* [0, 1) */
double random_between(struct random *r, double low, double high);
bool random_chance(struct random *r, double probability);

#endif
