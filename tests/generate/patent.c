/* SPDX-License-Identifier: ISC */
#include "generate/patent.h"

#include "generate/sheet.h"
#include "generate/tiff.h"

#include <stdio.h>

/* Cells of the depth buffer: an end of a line is right to two pixels or so. */
enum { CELLS = 1000 };

/* A sheet of paper leaves this many pixels at 300 dpi, across and along. */
enum { PAPER_ACROSS = 2050, PAPER_ALONG = 2950 };

/* What the random numbers of a patent are for. */
enum { FOR_FIGURES = 2, FOR_SHEETS, FOR_WORDS };

static double drawn_width(const struct drawing *d)
{
	return d->high.x - d->low.x;
}

static double drawn_height(const struct drawing *d)
{
	return d->high.y - d->low.y;
}

static bool has_unclaimed(const struct mesh *m)
{
	for (size_t i = 0; i < m->part_count; i++)
		if (m->parts[i].unclaimed)
			return true;
	return false;
}

static void draw_figures(struct patent *p, uint64_t seed)
{
	struct random r = random_from(seed, (uint64_t)p->grant.number, FOR_FIGURES);
	const struct manner how = {random_chance(&r, 0.3) ? 1.5 : 1, random_between(&r, 0.02, 0.05)};

	p->grant.figures = p->figures;
	p->grant.figure_count = figure_choose(p->figures, &r);
	if (!p->view)
		p->view = view_open(CELLS);
	for (int i = 0; i < p->grant.figure_count; i++)
		view_draw(p->view, &p->mesh, &p->figures[i].camera, &how, &p->drawings[i]);
}

static void write_page(struct patent *p, const char *name, bool landscape)
{
	const int sheet = p->grant.sheet_count++;
	char description[64];

	snprintf(description, sizeof description, "**DRAWING;%s;BW;%c", name, landscape ? 'L' : 'P');
	p->grant.sheets[sheet] = (struct page_facts){p->page.width, p->page.height, landscape};
	tiff_write(&p->tiffs[sheet], &p->page, description);
}

/* The scale at which every figure fits on paper, upright or sideways. */
static double fitting_scale(const struct patent *p, double scale)
{
	for (int i = 0; i < p->grant.figure_count; i++) {
		const double w = drawn_width(&p->drawings[i]), h = drawn_height(&p->drawings[i]);

		scale = fmin(scale, fmin(PAPER_ACROSS / fmin(w, h), (PAPER_ALONG - 300) / fmax(w, h)));
	}
	return scale;
}

/* How many figures go on the next sheet: two where both are flat enough. */
static int figures_on_sheet(const struct patent *p, int first, const struct style *style, bool sparing)
{
	if (!sparing || first + 1 >= p->grant.figure_count)
		return 1;
	for (int i = first; i < first + 2; i++)
		if (style->scale * drawn_height(&p->drawings[i]) > PAPER_ALONG / 2.6 ||
			style->scale * drawn_width(&p->drawings[i]) > PAPER_ACROSS)
			return 1;
	return 2;
}

static void draw_sheets(struct patent *p, uint64_t seed)
{
	struct random r = random_from(seed, (uint64_t)p->grant.number, FOR_SHEETS);
	struct style style = style_choose(&r), front;
	const bool sideways = random_chance(&r, 0.08), sparing = random_chance(&r, 0.3);
	const int unlabelled = 0;

	style.scale = fitting_scale(p, style.scale);
	front = style;
	front.scale =
		fmin(style.scale, PAPER_ACROSS / drawn_width(&p->drawings[0])) * random_between(&r, 0.6, 1);
	front.margin = 0.005;
	p->grant.sheet_count = 0;
	sheet_draw(&front, p->drawings, &unlabelled, 1, false, &p->page);
	write_page(p, "OGFIG", false);
	for (int i = 0, count; i < p->grant.figure_count; i += count) {
		const int numbers[SHEET_FIGURES] = {i + 1, i + 2};
		char name[16];
		bool landscape;

		count = figures_on_sheet(p, i, &style, sparing);
		landscape =
			count == 1 && (sideways || style.scale * drawn_width(&p->drawings[i]) > PAPER_ACROSS);
		sheet_draw(&style, &p->drawings[i], numbers, count, landscape, &p->page);
		snprintf(name, sizeof name, "PG%06d", p->grant.sheet_count);
		write_page(p, name, landscape);
	}
}

void patent_make(struct patent *p, uint64_t seed, int number, int date)
{
	struct random words = random_from(seed, (uint64_t)number, FOR_WORDS);

	p->grant.number = number;
	p->grant.date = date;
	p->grant.kind = object_make(&p->mesh, seed, (uint64_t)number);
	p->grant.unclaimed = has_unclaimed(&p->mesh);
	draw_figures(p, seed);
	draw_sheets(p, seed);
	grant_choose(&p->grant, &words);
	p->xml.size = 0;
	grant_write_xml(&p->grant, &words, &p->xml);
}

void patent_release(struct patent *p)
{
	for (int i = 0; i < GRANT_SHEETS_MAX; i++)
		bytes_release(&p->tiffs[i]);
	for (int i = 0; i < FIGURES_MAX; i++)
		drawing_release(&p->drawings[i]);
	bytes_release(&p->xml);
	mesh_release(&p->mesh);
	picture_release(&p->page);
	view_close(p->view);
}
