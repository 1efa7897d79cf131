/* SPDX-License-Identifier: ISC */
/*
 * search - the pictures and patents of a snapshot that are nearest to a question
 *
 * A question is one or more vectors: several views of one thing. The score of a picture is that of its best vector of the
 * question, the score of a patent that of its best picture: the best pair. Scores are as index_metric says, larger is better.
 *
 * The inverted file (Jégou, Douze and Schmid, "Product quantization for nearest neighbor search", 2011, section IV) is
 * visited from the lists whose centroids are nearest outwards, as many of them for each vector of the question as its calibration
 * says are needed (index/calibration.h), and further until k answers are found or all lists are done: if k are allowed, k come
 * back. In a list the codes are scanned; the vectors behind those that can be among the k best, by their estimates
 * (index/codes.h), are compared exactly, so that scores are exact. An index that is not trained yet is answered by
 * comparing all vectors.
 *
 * A question that allows some patents only takes the cheapest of three ways. When few are allowed, their vectors are looked up
 * and compared. Else lists are visited outwards, and of their codes those that are allowed scanned, until the codes scanned so far let
 * expect hardly anything better in the lists that are left (index/sift.h). Where hardly any of what is allowed is met near the
 * question it is looked up in which lists the allowed pictures are, and only these are visited.
 */
#ifndef INDEX_SEARCH_H
#define INDEX_SEARCH_H

#include "index/index.h"

#define SEARCH_RECALL 0.99

struct search_options {
	uint32_t k;              /* answers wanted, at least 1 */
	bool by_picture;         /* answers are pictures; else patents, each with its best picture */
	double min_score;        /* nothing below it is answered; -INFINITY for all */
	double recall;           /* the part of the k best that is to be found, SEARCH_RECALL when 0; above all levels of the
	                          * calibration every vector is compared */
	uint32_t nprobe;         /* lists visited for each vector of the question; 0: as the recall wants */
	float deviations;        /* of an estimate that are allowed for; 0: as the recall wants, with nprobe 3 */
	float radius;            /* of lists (index/calibration.h); 0: as the recall wants, with nprobe none */
	float rest;              /* under a filter: calibration_rest; 0: as the recall wants */
	bool exact;              /* compare with every vector */
	int jobs;                /* threads that compare with every vector; 0: 1. The answer does not depend on them */
	const uint64_t *allowed; /* patents that may answer (base/bits.h), index_patent_bound bits; NULL: all */
};

struct search_hit {
	float score;
	uint32_t patent, picture; /* ordinals; of a patent its best picture */
	uint32_t question;        /* which of the question's vectors it was nearest to */
};

/* Which vectors were compared. */
enum search_way {
	SEARCH_ALL,       /* every one */
	SEARCH_LOOKED_UP, /* those of the few patents that are allowed, one by one */
	SEARCH_LISTS,     /* by the codes of the nearest lists */
	SEARCH_SIFTED,    /* by the codes of what is allowed in as many lists as it takes */
	SEARCH_LOCATED,   /* likewise, having counted which lists hold it: it is not where the question is */
};

/* "all vectors", "the vectors that pass", "the nearest lists", "what passes in the nearest lists", "what passes in the lists that
 * hold it" */
const char *search_way_name(enum search_way way);

/* What a search cost. */
struct search_cost {
	uint64_t scanned;  /* vectors looked at: by their codes, or exactly */
	uint64_t refined;  /* of them estimated anew, by longer codes */
	uint64_t compared; /* of them exactly */
	uint64_t vectors;  /* in the index */
	uint64_t visited;  /* lists */
	uint64_t lists;    /* in the index; 0: not trained */
	double recall;     /* measured at the training with so many lists and no filter; 0: not known, 1: exact */
	enum search_way way;
	bool exact;        /* the answer is that of comparing with all that was allowed */
};

/* Start with {0}; reused by every search. */
struct search_answer {
	struct search_hit *hits; /* best first; equal scores by document, then by identity */
	size_t count, capacity;
	struct search_cost cost;
};

/*
 * Lists visited for each vector of a question, about, when no filter asks for more (index/calibration.h); all lists: every vector is
 * compared.
 */
uint32_t search_lists(const struct index *ix, const struct search_options *options);

/*
 * Answers a question of `count` vectors, values[count × dimension], which need not be of unit length. 0, or -1: a vector
 * that is not finite or, with cosine, zero; an index without vectors has no answers, which is no error.
 */
int search_run(const struct index *ix, const float *values, size_t count, const struct search_options *options,
        struct search_answer *answer, struct error *err);

/* One of several questions. */
struct search_question {
	const float *values;      /* (count, dimension), as search_run has them */
	size_t count;             /* 0: it has no answers */
	const uint32_t *left_out; /* a patent that does not answer it; NULL: none */
};

/*
 * Answers several questions as search_run does one with options.exact, for all of them reading each vector once: answers[count]. 0/-1. The
 * index has vectors.
 */
int search_exactly(const struct index *ix, const struct search_question *questions, size_t count, const struct search_options *options,
        struct search_answer *answers, struct error *err);

/* The score of one picture for the question, exactly as search_run has it: 1, 0 when there is no such picture, -1. */
int search_score(const struct index *ix, const float *values, size_t count, uint32_t picture, float *score,
        struct error *err);

void search_release(struct search_answer *answer);

#endif
