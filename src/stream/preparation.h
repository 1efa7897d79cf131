/* SPDX-License-Identifier: ISC */
/*
 * preparation - how a picture becomes a vector of a space, as the argument lists of the programs that do it
 *
 * A question has to be prepared as the answers were. The facts of a space (space.SPACE.pixels.*) say how that was; here they
 * become `letterbox …` and `embed …` again. The same is used to append to an index with the options it was made with.
 */
#ifndef STREAM_PREPARATION_H
#define STREAM_PREPARATION_H

#include "base/error.h"
#include "base/limits.h"
#include "stream/facts.h"

enum { PREPARATION_ARGUMENTS = 12, PREPARATION_TEXT = 32 };

struct preparation {
	const char *letterbox[PREPARATION_ARGUMENTS]; /* argument lists, NULL at the end; they point into the struct */
	const char *embed[PREPARATION_ARGUMENTS];
	char model[LIMIT_PATH + 1];
	char size[PREPARATION_TEXT], trim[PREPARATION_TEXT], fit[PREPARATION_TEXT]; /* the values of pixels.*; "" unsaid */
	char pool[PREPARATION_TEXT], positions[PREPARATION_TEXT]; /* those of the space's pool and positions */
};

/* The values of pixels.letterbox, pixels.trim ("auto", "all", "none") and pixels.fit ("14"); NULL for letterbox's own default. */
struct preparation_pixels {
	const char *size, *trim, *fit;
};

/*
 * The argument lists for these pixels and this name or path of the model's weights; NULL for embed's own default. 0, or -1 with
 * the reason. *p must not be copied.
 */
int preparation_init(struct preparation *p, const struct preparation_pixels *pixels, const char *model, struct error *err);

/*
 * Adds to the arguments of embed how the space uses its weights (--pool, --positions), where its facts say so. 0, or -1 with the
 * reason. Called by preparation_from_facts; for those who call preparation_init with facts at hand.
 */
int preparation_add_use(struct preparation *p, const struct facts *facts, const char *space, struct error *err);

/* Adds --precision to the arguments of embed; NULL: nothing. The text must live as long as *p: what is no fact of a space is not kept. */
void preparation_set_precision(struct preparation *p, const char *precision);

/*
 * The same for the space, from its facts. -1 also when they ask for what this version cannot do (a way of cleaning that it does
 * not know, say). model NULL is the one that ships and has this name; for a vision transformer that is refused with the space's name and
 * the identity of its weights, and for any other space, which no model here makes, with its name.
 */
int preparation_from_facts(struct preparation *p, const struct facts *facts, const char *space, const char *model,
        struct error *err);

#endif
