/* SPDX-License-Identifier: ISC */
/*
 * option - a command line read by a table: short and long options, values, operands in any place
 *
 *     static const struct option_spec specs[] = {
 *             {'k', "count", true}, {OPTION_LONG + 0, "exact", false}, OPTION_COMMON, {0}};
 *     struct option_reader in = option_reader(argc, argv, specs);
 *     for (int o; (o = option_next(&in));)
 *             switch (o) {
 *             case 'k': o_count = in.value; break;
 *             default: option_usual(&in, o, help, NULL, &verbose, &operands);
 *             }
 *
 * `-k5`, `-k 5`, `--count 5`, `--count=5`, bundled flags `-qv`; a long name may be shortened to a unique beginning.
 * Behind `--` everything is an operand; `-` alone is one. An unknown option, a missing or a superfluous value ends
 * the program with STATUS_FAILED and a hint at --help: this is the part of the shared code that belongs to programs.
 */
#ifndef BASE_OPTION_H
#define BASE_OPTION_H

#include <stdbool.h>

struct option_spec {
	int id;           /* the short letter, or OPTION_LONG + n where there is none */
	const char *name; /* without the dashes; NULL where there is only a letter */
	bool takes_value;
};

enum { OPTION_OPERAND = 1, OPTION_LONG = 256, OPTION_HELP = 'h', OPTION_VERSION = 250 };

/* What every program has: -h --help, --version, -q --quiet, -v --verbose. */
/* clang-format off */
#define OPTION_COMMON {OPTION_HELP, "help", false}, {OPTION_VERSION, "version", false}, \
                      {'q', "quiet", false}, {'v', "verbose", false}
/* clang-format on */

struct option_reader {
	int argc, next;
	char **argv;
	const struct option_spec *specs;
	const char *bundle;  /* the rest of a bundle of short options */
	bool operands_only;  /* behind -- */
	const char *value;   /* of the option just returned, or the operand; points into argv */
	const char *spelled; /* the option as it was written, for messages */
};

struct option_reader option_reader(int argc, char **argv, const struct option_spec *specs);

/* The next option's id, OPTION_OPERAND, or 0 at the end. */
int option_next(struct option_reader *in);

/* The value as a number within bounds, or death with a message that names the option. */
long long option_integer(const struct option_reader *in, long long minimum, long long maximum);
double option_real(const struct option_reader *in, double minimum, double maximum);

/* Prints the text to stdout, checked, and exits 0: for --help. For --version: "PROGRAM (ornament) VERSION". */
void option_help(const char *text)
#ifdef __GNUC__
        __attribute__((noreturn))
#endif
        ;
void option_version(void)
#ifdef __GNUC__
        __attribute__((noreturn))
#endif
        ;

/* Arguments collected in order, as an option that may occur several times, or operands, are. */
struct arguments {
	const char **items; /* the array is owned, the strings are not */
	int count;
};
void arguments_add(struct arguments *a, const char *item); /* dies when out of memory */
void arguments_release(struct arguments *a);

/*
 * What an operand and the options of OPTION_COMMON mean in every program, for the `default:` of its switch: help is printed, the
 * version too, -q and -v set *quiet (NULL where nothing can be quieter) and *verbose, the later one wins; an operand is added.
 */
void option_usual(const struct option_reader *in, int id, const char *help, bool *quiet, bool *verbose,
        struct arguments *operands);

#endif
