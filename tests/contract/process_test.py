"""POST /api/v2/process on a warm server: outputs, options, headers."""
import base64
import re
import struct
import unittest

import pictures
import server


class Process(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = server.shared()
        cls.jpeg = pictures.load("figure.jpg")

    def form(self, *options, image=None):
        reply = self.server.process_form(
            [("image", "a.jpg", "image/jpeg", image or self.jpeg), *options])
        self.assertEqual(reply.status, 200, reply.body[:300])
        return reply

    def test_photo_becomes_png_with_transparency(self):
        reply = self.form()
        self.assertEqual(reply.headers["content-type"], "image/png")
        self.assertEqual(pictures.png_header(reply.body), (96, 96, 8, 6))

    def test_raw_body_and_form_give_the_same_bytes(self):
        raw = self.server.process_raw(self.jpeg, "?output=mask")
        self.assertEqual(raw.status, 200, raw.body[:300])
        self.assertEqual(raw.body, self.form(("output", "mask")).body)

    def test_mask_is_grey_of_the_photos_size(self):
        reply = self.form(("output", "mask"))
        self.assertEqual(pictures.png_header(reply.body), (96, 96, 8, 0))

    def test_reversed_mask_is_the_complement(self):
        mask = pictures.png_rows(self.form(("output", "mask")).body)
        other = pictures.png_rows(
            self.form(("output", "mask"), ("reverse", "true")).body)
        for row, turned in zip(mask, other):
            for a, b in zip(row, turned):
                self.assertLessEqual(abs(255 - a - b), 1)

    def test_threshold_leaves_black_and_white(self):
        reply = self.form(("output", "mask"), ("threshold", "0.5"))
        values = set(b"".join(pictures.png_rows(reply.body)))
        self.assertLessEqual(values, {0, 255})

    def test_color_fills_where_the_background_was(self):
        mask = pictures.png_rows(self.form(("output", "mask")).body)
        rows = pictures.png_rows(self.form(("output", "#102030")).body)
        clear = [(x, y) for y, row in enumerate(mask)
                 for x, value in enumerate(row) if value == 0]
        self.assertTrue(clear, "the matte has no background to look at")
        for x, y in clear:
            self.assertEqual(rows[y][3 * x:3 * x + 3], b"\x10\x20\x30")

    def test_each_named_output_is_an_opaque_picture(self):
        for name in ("green", "white", "blur", "overlay"):
            with self.subTest(name):
                reply = self.form(("output", name))
                self.assertEqual(pictures.png_header(reply.body)[:2],
                                 (96, 96))

    def test_background_file_is_composed(self):
        reply = self.form(
            ("output", "image"),
            ("background", "b.png", "image/png", pictures.png(8, 8)))
        self.assertEqual(pictures.png_header(reply.body)[:2], (96, 96))

    def test_formats(self):
        webp = self.form(("format", "webp"))
        self.assertEqual(webp.headers["content-type"], "image/webp")
        self.assertEqual(webp.body[8:12], b"WEBP")
        jpeg = self.form(("format", "jpeg"), ("output", "white"))
        self.assertEqual(jpeg.headers["content-type"], "image/jpeg")
        self.assertEqual(jpeg.body[:2], b"\xff\xd8")

    def test_inputs_other_than_plain_jpeg_are_read(self):
        for name in ("figure.webp", "figure-cmyk.jpg"):
            with self.subTest(name):
                reply = self.server.process_raw(pictures.load(name))
                self.assertEqual(reply.status, 200, reply.body[:300])
                self.assertEqual(pictures.png_header(reply.body)[:2],
                                 (96, 96))

    def test_exif_orientation_turns_the_result_and_stays_behind(self):
        reply = self.server.process_raw(pictures.load("figure-turned.jpg"))
        self.assertEqual(reply.status, 200, reply.body[:300])
        self.assertEqual(pictures.png_header(reply.body)[:2], (64, 96))
        self.assertNotIn(b"SecretCamera", reply.body)
        self.assertNotIn("eXIf", pictures.png_chunks(reply.body))

    def test_crop_is_not_larger_than_the_photo(self):
        width, height = pictures.png_header(
            self.form(("crop", "true")).body)[:2]
        self.assertTrue(0 < width <= 96 and 0 < height <= 96)

    def test_picture_of_one_color_is_served(self):
        reply = self.server.process_raw(pictures.png(300, 200),
                                        content_type="image/png")
        self.assertEqual(reply.status, 200, reply.body[:300])
        self.assertEqual(pictures.png_header(reply.body)[:2], (300, 200))

    def test_server_timing_names_every_stage(self):
        timing = self.form().headers["server-timing"]
        for stage in ("decode", "queue", "preprocess", "infer",
                      "postprocess", "encode"):
            self.assertRegex(timing, stage + r";dur=\d")

    def test_private_by_default_and_state_told(self):
        headers = self.form().headers
        self.assertEqual(headers["cache-control"], "private, no-store")
        self.assertEqual(headers["x-prewarm-state"], "ready")

    def ask(self, accept, query="", body=None, key=None):
        headers = {"Content-Type": "image/jpeg", "Accept": accept}
        if key:
            headers["Idempotency-Key"] = key
        return self.server.request("POST", "/api/v2/process" + query,
                                   body or self.jpeg, headers)

    def test_json_holds_the_same_picture_and_what_it_shows(self):
        for query in ("?output=white&format=jpeg",
                      "?crop=true&crop_margin=0.1"):
            with self.subTest(query=query):
                binary = self.ask("image/*", query)
                reply = self.ask("application/json", query)
                self.assertEqual(reply.status, 200, reply.body[:300])
                self.assertEqual(reply.headers["content-type"],
                                 "application/json")
                answer = reply.json()
                image = answer["image"]
                self.assertEqual(base64.b64decode(image["base64"],
                                                  validate=True), binary.body)
                self.assertEqual(image["type"],
                                 binary.headers["content-type"])
                self.assertEqual((answer["width"], answer["height"]),
                                 (96, 96))
                self.assertIs(answer["empty_scene"], False)
                self.assertEqual(answer["model"], "isnet")

    def test_coverage_and_box_are_those_of_the_mask(self):
        answer = self.ask("application/json", "?output=mask").json()
        rows = pictures.png_rows(base64.b64decode(answer["image"]["base64"]))
        over = [(x, y) for y, row in enumerate(rows)
                for x, value in enumerate(row) if value > 127]
        # The mask is rounded: a pixel may be on either side of a half.
        self.assertAlmostEqual(answer["coverage"], len(over) / 96 / 96,
                               delta=0.002)
        left, top = (min(at) for at in zip(*over))
        right, bottom = (max(at) for at in zip(*over))
        for name, value in (("x", left), ("y", top),
                            ("width", right - left + 1),
                            ("height", bottom - top + 1)):
            self.assertAlmostEqual(answer["box"][name], value, delta=1)
        turned = self.ask("application/json",
                          "?output=mask&reverse=true&threshold=0.9").json()
        self.assertEqual(turned["coverage"], answer["coverage"])
        self.assertEqual(turned["box"], answer["box"])

    def test_timing_is_that_of_the_header(self):
        reply = self.ask("application/json")
        header = {name: float(value) for name, value in re.findall(
            r"(\w+);dur=([\d.]+)", reply.headers["server-timing"])}
        times = reply.json()["timing_ms"]
        self.assertEqual(set(times), set(header))
        for name, value in header.items():
            self.assertAlmostEqual(times[name], value, delta=0.11)

    def test_json_is_for_those_who_prefer_it(self):
        for accept, kind in (
                ("application/json, text/plain, */*", "image/png"),
                ("text/html", "image/png"),
                ("application/json, */*;q=0.5", "application/json")):
            reply = self.ask(accept)
            self.assertEqual(reply.headers["content-type"], kind, accept)
            self.assertEqual(reply.headers["vary"].split(", ")[0], "Accept")

    def test_errors_are_problems_for_those_who_prefer_json_too(self):
        reply = self.ask("application/json", "?threshold=2")
        self.assertEqual(reply.status, 400)
        self.assertEqual(reply.headers["content-type"],
                         "application/problem+json")

    def test_key_of_a_picture_is_not_that_of_json(self):
        first = self.ask("image/png", key="picture-or-json")
        self.assertEqual(first.status, 200)
        self.assertEqual(
            self.ask("application/json", key="picture-or-json").status, 422)
        again = self.ask("*/*", key="picture-or-json")
        self.assertEqual(again.body, first.body)
        asked = self.ask("application/json", key="json")
        self.assertEqual(self.ask("application/json", key="json").body,
                         asked.body)

    def test_request_id_is_echoed_or_made(self):
        body, kind = server.multipart(
            [("image", "a.jpg", "image/jpeg", self.jpeg)])
        given = self.server.request(
            "POST", "/api/v2/process", body,
            {"Content-Type": kind, "X-Request-Id": "test-4711"})
        self.assertEqual(given.headers["x-request-id"], "test-4711")
        self.assertTrue(self.form().headers["x-request-id"])

    def test_forged_request_id_is_not_echoed(self):
        reply = self.server.request(
            "GET", "/livez", headers={"X-Request-Id": "a b\tc{}" + "x" * 500})
        self.assertTrue(re.fullmatch(r"[\w.:-]{1,128}",
                                     reply.headers["x-request-id"]))

    def test_same_photo_gives_the_same_bytes(self):
        self.assertEqual(self.form().body, self.form().body)

    def test_png_length_fields_hold(self):
        body = self.form().body
        self.assertEqual(struct.unpack(">I", body[8:12])[0], 13)
        self.assertEqual(pictures.png_chunks(body)[-1], "IEND")


if __name__ == "__main__":
    unittest.main()
