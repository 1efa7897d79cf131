/* SPDX-License-Identifier: ISC */
/*
 * bytes - a growing block of bytes, little-endian accessors, and a bounded cursor to read foreign bytes with
 *
 * Everything binary that leaves a process (stream, index) is little-endian and goes through these accessors, never
 * through a struct. They take any address, aligned or not.
 */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint16_t le16_get(const uint8_t *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint32_t le32_get(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline uint64_t le64_get(const uint8_t *p)
{
	return (uint64_t)le32_get(p) | (uint64_t)le32_get(p + 4) << 32;
}

static inline float lef32_get(const uint8_t *p)
{
	const uint32_t bits = le32_get(p);
	float value;

	memcpy(&value, &bits, sizeof value);
	return value;
}

static inline void le16_put(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)v;
	p[1] = (uint8_t)(v >> 8);
}

static inline void le32_put(uint8_t *p, uint32_t v)
{
	le16_put(p, (uint16_t)v);
	le16_put(p + 2, (uint16_t)(v >> 16));
}

static inline void le64_put(uint8_t *p, uint64_t v)
{
	le32_put(p, (uint32_t)v);
	le32_put(p + 4, (uint32_t)(v >> 32));
}

static inline void lef32_put(uint8_t *p, float value)
{
	uint32_t bits;

	memcpy(&bits, &value, sizeof bits);
	le32_put(p, bits);
}

/* Arrays of f32 between memory and the wire: a memcpy where the machine is little-endian. */
void lef32_get_array(float *to, const uint8_t *from, size_t count);
void lef32_put_array(uint8_t *to, const float *from, size_t count);

/*
 * A growing block. Start with {0}; `data` is owned by the block, moves when it grows, and is NULL while nothing was
 * ever reserved. All that can fail returns 0, or -1 with errno = ENOMEM and the block as it was.
 */
struct bytes {
	uint8_t *data;
	size_t size, capacity;
};

int bytes_reserve(struct bytes *b, size_t more);                  /* room for `more` bytes beyond size */
int bytes_resize(struct bytes *b, size_t size);                   /* new bytes are not initialised */
int bytes_append(struct bytes *b, const void *data, size_t size); /* data may be NULL when size is 0 */
int bytes_set(struct bytes *b, const void *data, size_t size);    /* replaces the contents */
int bytes_put_u8(struct bytes *b, uint8_t v);
int bytes_put_u16(struct bytes *b, uint16_t v);
int bytes_put_u32(struct bytes *b, uint32_t v);
int bytes_put_u64(struct bytes *b, uint64_t v);
int bytes_put_string(struct bytes *b, const char *s); /* u32 length, then the bytes without the NUL */
int bytes_printf(struct bytes *b, const char *format, ...)
#ifdef __GNUC__
        __attribute__((format(printf, 2, 3)))
#endif
        ;
int bytes_terminate(struct bytes *b); /* a NUL behind the contents, not counted in size */
void bytes_release(struct bytes *b);  /* frees; the block is {0} again */

/*
 * Reads foreign bytes from front to back. A read beyond the end yields zero (or NULL) and sets `failed`, which stays:
 * take all fields, then look once.
 */
struct cursor {
	const uint8_t *at, *end;
	bool failed;
};

struct cursor cursor_on(const void *data, size_t size);
size_t cursor_left(const struct cursor *c);
uint8_t cursor_u8(struct cursor *c);
uint16_t cursor_u16(struct cursor *c);
uint32_t cursor_u32(struct cursor *c);
uint64_t cursor_u64(struct cursor *c);
const uint8_t *cursor_bytes(struct cursor *c, size_t size); /* points into the data */
/* A u32 length and that many bytes into to[0 .. limit], NUL-terminated; a longer one, or one with a NUL, fails. */
void cursor_string(struct cursor *c, char *to, size_t limit);

/* a * b and a + b of sizes, false when they do not fit */
bool size_mul(size_t a, size_t b, size_t *product);
bool size_add(size_t a, size_t b, size_t *sum);

#endif
