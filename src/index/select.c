/* SPDX-License-Identifier: ISC */
#include "index/select.h"

#include "base/bits.h"
#include "base/fold.h"
#include "index/columns.h"
#include "index/snapshot.h"
#include "math/find.h"

#include <math.h>
#include <stdlib.h>

enum { WORDS = COLUMN_PATENTS / 64, MOST_LAB = 1 << 10 };

/* 256 patents. */
struct set {
	uint64_t word[WORDS];
};

/* What was seen of a node so far. */
struct node {
	double work;            /* of asking it, by rule of thumb: a number compared is 1 */
	uint64_t asked, passed; /* patents */
	struct find find;       /* FILTER_CONTAINS of texts */
	size_t first, count;    /* children in evaluation.order: AND, OR */
};

struct lab_answer {
	struct lab colour;
	bool known, near;
};

struct evaluation {
	struct store *store;
	const struct filter *filter;
	int32_t today;
	uint32_t run;
	struct node *nodes;   /* as those of the filter */
	int *order;           /* children, in the order in which they are asked */
	struct bytes folded;  /* texts of a column */
	struct bytes starts;  /* of them, u32 little-endian, when folding has moved them */
	struct bytes numbers; /* of a column */
	struct bytes passes;  /* u8 for each text or value */
	struct lab_answer *colours; /* MOST_LAB, by hash: of the test of colours that was asked last */
	const struct filter_node *colours_of;
};

static struct set set_and(struct set a, struct set b)
{
	for (size_t i = 0; i < WORDS; i++)
		a.word[i] &= b.word[i];
	return a;
}

static struct set set_or(struct set a, struct set b)
{
	for (size_t i = 0; i < WORDS; i++)
		a.word[i] |= b.word[i];
	return a;
}

static struct set set_less(struct set a, struct set b)
{
	for (size_t i = 0; i < WORDS; i++)
		a.word[i] &= ~b.word[i];
	return a;
}

static unsigned set_count(struct set s)
{
	unsigned count = 0;

	for (size_t i = 0; i < WORDS; i++)
		for (uint64_t w = s.word[i]; w; w &= w - 1)
			count++;
	return count;
}

/* Eight bytes of 0 or 1 as the bits of one: a product moves each to its place. */
static uint64_t pack_bits(const uint8_t passes[8])
{
	return le64_get(passes) * 0x0102040810204080u >> 56;
}

/* The owners of the values that pass. */
static struct set owners(const struct column *c, const uint8_t *passes)
{
	struct set s = {{0}};

	for (size_t i = 0; !c->owners && i < COLUMN_PATENTS; i += 8)
		s.word[i / 64] |= pack_bits(passes + i) << i % 64;
	for (size_t i = 0; c->owners && i < c->count; i++)
		s.word[c->owners[i] / 64] |= (uint64_t)passes[i] << c->owners[i] % 64;
	return s;
}

static struct set all_owners(const struct column *c)
{
	struct set s = {{0}};

	if (!c->owners)
		memset(s.word, 0xff, sizeof s.word);
	for (size_t i = 0; c->owners && i < c->count; i++)
		bits_add(s.word, c->owners[i]);
	return s;
}

/* Room for so many bytes, whatever they are; NULL: memory. */
static void *room(struct bytes *b, size_t size, struct error *err)
{
	b->size = 0;
	if (bytes_reserve(b, size + 1) == 0)
		return b->data;
	error_set(err, "out of memory");
	return NULL;
}

/* --- texts --- */

/* Texts behind one another, as they are in a column or folded. */
struct texts {
	size_t count, size;
	const uint8_t *starts; /* u32[count + 1] */
	const uint8_t *bytes;
};

static const char *text_at(const struct texts *t, size_t i)
{
	return (const char *)t->bytes + le32_get(t->starts + 4 * i);
}

/* Where the texts begin now that some have become shorter. */
static int find_starts(struct evaluation *e, struct texts *t, struct error *err)
{
	uint8_t *starts = room(&e->starts, 4 * (t->count + 1), err);
	size_t at = 0;

	if (!starts)
		return -1;
	for (size_t i = 0; i < t->count; i++) {
		le32_put(starts + 4 * i, (uint32_t)at);
		at += strlen((const char *)t->bytes + at) + 1;
	}
	le32_put(starts + 4 * t->count, (uint32_t)at);
	t->starts = starts;
	return 0;
}

static int fold_texts(struct evaluation *e, struct texts *t, struct error *err)
{
	uint8_t *folded = room(&e->folded, t->size, err);

	if (!folded)
		return -1;
	const size_t size = fold_bytes(t->bytes, t->size, folded);
	t->bytes = folded;
	if (size == t->size)
		return 0;
	t->size = size;
	return find_starts(e, t, err);
}

/* The text that this byte belongs to; none before `from` does. */
static size_t text_around(const struct texts *t, size_t at, size_t from)
{
	size_t end = t->count;

	while (end - from > 1) {
		const size_t middle = (from + end) / 2;
		if (le32_get(t->starts + 4 * middle) <= at)
			from = middle;
		else
			end = middle;
	}
	return from;
}

/* All texts are searched as one: what is looked for has no NUL, so that it is never found across two. */
static void test_contains(const struct texts *t, const struct find *find, uint8_t *passes)
{
	size_t i = 0;

	if (!find->size) {
		memset(passes, 1, t->count);
		return;
	}
	for (size_t at = 0; (at = find_next(find, t->bytes, t->size, at)) < t->size;) {
		i = text_around(t, at, i);
		passes[i] = 1;
		at = le32_get(t->starts + 4 * (i + 1));
	}
}

static void test_begins(const struct texts *t, const char *prefix, uint8_t *passes)
{
	const size_t size = strlen(prefix);

	for (size_t i = 0; i < t->count; i++)
		passes[i] = strncmp(text_at(t, i), prefix, size) == 0;
}

static bool text_passes(const char *text, const struct filter_constant *c, enum filter_operator op)
{
	const int order = strcmp(text, c->text);

	switch (op) {
	case FILTER_EQUAL:
		return order == 0;
	case FILTER_LESS:
		return order < 0;
	case FILTER_LESS_EQUAL:
		return order <= 0;
	case FILTER_GREATER:
		return order > 0;
	case FILTER_GREATER_EQUAL:
		return order >= 0;
	default:
		return false;
	}
}

static void test_order(const struct evaluation *e, const struct filter_node *node, const struct texts *t, uint8_t *passes)
{
	for (size_t i = 0; i < t->count; i++)
		for (size_t k = 0; !passes[i] && k < node->count; k++)
			passes[i] = text_passes(text_at(t, i), &e->filter->constants[node->constant + k], node->op);
}

/* Regular expressions are dear: what is not asked is left out. */
static void test_expression(const struct filter_node *node, const struct column *c, const struct texts *t,
        const struct set *asked, uint8_t *passes)
{
	for (size_t i = 0; i < t->count; i++)
		if (c->which || bits_has(asked->word, column_owner(c, i)))
			passes[i] = expression_matches(node->expression, text_at(t, i));
}

static int test_texts(struct evaluation *e, const struct filter_node *node, const struct column *c, const struct set *asked,
        struct set *to, struct error *err)
{
	struct texts t = {c->text_count, c->text_size, c->starts, c->texts};
	uint8_t *passes = room(&e->passes, t.count + c->count, err), *values = passes ? passes + t.count : NULL;

	if (!passes)
		return -1;
	memset(passes, 0, t.count);
	if ((node->op == FILTER_CONTAINS || node->op == FILTER_BEGINS) && fold_texts(e, &t, err) < 0)
		return -1;
	if (node->op == FILTER_CONTAINS)
		test_contains(&t, &e->nodes[node - e->filter->nodes].find, passes);
	else if (node->op == FILTER_BEGINS)
		test_begins(&t, e->filter->constants[node->constant].text, passes);
	else if (node->op == FILTER_EXPRESSION)
		test_expression(node, c, &t, asked, passes);
	else
		test_order(e, node, &t, passes);
	for (size_t i = 0; c->which && i < c->count; i++)
		values[i] = passes[c->which[i]];
	*to = owners(c, c->which ? values : passes);
	return 0;
}

/* --- numbers --- */

/* What passes lies between the two, both included. */
static void test_range(const double *numbers, size_t count, double low, double high, uint8_t *passes)
{
	for (size_t i = 0; i < count; i++)
		passes[i] |= (uint8_t)((numbers[i] >= low) & (numbers[i] <= high));
}

static void test_numbers(const struct filter_node *node, const struct filter_constant *c, const double *numbers, size_t count,
        uint8_t *passes)
{
	memset(passes, 0, count);
	for (size_t k = 0; k < node->count; k++, c++)
		switch (node->op) {
		case FILTER_EQUAL:
			test_range(numbers, count, c->low, c->high, passes);
			break;
		case FILTER_LESS:
			test_range(numbers, count, -INFINITY, nextafter(c->low, -INFINITY), passes);
			break;
		case FILTER_LESS_EQUAL:
			test_range(numbers, count, -INFINITY, c->high, passes);
			break;
		case FILTER_GREATER:
			test_range(numbers, count, nextafter(c->high, INFINITY), INFINITY, passes);
			break;
		case FILTER_GREATER_EQUAL:
			test_range(numbers, count, c->low, INFINITY, passes);
			break;
		default:
			break;
		}
}

/* In force today; where a date is not known, neither that nor the opposite. */
static void test_active(const struct evaluation *e, const struct filter_node *node, double *days, size_t count, uint8_t *passes)
{
	double *active = days;

	for (size_t i = 0; i < count; i++) {
		const double granted = days[2 * i], expires = days[2 * i + 1];
		active[i] = !(granted > 0 && expires > 0) ? NAN : granted <= e->today && e->today < expires;
	}
	if (node->op != FILTER_MISSING)
		test_numbers(node, &e->filter->constants[node->constant], active, count, passes);
	else
		for (size_t i = 0; i < count; i++)
			passes[i] = (uint8_t)(active[i] >= 0); /* is a number */
}

/* Whether a colour is near; the difference is dear, and many are black or white. */
static bool is_near(struct evaluation *e, const struct filter_constant *c, const double *lab)
{
	const struct lab colour = {lab[0], lab[1], lab[2]};
	uint64_t bits[3], hash = 0;

	memcpy(bits, lab, sizeof bits);
	for (size_t i = 0; i < 3; i++)
		hash = (hash ^ bits[i]) * 0x9e3779b97f4a7c15u;
	struct lab_answer *a = &e->colours[hash >> 32 & (MOST_LAB - 1)];
	if (!a->known || memcmp(&a->colour, &colour, sizeof colour) != 0)
		*a = (struct lab_answer){colour, true, lab_difference(c->colour, colour) <= c->within};
	return a->near;
}

static int test_colours(struct evaluation *e, const struct filter_node *node, const struct column *c, const struct set *asked,
        const double *labs, uint8_t *passes, struct error *err)
{
	if (!e->colours && !(e->colours = malloc(MOST_LAB * sizeof *e->colours)))
		return error_set(err, "out of memory");
	if (e->colours_of != node)
		for (size_t i = 0; i < MOST_LAB; i++)
			e->colours[i].known = false;
	e->colours_of = node;
	for (size_t i = 0; i < c->count; i++)
		passes[i] = bits_has(asked->word, column_owner(c, i)) &&
		            is_near(e, &e->filter->constants[node->constant], labs + 3 * i);
	return 0;
}

static int test_values(struct evaluation *e, const struct filter_node *node, const struct column *c, const struct set *asked,
        struct set *to, struct error *err)
{
	double *numbers = room(&e->numbers, c->count * c->numbers * sizeof *numbers, err);
	uint8_t *passes = numbers ? room(&e->passes, c->count, err) : NULL;

	if (!passes)
		return -1;
	column_numbers(c, numbers);
	if (node->field == FILTER_ACTIVE)
		test_active(e, node, numbers, c->count, passes);
	else if (filter_fields[node->field].type != FILTER_COLOUR)
		test_numbers(node, &e->filter->constants[node->constant], numbers, c->count, passes);
	else if (test_colours(e, node, c, asked, numbers, passes, err) < 0)
		return -1;
	*to = owners(c, passes);
	return 0;
}

/* --- the tree --- */

/* The patents of the run that pass a test; what is not asked may be said wrongly. */
static int test(struct evaluation *e, const struct filter_node *node, const struct set *asked, struct set *to, struct error *err)
{
	struct column c;
	const int got = columns_get(e->store, node->field, e->run, &c, err);
	int status = got < 0 ? -1 : 0;

	*to = (struct set){{0}};
	if (got > 0 && node->op == FILTER_MISSING && node->field != FILTER_ACTIVE)
		*to = all_owners(&c);
	else if (got > 0)
		status = c.numbers ? test_values(e, node, &c, asked, to, err) : test_texts(e, node, &c, asked, to, err);
	if (node->op == FILTER_MISSING)
		*to = set_less(*asked, *to);
	return status;
}

static int evaluate(struct evaluation *e, int at, struct set asked, struct set *to, struct error *err);

/* Each is asked what the ones before have let through. */
static int evaluate_all(struct evaluation *e, const struct node *n, struct set asked, struct set *to, struct error *err)
{
	for (size_t i = 0; i < n->count && set_count(asked); i++)
		if (evaluate(e, e->order[n->first + i], asked, &asked, err) < 0)
			return -1;
	*to = asked;
	return 0;
}

/* Each is asked what the ones before have not let through. */
static int evaluate_any(struct evaluation *e, const struct node *n, struct set asked, struct set *to, struct error *err)
{
	struct set passed = {{0}}, now;

	for (size_t i = 0; i < n->count && set_count(asked); i++) {
		if (evaluate(e, e->order[n->first + i], asked, &now, err) < 0)
			return -1;
		passed = set_or(passed, now);
		asked = set_less(asked, now);
	}
	*to = passed;
	return 0;
}

/* *to: those of the asked that pass. The depth of the recursion is that of the expression, which filter_compile has bounded. */
static int evaluate(struct evaluation *e, int at, struct set asked, struct set *to, struct error *err)
{
	const struct filter_node *node = &e->filter->nodes[at];
	struct node *n = &e->nodes[at];
	int status;

	switch (node->op) {
	case FILTER_NOT:
		status = evaluate(e, node->child, asked, to, err);
		*to = set_less(asked, *to);
		break;
	case FILTER_AND:
		status = evaluate_all(e, n, asked, to, err);
		break;
	case FILTER_OR:
		status = evaluate_any(e, n, asked, to, err);
		break;
	default:
		status = test(e, node, &asked, to, err);
		*to = set_and(asked, *to);
	}
	n->asked += set_count(asked);
	n->passed += set_count(*to);
	return status;
}

/* --- what is asked first --- */

static double work_of_test(const struct filter_node *node)
{
	if (node->op == FILTER_MISSING)
		return 1;
	if (node->op == FILTER_EXPRESSION)
		return 200;
	if (filter_fields[node->field].type == FILTER_COLOUR)
		return 100;
	return column_field_numbers(node->field) ? 1 : node->op == FILTER_CONTAINS ? 8 : 5;
}

/* Prepares a node and what is below it; *used is how much of the order is taken. Children are numbered below their parents. */
static void prepare(struct evaluation *e, int at, size_t *used)
{
	const struct filter_node *nodes = e->filter->nodes, *node = &nodes[at];
	struct node *n = &e->nodes[at];

	if (node->op > FILTER_NOT) {
		n->work = work_of_test(node);
		if (node->op == FILTER_CONTAINS && filter_fields[node->field].type != FILTER_COLOUR) {
			const char *what = e->filter->constants[node->constant].text;
			if (*what)
				n->find = find_prepare((const uint8_t *)what, strlen(what));
		}
		return;
	}
	n->first = *used;
	for (int i = node->child; i >= 0; i = nodes[i].sibling) {
		e->order[(*used)++] = i;
		n->count++;
	}
	for (int i = node->child; i >= 0; i = nodes[i].sibling) {
		prepare(e, i, used);
		n->work += e->nodes[i].work;
	}
}

/* Work for each patent that is decided by it: that does not pass an &&, that passes an ||. */
static double rank(const struct node *n, enum filter_operator above)
{
	const double passed = ((double)n->passed + 1) / ((double)n->asked + 2);

	return n->work / (above == FILTER_AND ? 1 - passed : passed);
}

static void arrange(struct evaluation *e)
{
	for (size_t k = 0; k < e->filter->node_count; k++) {
		const enum filter_operator op = e->filter->nodes[k].op;
		int *order = e->order + e->nodes[k].first;
		for (size_t i = 1; op <= FILTER_OR && i < e->nodes[k].count; i++) {
			const int child = order[i];
			const double its = rank(&e->nodes[child], op);
			size_t to = i;
			for (; to && rank(&e->nodes[order[to - 1]], op) > its; to--)
				order[to] = order[to - 1];
			order[to] = child;
		}
	}
}

/* --- the whole --- */

static uint32_t runs(const struct index *ix)
{
	return (index_patent_bound(ix) + COLUMN_PATENTS - 1) / COLUMN_PATENTS;
}

size_t select_words(const struct index *ix)
{
	return (size_t)runs(ix) * WORDS;
}

static int begin(struct evaluation *e, const struct index *ix, const struct filter *filter, int32_t today, struct error *err)
{
	size_t used = 0;

	*e = (struct evaluation){.store = index_store(ix), .filter = filter, .today = today};
	if (!filter)
		return 0;
	e->nodes = calloc(filter->node_count, sizeof *e->nodes);
	e->order = calloc(filter->node_count, sizeof *e->order);
	if (!e->nodes || !e->order)
		return error_set(err, "out of memory");
	prepare(e, filter->root, &used);
	return 0;
}

static void end(struct evaluation *e)
{
	free(e->nodes);
	free(e->order);
	free(e->colours);
	bytes_release(&e->folded);
	bytes_release(&e->starts);
	bytes_release(&e->numbers);
	bytes_release(&e->passes);
}

int select_patents(const struct index *ix, const struct filter *filter, int32_t today, uint64_t *bits, uint64_t *count,
        struct error *err)
{
	struct evaluation e;
	int status = begin(&e, ix, filter, today, err);

	*count = 0;
	for (e.run = 0; status == 0 && e.run < runs(ix); e.run++) {
		struct set set = {{0}};
		struct column documents;
		status = columns_get(e.store, FILTER_PATENT_ID, e.run, &documents, err);
		if (status > 0) {
			set = all_owners(&documents);
			if (filter && !(e.run & (e.run - 1)))
				arrange(&e);
			status = filter ? evaluate(&e, filter->root, set, &set, err) : 0;
		}
		*count += set_count(set);
		memcpy(bits + (size_t)e.run * WORDS, set.word, sizeof set.word);
	}
	end(&e);
	return status < 0 ? -1 : 0;
}

int select_grants(const struct index *ix, int32_t *to, struct error *err)
{
	struct bytes scratch = {0};
	int status = 0;

	memset(to, 0, select_words(ix) * 64 * sizeof *to);
	for (uint32_t run = 0; status >= 0 && run < runs(ix); run++) {
		struct column c;
		status = columns_get(index_store(ix), FILTER_ACTIVE, run, &c, err);
		double *days = status > 0 ? room(&scratch, c.count * 2 * sizeof *days, err) : NULL;
		if (status > 0 && !days)
			status = -1;
		if (status <= 0)
			continue;
		column_numbers(&c, days);
		for (size_t i = 0; i < c.count; i++)
			to[(size_t)run * COLUMN_PATENTS + column_owner(&c, i)] = (int32_t)days[2 * i];
	}
	bytes_release(&scratch);
	return status < 0 ? -1 : 0;
}
