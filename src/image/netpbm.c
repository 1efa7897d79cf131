/* SPDX-License-Identifier: ISC */
#include "image/netpbm.h"

#include <inttypes.h>

void netpbm_write(FILE *out, const struct picture *p, const char *name)
{
	fprintf(out, "P%d\n", p->layout == PICTURE_BIT ? 4 : p->layout == PICTURE_GREY ? 5 : 6);
	if (name) {
		fputs("# ", out);
		for (const char *c = name; *c; c++)
			putc((unsigned char)*c < 0x20 || *c == 0x7f ? '?' : *c, out);
		putc('\n', out);
	}
	fprintf(out, "%" PRIu32 " %" PRIu32 "\n%s", p->width, p->height,
		p->layout == PICTURE_BIT ? "" : "255\n");
	fwrite(p->pixels.data, 1, p->pixels.size, out);
}
