"""A folder that becomes the root of an image: files go in with fixed modes and
times, so that the same inputs give the same bytes."""
import hashlib
import os
import shutil


class Root:
    def __init__(self, folder, epoch):
        self.folder = os.path.abspath(folder)
        self.epoch = epoch
        os.makedirs(self.folder)
        os.chmod(self.folder, 0o755)

    def at(self, path):
        return os.path.join(self.folder, path.lstrip("/"))

    def make_folder(self, path, mode=0o755, owner=None):
        parts = path.strip("/").split("/")
        for i in range(1, len(parts) + 1):
            here = self.at("/".join(parts[:i]))
            if not os.path.lexists(here):
                os.mkdir(here)
                os.chmod(here, 0o755)
        os.chmod(self.at(path), mode)
        # Only root can; elsewhere whoever makes the image sets it.
        if owner is not None and os.geteuid() == 0:
            os.chown(self.at(path), owner, owner)

    def write(self, path, text):
        self.make_folder(os.path.dirname(path))
        with open(self.at(path), "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(self.at(path), 0o644)

    def copy(self, source, path=None):
        """A file, executable or not as it was, nothing setuid."""
        path = path or source
        if os.path.lexists(self.at(path)):
            return
        self.make_folder(os.path.dirname(path))
        shutil.copyfile(source, self.at(path))
        executable = os.stat(source).st_mode & 0o111
        os.chmod(self.at(path), 0o755 if executable else 0o644)

    def link(self, path, target):
        """`target` absolute within the image; the link is relative."""
        self.make_folder(os.path.dirname(path))
        relative = os.path.relpath(target, os.path.dirname(path))
        if not os.path.lexists(self.at(path)):
            os.symlink(relative, self.at(path))

    def files(self):
        """Paths within the image of all that is no folder, sorted."""
        found = []
        for folder, _, names in os.walk(self.folder):
            # os.walk names links to folders as folders.
            links = [name for name in os.listdir(folder)
                     if os.path.islink(os.path.join(folder, name))]
            for name in set(names) | set(links):
                path = os.path.join(folder, name)
                found.append("/" + os.path.relpath(path, self.folder))
        return sorted(found)

    def seal(self):
        """Last: one time for all, children before their folders."""
        for folder, folders, names in os.walk(self.folder, topdown=False):
            for name in names + folders:
                os.utime(os.path.join(folder, name), (self.epoch, self.epoch),
                         follow_symlinks=False)
        os.utime(self.folder, (self.epoch, self.epoch))

    def size(self):
        return sum(os.lstat(self.at(path)).st_size for path in self.files())


def digest(path, algorithm):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, algorithm).hexdigest()
