/* SPDX-License-Identifier: ISC */
#include "base/bytes.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static bool machine_is_little_endian(void)
{
	const uint16_t one = 1;
	uint8_t first;

	memcpy(&first, &one, 1);
	return first == 1;
}

void lef32_get_array(float *to, const uint8_t *from, size_t count)
{
	if (machine_is_little_endian()) {
		if (count)
			memcpy(to, from, count * sizeof *to);
		return;
	}
	for (size_t i = 0; i < count; i++)
		to[i] = lef32_get(from + 4 * i);
}

void lef32_put_array(uint8_t *to, const float *from, size_t count)
{
	if (machine_is_little_endian()) {
		if (count)
			memcpy(to, from, count * sizeof *from);
		return;
	}
	for (size_t i = 0; i < count; i++)
		lef32_put(to + 4 * i, from[i]);
}

bool size_mul(size_t a, size_t b, size_t *product)
{
	if (b && a > SIZE_MAX / b)
		return false;
	*product = a * b;
	return true;
}

bool size_add(size_t a, size_t b, size_t *sum)
{
	if (a > SIZE_MAX - b)
		return false;
	*sum = a + b;
	return true;
}

int bytes_reserve(struct bytes *b, size_t more)
{
	size_t need, capacity;

	if (!size_add(b->size, more, &need)) {
		errno = ENOMEM;
		return -1;
	}
	if (need <= b->capacity && b->data)
		return 0;
	/* grow by half for small steps, exactly for large ones: a picture is set once */
	capacity = b->capacity + b->capacity / 2;
	if (capacity < need)
		capacity = need;
	if (capacity < 64)
		capacity = 64;
	uint8_t *data = realloc(b->data, capacity);
	if (!data) {
		errno = ENOMEM;
		return -1;
	}
	b->data = data;
	b->capacity = capacity;
	return 0;
}

int bytes_resize(struct bytes *b, size_t size)
{
	if (size > b->size && bytes_reserve(b, size - b->size) < 0)
		return -1;
	b->size = size;
	return 0;
}

int bytes_append(struct bytes *b, const void *data, size_t size)
{
	if (bytes_reserve(b, size) < 0)
		return -1;
	if (size)
		memcpy(b->data + b->size, data, size);
	b->size += size;
	return 0;
}

int bytes_set(struct bytes *b, const void *data, size_t size)
{
	b->size = 0;
	return bytes_append(b, data, size);
}

int bytes_put_u8(struct bytes *b, uint8_t v)
{
	return bytes_append(b, &v, 1);
}

int bytes_put_u16(struct bytes *b, uint16_t v)
{
	uint8_t p[2];

	le16_put(p, v);
	return bytes_append(b, p, sizeof p);
}

int bytes_put_u32(struct bytes *b, uint32_t v)
{
	uint8_t p[4];

	le32_put(p, v);
	return bytes_append(b, p, sizeof p);
}

int bytes_put_u64(struct bytes *b, uint64_t v)
{
	uint8_t p[8];

	le64_put(p, v);
	return bytes_append(b, p, sizeof p);
}

int bytes_put_string(struct bytes *b, const char *s)
{
	const size_t length = strlen(s);

	if (length > UINT32_MAX) {
		errno = EOVERFLOW;
		return -1;
	}
	if (bytes_reserve(b, length + 4) < 0)
		return -1;
	bytes_put_u32(b, (uint32_t)length);
	return bytes_append(b, s, length);
}

int bytes_printf(struct bytes *b, const char *format, ...)
{
	va_list ap, again;
	int n, status = -1;

	va_start(ap, format);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, format, ap);
	if (n >= 0 && bytes_reserve(b, (size_t)n + 1) == 0) {
		vsnprintf((char *)b->data + b->size, (size_t)n + 1, format, again);
		b->size += (size_t)n;
		status = 0;
	}
	va_end(again);
	va_end(ap);
	return status;
}

int bytes_terminate(struct bytes *b)
{
	if (bytes_reserve(b, 1) < 0)
		return -1;
	b->data[b->size] = 0;
	return 0;
}

void bytes_release(struct bytes *b)
{
	free(b->data);
	*b = (struct bytes){0};
}

struct cursor cursor_on(const void *data, size_t size)
{
	const uint8_t *at = data;

	return (struct cursor){at, at ? at + size : at, false};
}

size_t cursor_left(const struct cursor *c)
{
	return c->failed || !c->at ? 0 : (size_t)(c->end - c->at);
}

const uint8_t *cursor_bytes(struct cursor *c, size_t size)
{
	const uint8_t *p = c->at;

	if (!p || size > cursor_left(c)) {
		c->failed = true;
		return NULL;
	}
	c->at += size;
	return p;
}

uint8_t cursor_u8(struct cursor *c)
{
	const uint8_t *p = cursor_bytes(c, 1);

	return p ? *p : 0;
}

uint16_t cursor_u16(struct cursor *c)
{
	const uint8_t *p = cursor_bytes(c, 2);

	return p ? le16_get(p) : 0;
}

uint32_t cursor_u32(struct cursor *c)
{
	const uint8_t *p = cursor_bytes(c, 4);

	return p ? le32_get(p) : 0;
}

uint64_t cursor_u64(struct cursor *c)
{
	const uint8_t *p = cursor_bytes(c, 8);

	return p ? le64_get(p) : 0;
}

void cursor_string(struct cursor *c, char *to, size_t limit)
{
	const uint32_t length = cursor_u32(c);
	const uint8_t *p = length <= limit ? cursor_bytes(c, length) : NULL;

	if (!p || (length && memchr(p, 0, length))) {
		c->failed = true;
		to[0] = 0;
		return;
	}
	memcpy(to, p, length);
	to[length] = 0;
}
