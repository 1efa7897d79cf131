/* SPDX-License-Identifier: ISC */
#include "index/page.h"

const uint8_t *page_node(const uint8_t *p, size_t page_size, size_t i, bool leaf)
{
	const size_t at = le16_get(p + PAGE_HEAD + 2 * i);

	if (at < page_lower(p) || at + PAGE_NODE > page_size)
		return NULL;
	const uint8_t *node = p + at;
	const size_t key = page_key_size(node);
	if (at + PAGE_NODE + key > page_size)
		return NULL;
	const size_t here = page_node_flags(node) & PAGE_NODE_BIG ? 8 : page_value_size(node);
	return leaf && here > page_size - at - PAGE_NODE - key ? NULL : node;
}
