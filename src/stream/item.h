/* SPDX-License-Identifier: ISC */
/*
 * item - what flows between the programs: an identity and the fields that are known about it
 *
 * One item is owned by the program and reused by every read: in the steady state nothing is allocated. A field that is not
 * there has size 0 (or has_... false). A filter changes the fields it is about and leaves all others, the unknown ones too.
 *
 * Kinds of items, by their fields: a document item carries an XML document; a patent item its record; a picture item
 * pixels, later vectors; a fault item says what could not be read and why, and may carry any of the others.
 */
#ifndef STREAM_ITEM_H
#define STREAM_ITEM_H

#include "base/bytes.h"
#include "base/error.h"
#include "base/limits.h"
#include "image/picture.h"
#include "stream/identity.h"

#include <stdbool.h>
#include <stdint.h>

/* Where the bytes came from, so that an original is one seek away. */
struct source {
	char archive[LIMIT_PATH + 1]; /* the outermost file as given, "" for a loose file or stdin */
	char member[LIMIT_PATH + 1];  /* path inside; inner archives joined by '/'; for a loose file its path */
	bool has_offset;              /* the container allows a seek: offset, stored_size and method are set */
	uint64_t offset;              /* of the (maybe compressed) bytes in the outermost file */
	uint64_t stored_size;         /* bytes there */
	uint16_t method;              /* of ZIP: 0 stored, 8 deflated (raw deflate data at offset) */
	uint64_t size;                /* bytes of the file itself */
	uint32_t crc;                 /* CRC-32 (ISO 3309, as in ZIP) of the file itself; with size, the key of --skip-from */
};

/* What is known about the page that the pixels are, or were made of. */
struct page {
	uint32_t width, height; /* of the page as decoded; its own orientation tag is already applied */
	uint32_t dpi_x, dpi_y;  /* 0: unknown */
	uint16_t bits, samples; /* bits a sample, samples a pixel, in the file */
	uint8_t turn;           /* quarter turns clockwise that are still to be applied to the pixels to make them upright */
	uint8_t turned;         /* quarter turns that were applied (letterbox) */
	uint32_t box[4];        /* x, y, width, height of what was kept after trimming, in pixels of the upright page;
	                         * width 0: not trimmed */
};

struct vector {
	char space[LIMIT_SPACE + 1]; /* lower-case letters, digits, '-', '_', '.' */
	uint32_t dimension;
	float *values;   /* owned by the item, reused */
	size_t capacity; /* numbers allocated */
};

struct item {
	struct identity identity;
	bool has_source;
	struct source source;
	struct bytes document; /* the XML, as it came */
	struct bytes record;   /* the patent's record: a JSON object, UTF-8, one line without newline */
	struct picture picture;
	bool has_page;
	struct page page;
	struct vector *vectors; /* each space once */
	size_t vector_count, vector_capacity;
	struct bytes colours;   /* JSON object, of colorize */
	struct bytes labels;    /* JSON object, of classify */
	struct bytes thumbnail; /* JPEG */
	bool has_fault;
	char fault_by[32];                /* the program that met it */
	char fault_text[LIMIT_FAULT + 1]; /* as it was reported, without the program's name */
	struct bytes others;              /* fields of kinds unknown here, encoded as they came */
};

/* Forgets all fields, keeps the memory; the identity becomes that of `document`. Start with a zeroed struct. */
void item_reset(struct item *it, const char *document);

/* Whether there are pixels to work on: those of a fault item are not. */
bool item_has_pixels(const struct item *it);

/* The vector of this space, or NULL. */
struct vector *item_vector(const struct item *it, const char *space);

/* Adds (or replaces) a vector of this space and dimension; values are not initialised. NULL: a bad name, a limit, memory. */
struct vector *item_add_vector(struct item *it, const char *space, uint32_t dimension);

/* Makes the item a fault item: its pixels and vectors go. The text is what follows "PROGRAM: " in the message, cut to LIMIT_FAULT. */
void item_set_fault(struct item *it, const char *program, const char *format, ...)
#ifdef __GNUC__
        __attribute__((format(printf, 3, 4)))
#endif
        ;

void item_release(struct item *it);

/* The body of an item as ornament-stream(5) has it. Encode appends; 0/-1 with the reason. Decode resets the item first. */
int item_encode(const struct item *it, struct bytes *to, struct error *err);
int item_decode(struct item *it, const void *body, size_t size, struct error *err);

/*
 * Field kinds on the wire; stable for ever. A new kind gets a new number; readers that do not know it pass it on.
 */
enum field_kind {
	FIELD_IDENTITY = 1,
	FIELD_SOURCE = 2,
	FIELD_DOCUMENT = 3,
	FIELD_RECORD = 4,
	FIELD_PIXELS = 5,
	FIELD_PAGE = 6,
	FIELD_VECTOR = 7,
	FIELD_COLOURS = 8,
	FIELD_LABELS = 9,
	FIELD_THUMBNAIL = 10,
	FIELD_FAULT = 11,
};

#endif
