"""What is in the images, by their files alone."""
import hashlib
import json
import os
import re
import subprocess
import unittest

import container
from container import copy_of, replace, root, scratch

import assemble
import check
import closure
import elf

LIB = "usr/lib/x86_64-linux-gnu"
BOTH = ("inference-server", "warmup-controller")


def tree_digest(folder):
    """Of names, modes, times, links and contents."""
    lines = []
    for path in sorted(check.all_paths(folder)):
        info = os.lstat(path)
        what = os.readlink(path) if os.path.islink(path) else ""
        if os.path.isfile(path) and not what:
            with open(path, "rb") as file:
                what = hashlib.sha256(file.read()).hexdigest()
        lines.append(f"{os.path.relpath(path, folder)} {info.st_mode:o} "
                     f"{info.st_mtime_ns} {what}")
    return lines


def libtorch(folder):
    at = os.path.join(folder, LIB)
    return [os.path.join(at, name) for name in os.listdir(at)
            if name.startswith("libtorch_cpu.so") and
            not os.path.islink(os.path.join(at, name))][0]


class Contents(unittest.TestCase):
    def test_roots_are_whole_and_have_nothing_of_others(self):
        for name in BOTH:
            with self.subTest(name):
                self.assertEqual(check.faults(root(name)), [])

    def test_a_library_that_is_missing_is_named(self):
        folder = copy_of("warmup-controller")
        os.unlink(os.path.join(folder, LIB, "libcpprest.so.2.10"))
        self.assertIn("needs libcpprest.so.2.10", check.faults(folder)[0])

    def test_a_symbol_that_nobody_has_is_named(self):
        folder = copy_of("inference-server")
        replace(libtorch(folder), lambda path: subprocess.run(
            ["patchelf", "--remove-needed", "libsleef.so.3", path], check=True))
        self.assertIn("nobody has the symbol Sleef_",
                      "\n".join(check.faults(folder)))

    def test_a_bundle_of_certificates_that_breaks_off_is_told(self):
        folder = copy_of("warmup-controller")
        bundle = os.path.join(folder, "etc/ssl/certs/ca-certificates.crt")

        def damage(path):
            with open(path, "r+b") as file:
                text = file.read()
                middle = text.index(b"BEGIN CERTIFICATE", len(text) // 2)
                file.seek(middle + 30)
                file.write(b"!")
        replace(bundle, damage)
        self.assertIn("certificates", check.faults(folder)[0])

    def test_strangers_are_named(self):
        folder = copy_of("warmup-controller")
        for name in ("usr/bin/sh", "var/model.onnx"):
            with open(os.path.join(folder, name), "w", encoding="ascii"):
                pass
        os.chmod(os.path.join(folder, "usr/bin/sh"), 0o4757)
        os.symlink("/etc/passwd", os.path.join(folder, "etc/outside"))
        os.symlink("nowhere", os.path.join(folder, "etc/dangling"))
        os.unlink(os.path.join(folder, "usr/share/doc/libc6/copyright"))
        told = "\n".join(check.faults(folder))
        for words in ("/usr/bin/sh is none of ours", "/usr/bin/sh is setuid",
                      "/usr/bin/sh can be written by all",
                      "/var/model.onnx are weights", "/etc/outside leads out",
                      "/etc/dangling leads to nothing",
                      "libc6 has no copyright file"):
            self.assertIn(words, told)

    @unittest.skipIf(os.environ.get("PREWARM_IMAGE_ROOTS"), "of an engine")
    def test_the_same_inputs_give_the_same_bytes(self):
        again = os.path.join(scratch("again"), "root")
        assemble.assemble("warmup-controller", container.BUILD, again)
        self.assertEqual(tree_digest(again),
                         tree_digest(root("warmup-controller")))

    def test_libtorch_comes_without_what_it_does_not_use(self):
        folder = root("inference-server")
        names = os.listdir(os.path.join(folder, LIB))
        for unused in ("libopencv", "libavcodec", "libQt5", "libgtk"):
            self.assertEqual([n for n in names if n.startswith(unused)], [])
        needed = elf.read(libtorch(folder)).needed
        self.assertIn("libdnnl.so.2", needed)
        self.assertNotIn("libopencv_core.so.406", needed)

    def test_images_stay_as_small_as_they_are(self):
        # Measured: 281 and 23 MB. A library more is a decision.
        for name, most in (("inference-server", 300e6),
                           ("warmup-controller", 30e6)):
            size = sum(os.lstat(path).st_size
                       for path in check.all_paths(root(name))
                       if os.path.isfile(path) and not os.path.islink(path))
            self.assertLess(size, most, name)

    def test_the_user_has_a_name_and_a_store(self):
        for name in BOTH:
            with open(os.path.join(root(name), "etc/passwd"),
                      encoding="ascii") as file:
                self.assertIn("prewarm:x:65532:65532:", file.read())
        folder = os.path.join(root("inference-server"), "var/lib/prewarm/store")
        self.assertEqual(os.listdir(folder), [])
        if os.geteuid() == 0:
            self.assertEqual(os.stat(folder).st_uid, container.UID)

    @unittest.skipIf(os.environ.get("PREWARM_IMAGE_ROOTS"), "of an engine")
    def test_certificates_are_those_of_the_package_alone(self):
        with open(os.path.join(root("warmup-controller"), "etc/ssl/certs",
                               "ca-certificates.crt"),
                  encoding="ascii") as file:
            text = file.read()
        count = subprocess.run(
            "dpkg -L ca-certificates | grep -c '^/usr/share/ca-.*[.]crt$'", shell=True,
            capture_output=True, text=True, check=True).stdout
        self.assertEqual(text.count("BEGIN CERTIFICATE"), int(count))


class Closures(unittest.TestCase):
    def test_what_is_needed_and_not_there_is_refused(self):
        program = os.path.join(root("warmup-controller"),
                               "usr/local/bin/warmup-controller")
        with self.assertRaisesRegex(closure.Missing, "which is not there"):
            closure.walk([program], {})

    def test_an_engine_that_was_not_built_is_named(self):
        with self.assertRaisesRegex(closure.Missing, "cuda.so was not built"):
            assemble.engines_of(container.scratch("none"), "cuda")
        with self.assertRaisesRegex(closure.Missing, "best is unknown"):
            assemble.engines_of(container.BUILD, "best")


class Bill(unittest.TestCase):
    """SPDX 2.3: https://spdx.github.io/spdx-spec/v2.3/"""

    def bill(self, name):
        with open(os.path.join(root(name), "usr/share/doc/prewarm",
                               "sbom.spdx.json"), encoding="utf-8") as file:
            return json.load(file)

    def test_it_has_what_the_standard_demands(self):
        for name in BOTH:
            bill = self.bill(name)
            self.assertEqual(bill["spdxVersion"], "SPDX-2.3")
            self.assertEqual(bill["dataLicense"], "CC0-1.0")
            self.assertEqual(bill["SPDXID"], "SPDXRef-DOCUMENT")
            self.assertRegex(bill["documentNamespace"],
                             "^https://[^# ]+[0-9a-f]{64}$")
            self.assertRegex(bill["creationInfo"]["created"],
                             r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
            for creator in bill["creationInfo"]["creators"]:
                self.assertRegex(creator, "^(Person|Organization|Tool): ")
            elements = bill["packages"] + bill["files"]
            names = [element["SPDXID"] for element in elements]
            self.assertEqual(len(names), len(set(names)))
            for identifier in names:
                self.assertRegex(identifier, r"^SPDXRef-[A-Za-z0-9.-]+$")
            for package in bill["packages"]:
                self.assertLessEqual({"name", "downloadLocation",
                                      "versionInfo"}, set(package))
                self.assertIs(package["filesAnalyzed"], False)
            for file in bill["files"]:
                self.assertTrue(file["fileName"].startswith("./"))
                self.assertIn("SHA1", [sum_["algorithm"]
                                       for sum_ in file["checksums"]])
            known = set(names) | {"SPDXRef-DOCUMENT"}
            for relation in bill["relationships"]:
                self.assertIn(relation["spdxElementId"], known)
                self.assertIn(relation["relatedSpdxElement"], known)
                self.assertIn(relation["relationshipType"],
                              ("DESCRIBES", "CONTAINS"))
            related = {r["relatedSpdxElement"] for r in bill["relationships"]}
            self.assertEqual(related, set(names))

    def test_it_names_every_package_that_a_library_is_of(self):
        folder = root("inference-server")
        bill = self.bill("inference-server")
        stated = {package["name"]: package for package in bill["packages"]
                  if package["SPDXID"].startswith("SPDXRef-Debian-")}
        status = os.path.join(folder, "var/lib/dpkg/status.d")
        self.assertEqual(sorted(stated), sorted(
            name for name in os.listdir(status)
            if not name.endswith(".md5sums")))
        for name, package in stated.items():
            with open(os.path.join(status, name), encoding="utf-8") as file:
                version = re.search(r"^Version: (.*)$", file.read(), re.M)[1]
            self.assertEqual(package["versionInfo"], version)
            self.assertTrue(package["externalRefs"][0]["referenceLocator"]
                            .startswith(f"pkg:deb/debian/{name}@".replace(
                                "+", "%2B")))

    def test_every_library_is_some_packages_with_its_sum(self):
        folder = root("inference-server")
        status = os.path.join(folder, "var/lib/dpkg/status.d")
        sums = {}
        for name in os.listdir(status):
            if name.endswith(".md5sums"):
                with open(os.path.join(status, name), encoding="utf-8") as file:
                    for line in file:
                        value, path = line.rstrip("\n").split("  ", 1)
                        sums[path] = value
        for path in check.all_paths(os.path.join(folder, "usr/lib")):
            if os.path.islink(path) or not os.path.isfile(path):
                continue
            inside = os.path.relpath(path, folder)
            with open(path, "rb") as file:
                self.assertEqual(hashlib.md5(file.read()).hexdigest(),
                                 sums.get(inside), inside)

    def test_it_has_the_sums_of_our_own_files_and_of_what_was_changed(self):
        folder = root("inference-server")
        files = self.bill("inference-server")["files"]
        for file in files:
            with open(os.path.join(folder, file["fileName"]), "rb") as content:
                self.assertIn(
                    {"algorithm": "SHA256", "checksumValue":
                     hashlib.sha256(content.read()).hexdigest()},
                    file["checksums"])
        names = [file["fileName"] for file in files]
        for program in ("inference-server", "prewarm-model", "prewarm-health",
                        "prewarm-decode-heif"):
            self.assertIn("./usr/local/bin/" + program, names)
        changed = [file for file in files if "comment" in file]
        self.assertEqual(len(changed), 1)
        self.assertIn("libopencv_core", changed[0]["comment"])


if __name__ == "__main__":
    unittest.main()
