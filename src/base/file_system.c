/* SPDX-License-Identifier: ISC */
#include "base/file_system.h"

#include <stddef.h>

#ifdef __linux__
#include <sys/statfs.h>
#endif

const char *file_system_network(uint32_t type)
{
	/* as in statfs(2) and in what comes with Lustre and GPFS */
	static const struct {
		uint32_t type;
		const char *name;
	} types[] = {
	        {0x6969, "nfs"},
	        {0x517b, "smb"},
	        {0xff534d42, "cifs"},
	        {0xfe534d42, "smb2"},
	        {0x564c, "ncp"},
	        {0x5346414f, "afs"},
	        {0x6b414653, "afs"},
	        {0x73757245, "coda"},
	        {0x00c36400, "ceph"},
	        {0x7461636f, "ocfs2"},
	        {0x01161970, "gfs2"},
	        {0x0bd00bd0, "lustre"},
	        {0x47504653, "gpfs"},
	};

	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (types[i].type == type)
			return types[i].name;
	return NULL;
}

const char *file_system_network_of(const char *path)
{
#ifdef __linux__
	struct statfs fs;

	return statfs(path, &fs) == 0 ? file_system_network((uint32_t)fs.f_type) : NULL;
#else
	(void)path;
	return NULL;
#endif
}
