/* SPDX-License-Identifier: ISC */
#include "math/version.h"
#include "unit/test.h"

static int asked;

static bool never(void)
{
	asked++;
	return false;
}

struct example {
	struct version version;
	int result[5]; /* a stride that is not that of struct version */
};

static const struct example examples[] = {
        {{"none", never}, {1}},
        {{"newer", never}, {2}},
        {{"fast", version_always}, {3}},
        {{"portable", version_always}, {4}},
};

enum { EXAMPLES = sizeof examples / sizeof *examples };

static const struct example *named(const char *name)
{
	return version_named(examples, sizeof *examples, EXAMPLES, name);
}

int main(void)
{
	static struct version_choice choice;

	ok(version_first(examples, sizeof *examples) == &examples[2], "the first that is supported is taken");
	asked = 0;
	for (int i = 0; i < 3; i++)
		ok(version_chosen(&choice, examples, sizeof *examples) == &examples[2], "and again, call %d", i + 1);
	ok(asked == 2, "but what the CPU supports was asked once");
	ok(named("fast") == &examples[2] && named("portable") == &examples[3], "those that are supported are found by name");
	ok(!named("newer"), "one that is not supported is not");
	ok(!named("abacus") && !named(""), "nor one that there is not");
	return done();
}
