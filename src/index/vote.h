/* SPDX-License-Identifier: ISC */
/*
 * vote - the Locarno class of a picture, by what the patents are that look most like it
 *
 * The VOTE_NEAREST patents of an index with a class that are nearest to a vector vote for theirs, the patent that the picture is of
 * left out. Their weight is Dudani's ("The distance-weighted k-nearest-neighbor rule", 1976): 1 for the nearest, 0 for the one
 * behind the last, and linear in the score between. So it does not matter in which units a metric measures.
 *
 * Shares of votes are no probabilities: a calibration makes them such. p = share^(1 / temperature), divided by the sum of these over
 * all classes that were voted for and `other`, which leaves a chance for those that were not. Subclasses are calibrated among those of one
 * class, of whose probability they are parts. The numbers are fitted to patents of the index, each taken for a question with itself left
 * out, to the least mean logarithmic loss (Guo et al., "On calibration of modern neural networks", 2017), on a coarse grid: a patent more
 * or less seldom makes another calibration. Nothing is drawn at random.
 */
#ifndef INDEX_VOTE_H
#define INDEX_VOTE_H

#include "base/error.h"
#include "index/index.h"
#include "patent/class.h"

enum { VOTE_NEAREST = 15, VOTE_CASES = 400 }; /* voters; patents to fit the calibration to, at most */

/* A class is the first two digits of the Locarno classification, a subclass all four. */
enum vote_level { VOTE_CLASS, VOTE_SUBCLASS, VOTE_LEVELS };

/* "class", "subclass". */
const char *vote_level_name(enum vote_level level);

struct vote {
	char name[LOCARNO_SIZE]; /* "06", "06-01" */
	double share;            /* of the votes; of the probability once calibrated */
};

/* Largest share first, equal ones by name. The shares sum to 1; once calibrated to what `other` leaves. */
struct votes {
	struct vote list[VOTE_NEAREST];
	size_t count; /* 0: there is no other patent with a class */
};

struct vote_calibration {
	double temperature, other;
};

/* Searches a snapshot for votes; belongs to one thread, as its index does. */
struct voter;

/* NULL with the reason. The index stays the caller's, and open. */
struct voter *voter_new(const struct index *ix, struct error *err);
void voter_free(struct voter *v); /* NULL is allowed */

/* Whom a vector of the index's space and dimension is voted to be; document is left out, NULL: nobody. 0/-1. */
int voter_ask(struct voter *v, const float *vector, const char *document, struct votes votes[VOTE_LEVELS], struct error *err);

/* The class of a patent of the index at this level: 1, 0 when it has none, -1. */
int voter_class(struct voter *v, uint32_t patent, enum vote_level level, char to[LOCARNO_SIZE], struct error *err);

/* Fits to patents that lie evenly over the index, one picture of each. *cases (may be NULL) is how many. 0/-1. */
int voter_calibrate(struct voter *v, struct vote_calibration to[VOTE_LEVELS], size_t *cases, struct error *err);

/* Shares become probabilities. */
void votes_calibrate(struct votes votes[VOTE_LEVELS], const struct vote_calibration c[VOTE_LEVELS]);

/* A question whose answer is known. */
struct vote_case {
	struct votes votes[VOTE_LEVELS];
	char truth[LOCARNO_SIZE]; /* the subclass */
};

/* The calibrations that fit best; without cases the shares stay nearly as they are. */
void vote_fit(const struct vote_case *cases, size_t count, struct vote_calibration to[VOTE_LEVELS]);

#endif
