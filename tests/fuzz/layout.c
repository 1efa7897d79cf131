/* SPDX-License-Identifier: ISC */
/*
 * The values of an index. The first byte chooses which; what is accepted has to come back the same from what is written.
 */
#include "index/centroids.h"
#include "index/codes.h"
#include "index/column.h"
#include "index/layout.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What was written from a value that was read is read again as the same. */
static void compare(const struct bytes *written, struct store_value from)
{
	if (written->size != from.size || memcmp(written->data, from.data, from.size) != 0)
		abort();
}

/* What is accepted can be read to its end: its size tells how many numbers a value has. */
static void read_column(struct store_value value)
{
	static double numbers[1 << 16];
	struct column c;
	size_t sum = 0;

	if (column_decode(&c, value.size % 4, value, NULL) < 0)
		return;
	for (size_t i = 0; i < c.count; i++)
		sum += column_owner(&c, i) + (c.numbers ? 0 : strlen(column_text(&c, c.which ? c.which[i] : i)));
	if (c.numbers && c.count * c.numbers <= sizeof numbers / sizeof *numbers)
		column_numbers(&c, numbers);
	if (sum > value.size * (value.size + COLUMN_PATENTS))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct index_settings settings;
	static struct index_archive archive;
	static struct bytes written;
	struct store_value value = {data + 1, size - 1}, fields, json;
	const struct code_shape shape = code_shape(100);
	struct centroid_groups groups;
	struct centroid_group group;
	struct code_block block;
	struct code_entry entry;
	struct layout_state state;
	struct index_patent patent;
	struct error err;

	if (!size)
		return 0;
	written.size = 0;
	switch (data[0]) {
	case 's':
		if (settings_decode(&settings, LAYOUT_VERSION, value, &err) == 0 && settings_encode(&settings, LAYOUT_VERSION, &written) == 0)
			compare(&written, value);
		break;
	case 't':
		if (state_decode(&state, LAYOUT_VERSION, value, &err) == 0 && state_encode(&state, &written) == 0)
			compare(&written, value);
		break;
	case 'a':
		if (archive_decode(&archive, value, &err) == 0 && archive_encode(&archive, &written) == 0)
			compare(&written, value);
		break;
	case 'p':
		if (patent_decode(&patent, value, &err) == 0 &&
		        patent_encode(patent.document, patent.pictures, 4 * (size_t)patent.picture_count, &written) == 0)
			compare(&written, value);
		break;
	case 'b':
		if (code_block_decode(&block, &shape, value, &err) == 0)
			for (size_t i = 0; i < block.count; i++)
				code_entry_get(&shape, &block, i, &entry);
		break;
	case 'g':
		if (centroid_groups_decode(&groups, 4, 1, 6, value, &err) == 0 && groups.count &&
		        group_first(&groups, groups.count - 1) + group_count(&groups, groups.count - 1) != 7)
			abort();
		break;
	case 'l':
		if (centroid_group_decode(&group, 4, 1, value, &err) == 0)
			lef32_get(group.centroids + 16 * group.count - 4);
		break;
	case 'c':
		read_column(value);
		break;
	default:
		if (record_decode(value, &fields, &json, &err) == 0 && fields.size + json.size + 4 != value.size)
			abort();
	}
	return 0;
}
