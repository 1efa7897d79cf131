/* SPDX-License-Identifier: ISC */
/*
 * limits - the bound of every length that comes from a stranger, in one place
 *
 * Nothing is allocated or read before it was compared with one of these. They are part of ornament-stream(5) and
 * ornament(7); change the manual with them.
 */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

enum {
	LIMIT_DOCUMENT = 4096,          /* bytes of a document's name: a patent number, or a path (PATH_MAX) */
	LIMIT_PATH = 4096,              /* bytes of an archive's or a member's path */
	LIMIT_SPACE = 64,               /* bytes of a vector space's name */
	LIMIT_DIMENSION = 65536,        /* numbers in a vector */
	LIMIT_VECTORS = 64,             /* vectors of one item */
	LIMIT_FACTS = 64 << 10,         /* bytes of the facts in a stream's header */
	LIMIT_FAULT = 1024,             /* bytes of a fault's message */
	LIMIT_SIDE = 65535,             /* pixels of a picture's side */
	LIMIT_PIXEL_BYTES = 256 << 20,  /* bytes of a picture in memory: 89 megapixels RGB, 268 grey */
	LIMIT_ITEM = 512 << 20,         /* bytes of one item in a stream */
	LIMIT_XML = 64 << 20,           /* bytes of one XML document */
	LIMIT_XML_MEMORY = 128 << 20,   /* bytes of what is remembered of one XML document */
	LIMIT_XML_DEPTH = 250,          /* nesting of its elements; libxml2 has 256 */
	LIMIT_RECORD = 16 << 20,        /* bytes of a patent's record as JSON */
	LIMIT_THUMBNAIL = 4 << 20,      /* bytes of a thumbnail */
	LIMIT_FILE = 512 << 20,         /* bytes of one picture file or archive member that is read whole */
	LIMIT_INNER_ARCHIVE = 64 << 20, /* bytes of an inner archive that is read whole; larger ones are streamed */
	LIMIT_NESTING = 4,              /* archives within archives */
	LIMIT_MEMBERS = 1 << 20,        /* members of one ZIP directory */
	LIMIT_PAGES = 10000,            /* pages of one file */
	LIMIT_JSON_DEPTH = 32,          /* nesting of JSON from outside */
	LIMIT_FILTER = 16 << 10,        /* bytes of a filter expression */
	LIMIT_FILTER_DEPTH = 64,        /* nesting of a filter expression */
	LIMIT_ANSWERS = 100000,         /* -k */
};

/* An inner member may unpack to this many times its stored size, beyond the first 16 MiB: more is a bomb. */
enum { LIMIT_BOMB_RATIO = 2000, LIMIT_BOMB_FREE = 16 << 20 };

#endif
