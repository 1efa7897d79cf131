/* SPDX-License-Identifier: ISC */
/*
 * exif - the few facts of a photograph's EXIF block that matter for its pixels (CIPA DC-008, a TIFF directory in memory)
 */
#ifndef FOREIGN_EXIF_H
#define FOREIGN_EXIF_H

#include <stddef.h>
#include <stdint.h>

struct exif {
	int orientation;        /* 1 … 8 as picture_orient takes it; 1 when there is none */
	uint32_t dpi_x, dpi_y;  /* of the picture as stored, before it is oriented; 0: unknown */
};

/*
 * Reads the first directory of the block, which begins with its byte order ("II" or "MM"), behind any "Exif\0\0". Nonsense is
 * no failure: what cannot be read stays at its default.
 */
void exif_read(struct exif *e, const void *data, size_t size);

#endif
