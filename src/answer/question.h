/* SPDX-License-Identifier: ISC */
/*
 * question - what is asked: vectors of an index's space, from patents in it, from streams, from pictures
 *
 * Pictures go through `decode | letterbox | embed`, all through one run of them, with the options that the facts of the
 * index's space say. A file is a question: its pages are pictures of one thing. So is an item of a stream, except that
 * items which are pages of one file, as decode makes them, are again one question.
 */
#ifndef ANSWER_QUESTION_H
#define ANSWER_QUESTION_H

#include "base/bytes.h"
#include "index/index.h"

#include <stdint.h>

struct question_inputs {
	const char *index;             /* its name, for messages */
	const char *const *ids;        /* patent numbers in any spelling, identities as an index or a stream shows them */
	int id_count;
	const char *const *streams;    /* files, "-" for stdin */
	int stream_count;
	const char *const *pictures;   /* what decode reads, "-" for stdin */
	int picture_count;
	const char *files0_from;       /* a file that names more of them, each name ended by a NUL; NULL: none */
	int picture_input;             /* a descriptor that decode reads as its stdin, -1: that of this process; closed here */
	const char *model;             /* of the pictures; NULL: the one named like the space */
	const char *crop;              /* "x,y,w,h" of the upright pages, or NULL */
};

/* Start with {0}; reused by every call. */
struct question {
	char name[IDENTITY_TEXT];          /* the file as given, the identity of a patent or an item */
	char document[LIMIT_DOCUMENT + 1]; /* the patent it belongs to, if any does */
	float *values;                     /* count vectors of the index's dimension */
	struct bytes *thumbnails;          /* as many: of the pictures that the vectors are of, JPEG; empty where there is none */
	size_t count, capacity;
	bool is_file;       /* the name is that of a file */
	struct error fault; /* why a picture of it cannot be asked with, "" when all can */
};

struct questions;

/* Starts what has to run. The inputs must stay. NULL: a space that cannot be prepared, a list of names that is not there, no memory. */
struct questions *questions_open(const struct index *ix, const struct question_inputs *inputs, struct error *err);

/*
 * The next question, in the order of ids, streams, pictures: 1, 0 behind the last, -1. One without vectors
 * cannot be asked, for the reason in q->fault. Inputs that other programs have reported already are only counted.
 */
int questions_next(struct questions *qs, struct question *q, struct error *err);

/* Questions that are answered together, and the one behind them, read ahead: only then is known whether there is one. Start with {0}. */
struct question_group {
	struct question *questions; /* (count) */
	size_t count, capacity;
	size_t vectors;             /* of all of them */
	struct question ahead;
	bool begun, goes_on;        /* there is one ahead */
	int status;                 /* -1: reading it failed, for this reason */
	struct error error;
};

/* The next question, and those behind it until they are so many or have so many vectors: 1, 0 behind the last, -1. */
int questions_gather(struct questions *qs, struct question_group *g, size_t many, struct error *err);
void question_group_release(struct question_group *g);

/* Inputs that another program could not read, and has said so. */
uint64_t questions_faults(const struct questions *qs);

void questions_close(struct questions *qs); /* ends what still runs; NULL is allowed */
void question_release(struct question *q);

#endif
