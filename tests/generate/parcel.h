/* SPDX-License-Identifier: ISC */
/*
 * parcel - a patent's ZIP as it lies in a weekly archive, whole or damaged, and what the list says about it
 */
#ifndef GENERATE_PARCEL_H
#define GENERATE_PARCEL_H

#include "generate/container.h"
#include "generate/patent.h"

#include <stdio.h>

enum damage {
	DAMAGE_NONE,
	DAMAGE_TIFF_CUT,      /* a TIFF of which the second half is missing */
	DAMAGE_TIFF_BOMB,     /* a TIFF of a few bytes that claims 32 gigabytes */
	DAMAGE_EMPTY,	      /* a picture of zero bytes */
	DAMAGE_MISSING,	      /* a picture that the XML names is not there */
	DAMAGE_NAME,	      /* a picture whose name says no sheet */
	DAMAGE_XML,	      /* XML that stops in the middle */
	DAMAGE_ZIP_CUT,	      /* a ZIP of which the end is missing, its directory too */
	DAMAGE_ZIP_DIRECTORY, /* a ZIP with nonsense for a directory */
	DAMAGE_ZIP_BOMB,      /* one more picture that unpacks to 640 MiB */
	DAMAGE_KINDS
};

/* "tiff-cut", …; of DAMAGE_NONE "whole". */
const char *damage_name(enum damage damage);

/* The damage of this name, or DAMAGE_NONE. */
enum damage damage_of_name(const char *name, size_t length);

/*
 * Packs the patent into zip->bytes, and writes one line per picture: patent, file, width, height, P or L
 * (landscape), state. The state is "whole", or the damage that befell it; a broken ZIP is the state of every
 * file in it. The XML has a line when it is damaged.
 */
void parcel_pack(struct zip *zip, const struct patent *p, enum damage damage, FILE *list);

#endif
