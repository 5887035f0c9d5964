"""How a LibTorch with CUDA gets into an image, with libraries of a few lines
in its place."""
import hashlib
import io
import os
import subprocess
import unittest
import zipfile
from unittest import mock

from container import scratch

import closure
import contents
import fetch_torch
import sbom
import torch_cuda


def library(path, text, *needs, soname=True):
    """A shared object of one line of C, linked with others of its folders."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    command = ["gcc", "-shared", "-fPIC", "-x", "c", "-", "-x", "none", "-o",
               path, "-Wl,--no-as-needed", *needs]
    if soname:
        command.append("-Wl,-soname," + os.path.basename(path))
    for folder in {os.path.dirname(need) for need in needs}:
        command.append("-Wl,-rpath," + folder)
    subprocess.run(command, input=text, text=True, check=True)
    return path


class Unpacked(unittest.TestCase):
    """An engine, and what stands for PyTorch's wheels beside each other."""

    def setUp(self):
        self.torch = scratch("torch")
        patch = mock.patch.object(contents, "TORCH", self.torch)
        patch.start()
        self.addCleanup(patch.stop)
        lib = os.path.join(self.torch, "torch/lib")
        nvidia = os.path.join(self.torch, "nvidia/cu13/lib")
        # Not there at run time: of the driver.
        driver = library(os.path.join(scratch("driver"), "libcuda.so.1"),
                         "int cu(void) { return 1; }")
        cudnn = library(nvidia + "/libcudnn.so.77", "int dnn(void) {return 1;}")
        library(nvidia + "/libcudnn_ops.so.77", "int ops(void) { return 1; }")
        nvrtc = library(nvidia + "/libnvrtc.so.13", "int rtc(void) {return 1;}")
        library(nvidia + "/libnvrtc-builtins.so.13", "int b(void) {return 1;}")
        library(nvidia + "/libcufft.so.12", "int fft(void) { return 1; }")
        library(lib + "/libcaffe2_nvrtc.so",
                "int cu(void); int rtc(void); int c2(void) "
                "{ return cu() + rtc(); }", driver, nvrtc)
        os.unlink(driver)
        cuda = library(lib + "/libtorch_cuda.so",
                       "int dnn(void); int torch(void) { return dnn(); }",
                       cudnn)
        self.engine = library(
            os.path.join(scratch("built"), "libprewarm-engine-cuda.so"),
            "int torch(void); int make(void) { return torch(); }", cuda)

    def test_what_is_opened_by_name_comes_along_and_nothing_else(self):
        names = [os.path.basename(path)
                 for path in torch_cuda.opened_beside([self.engine])]
        self.assertIn("libcudnn_ops.so.77", names)
        self.assertIn("libcaffe2_nvrtc.so", names)
        self.assertIn("libnvrtc-builtins.so.13", names)
        self.assertNotIn("libcufft.so.12", names)
        self.assertEqual(torch_cuda.opened_beside(["libprewarm-engine-x.so"]),
                         [])

    def test_libraries_of_the_driver_may_be_missing_and_no_others(self):
        roots = [self.engine] + torch_cuda.opened_beside([self.engine])
        libraries = closure.resolve(roots)
        self.assertNotIn("libcuda.so.1", libraries)
        closure.check(roots, libraries)
        os.unlink(os.path.join(self.torch, "nvidia/cu13/lib/libcudnn.so.77"))
        with self.assertRaisesRegex(closure.Missing, "libcudnn.so.77"):
            closure.resolve([self.engine])

    def test_version_and_licences_are_those_of_the_archives(self):
        self.assertEqual(torch_cuda.version(), "unknown")
        for name, text in (("torch/version.py", "__version__ = '2.11.0'\n"),
                           ("torch-2.11.0.dist-info/LICENSE", "BSD"),
                           ("torch-2.11.0.dist-info/METADATA", "no"),
                           ("nvidia_a-1.dist-info/licenses/License.txt", "N"),
                           ("torch/lib/LICENSE.py", "no")):
            path = os.path.join(self.torch, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="ascii") as file:
                file.write(text)
        self.assertEqual(torch_cuda.version(), "2.11.0")
        self.assertEqual([inside for _, inside in torch_cuda.licences()], [
            "/usr/share/doc/pytorch-cuda/nvidia_a-1.dist-info/licenses/"
            "License.txt",
            "/usr/share/doc/pytorch-cuda/torch-2.11.0.dist-info/LICENSE"])

    def test_the_bill_tells_them_from_our_own(self):
        files = [("/usr/local/bin/a", {"SHA1": "0"}, ""),
                 ("/opt/torch/lib/libtorch_cuda.so", {"SHA1": "1"}, "")]
        text = sbom.make("image", "1", 0, [], files, [torch_cuda.describe()])
        self.assertIn('"spdxElementId": "SPDXRef-Other-pytorch-cuda"', text)
        self.assertEqual(text.count('"relatedSpdxElement": '
                                    '"SPDXRef-File-opt'), 1)


class Fetching(unittest.TestCase):
    def archive(self, *names):
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as file:
            for name in names:
                file.writestr(name, "x")
        return content.getvalue()

    def fetch(self, content, *names):
        folder = os.path.join(scratch("fetched"), "torch")
        with mock.patch("urllib.request.urlopen",
                        lambda *_, **__: io.BytesIO(content)):
            fetch_torch.fetch(folder, names)
        return folder

    def named(self, content):
        return "https://a.example/t.whl#sha256=" + hashlib.sha256(
            content).hexdigest()

    def test_an_archive_whose_sum_is_right_is_unpacked(self):
        for top in ("torch", "libtorch"):
            content = self.archive(top + "/lib/libtorch_cuda.so")
            folder = self.fetch(content, self.named(content))
            with open(folder + "/folder", encoding="utf-8") as file:
                self.assertEqual(file.read().strip(), f"{folder}/{top}")

    def test_another_sum_is_refused_before_anything_is_unpacked(self):
        content = self.archive("torch/lib/libtorch_cuda.so")
        with mock.patch.object(fetch_torch, "unpack") as unpack:
            with self.assertRaisesRegex(fetch_torch.Wrong, "was expected"):
                self.fetch(content, "https://a.example/t.whl#sha256=" + "0" * 64)
            unpack.assert_not_called()

    def test_names_without_a_sum_or_without_tls_are_refused(self):
        for name in ("https://a.example/t.whl", "http://a/t#sha256=" + "0" * 64,
                     "https://a/t#sha256=00", "https://a/t#md5=" + "0" * 64):
            with self.assertRaisesRegex(fetch_torch.Wrong, "64 hex digits"):
                self.fetch(b"", name)
        with self.assertRaisesRegex(fetch_torch.Wrong, "TORCH_URLS"):
            self.fetch(b"")

    def test_a_build_without_cuda_is_told(self):
        content = self.archive("torch/lib/libtorch_cpu.so")
        with self.assertRaisesRegex(fetch_torch.Wrong, "without CUDA"):
            self.fetch(content, self.named(content))

    def test_nothing_is_unpacked_outside_of_the_folder(self):
        content = self.archive("../../outside", "torch/lib/libtorch_cuda.so")
        folder = self.fetch(content, self.named(content))
        self.assertFalse(os.path.exists(os.path.join(
            os.path.dirname(os.path.dirname(folder)), "outside")))


if __name__ == "__main__":
    unittest.main()
