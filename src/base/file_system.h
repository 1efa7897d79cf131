/* SPDX-License-Identifier: ISC */
/*
 * file_system - whether a directory is on a file system that other machines have mounted as well
 *
 * What processes map of a file there, and what they lock in memory, is seen on their own machine only.
 */
#ifndef BASE_FILE_SYSTEM_H
#define BASE_FILE_SYSTEM_H

#include <stdint.h>

/*
 * The name of a type of file system, a number of statfs(2), as "nfs"; NULL where it is none of a network, or unknown. FUSE and 9p are
 * not among them: what is behind them does not show, and it is the host of a virtual machine more often than a network.
 */
const char *file_system_network(uint32_t type);

/* The same of where a path is; NULL as well where the system does not tell. */
const char *file_system_network_of(const char *path);

#endif
