/* SPDX-License-Identifier: ISC */
/*
 * probes - the lists that a question visits, from the nearest outwards
 *
 * The centroids of the groups are compared first (index/centroids.h), and then those of the lists in the nearest groups: of so many
 * groups that they hold several times as many lists as are wanted. Who wants more than that gets all lists ranked.
 */
#ifndef INDEX_PROBES_H
#define INDEX_PROBES_H

#include "index/index.h"

struct probe {
	float nearness; /* larger is nearer */
	float product;  /* of the centroid and the question, nearly */
	float half;     /* of the centroid's squared length */
	uint32_t list;
	const uint8_t *centroid; /* in the snapshot */
};

/* Start with {0}; reused by every question. */
struct probes {
	struct probe *probes; /* the nearest first */
	size_t sorted, capacity;
	/* of ranking */
	struct probe *met;            /* lists as they are met */
	uint64_t *keys, *group_keys;  /* of these, and of the groups, in the order of nearness */
	size_t met_capacity, key_capacity, group_capacity;
};

/* Ranks the lists for a question of the index's dimension; `wanted` of them, or all, are sorted. 0/-1. */
int probes_rank(struct probes *p, const struct index *ix, const float *question, size_t wanted, struct error *err);

void probes_release(struct probes *p);

#endif
