/* SPDX-License-Identifier: ISC */
#include "base/file_system.h"

#include "unit/test.h"

#include <string.h>

static bool is(const char *name, const char *expected)
{
	return name && strcmp(name, expected) == 0;
}

int main(void)
{
	ok(is(file_system_network(0x6969), "nfs"), "NFS is a network's");
	ok(is(file_system_network(0xff534d42), "cifs") && is(file_system_network(0xfe534d42), "smb2"), "SMB is");
	ok(!file_system_network(0xef53) && !file_system_network(0x58465342) && !file_system_network(0x9123683e) &&
	                !file_system_network(0x01021994) && !file_system_network(0x794c7630),
	        "ext4, XFS, Btrfs, tmpfs and overlays are not");
	ok(!file_system_network(0x65735546) && !file_system_network(0x01021997), "FUSE and 9p are taken for the machine's own");
	ok(!file_system_network(0) && !file_system_network_of("/nowhere/at/all"), "what is unknown is not");
	return done();
}
