/* SPDX-License-Identifier: ISC */
#include "base/option.h"

#include "base/error.h"
#include "base/message.h"
#include "base/number.h"
#include "base/version.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct option_reader option_reader(int argc, char **argv, const struct option_spec *specs)
{
	return (struct option_reader){.argc = argc, .next = 1, .argv = argv, .specs = specs};
}

/* The option with this long name, or the only one that begins so; dies otherwise. */
static const struct option_spec *find_long(const struct option_reader *in, const char *name, size_t length)
{
	const struct option_spec *found = NULL;
	bool ambiguous = false;

	for (const struct option_spec *s = in->specs; s->id; s++) {
		if (!s->name || strncmp(s->name, name, length) != 0)
			continue;
		if (!s->name[length])
			return s;
		ambiguous = found != NULL;
		found = s;
	}
	if (ambiguous)
		die_usage("option '%s' is ambiguous", in->spelled);
	if (!found)
		die_usage("unknown option '%s'", in->spelled);
	return found;
}

static int take_long(struct option_reader *in, const char *argument)
{
	const char *name = argument + 2, *equals = strchr(name, '=');
	const struct option_spec *s =
	        find_long(in, name, equals ? (size_t)(equals - name) : strlen(name));

	if (!s->takes_value) {
		if (equals)
			die_usage("option '--%s' takes no value", s->name);
		return s->id;
	}
	if (equals)
		in->value = equals + 1;
	else if (in->next < in->argc)
		in->value = in->argv[in->next++];
	else
		die_usage("option '%s' needs a value", argument);
	return s->id;
}

static int take_short(struct option_reader *in)
{
	const struct option_spec *s = in->specs;
	const char letter = *in->bundle++;
	static char spelled[3] = "-?";

	spelled[1] = letter;
	in->spelled = spelled;
	while (s->id && (s->id != letter || s->id >= OPTION_VERSION))
		s++;
	if (!s->id)
		die_usage("unknown option '-%c'", letter);
	if (!s->takes_value)
		return s->id;
	if (*in->bundle) {
		in->value = in->bundle;
		in->bundle = NULL;
	} else if (in->next < in->argc) {
		in->value = in->argv[in->next++];
	} else {
		die_usage("option '-%c' needs a value", letter);
	}
	return s->id;
}

int option_next(struct option_reader *in)
{
	const char *argument;

	in->value = NULL;
	if (in->bundle && *in->bundle)
		return take_short(in);
	if (in->next >= in->argc)
		return 0;
	argument = in->argv[in->next++];
	in->spelled = argument;
	if (!in->operands_only && strcmp(argument, "--") == 0) {
		in->operands_only = true;
		return option_next(in);
	}
	if (in->operands_only || argument[0] != '-' || !argument[1]) {
		in->value = argument;
		return OPTION_OPERAND;
	}
	if (argument[1] == '-')
		return take_long(in, argument);
	in->bundle = argument + 1;
	return take_short(in);
}

long long option_integer(const struct option_reader *in, long long minimum, long long maximum)
{
	struct error err;
	long long value;

	if (number_integer(in->value, minimum, maximum, &value, &err) < 0)
		die_usage("option '%s': %s", in->spelled, err.text);
	return value;
}

double option_real(const struct option_reader *in, double minimum, double maximum)
{
	struct error err;
	double value;

	if (number_real(in->value, minimum, maximum, &value, &err) < 0)
		die_usage("option '%s': %s", in->spelled, err.text);
	return value;
}

void option_help(const char *text)
{
	fputs(text, stdout);
	finish_stdout();
	exit(STATUS_DONE);
}

void option_version(void)
{
	printf("%s (ornament) %s\n", message_program_name(), ORNAMENT_VERSION);
	finish_stdout();
	exit(STATUS_DONE);
}

void arguments_add(struct arguments *a, const char *item)
{
	/* doubles at the powers of two */
	if ((a->count & (a->count - 1)) == 0) {
		const size_t room = a->count ? 2 * (size_t)a->count : 1;
		const char **items = realloc(a->items, room * sizeof *items);
		if (!items)
			die("out of memory");
		a->items = items;
	}
	a->items[a->count++] = item;
}

void arguments_release(struct arguments *a)
{
	free(a->items);
	*a = (struct arguments){0};
}

void option_usual(const struct option_reader *in, int id, const char *help, bool *quiet, bool *verbose,
        struct arguments *operands)
{
	switch (id) {
	case OPTION_HELP:
		option_help(help);
	case OPTION_VERSION:
		option_version();
	case OPTION_OPERAND:
		if (!*in->value)
			die_usage("an argument is empty");
		arguments_add(operands, in->value);
		break;
	default: /* -q or -v */
		*verbose = id == 'v';
		if (quiet)
			*quiet = id == 'q';
	}
}
