// Files of network volumes are not mapped in place: a dead mount would hang
// whoever reads a page, in the middle of an inference. Their bytes are copied
// into memory first, by a thread that may wait.
#pragma once

#include <cstddef>
#include <string>

namespace prewarm {

// Whether `fd` lies on NFS, SMB, Ceph, Lustre, 9P, AFS or anything in user
// space (FUSE: object stores, sshfs).
bool OnNetworkVolume(int fd);
// The last of these alone.
bool InUserSpace(const std::string& path);

// A descriptor of an anonymous file (memfd) with the first `size` bytes of
// `fd`; -1 with errno: EIO where the file ends before.
int CopyToMemory(int fd, std::size_t size);

}  // namespace prewarm
