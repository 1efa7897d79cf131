/* SPDX-License-Identifier: ISC */
#include "stream/keys.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* What would break a line, and the letter that stands for it behind a backslash. */
static const char breaking[] = "\n\r\\", letters[] = "nr\\";

void key_write(FILE *to, uint32_t crc, uint64_t size, const struct identity *id)
{
	char text[IDENTITY_TEXT];

	fprintf(to, "%08" PRIx32 " %" PRIu64 " ", crc, size);
	for (const char *at = identity_text(id, text); *at; at++) {
		const char *found = strchr(breaking, *at);
		if (found)
			putc('\\', to);
		putc(found ? letters[found - breaking] : *at, to);
	}
	putc('\n', to);
}

/* Takes the backslashes out, in place; one that stands for nothing stays. */
static void unescape(char *text)
{
	char *to = text;

	for (const char *at = text; *at; at++) {
		const char *found = *at == '\\' && at[1] ? strchr(letters, at[1]) : NULL;
		*to++ = found ? breaking[found - letters] : *at;
		at += found != NULL;
	}
	*to = '\0';
}

static const struct key *list_of(const struct keys *k)
{
	return (const struct key *)(const void *)k->list.data;
}

/* By checksum, then by size: those with an identity stay in any order among themselves. */
static int compare(const void *a, const void *b)
{
	const struct key *x = a, *y = b;

	if (x->crc != y->crc)
		return x->crc < y->crc ? -1 : 1;
	return (x->size > y->size) - (x->size < y->size);
}

/* "1a2b3c4d 9791 D0909824/00000"; false when the line is something else. */
static bool read_line(char *line, struct key *key, const char **identity)
{
	char *at = line;

	for (int i = 0; i < 8; i++)
		if (!isxdigit((unsigned char)line[i]))
			return false;
	key->crc = (uint32_t)strtoul(line, &at, 16);
	if (at != line + 8 || *at != ' ' || !isdigit((unsigned char)at[1]))
		return false;
	key->size = strtoumax(at + 1, &at, 10);
	if (*at && *at != ' ')
		return false;
	if (*at)
		unescape(at + 1);
	*identity = *at ? at + 1 : "";
	return strlen(*identity) < IDENTITY_TEXT;
}

static int add_line(struct keys *k, char *line, size_t number, struct error *err)
{
	struct key key = {.identity = k->texts.size};
	const char *identity;

	if (!read_line(line, &key, &identity))
		return error_set(err, "line %zu is not 'CRC SIZE [IDENTITY]'", number);
	if (bytes_append(&k->list, &key, sizeof key) < 0 ||
	        bytes_append(&k->texts, identity, strlen(identity) + 1) < 0)
		return error_set(err, "out of memory");
	return 0;
}

int keys_read(struct keys *k, FILE *from, struct error *err)
{
	char *line = NULL;
	size_t room = 0, number = 0;
	ssize_t n;
	int status = 0;

	while (status == 0 && (n = getline(&line, &room, from)) > 0) {
		while (n && (line[n - 1] == '\n' || line[n - 1] == '\r'))
			line[--n] = '\0';
		number++;
		if (n)
			status = add_line(k, line, number, err);
	}
	free(line);
	if (status == 0 && ferror(from))
		status = error_set(err, "%s", strerror(errno));
	if (k->list.size)
		qsort(k->list.data, k->list.size / sizeof(struct key), sizeof(struct key), compare);
	return status;
}

/* The first key that is not less than this one. */
static size_t lower_bound(const struct keys *k, const struct key *wanted)
{
	size_t low = 0, high = k->list.size / sizeof(struct key);

	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		if (compare(&list_of(k)[middle], wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool keys_have(const struct keys *k, uint32_t crc, uint64_t size, const struct identity *id)
{
	const struct key wanted = {.crc = crc, .size = size};
	const size_t count = k->list.size / sizeof(struct key);
	char text[IDENTITY_TEXT] = "";

	for (size_t i = lower_bound(k, &wanted); i < count && compare(&list_of(k)[i], &wanted) == 0; i++) {
		const char *identity = (const char *)k->texts.data + list_of(k)[i].identity;
		if (!*identity)
			return true;
		if (id && !text[0])
			identity_text(id, text);
		if (id && strcmp(identity, text) == 0)
			return true;
	}
	return false;
}

void keys_release(struct keys *k)
{
	bytes_release(&k->list);
	bytes_release(&k->texts);
}
