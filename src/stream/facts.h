/* SPDX-License-Identifier: ISC */
/*
 * facts - the name=value lines in a stream's header: what is true of all its items
 *
 * Names are words of lower-case letters, digits, '-' and '_', joined by dots; values are text without control bytes. Sorted by
 * name. In use:
 *     pixels.NAME           what was done to the pixels so far and with which options (pixels.letterbox=518)
 *     space.SPACE.NAME      the identity of a vector space: weights, dimension, metric, and all pixels.* under which it was made
 *     quality.PROGRAM.NAME  precision, kernels, versions: recorded, never compared
 * All but quality.* is identity: streams, or a question and an index, that disagree in it do not belong together.
 */
#ifndef STREAM_FACTS_H
#define STREAM_FACTS_H

#include "base/bytes.h"
#include "base/error.h"

struct fact {
	char *name, *value; /* owned by the facts */
};

struct facts {
	struct fact *list;
	size_t count;
};

/* Sets or replaces; 0, or -1: a name or value of the wrong form, too many (LIMIT_FACTS), or memory. */
int facts_set(struct facts *f, const char *name, const char *value, struct error *err);
int facts_set_format(struct facts *f, struct error *err, const char *name, const char *format, ...)
#ifdef __GNUC__
        __attribute__((format(printf, 4, 5)))
#endif
        ;

/* The value, or NULL; valid until the fact is set again or the facts are released. */
const char *facts_get(const struct facts *f, const char *name);

/* Removes all facts whose name begins with prefix. */
void facts_remove(struct facts *f, const char *prefix);

int facts_copy(struct facts *to, const struct facts *from); /* replaces *to; 0/-1 (memory) */

/*
 * Compares the facts that are identity and whose name begins with prefix ("" for all). 0 when they agree; otherwise -1 and a text that
 * says both: "space.sketch.weights is 12ab… in A and 34cd… in B".
 */
int facts_agree(const struct facts *a, const char *name_a, const struct facts *b, const char *name_b,
        const char *prefix, struct error *err);

/* "name=value\n" lines, sorted. Encode appends. Decode replaces *f; order and form are checked. */
int facts_encode(const struct facts *f, struct bytes *to);
int facts_decode(struct facts *f, const void *text, size_t size, struct error *err);

void facts_release(struct facts *f);

#endif
