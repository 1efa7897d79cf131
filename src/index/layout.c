/* SPDX-License-Identifier: ISC */
#include "index/layout.h"

#include <math.h>

static const char *const metric_names[] = {"cosine", "l2", "ip"};

const char *index_metric_name(enum index_metric metric)
{
	return metric_names[metric];
}

int index_metric_parse(const char *name, enum index_metric *metric)
{
	for (int i = 0; i < 3; i++) {
		if (strcmp(name, metric_names[i]) == 0) {
			*metric = (enum index_metric)i;
			return 0;
		}
	}
	return -1;
}

const char *index_numbers_name(enum index_numbers numbers)
{
	return numbers == INDEX_F16 ? "f16" : "f32";
}

int index_numbers_parse(const char *name, enum index_numbers *numbers)
{
	*numbers = strcmp(name, "f16") == 0 ? INDEX_F16 : INDEX_F32;
	return strcmp(name, index_numbers_name(*numbers)) == 0 ? 0 : -1;
}

/* FNV-1a of 64 bits. Two documents may share it: the value lists both, and the reader compares the names. */
void document_key_put(uint8_t key[DOCUMENT_KEY], const char *document)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (; *document; document++)
		h = (h ^ (uint8_t)*document) * 0x100000001b3u;
	key_put(key, (uint32_t)(h >> 32));
	key_put(key + 4, (uint32_t)h);
}

void free_key_put(uint8_t key[FREE_KEY], char kind, uint32_t ordinal)
{
	key[0] = (uint8_t)kind;
	key_put(key + 1, ordinal);
}

void order_put(uint8_t order[LAYOUT_ORDER], const struct identity *id)
{
	key_put(order, (uint32_t)(id->sheet + 1));
	key_put(order + 4, id->page);
	key_put(order + 8, id->figure);
	for (int i = 0; i < 4; i++)
		key_put(order + 12 + 4 * i, id->region[i]);
}

bool index_bits_allowed(unsigned bits)
{
	return bits == 1 || bits == 2 || bits == 4 || bits == 8;
}

int settings_encode(const struct index_settings *s, uint32_t version, struct bytes *to)
{
	struct bytes facts = {0};
	int status = facts_encode(&s->facts, &facts);

	if (status == 0)
		status = bytes_terminate(&facts);
	if (status == 0)
		status = bytes_put_string(to, s->space);
	if (status == 0)
		status = bytes_put_u32(to, s->dimension);
	if (status == 0)
		status = bytes_put_u32(to, (uint32_t)s->metric);
	if (status == 0)
		status = bytes_put_u32(to, (uint32_t)s->numbers);
	if (status == 0 && version > 3)
		status = bytes_put_u32(to, s->bits);
	if (status == 0)
		status = bytes_put_u32(to, s->nlist);
	if (status == 0)
		status = bytes_put_u64(to, s->rotation);
	if (status == 0)
		status = bytes_append(to, facts.data, facts.size);
	bytes_release(&facts);
	return status;
}

int settings_decode(struct index_settings *s, uint32_t version, struct store_value from, struct error *err)
{
	struct cursor c = cursor_on(from.data, from.size);

	cursor_string(&c, s->space, LIMIT_SPACE);
	s->dimension = cursor_u32(&c);
	const uint32_t metric = cursor_u32(&c), numbers = version > 2 ? cursor_u32(&c) : INDEX_F32;
	s->bits = version > 3 ? cursor_u32(&c) : 1;
	s->nlist = cursor_u32(&c);
	s->rotation = cursor_u64(&c);
	if (c.failed || metric > INDEX_IP || numbers > INDEX_F16 || !index_bits_allowed(s->bits) || s->dimension > LIMIT_DIMENSION ||
	        (s->space[0] != 0) != (s->dimension != 0))
		return error_set(err, "the settings are malformed");
	s->metric = (enum index_metric)metric;
	s->numbers = (enum index_numbers)numbers;
	return facts_decode(&s->facts, c.at, cursor_left(&c), err);
}

int state_encode(const struct layout_state *s, struct bytes *to)
{
	if (bytes_reserve(to, 40) < 0)
		return -1;
	bytes_put_u32(to, s->patent_bound);
	bytes_put_u32(to, s->picture_bound);
	bytes_put_u32(to, s->list_bound);
	bytes_put_u32(to, s->list_first);
	bytes_put_u32(to, s->list_next);
	bytes_put_u32(to, s->archive_bound);
	bytes_put_u64(to, s->trained_at);
	lef32_put_array(to->data + to->size, (float[]){s->trained.distance, s->trained.crowding}, 2);
	to->size += 8;
	return 0;
}

int state_decode(struct layout_state *s, uint32_t version, struct store_value from, struct error *err)
{
	struct cursor c = cursor_on(from.data, from.size);
	float trained[2] = {0, 0};

	s->patent_bound = cursor_u32(&c);
	s->picture_bound = cursor_u32(&c);
	s->list_bound = cursor_u32(&c);
	s->list_first = cursor_u32(&c);
	s->list_next = cursor_u32(&c);
	s->archive_bound = cursor_u32(&c);
	s->trained_at = cursor_u64(&c);
	const uint8_t *balance = version > 2 ? cursor_bytes(&c, sizeof trained) : NULL;
	if (balance)
		lef32_get_array(trained, balance, 2);
	s->trained = (struct list_balance){trained[0], trained[1]};
	if (c.failed || cursor_left(&c) || !isfinite(trained[0]) || !isfinite(trained[1]) || !s->list_bound || s->list_first > s->list_bound ||
	        (s->list_next && (s->list_next <= s->list_first || s->list_next > s->list_bound)))
		return error_set(err, "the state is malformed");
	return 0;
}

int archive_encode(const struct index_archive *a, struct bytes *to)
{
	if (bytes_reserve(to, strlen(a->name) + strlen(a->sha256) + strlen(a->preparation) + 64) < 0)
		return -1;
	bytes_put_string(to, a->name);
	bytes_put_u64(to, a->size);
	bytes_put_string(to, a->sha256);
	bytes_put_u64(to, (uint64_t)a->when);
	bytes_put_u64(to, a->patents);
	bytes_put_u64(to, a->pictures);
	bytes_put_u64(to, a->faults);
	bytes_put_u64(to, a->skipped);
	bytes_put_string(to, a->preparation);
	return 0;
}

int archive_decode(struct index_archive *a, struct store_value from, struct error *err)
{
	struct cursor c = cursor_on(from.data, from.size);

	cursor_string(&c, a->name, sizeof a->name - 1);
	a->size = cursor_u64(&c);
	cursor_string(&c, a->sha256, sizeof a->sha256 - 1);
	a->when = (int64_t)cursor_u64(&c);
	a->patents = cursor_u64(&c);
	a->pictures = cursor_u64(&c);
	a->faults = cursor_u64(&c);
	a->skipped = cursor_u64(&c);
	cursor_string(&c, a->preparation, sizeof a->preparation - 1);
	return c.failed || cursor_left(&c) ? error_set(err, "an entry of the log is malformed") : 0;
}

int patent_encode(const char *document, const uint8_t *pictures, size_t picture_bytes, struct bytes *to)
{
	if (bytes_put_string(to, document) < 0 || bytes_put_u8(to, 0) < 0)
		return -1;
	return bytes_append(to, pictures, picture_bytes);
}

int patent_decode(struct index_patent *p, struct store_value from, struct error *err)
{
	struct cursor c = cursor_on(from.data, from.size);
	const uint32_t length = cursor_u32(&c);
	const uint8_t *document = length && length <= LIMIT_DOCUMENT ? cursor_bytes(&c, (size_t)length + 1) : NULL;

	if (!document || memchr(document, 0, length) || document[length] || cursor_left(&c) % 4)
		return error_set(err, "the row of a patent is malformed");
	p->document = (const char *)document;
	p->pictures = c.at;
	p->picture_count = (uint32_t)(cursor_left(&c) / 4);
	return 0;
}

int record_decode(struct store_value from, struct store_value *fields, struct store_value *json, struct error *err)
{
	struct cursor c = cursor_on(from.data, from.size);

	fields->size = cursor_u32(&c);
	fields->data = cursor_bytes(&c, fields->size);
	json->size = cursor_left(&c);
	json->data = c.at;
	return c.failed || !json->size ? error_set(err, "the row of a record is malformed") : 0;
}

/* The version of the format, if it is one that can be read: 1, 0 when nothing was ever written, -1. */
static int load_version(struct store *st, bool older, uint32_t *version, struct error *err)
{
	struct store_value v;
	const int got = store_get(st, STORE_META, "format", 6, &v, err);

	if (got <= 0)
		return got;
	*version = v.size == 4 ? le32_get(v.data) : 0;
	if (!*version)
		return error_set(err, "its format has no version");
	if (*version > LAYOUT_VERSION)
		return error_set(err, "its format is version %u; this program reads version %d", (unsigned)*version, LAYOUT_VERSION);
	if (*version < LAYOUT_OLDEST)
		return error_set(err, "its format is version %u, which this program has left behind: dump it with the program "
		                      "that made it, and build it anew (version %d)", (unsigned)*version, LAYOUT_VERSION);
	if (*version < LAYOUT_VERSION && !older)
		return error_set(err, "its format is version %u: index-build --upgrade makes it version %d", (unsigned)*version,
		        LAYOUT_VERSION);
	return 1;
}

int layout_load(struct store *st, bool older, struct index_settings *settings, struct layout_state *state, struct error *err)
{
	struct store_value v;
	uint32_t version;
	const int got = load_version(st, older, &version, err);

	if (got <= 0)
		return got;
	int status = store_get(st, STORE_META, "settings", 8, &v, err);
	if (status == 0)
		return error_set(err, "its settings are missing");
	if (status < 0 || settings_decode(settings, version, v, err) < 0)
		return -1;
	status = store_get(st, STORE_META, "state", 5, &v, err);
	if (status == 0)
		return error_set(err, "its state is missing");
	if (status < 0 || state_decode(state, version, v, err) < 0)
		return -1;
	state->version = version;
	return 1;
}
