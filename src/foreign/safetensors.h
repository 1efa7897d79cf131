/* SPDX-License-Identifier: ISC */
/*
 * safetensors - published weights: named arrays in one file, read in place
 *
 * The format of huggingface/safetensors: a u64 with the length of a header, the header (a JSON object that gives each tensor its
 * dtype, shape and data_offsets), then the data, little-endian. The file is mapped and nothing of it is trusted: every
 * tensor lies within the data, agrees with its shape, overlaps no other, and nothing lies between. Tensors stay where they
 * are until tensor_get_f32 takes a copy. A file that another process cuts short while it is in use ends this one (SIGBUS).
 */
#ifndef FOREIGN_SAFETENSORS_H
#define FOREIGN_SAFETENSORS_H

#include "base/error.h"
#include "base/json.h"
#include "base/sha256.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

enum {
	SAFETENSORS_RANK = 8,            /* dimensions of a tensor */
	SAFETENSORS_NAME = 255,          /* bytes of its name */
	SAFETENSORS_TENSORS = 65536,     /* in a file */
	SAFETENSORS_HEADER = 8 << 20,    /* bytes of the header */
};

struct tensor {
	char *name;
	const char *type;               /* as the file says it: "F32", "F16", "BF16", "I64", ... */
	int rank;                       /* 0: a single number */
	uint64_t shape[SAFETENSORS_RANK];
	uint64_t count;                 /* numbers in it, the product of the shape */
	const uint8_t *data;            /* little-endian, at any address */
	uint64_t size;                  /* bytes of data */
};

struct safetensors;

/* Maps and checks a file; NULL with the reason, "cannot open 'x': ..." or "'x': tensor 'w' ...". */
struct safetensors *safetensors_open(const char *path, struct error *err);

/* The same for a file in memory, which is the caller's and has to stay; NULL with the reason. */
struct safetensors *safetensors_read(const void *file, size_t size, struct error *err);

size_t safetensors_count(const struct safetensors *s);
const struct tensor *safetensors_at(const struct safetensors *s, size_t i); /* sorted by name */
const struct tensor *safetensors_find(const struct safetensors *s, const char *name); /* NULL: there is none */

/* __metadata__ of the header, by the format an object of texts, but nothing of it is checked; NULL: there is none. */
const struct json *safetensors_metadata(const struct safetensors *s);

/* What the mapped file was when it was opened; 0, or -1 for one in memory. */
int safetensors_stat(const struct safetensors *s, struct stat *st);

void safetensors_close(struct safetensors *s); /* NULL is allowed; tensors and names are gone */

/*
 * The tensor of this name and exactly this shape, of a type that tensor_get_f32 reads; NULL with a text that says what
 * was expected and what is there.
 */
const struct tensor *safetensors_expect(const struct safetensors *s, const char *name, int rank,
        const uint64_t *shape, struct error *err);

/*
 * Copies count numbers from number `first` on into to, as f32. F32, F16 and BF16 only, which safetensors_expect
 * has checked; the caller keeps first + count within the tensor.
 */
void tensor_get_f32(const struct tensor *t, uint64_t first, uint64_t count, float *to);

/*
 * The identity of weights: SHA-256 over the given tensors sorted by canonical name, each as its name and a NUL, its rank and
 * dimensions as u64, and its numbers as f32, all little-endian. The same weights published in another order, under other names
 * or in another precision that holds them exactly have the same identity. Sorts the list. 0, or -1 (memory).
 */
struct canonical_tensor {
	const char *name;
	const struct tensor *tensor;
};
int tensors_identity(struct canonical_tensor *list, size_t count, char text[SHA256_TEXT], struct error *err);

#endif
