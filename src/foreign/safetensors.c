/* SPDX-License-Identifier: ISC */
#include "foreign/safetensors.h"

#include "base/bytes.h"
#include "base/json.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct safetensors {
	struct tensor *list; /* sorted by name */
	size_t count;
	struct json *header; /* for what it says beside the tensors */
	const uint8_t *data; /* behind the header */
	uint64_t data_size;
	void *map; /* the whole file, when it was opened here */
	size_t map_size;
	struct stat stat; /* of the mapped file */
};

/* --- types --- */

static const struct {
	const char *name;
	unsigned bits;
} types[] = {{"F32", 32}, {"F16", 16}, {"BF16", 16}, {"F64", 64}, {"I64", 64}, {"I32", 32}, {"I16", 16}, {"I8", 8},
        {"U64", 64}, {"U32", 32}, {"U16", 16}, {"U8", 8}, {"BOOL", 8}, {"F8_E4M3", 8}, {"F8_E5M2", 8}};

/* The first three of the table are those that weights are read from. */
static bool is_readable(const struct tensor *t)
{
	return t->type == types[0].name || t->type == types[1].name || t->type == types[2].name;
}

/* binary16 to binary32, exact for every value (IEEE 754-2008, 3.6). */
static float half_value(uint16_t half)
{
	const uint32_t sign = (uint32_t)(half & 0x8000) << 16, exponent = half >> 10 & 31, fraction = half & 1023;
	uint32_t bits = sign | (exponent + 112) << 23 | fraction << 13;
	float value;

	if (exponent == 0) { /* subnormal: fraction / 2^24 */
		value = (float)fraction * 0x1p-24f;
		return sign ? -value : value;
	}
	if (exponent == 31)
		bits = sign | 0x7f800000u | fraction << 13;
	memcpy(&value, &bits, sizeof value);
	return value;
}

static float bfloat_value(uint16_t high)
{
	const uint32_t bits = (uint32_t)high << 16;
	float value;

	memcpy(&value, &bits, sizeof value);
	return value;
}

void tensor_get_f32(const struct tensor *t, uint64_t first, uint64_t count, float *to)
{
	if (t->type == types[0].name)
		lef32_get_array(to, t->data + 4 * first, (size_t)count);
	else
		for (uint64_t i = 0; i < count; i++) {
			const uint16_t half = le16_get(t->data + 2 * (first + i));
			to[i] = t->type == types[1].name ? half_value(half) : bfloat_value(half);
		}
}

/* --- the header --- */

struct header_reader {
	struct safetensors *file;
	size_t capacity;
	struct error *err;
};

static int read_type(struct tensor *t, const struct json *value, unsigned *bits, struct error *err)
{
	const char *name = json_text(json_member(value, "dtype"));

	for (size_t i = 0; name && i < sizeof types / sizeof *types; i++)
		if (strcmp(name, types[i].name) == 0) {
			t->type = types[i].name;
			*bits = types[i].bits;
			return 0;
		}
	return name ? error_set(err, "tensor '%s' is of unknown type '%s'", t->name, name)
	            : error_set(err, "tensor '%s' has no dtype", t->name);
}

static int read_shape(struct tensor *t, const struct json *value, struct error *err)
{
	const struct json *shape = json_member(value, "shape");
	int64_t side;

	if (json_kind(shape) != KIND_ARRAY)
		return error_set(err, "tensor '%s' has no shape", t->name);
	if (json_count(shape) > SAFETENSORS_RANK)
		return error_set(err, "tensor '%s' has more than %d dimensions", t->name, SAFETENSORS_RANK);
	t->rank = (int)json_count(shape);
	t->count = 1;
	for (int i = 0; i < t->rank; i++) {
		if (!json_as_integer(json_at(shape, (size_t)i), &side) || side < 0)
			return error_set(err, "dimension %d of tensor '%s' is not a size", i, t->name);
		if (side != 0 && t->count > (uint64_t)INT64_MAX / 8 / (uint64_t)side)
			return error_set(err, "tensor '%s' is too large", t->name);
		t->shape[i] = (uint64_t)side;
		t->count *= (uint64_t)side;
	}
	return 0;
}

static int read_offsets(struct tensor *t, const struct json *value, unsigned bits, const struct safetensors *file,
        struct error *err)
{
	const struct json *offsets = json_member(value, "data_offsets");
	int64_t begin, end;

	if (json_count(offsets) != 2 || !json_as_integer(json_at(offsets, 0), &begin) ||
	        !json_as_integer(json_at(offsets, 1), &end) || begin < 0 || end < begin)
		return error_set(err, "tensor '%s' has no good data_offsets", t->name);
	if ((uint64_t)end > file->data_size)
		return error_set(err, "tensor '%s' ends at byte %lld of %llu bytes of data", t->name, (long long)end,
		        (unsigned long long)file->data_size);
	t->size = (uint64_t)(end - begin);
	if (t->size != t->count * (bits / 8))
		return error_set(err, "tensor '%s' has %llu bytes where its shape wants %llu", t->name,
		        (unsigned long long)t->size, (unsigned long long)(t->count * (bits / 8)));
	t->data = file->data + begin;
	return 0;
}

static struct tensor *add_tensor(struct header_reader *r, const char *name)
{
	struct safetensors *s = r->file;

	if (s->count == r->capacity) {
		const size_t capacity = r->capacity ? 2 * r->capacity : 64;
		struct tensor *list = realloc(s->list, capacity * sizeof *list);
		if (!list)
			return NULL;
		s->list = list;
		r->capacity = capacity;
	}
	struct tensor *t = &s->list[s->count];
	memset(t, 0, sizeof *t);
	t->name = malloc(strlen(name) + 1);
	if (!t->name)
		return NULL;
	memcpy(t->name, name, strlen(name) + 1);
	s->count++;
	return t;
}

/* One member of the header: a tensor, or __metadata__, which is left where it is. */
static int read_member(void *context, const char *name, const struct json *value)
{
	struct header_reader *r = context;
	unsigned bits = 0;

	if (strcmp(name, "__metadata__") == 0)
		return 0;
	if (strlen(name) > SAFETENSORS_NAME)
		return error_set(r->err, "the name of a tensor is longer than %d bytes", SAFETENSORS_NAME);
	if (r->file->count == SAFETENSORS_TENSORS)
		return error_set(r->err, "more than %d tensors", SAFETENSORS_TENSORS);
	struct tensor *t = add_tensor(r, name);
	if (!t)
		return error_set(r->err, "out of memory");
	if (read_type(t, value, &bits, r->err) < 0 || read_shape(t, value, r->err) < 0 ||
	        read_offsets(t, value, bits, r->file, r->err) < 0)
		return -1;
	return 0;
}

static int by_place(const void *a, const void *b)
{
	const struct tensor *s = a, *t = b;

	if (s->data != t->data)
		return s->data < t->data ? -1 : 1;
	return (s->size > t->size) - (s->size < t->size);
}

static int by_name(const void *a, const void *b)
{
	const struct tensor *s = a, *t = b;

	return strcmp(s->name, t->name);
}

/* The format wants every byte of the data to belong to exactly one tensor. */
static int check_cover(struct safetensors *s, struct error *err)
{
	const uint8_t *at = s->data;

	if (s->count > 0)
		qsort(s->list, s->count, sizeof *s->list, by_place);
	for (size_t i = 0; i < s->count; i++) {
		const struct tensor *t = &s->list[i];
		if (t->data < at)
			return error_set(err, "tensors '%s' and '%s' overlap", t[-1].name, t->name);
		if (t->data > at)
			return error_set(err, "%llu bytes before tensor '%s' belong to none", (unsigned long long)(t->data - at),
			        t->name);
		at += t->size;
	}
	if (at != s->data + s->data_size)
		return error_set(err, "%llu bytes at the end belong to no tensor",
		        (unsigned long long)(s->data + s->data_size - at));
	return 0;
}

static int read_header(struct safetensors *s, const uint8_t *file, size_t size, struct error *err)
{
	if (size < 8)
		return error_set(err, "too short for a safetensors file");
	const uint64_t length = le64_get(file);
	if (length > SAFETENSORS_HEADER || length < 2)
		return error_set(err, "not a safetensors file: a header of %llu bytes", (unsigned long long)length);
	if (length > size - 8)
		return error_set(err, "cut short: the header ends at byte %llu of %zu", (unsigned long long)length + 8, size);
	s->data = file + 8 + length;
	s->data_size = size - 8 - length;

	s->header = json_parse(file + 8, (size_t)length, err);
	if (!s->header)
		return error_within(err, "the header");
	struct header_reader r = {.file = s, .err = err};
	int rc = -1;
	if (json_kind(s->header) != KIND_OBJECT)
		error_set(err, "the header is no JSON object");
	else
		rc = json_each(s->header, read_member, &r) == 0 ? check_cover(s, err) : -1;
	if (rc == 0 && s->count > 0)
		qsort(s->list, s->count, sizeof *s->list, by_name);
	return rc;
}

/* --- files --- */

struct safetensors *safetensors_read(const void *file, size_t size, struct error *err)
{
	struct safetensors *s = calloc(1, sizeof *s);

	if (!s) {
		error_set(err, "out of memory");
		return NULL;
	}
	if (read_header(s, file, size, err) < 0) {
		safetensors_close(s);
		return NULL;
	}
	return s;
}

/* Maps a whole file, st->st_size bytes; NULL with the reason. An empty one cannot be mapped and is none of ours anyway. */
static void *map_file(const char *path, struct stat *st, struct error *err)
{
	void *map = MAP_FAILED;
	const int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, st) < 0)
		error_set(err, "cannot open '%s':", path);
	else if (!S_ISREG(st->st_mode))
		error_set(err, "'%s' is not a regular file", path);
	else if (st->st_size < 8)
		error_set(err, "'%s': too short for a safetensors file", path);
	else if ((map = mmap(NULL, (size_t)st->st_size, PROT_READ, MAP_PRIVATE, fd, 0)) == MAP_FAILED)
		error_set(err, "cannot map '%s':", path);
	if (fd >= 0)
		close(fd);
	return map == MAP_FAILED ? NULL : map;
}

struct safetensors *safetensors_open(const char *path, struct error *err)
{
	struct stat st;
	void *map = map_file(path, &st, err);

	if (!map)
		return NULL;
	const size_t size = (size_t)st.st_size;
	struct safetensors *s = safetensors_read(map, size, err);
	if (!s) {
		error_within(err, "'%s'", path);
		munmap(map, size);
		return NULL;
	}
	s->map = map;
	s->map_size = size;
	s->stat = st;
	return s;
}

int safetensors_stat(const struct safetensors *s, struct stat *st)
{
	if (!s->map)
		return -1;
	*st = s->stat;
	return 0;
}

void safetensors_close(struct safetensors *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->count; i++)
		free(s->list[i].name);
	free(s->list);
	json_release(s->header);
	if (s->map)
		munmap(s->map, s->map_size);
	free(s);
}

/* --- looking --- */

size_t safetensors_count(const struct safetensors *s)
{
	return s->count;
}

const struct tensor *safetensors_at(const struct safetensors *s, size_t i)
{
	return i < s->count ? &s->list[i] : NULL;
}

static int name_against_tensor(const void *name, const void *tensor)
{
	return strcmp(name, ((const struct tensor *)tensor)->name);
}

const struct tensor *safetensors_find(const struct safetensors *s, const char *name)
{
	return s->count ? bsearch(name, s->list, s->count, sizeof *s->list, name_against_tensor) : NULL;
}

const struct json *safetensors_metadata(const struct safetensors *s)
{
	return json_member(s->header, "__metadata__");
}

/* "256×1616" into to, for messages. */
static void shape_text(const uint64_t *shape, int rank, char *to, size_t size)
{
	size_t n = 0;

	snprintf(to, size, "a single number");
	for (int i = 0; i < rank && n < size; i++)
		n += (size_t)snprintf(to + n, size - n, i ? "x%llu" : "%llu", (unsigned long long)shape[i]);
}

const struct tensor *safetensors_expect(const struct safetensors *s, const char *name, int rank,
        const uint64_t *shape, struct error *err)
{
	const struct tensor *t = safetensors_find(s, name);
	char expected[SAFETENSORS_RANK * 24], got[SAFETENSORS_RANK * 24];
	bool same = t && t->rank == rank;

	for (int i = 0; same && i < rank; i++)
		same = t->shape[i] == shape[i];
	if (same && is_readable(t))
		return t;
	if (!t)
		error_set(err, "tensor '%s' is missing", name);
	else if (same)
		error_set(err, "tensor '%s' is of type %s, not F32, F16 or BF16", name, t->type);
	else {
		shape_text(shape, rank, expected, sizeof expected);
		shape_text(t->shape, t->rank, got, sizeof got);
		error_set(err, "tensor '%s' is %s, not %s", name, got, expected);
	}
	return NULL;
}

/* --- identity --- */

static int by_canonical_name(const void *a, const void *b)
{
	const struct canonical_tensor *s = a, *t = b;

	return strcmp(s->name, t->name);
}

static void add_u64(struct sha256 *digest, uint64_t value)
{
	uint8_t bytes[8];

	le64_put(bytes, value);
	sha256_add(digest, bytes, sizeof bytes);
}

static void add_numbers(struct sha256 *digest, const struct tensor *t)
{
	enum { BLOCK = 1024 };
	float numbers[BLOCK];
	uint8_t bytes[4 * BLOCK];

	if (t->type == types[0].name) {
		sha256_add(digest, t->data, (size_t)t->size);
		return;
	}
	for (uint64_t i = 0; i < t->count; i += BLOCK) {
		const uint64_t n = t->count - i < BLOCK ? t->count - i : BLOCK;
		tensor_get_f32(t, i, n, numbers);
		lef32_put_array(bytes, numbers, (size_t)n);
		sha256_add(digest, bytes, 4 * (size_t)n);
	}
}

int tensors_identity(struct canonical_tensor *list, size_t count, char text[SHA256_TEXT], struct error *err)
{
	struct sha256 *digest = sha256_new();

	if (!digest)
		return error_set(err, "out of memory");
	qsort(list, count, sizeof *list, by_canonical_name);
	for (size_t i = 0; i < count; i++) {
		const struct tensor *t = list[i].tensor;
		sha256_add(digest, list[i].name, strlen(list[i].name) + 1);
		add_u64(digest, (uint64_t)t->rank);
		for (int k = 0; k < t->rank; k++)
			add_u64(digest, t->shape[k]);
		add_numbers(digest, t);
	}
	sha256_finish(digest, text);
	return 0;
}
