/* SPDX-License-Identifier: ISC */
#include "generate/label.h"

/*
 * A glyph on a grid of 4 × 6 cells: points as two digits (x, y down), strokes separated by blanks. A glyph is
 * 4 wide and stands 6 apart from the next, the narrow ones less.
 */
struct glyph {
	char letter;
	int advance;
	const char *strokes;
};

static const struct glyph glyphs[] = {
	{' ', 4, ""},
	{'.', 3, "06"},
	{'F', 6, "060040 0333"},
	{'I', 3, "0006"},
	{'G', 7, "413010010506163645444323"},
	{'0', 6, "100105163645413010"},
	{'1', 5, "022026"},
	{'2', 6, "011030414206460646"},
	{'3', 6, "0010304142331333444536160504"},
	{'4', 6, "3630044444"},
	{'5', 6, "4000031333444536160504"},
	{'6', 6, "413010010516364544331302"},
	{'7', 6, "004041161646"},
	{'8', 6, "10304142331302011013040516364544"},
	{'9', 6, "051636454130100102133342"},
};

static const struct glyph *find(char letter)
{
	for (size_t i = 1; i < sizeof glyphs / sizeof glyphs[0]; i++)
		if (glyphs[i].letter == letter)
			return &glyphs[i];
	return &glyphs[0];
}

static void draw_glyph(const char *strokes, double left, struct drawing *to)
{
	for (const char *s = strokes; *s; s += 2) {
		if (s == strokes || *s == ' ') {
			drawing_stroke(to, 1, false);
			s += *s == ' ';
		}
		drawing_spot(to, (left + (s[0] - '0')) / 6.0, (s[1] - '0') / 6.0);
	}
}

void label_draw(const char *text, struct drawing *to)
{
	double left = 0;

	drawing_clear(to);
	for (; *text; text++) {
		const struct glyph *g = find(*text);

		draw_glyph(g->strokes, left, to);
		left += g->advance;
	}
}
