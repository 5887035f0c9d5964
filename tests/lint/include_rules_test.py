"""The include rules, each shown by a line that breaks it."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import include_rules  # noqa: E402


def messages(path, text):
    return [message for _, message in include_rules.check_text(path, text)]


class IncludeRules(unittest.TestCase):
    def refused(self, path, include):
        self.assertEqual(len(messages(path, f"#include {include}\n")), 1,
                         f"{path} includes {include}")

    def allowed(self, path, include):
        self.assertEqual(messages(path, f"#include {include}\n"), [])

    def test_pistache_stays_in_http(self):
        self.allowed("common/http/server.cc", "<pistache/http.h>")
        self.refused("inference-server/api/a.cc", "<pistache/http.h>")
        self.refused("inference-server/main.cc", '"pistache/http.h"')

    def test_torch_stays_in_its_engine(self):
        self.allowed("inference-server/engine/torch/net.cc", "<torch/torch.h>")
        self.refused("inference-server/engine/engine.h", "<ATen/ATen.h>")
        self.refused("inference-server/warmup/w.cc", "<dnnl.hpp>")
        self.refused("inference-server/api/a.cc",
                     '"inference-server/engine/torch/net.h"')

    def test_codecs_stay_in_imaging(self):
        self.allowed("inference-server/imaging/jpeg.cc", "<jpeglib.h>")
        for header in ("<jpeglib.h>", "<spng.h>", "<png.h>", "<lcms2.h>",
                       "<webp/decode.h>", "<libheif/heif.h>"):
            self.refused("inference-server/api/a.cc", header)

    def test_yaml_and_log_have_one_file_each(self):
        self.allowed("common/base/strict_yaml.cc", "<yaml-cpp/yaml.h>")
        self.refused("common/base/json.cc", "<yaml-cpp/yaml.h>")
        self.allowed("common/base/log.cc", "<spdlog/spdlog.h>")
        self.refused("common/base/log.h", "<spdlog/spdlog.h>")

    def test_curl_stays_in_download(self):
        self.allowed("inference-server/download/url.cc", "<curl/curl.h>")
        self.refused("inference-server/importer/a.cc", "<curl/curl.h>")
        self.allowed("inference-server/importer/a.cc",
                     '"inference-server/download/download.h"')
        self.refused("inference-server/api/a.cc",
                     '"inference-server/download/download.h"')

    def test_http_knows_no_domain(self):
        for module in ("imaging", "engine", "scheduling", "warmup", "api"):
            self.refused("common/http/a.cc",
                         f'"inference-server/{module}/a.h"')
        self.refused("common/http/a.cc", '"common/store/env.h"')
        self.allowed("common/http/a.cc", '"common/base/log.h"')

    def test_modules_point_one_way(self):
        self.allowed("inference-server/api/a.cc",
                     '"common/http/http.h"')
        self.refused("inference-server/imaging/a.cc",
                     '"inference-server/engine/engine.h"')
        self.refused("inference-server/engine/a.cc",
                     '"inference-server/api/a.h"')
        self.allowed("inference-server/quality/a.cc",
                     '"inference-server/engine/engine.h"')
        self.refused("inference-server/quality/a.cc",
                     '"inference-server/api/a.h"')
        self.refused("inference-server/api/a.cc",
                     '"inference-server/quality/a.h"')
        self.refused("common/base/a.cc", '"common/http/http.h"')
        self.refused("common/base/a.cc", '"common/contract/a.h"')
        self.refused("warmup-controller/kube/a.cc",
                     '"warmup-controller/decide/a.h"')
        self.refused("warmup-controller/policy/a.cc",
                     '"common/http/http.h"')

    def test_wiring_sees_its_own_program(self):
        self.allowed("inference-server/main.cc", '"inference-server/api/a.h"')
        self.refused("inference-server/main.cc",
                     '"warmup-controller/policy/a.h"')

    def test_a_test_uses_what_its_folder_uses(self):
        self.allowed("tests/unit/imaging/a_test.cc", "<jpeglib.h>")
        self.allowed("tests/unit/imaging_decode/a_test.cc", "<jpeglib.h>")
        self.refused("tests/unit/api/a_test.cc", "<jpeglib.h>")
        self.allowed("tests/unit/calendar/a_test.cc", "<cctz/time_zone.h>")
        self.refused("tests/unit/policy/a_test.cc", "<cctz/time_zone.h>")

    def test_cpprestsdk_stays_in_the_http_client(self):
        self.allowed("warmup-controller/http_client/a.cc",
                     "<cpprest/http_client.h>")
        self.refused("warmup-controller/warmer/a.cc", "<pplx/pplxtasks.h>")

    def test_long_file_is_refused(self):
        limit = include_rules.MAX_LINES
        self.assertEqual(messages("common/base/a.h", "\n" * limit), [])
        self.assertEqual(len(messages("common/base/a.h", "\n" * (limit + 1))),
                         1)

    def test_the_tree_obeys(self):
        root = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                            "..", "..")
        self.assertEqual(include_rules.main(root), 0)


if __name__ == "__main__":
    unittest.main()
