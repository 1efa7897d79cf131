/* SPDX-License-Identifier: ISC */
/*
 * ornament - the front command: finds the programs of the suite and becomes one of them
 *
 * The filters have names as common as `decode` and `query`; installed, they live in a directory of their own, and this is the one
 * name on the PATH.
 */
#include "base/message.h"
#include "base/option.h"
#include "base/process.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct {
	const char *name, *does;
} commands[] = {
        {"import", "archives into an index: the whole pipeline"},
        {"query", "which granted designs look like this?"},
        {"decode", "archives, directories and picture files to items"},
        {"xml-parse", "patent documents to bibliographic records"},
        {"colorize", "the dominant colours of pictures"},
        {"classify", "what kind of picture each page is"},
        {"letterbox", "pictures upright, trimmed, scaled into a white square"},
        {"embed", "pictures to vectors"},
        {"index-build", "items into an index; delete, check, dump"},
        {"stream-show", "a stream as text, JSON, NumPy or pictures, and back"},
};

enum { COMMANDS = sizeof commands / sizeof *commands };

static void help(void)
{
	printf("Examples:\n"
	       "  ornament import -d designs I20260106.tar     archives into an index\n"
	       "  ornament query -d designs -k 10 chair.jpg    the granted designs that look like it\n"
	       "  ornament query -d designs --id D1012345      the same for a patent of the index\n"
	       "\n"
	       "Usage: ornament COMMAND [ARGUMENT ...]\n"
	       "       ornament help COMMAND\n"
	       "       ornament --exec-path | --help | --version\n"
	       "\n"
	       "Commands, each with its own --help and manual page (man ornament-COMMAND):\n");
	for (int i = 0; i < COMMANDS; i++)
		printf("  %-12s %s\n", commands[i].name, commands[i].does);
	printf("\n"
	       "  --exec-path  prints where the programs of the commands lie\n"
	       "\n"
	       "The manual of the suite is ornament(7).\n");
	finish_stdout();
}

static bool known(const char *name)
{
	for (int i = 0; i < COMMANDS; i++)
		if (strcmp(commands[i].name, name) == 0)
			return true;
	return false;
}

int main(int argc, char **argv)
{
	char where[PROCESS_PATH], path[PROCESS_PATH + 64], help_option[] = "--help";
	struct error err;

	message_program(argv[0]);
	if (argc < 2)
		die_usage("no command given");
	if (strcmp(argv[1], "help") == 0 && argc > 3)
		die_usage("'%s' is one argument too many", argv[3]);
	if (strcmp(argv[1], "help") == 0 && argc == 3) {
		/* help COMMAND is COMMAND --help */
		argv[1] = argv[2];
		argv[2] = help_option;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) {
		help();
		return STATUS_DONE;
	}
	if (strcmp(argv[1], "--version") == 0)
		option_version();
	if (strcmp(argv[1], "--exec-path") == 0) {
		if (process_exec_path(where, &err) < 0)
			die("%s", err.text);
		puts(where);
		finish_stdout();
		return STATUS_DONE;
	}
	if (argv[1][0] == '-')
		die_usage("unknown option '%s'", argv[1]);
	if (!known(argv[1]))
		die_usage("'%s' is no command of ornament", argv[1]);
	if (process_exec_path(where, &err) < 0)
		die("%s", err.text);
	snprintf(path, sizeof path, "%s/%s", where, argv[1]);
	execv(path, argv + 1);
	die("cannot start '%s':", path);
}
