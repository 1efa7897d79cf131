/* SPDX-License-Identifier: ISC */
/*
 * trap - last words of a process that foreign data end
 *
 * A library that maps a file follows what is in it, and damaged pages may lead it anywhere: out of memory that is there, or into an
 * assertion of its own. Instead of dying in silence the process says what it was at and exits with STATUS_FAILED.
 */
#ifndef BASE_TRAP_H
#define BASE_TRAP_H

/*
 * From here on SIGSEGV, SIGBUS and SIGABRT end the process with "PROGRAM: TEXT" and a newline on stderr. For programs only, once; what
 * is longer than a line of 1000 bytes is cut.
 */
#ifdef __GNUC__
__attribute__((format(printf, 1, 2)))
#endif
void trap_install(const char *format, ...);

#endif
