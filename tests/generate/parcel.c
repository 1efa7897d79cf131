/* SPDX-License-Identifier: ISC */
#include "generate/parcel.h"

#include "generate/tiff.h"

#include <string.h>

/* Damage to a picture befalls this sheet: every patent has it, and it is not the front page. */
enum { VICTIM = 1 };

static const char *const names[DAMAGE_KINDS] = {"whole", "tiff-cut", "tiff-bomb", "empty", "missing", "name",
	"xml", "zip-cut", "zip-directory", "zip-bomb"};

const char *damage_name(enum damage damage)
{
	return names[damage];
}

enum damage damage_of_name(const char *name, size_t length)
{
	for (int i = DAMAGE_NONE + 1; i < DAMAGE_KINDS; i++)
		if (strlen(names[i]) == length && strncmp(names[i], name, length) == 0)
			return (enum damage)i;
	return DAMAGE_NONE;
}

static bool breaks_zip(enum damage damage)
{
	return damage == DAMAGE_ZIP_CUT || damage == DAMAGE_ZIP_DIRECTORY;
}

static void pack_victim(struct zip *zip, const char *path, const struct bytes *tiff, enum damage damage)
{
	struct bytes bomb = {0};

	switch (damage) {
	case DAMAGE_TIFF_CUT:
		zip_add(zip, path, tiff->data, tiff->size / 2);
		break;
	case DAMAGE_TIFF_BOMB:
		tiff_write_bomb(&bomb);
		zip_add(zip, path, bomb.data, bomb.size);
		bytes_release(&bomb);
		break;
	case DAMAGE_EMPTY:
		zip_add(zip, path, "", 0);
		break;
	case DAMAGE_MISSING:
		break;
	default:
		zip_add(zip, path, tiff->data, tiff->size);
	}
}

/* Damage that a picture itself suffers. */
static bool befalls_picture(enum damage damage)
{
	return damage >= DAMAGE_TIFF_CUT && damage <= DAMAGE_NAME;
}

static void pack_picture(struct zip *zip, const struct patent *p, int sheet, enum damage damage, FILE *list)
{
	const struct page_facts *s = &p->grant.sheets[sheet];
	const bool befallen = breaks_zip(damage) || (sheet == VICTIM && befalls_picture(damage));
	char name[GRANT_NAME], file[GRANT_NAME + 16], path[2 * GRANT_NAME + 16];

	grant_name(&p->grant, name);
	if (sheet == VICTIM && damage == DAMAGE_NAME)
		snprintf(file, sizeof file, "%s-FIGURE.TIF", name);
	else
		snprintf(file, sizeof file, "%s-D%05d.TIF", name, sheet);
	snprintf(path, sizeof path, "%s/%s", name, file);
	if (sheet == VICTIM)
		pack_victim(zip, path, &p->tiffs[sheet], damage);
	else
		zip_add(zip, path, p->tiffs[sheet].data, p->tiffs[sheet].size);
	fprintf(list, "D%07d\t%s\t%u\t%u\t%c\t%s\n", p->grant.number, file, s->width, s->height,
		s->landscape ? 'L' : 'P', damage_name(befallen ? damage : DAMAGE_NONE));
}

static void pack_bomb(struct zip *zip, const struct patent *p, FILE *list)
{
	char name[GRANT_NAME], path[2 * GRANT_NAME + 16];

	grant_name(&p->grant, name);
	snprintf(path, sizeof path, "%s/%s-D%05d.TIF", name, name, p->grant.sheet_count);
	zip_add_zeros(zip, path, 640);
	fprintf(list, "D%07d\t%s-D%05d.TIF\t0\t0\tP\t%s\n", p->grant.number, name, p->grant.sheet_count,
		damage_name(DAMAGE_ZIP_BOMB));
}

static void pack_xml(struct zip *zip, const struct patent *p, enum damage damage, FILE *list)
{
	char name[GRANT_NAME], path[2 * GRANT_NAME + 16];

	grant_name(&p->grant, name);
	snprintf(path, sizeof path, "%s/%s.XML", name, name);
	zip_add(zip, path, p->xml.data, damage == DAMAGE_XML ? p->xml.size / 2 : p->xml.size);
	if (damage == DAMAGE_XML || breaks_zip(damage))
		fprintf(list, "D%07d\t%s.XML\t0\t0\tP\t%s\n", p->grant.number, name, damage_name(damage));
}

void parcel_pack(struct zip *zip, const struct patent *p, enum damage damage, FILE *list)
{
	zip_start(zip, p->grant.date);
	for (int i = 0; i < p->grant.sheet_count; i++)
		pack_picture(zip, p, i, damage, list);
	if (damage == DAMAGE_ZIP_BOMB)
		pack_bomb(zip, p, list);
	pack_xml(zip, p, damage, list);
	zip_end(zip);
	if (damage == DAMAGE_ZIP_DIRECTORY)
		memset(zip->bytes.data + zip_directory_offset(zip), '?', zip->directory.size);
	if (damage == DAMAGE_ZIP_CUT)
		zip->bytes.size = zip->bytes.size * 3 / 5;
}
