/* SPDX-License-Identifier: ISC */
#include "generate/random.h"

static uint64_t mix(uint64_t z)
{
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

struct random random_from(uint64_t seed, uint64_t number, uint64_t matter)
{
	return (struct random){mix(seed + mix(number + mix(matter + 0x9e3779b97f4a7c15u)))};
}

uint64_t random_bits(struct random *r)
{
	return mix(r->state += 0x9e3779b97f4a7c15u);
}

int random_below(struct random *r, int limit)
{
	return (int)((random_bits(r) >> 32) * (uint64_t)limit >> 32);
}

int random_in(struct random *r, int low, int high)
{
	return low + random_below(r, high - low + 1);
}

double random_unit(struct random *r)
{
	return (double)(random_bits(r) >> 11) * 0x1p-53;
}

double random_between(struct random *r, double low, double high)
{
	return low + (high - low) * random_unit(r);
}

bool random_chance(struct random *r, double probability)
{
	return random_unit(r) < probability;
}
