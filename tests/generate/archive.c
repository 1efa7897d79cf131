/* SPDX-License-Identifier: ISC */
/* archive - writes a weekly archive of generated design patents, whole or damaged; or plain drawings */
#include "base/message.h"
#include "base/option.h"
#include "generate/container.h"
#include "generate/parcel.h"
#include "generate/patent.h"
#include "generate/sheet.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* clang-format off */
static const char help[] =
	"Examples:\n"
	"  archive --seed 7 --patents 40 --date 20260106 -o .      writes I20260106.tar\n"
	"  archive --patents 2000 --drawings sides.pgms --size 256 --views 8\n"
	"\n"
	"Writes a weekly archive of generated design patents in the office's layout, and on stdout a line for each\n"
	"picture: patent, file, width, height, P or L (landscape), and 'whole' or the damage that befell it.\n"
	"\n"
	"  -o PLACE          the archive, or a directory for it (.)\n"
	"  --seed N          of everything (1)\n"
	"  --patents N       how many (40)\n"
	"  --first N         number of the first (1000001); a patent is the same whatever else is generated\n"
	"  --date YYYYMMDD   of grant (20260106)\n"
	"  --sheets DIR      also writes every TIFF as a file\n"
	"  --damage KIND,... each befalls one patent; all: every kind\n"
	"                    tiff-cut tiff-bomb empty missing name xml zip-cut zip-directory zip-bomb\n"
	"  --others          adds a utility and a plant patent\n"
	"\n"
	"  --drawings FILE   instead of an archive: drawings as PGM pictures one behind the other, object by object\n"
	"  --size N          their side in pixels (256)\n"
	"  --views N         drawings of each object (8)\n";
/* clang-format on */

struct options {
	const char *place, *sheets, *drawings;
	long long seed;
	int patents, first, date, size, views;
	enum damage damages[DAMAGE_KINDS];
	int damage_count;
	bool others;
};

static void add_damage(struct options *o, enum damage damage)
{
	if (o->damage_count == DAMAGE_KINDS)
		die_usage("too many kinds of damage");
	o->damages[o->damage_count++] = damage;
}

static void read_damages(struct options *o, const char *text)
{
	if (strcmp(text, "all") == 0) {
		for (int i = DAMAGE_NONE + 1; i < DAMAGE_KINDS; i++)
			add_damage(o, (enum damage)i);
		return;
	}
	for (size_t length; *text; text += length + (text[length] == ',')) {
		length = strcspn(text, ",");
		if (!damage_of_name(text, length))
			die_usage("unknown damage '%.*s'", (int)length, text);
		add_damage(o, damage_of_name(text, length));
	}
}

static struct options read_options(int argc, char **argv)
{
	enum { SEED = OPTION_LONG, PATENTS, FIRST, DATE, SHEETS, DAMAGE, OTHERS, DRAWINGS, SIZE, VIEWS };
	/* clang-format off */
	static const struct option_spec specs[] = {
		{'o', "output", true}, {SEED, "seed", true}, {PATENTS, "patents", true}, {FIRST, "first", true},
		{DATE, "date", true}, {SHEETS, "sheets", true}, {DAMAGE, "damage", true}, {OTHERS, "others", false},
		{DRAWINGS, "drawings", true}, {SIZE, "size", true}, {VIEWS, "views", true},
		{OPTION_HELP, "help", false}, {0}};
	/* clang-format on */
	struct option_reader in = option_reader(argc, argv, specs);
	struct options o = {.place = ".",
		.seed = 1,
		.patents = 40,
		.first = 1000001,
		.date = 20260106,
		.size = 256,
		.views = 8};

	for (int id; (id = option_next(&in));)
		switch (id) {
		case 'o':
			o.place = in.value;
			break;
		case SEED:
			o.seed = option_integer(&in, 0, INT64_MAX);
			break;
		case PATENTS:
			o.patents = (int)option_integer(&in, 0, 1000000);
			break;
		case FIRST:
			o.first = (int)option_integer(&in, 1, 8999999);
			break;
		case DATE:
			o.date = (int)option_integer(&in, 19800101, 20991231);
			break;
		case SHEETS:
			o.sheets = in.value;
			break;
		case DAMAGE:
			read_damages(&o, in.value);
			break;
		case OTHERS:
			o.others = true;
			break;
		case DRAWINGS:
			o.drawings = in.value;
			break;
		case SIZE:
			o.size = (int)option_integer(&in, 16, 2048);
			break;
		case VIEWS:
			o.views = (int)option_integer(&in, 1, FIGURES_MAX);
			break;
		case OPTION_HELP:
			option_help(help);
		default:
			die_usage("superfluous operand '%s'", in.value);
		}
	if (o.damage_count > o.patents)
		die_usage("%d damages need as many patents", o.damage_count);
	return o;
}

static FILE *open_output(const char *name)
{
	FILE *f = fopen(name, "wb");

	if (!f)
		die("cannot create '%s':", name);
	return f;
}

static void close_output(FILE *f, const char *name)
{
	if (fclose(f) != 0)
		die("cannot write '%s':", name);
}

/* --- the archive --------------------------------------------------------------------------------- */

static void save_sheets(const struct options *o, const struct patent *p)
{
	char name[GRANT_NAME], path[4096];

	grant_name(&p->grant, name);
	for (int i = 0; i < p->grant.sheet_count; i++) {
		FILE *f;

		snprintf(path, sizeof path, "%s/%s-D%05d.TIF", o->sheets, name, i);
		f = open_output(path);
		if (fwrite(p->tiffs[i].data, 1, p->tiffs[i].size, f) != p->tiffs[i].size)
			die("cannot write '%s':", path);
		close_output(f, path);
	}
}

static void write_patent(FILE *tar, const struct patent *p, enum damage damage, struct zip *zip)
{
	char name[GRANT_NAME], path[GRANT_NAME + 32];

	grant_name(&p->grant, name);
	parcel_pack(zip, p, damage, stdout);
	snprintf(path, sizeof path, "I%08d/DESIGN/%s.ZIP", p->grant.date, name);
	tar_file(tar, path, p->grant.date, zip->bytes.data, zip->bytes.size);
}

/* Grants of other kinds, which nobody asked for: one utility and one plant patent. */
static void write_others(FILE *tar, int date, struct zip *zip)
{
	static const char *const others[][2] = {{"UTIL", "US12345678"}, {"PLANT", "USPP036789"}};

	for (int i = 0; i < 2; i++) {
		const char xml[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<us-patent-grant/>\n";
		char path[96];

		zip_start(zip, date);
		snprintf(path, sizeof path, "%s-%08d/%s-%08d.XML", others[i][1], date, others[i][1], date);
		zip_add(zip, path, xml, sizeof xml - 1);
		zip_end(zip);
		snprintf(path, sizeof path, "I%08d/%s/%s-%08d.ZIP", date, others[i][0], others[i][1], date);
		tar_file(tar, path, date, zip->bytes.data, zip->bytes.size);
	}
}

/* The damages are spread evenly over the patents. */
static enum damage damage_at(const struct options *o, int i)
{
	for (int k = 0; k < o->damage_count; k++)
		if ((2 * k + 1) * o->patents / (2 * o->damage_count) == i)
			return o->damages[k];
	return DAMAGE_NONE;
}

static void write_archive(const struct options *o)
{
	struct patent patent = {0};
	struct zip zip = {0};
	struct stat place;
	char name[4096];
	FILE *tar;

	if (stat(o->place, &place) == 0 && S_ISDIR(place.st_mode))
		snprintf(name, sizeof name, "%s/I%08d.tar", o->place, o->date);
	else
		snprintf(name, sizeof name, "%s", o->place);
	tar = open_output(name);
	for (int i = 0; i < o->patents; i++) {
		patent_make(&patent, (uint64_t)o->seed, o->first + i, o->date);
		if (o->sheets)
			save_sheets(o, &patent);
		write_patent(tar, &patent, damage_at(o, i), &zip);
	}
	if (o->others)
		write_others(tar, o->date, &zip);
	tar_end(tar);
	close_output(tar, name);
	patent_release(&patent);
	zip_release(&zip);
}

/* --- plain drawings ------------------------------------------------------------------------------ */

/* Each grey pixel is FINE x FINE black and white ones: half a byte of each of FINE rows. */
enum { FINE = 4 };

static void write_grey(FILE *to, const struct picture *fine, int size)
{
	static const uint8_t ones[16] = {0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4};

	fprintf(to, "P5\n%d %d\n255\n", size, size);
	for (int y = 0; y < size; y++) {
		const uint8_t *rows[FINE];

		for (int i = 0; i < FINE; i++)
			rows[i] = picture_row_const(fine, (uint32_t)(FINE * y + i));
		for (int x = 0; x < size; x++) {
			int black = 0;

			for (int i = 0; i < FINE; i++)
				black += ones[rows[i][x / 2] >> (x % 2 ? 0 : 4) & 15];
			putc(255 - black * 255 / (FINE * FINE), to);
		}
	}
}

static void write_drawings(const struct options *o)
{
	struct view *view = view_open(2 * o->size);
	struct mesh mesh = {0};
	struct drawing drawing = {0};
	struct picture fine = {0};
	FILE *to = open_output(o->drawings);

	for (int i = 0; i < o->patents; i++) {
		struct random r = random_from((uint64_t)o->seed, (uint64_t)(o->first + i), 9);
		const struct manner how = {1, random_between(&r, 0.025, 0.05)};
		struct figure figures[FIGURES_MAX];

		object_make(&mesh, (uint64_t)o->seed, (uint64_t)(o->first + i));
		figure_sides(figures, o->views, &r);
		for (int k = 0; k < o->views; k++) {
			view_draw(view, &mesh, &figures[k].camera, &how, &drawing);
			sheet_square(&drawing, FINE * o->size, random_between(&r, 1.5, 3.5), &fine);
			write_grey(to, &fine, o->size);
		}
	}
	close_output(to, o->drawings);
	view_close(view);
	mesh_release(&mesh);
	drawing_release(&drawing);
	picture_release(&fine);
}

int main(int argc, char **argv)
{
	message_program(argv[0]);
	const struct options o = read_options(argc, argv);

	if (o.drawings)
		write_drawings(&o);
	else
		write_archive(&o);
	finish_stdout();
	return STATUS_DONE;
}
