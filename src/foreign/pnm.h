/* SPDX-License-Identifier: ISC */
/*
 * pnm - the netpbm formats: PBM, PGM, PPM, plain and raw (P1 … P6), and PAM (P7)
 *
 * Bitmaps stay 1 bit; samples of any maximum up to 65535 become 8 bit; alpha is laid over white.
 */
#ifndef FOREIGN_PNM_H
#define FOREIGN_PNM_H

#include "base/error.h"
#include "image/picture.h"
#include "stream/item.h"

#include <stddef.h>

/* The picture the block begins with; others may follow it at data + *used. 0, or -1 with the reason and *p empty. */
int pnm_read(const void *data, size_t size, size_t *used, struct picture *p, struct page *page, struct error *err);

#endif
