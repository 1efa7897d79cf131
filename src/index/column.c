/* SPDX-License-Identifier: ISC */
#include "index/column.h"

#include "index/layout.h"
#include <math.h>
#include <stdlib.h>

enum {
	HEAD = 12,
	NUMBERED_TEXTS = 255, /* at most */
	REAL = 8,
};

static size_t padded(size_t size)
{
	return (size + 3) / 4 * 4;
}

void column_clear(struct column_values *v)
{
	v->owners.size = v->texts.size = v->numbers.size = 0;
}

void column_release(struct column_values *v)
{
	bytes_release(&v->owners);
	bytes_release(&v->texts);
	bytes_release(&v->numbers);
}

int column_add_text(struct column_values *v, uint8_t owner, const char *text)
{
	return bytes_put_u8(&v->owners, owner) < 0 ? -1 : bytes_append(&v->texts, text, strlen(text) + 1);
}

int column_add_numbers(struct column_values *v, uint8_t owner, const double *numbers, size_t count)
{
	if (bytes_put_u8(&v->owners, owner) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		const double number = numbers[i] + 0.0; /* no integer is minus zero */
		if (bytes_append(&v->numbers, &number, sizeof number) < 0)
			return -1;
	}
	return 0;
}

size_t column_key_put(uint8_t key[COLUMN_KEY], const char *name, uint32_t run)
{
	const size_t size = strlen(name) + 1;

	memcpy(key, name, size);
	key_put(key + size, run);
	return size + 4;
}

/* --- encoding --- */

static bool each_has_one(const struct column_values *v)
{
	if (v->owners.size != COLUMN_PATENTS)
		return false;
	for (size_t i = 0; i < COLUMN_PATENTS; i++)
		if (v->owners.data[i] != i)
			return false;
	return true;
}

static int put_padding(struct bytes *to, size_t size)
{
	return bytes_append(to, "\0\0\0", padded(size) - size);
}

static int put_head(const struct column_values *v, enum column_form form, size_t width, uint32_t extra, struct bytes *to)
{
	const bool each = each_has_one(v);
	const size_t owners = each ? 0 : v->owners.size;

	if (bytes_put_u32(to, (uint32_t)v->owners.size) < 0 || bytes_put_u8(to, (uint8_t)form) < 0 ||
	        bytes_put_u8(to, (uint8_t)width) < 0 || bytes_put_u16(to, each) < 0 || bytes_put_u32(to, extra) < 0)
		return -1;
	return bytes_append(to, v->owners.data, owners) < 0 ? -1 : put_padding(to, owners);
}

/* What different texts there are, as long as they are few. */
struct dictionary {
	size_t count, size;                        /* texts, and their bytes */
	const char *texts[NUMBERED_TEXTS];
	uint16_t slots[4 * (NUMBERED_TEXTS + 1)]; /* by hash: number + 1 */
	struct bytes which;
};

/* Numbers the text: 1, or 0 when there are too many, -1. */
static int number_text(struct dictionary *d, const char *text, size_t size)
{
	enum { SLOTS = sizeof d->slots / sizeof *d->slots };
	uint32_t hash = 2166136261u; /* FNV-1a */

	for (size_t i = 0; i < size; i++)
		hash = (hash ^ (uint8_t)text[i]) * 16777619u;
	uint32_t at = hash % SLOTS;
	for (; d->slots[at]; at = (at + 1) % SLOTS)
		if (strcmp(d->texts[d->slots[at] - 1], text) == 0)
			return bytes_put_u8(&d->which, (uint8_t)(d->slots[at] - 1)) < 0 ? -1 : 1;
	if (d->count == NUMBERED_TEXTS)
		return 0;
	d->texts[d->count++] = text;
	d->size += size;
	d->slots[at] = (uint16_t)d->count;
	return bytes_put_u8(&d->which, (uint8_t)(d->count - 1)) < 0 ? -1 : 1;
}

/* Whether all texts have numbers, and it pays: 1, 0, -1. */
static int number_texts(struct dictionary *d, const struct column_values *v)
{
	const char *text = (const char *)v->texts.data;

	for (size_t i = 0; i < v->owners.size; i++) {
		const size_t size = strlen(text) + 1;
		const int numbered = number_text(d, text, size);
		if (numbered <= 0)
			return numbered;
		text += size;
	}
	return padded(v->owners.size) + 4 * d->count + d->size < 4 * v->owners.size + v->texts.size;
}

/* Where each begins, and the end; then the texts. */
static int put_texts(const char *const *texts, size_t count, struct bytes *to)
{
	size_t start = 0;

	for (size_t i = 0; i < count; i++) {
		if (bytes_put_u32(to, (uint32_t)start) < 0)
			return -1;
		start += strlen(texts[i]) + 1;
	}
	if (bytes_put_u32(to, (uint32_t)start) < 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		if (bytes_append(to, texts[i], strlen(texts[i]) + 1) < 0)
			return -1;
	return 0;
}

static int put_numbered(const struct column_values *v, const struct dictionary *d, struct bytes *to)
{
	if (put_head(v, COLUMN_NUMBERED, 0, (uint32_t)d->count, to) < 0 ||
	        bytes_append(to, d->which.data, d->which.size) < 0 || put_padding(to, d->which.size) < 0)
		return -1;
	return put_texts(d->texts, d->count, to);
}

static int put_plain(const struct column_values *v, struct bytes *to)
{
	const uint8_t *text = v->texts.data;

	if (put_head(v, COLUMN_TEXTS, 0, 0, to) < 0)
		return -1;
	for (size_t i = 0; i < v->owners.size; i++) {
		if (bytes_put_u32(to, (uint32_t)(text - v->texts.data)) < 0)
			return -1;
		text += strlen((const char *)text) + 1;
	}
	if (bytes_put_u32(to, (uint32_t)v->texts.size) < 0)
		return -1;
	return bytes_append(to, v->texts.data, v->texts.size);
}

static int encode_texts(const struct column_values *v, struct bytes *to)
{
	struct dictionary *d = calloc(1, sizeof *d);
	const int numbered = d ? number_texts(d, v) : -1;
	const int status = numbered < 0 ? -1 : numbered ? put_numbered(v, d, to) : put_plain(v, to);

	if (d)
		bytes_release(&d->which);
	free(d);
	return status;
}

static double number_at(const struct column_values *v, size_t i)
{
	double x;

	memcpy(&x, v->numbers.data + i * sizeof x, sizeof x);
	return x;
}

/* The width of integers that, divided, are exactly these numbers; 0: there is none. */
static size_t integer_width(const struct column_values *v, size_t count, uint32_t divisor)
{
	double least = 0, most = 0;

	for (size_t i = 0; i < count; i++) {
		const double x = number_at(v, i), whole = nearbyint(x * divisor);
		if (whole / divisor != x)
			return 0;
		least = whole < least ? whole : least;
		most = whole > most ? whole : most;
	}
	if (least >= 0 && most <= UINT8_MAX)
		return 1;
	if (least >= INT16_MIN && most <= INT16_MAX)
		return 2;
	return least >= INT32_MIN && most <= INT32_MAX ? 4 : 0;
}

static int put_number(double x, size_t width, uint32_t divisor, struct bytes *to)
{
	uint64_t bits;

	if (width == REAL) {
		memcpy(&bits, &x, sizeof bits);
		return bytes_put_u64(to, bits);
	}
	const uint32_t whole = (uint32_t)(int32_t)nearbyint(x * divisor);
	return width == 4 ? bytes_put_u32(to, whole) : width == 2 ? bytes_put_u16(to, (uint16_t)whole)
	                                                          : bytes_put_u8(to, (uint8_t)whole);
}

static int encode_numbers(const struct column_values *v, struct bytes *to)
{
	static const uint32_t divisors[] = {1, 100, 10000};
	const size_t count = v->numbers.size / sizeof(double);
	uint32_t divisor = 1;
	size_t width = 0;

	for (size_t i = 0; !width && i < sizeof divisors / sizeof *divisors; i++)
		width = integer_width(v, count, divisor = divisors[i]);
	if (!width) {
		width = REAL;
		divisor = 1;
	}
	if (put_head(v, COLUMN_NUMBERS, width, divisor, to) < 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		if (put_number(number_at(v, i), width, divisor, to) < 0)
			return -1;
	return 0;
}

int column_encode(const struct column_values *v, struct bytes *to, struct error *err)
{
	if (!v->owners.size)
		return 0;
	if (v->owners.size > INT32_MAX / 8 || v->texts.size > INT32_MAX || v->numbers.size > INT32_MAX)
		return error_set(err, "256 patents have more than 2 GiB of values in one field");
	const int status = v->texts.size ? encode_texts(v, to) : encode_numbers(v, to);
	return status < 0 ? error_set(err, "out of memory") : 0;
}

/* --- decoding --- */

static int decode_texts(struct column *c, struct cursor *in)
{
	if (c->form == COLUMN_NUMBERED) {
		c->which = cursor_bytes(in, padded(c->count));
		for (size_t i = 0; !in->failed && i < c->count; i++)
			if (c->which[i] >= c->text_count)
				return -1;
	}
	if (c->text_count >= UINT32_MAX / 4)
		return -1;
	c->starts = cursor_bytes(in, 4 * (c->text_count + 1));
	c->text_size = cursor_left(in);
	c->texts = cursor_bytes(in, c->text_size);
	if (in->failed || le32_get(c->starts) || le32_get(c->starts + 4 * c->text_count) != c->text_size)
		return -1;
	for (size_t i = 0; i < c->text_count; i++) {
		const uint32_t start = le32_get(c->starts + 4 * i), end = le32_get(c->starts + 4 * (i + 1));
		if (start >= end || end > c->text_size || c->texts[end - 1])
			return -1;
	}
	return 0;
}

static int decode_numbers(struct column *c, struct cursor *in)
{
	const size_t size = c->width * c->numbers;

	if ((c->width != 1 && c->width != 2 && c->width != 4 && c->width != REAL) || !c->divisor ||
	        cursor_left(in) / size != c->count || cursor_left(in) % size)
		return -1;
	c->values = cursor_bytes(in, cursor_left(in));
	return 0;
}

int column_decode(struct column *c, size_t numbers, struct store_value from, struct error *err)
{
	struct cursor in = cursor_on(from.data, from.size);

	*c = (struct column){.count = cursor_u32(&in), .numbers = numbers};
	c->form = (enum column_form)cursor_u8(&in);
	c->width = cursor_u8(&in);
	const uint16_t each = cursor_u16(&in);
	const uint32_t extra = cursor_u32(&in);
	int status = in.failed || !c->count || each > 1 || (each && c->count != COLUMN_PATENTS) ? -1 : 0;
	if (status == 0 && !each)
		c->owners = cursor_bytes(&in, padded(c->count));
	if (numbers) {
		c->divisor = extra;
		status = status < 0 || in.failed || c->form != COLUMN_NUMBERS ? -1 : decode_numbers(c, &in);
	} else {
		c->text_count = c->form == COLUMN_NUMBERED ? extra : c->count;
		status = status < 0 || in.failed || (c->form != COLUMN_NUMBERED && c->form != COLUMN_TEXTS)
		        ? -1
		        : decode_texts(c, &in);
	}
	return status < 0 ? error_set(err, "a column is malformed") : 0;
}

void column_numbers(const struct column *c, double *to)
{
	const size_t count = c->count * c->numbers;
	const double divisor = c->divisor;

	switch (c->width) {
	case 1:
		for (size_t i = 0; i < count; i++)
			to[i] = c->values[i];
		break;
	case 2:
		for (size_t i = 0; i < count; i++)
			to[i] = (int16_t)le16_get(c->values + 2 * i);
		break;
	case 4:
		for (size_t i = 0; i < count; i++)
			to[i] = (int32_t)le32_get(c->values + 4 * i);
		break;
	default:
		for (size_t i = 0; i < count; i++) {
			const uint64_t bits = le64_get(c->values + 8 * i);
			memcpy(&to[i], &bits, sizeof bits);
		}
	}
	for (size_t i = 0; c->divisor != 1 && i < count; i++)
		to[i] /= divisor;
}

double column_number(const struct column *c, size_t i)
{
	struct column one = *c;
	double number;

	one.values += i * c->width;
	one.count = one.numbers = 1;
	column_numbers(&one, &number);
	return number;
}

size_t column_find(const struct column *c, size_t owner)
{
	size_t low = 0, high = c->count;

	while (low < high) {
		const size_t middle = (low + high) / 2;
		if (column_owner(c, middle) < owner)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}
