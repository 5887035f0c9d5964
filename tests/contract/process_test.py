"""POST /api/v2/process on a warm server: outputs, options, headers."""
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
