"""Wrong input gets the right status and a message that helps; the server
goes on and its memory stays bounded."""
import http.client
import os
import socket
import subprocess
import tempfile
import unittest

import pictures
import server


class WrongInput(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = server.shared()

    def problem(self, reply, status, *words, field=None):
        """RFC 9457, the status, and a detail that names what is wrong."""
        self.assertEqual(reply.status, status, reply.body[:300])
        self.assertTrue(reply.headers.get("content-type", "").startswith(
            "application/problem+json"), reply.headers)
        body = reply.json()
        self.assertEqual(body["status"], status)
        self.assertIn("title", body)
        if field:
            self.assertEqual(body["field"], field)
        for word in words:
            self.assertIn(word.lower(), reply.body.decode().lower())
        self.assertEqual(self.server.get("/livez").status, 200)

    def form(self, *options, image=None):
        image = image or pictures.load("figure.jpg")
        return self.server.process_form(
            [("image", "a.jpg", "image/jpeg", image), *options])

    def test_empty_body_is_refused(self):
        self.problem(self.server.process_raw(b""), 400, field="image")

    def test_text_as_image_is_unsupported(self):
        self.problem(self.server.process_raw(b"just some text, no picture"),
                     415)

    def test_text_in_the_form_is_unsupported(self):
        self.problem(self.form(image=b"just some text, no picture"), 415)

    def test_truncated_jpeg_is_unprocessable(self):
        whole = pictures.load("figure.jpg")
        for keep in (len(whole) // 2, len(whole) - 40):
            self.problem(self.server.process_raw(whole[:keep]), 422)

    def test_truncated_png_is_unprocessable(self):
        whole = pictures.png(64, 64)
        self.problem(self.server.process_raw(
            whole[:-30], content_type="image/png"), 422)

    def test_one_pixel_image_is_unprocessable(self):
        self.problem(self.server.process_raw(
            pictures.png(1, 1), content_type="image/png"), 422, "1")

    def test_png_bomb_is_refused_before_it_is_unpacked(self):
        before = self.server.rss_kb("VmHWM")
        self.problem(self.server.process_raw(
            pictures.png_bomb(), content_type="image/png"), 413, "30000")
        self.assertLess(self.server.rss_kb("VmHWM") - before, 64 << 10)

    def test_upload_of_200_mb_is_refused_by_its_length(self):
        before = self.server.rss_kb("VmHWM")
        with socket.create_connection(("127.0.0.1", self.server.port),
                                      30) as client:
            client.sendall(b"POST /api/v2/process HTTP/1.1\r\nHost: t\r\n"
                           b"Content-Type: image/jpeg\r\n"
                           b"Content-Length: 200000000\r\n\r\n")
            response = http.client.HTTPResponse(client)
            response.begin()
            self.problem(server.Reply(response), 413)
        self.assertLess(self.server.rss_kb("VmHWM") - before, 64 << 10)

    def test_curl_is_told_that_200_mb_are_too_much(self):
        with tempfile.NamedTemporaryFile() as file:
            os.truncate(file.name, 200_000_000)
            done = subprocess.run(
                ["curl", "-s", "-m", "60", "-o", "/dev/null",
                 "-w", "%{http_code}", "-F", f"image=@{file.name}",
                 f"http://127.0.0.1:{self.server.port}/api/v2/process"],
                stdout=subprocess.PIPE, text=True, check=False)
        self.assertEqual(done.stdout, "413")

    def test_wrong_field_name_is_named(self):
        self.problem(self.server.process_form(
            [("picture", "a.jpg", "image/jpeg",
              pictures.load("figure.jpg"))]), 400, "named image",
            field="picture")

    def test_words_in_place_of_the_picture_are_met_with_curls_at_sign(self):
        self.problem(self.server.process_form([("image", "photo.jpg")]), 400,
                     "photo.jpg", "image=@photo.jpg", field="image")

    def test_background_that_is_no_picture_is_named_as_the_background(self):
        reply = self.form(("output", "image"), (
            "background", "b.txt", "text/plain", b"no picture at all"))
        self.problem(reply, 415, field="background")

    def test_path_that_is_not_served_is_named(self):
        self.problem(self.server.get("/api/v1/process"), 404,
                     "/api/v1/process", "/openapi.json", field="path")

    def test_form_without_image_is_refused(self):
        self.problem(self.server.process_form([("output", "mask")]), 400,
                     "image")

    def test_two_images_are_refused(self):
        jpeg = pictures.load("figure.jpg")
        self.problem(self.form(("image", "b.jpg", "image/jpeg", jpeg)), 400,
                     field="image")

    def test_unknown_option_is_named(self):
        self.problem(self.form(("colour", "red")), 400, field="colour")
        self.problem(self.server.process_raw(
            pictures.load("figure.jpg"), "?sharpen=1"), 400, field="sharpen")

    def test_bad_color_is_named(self):
        for value in ("#12345", "#gggggg", "reddish", ""):
            self.problem(self.form(("output", value)), 400, field="output")

    def test_threshold_that_is_no_share_is_refused(self):
        for value in ("NaN", "nan", "inf", "-0.1", "1.5", "half", ""):
            self.problem(self.form(("threshold", value)), 400,
                         field="threshold")

    def test_bad_values_of_other_options_are_named(self):
        for name, value in (("format", "bmp"), ("reverse", "perhaps"),
                            ("crop", "maybe"), ("foreground", "x"),
                            ("max_wait", "soon")):
            self.problem(self.form((name, value)), 400, field=name)

    def test_jpeg_with_transparency_is_refused_with_a_way_out(self):
        self.problem(self.form(("format", "jpeg"), ("output", "rgba")), 400,
                     "jpeg")

    def test_multipart_without_boundary_is_refused(self):
        self.problem(self.server.request(
            "POST", "/api/v2/process", b"--x\r\n",
            {"Content-Type": "multipart/form-data"}), 400, "boundary")

    def test_length_that_is_no_number_is_refused(self):
        for value in (b"abc", b"-5", b"1e3", b"99999999999999999999", b""):
            with socket.create_connection(("127.0.0.1", self.server.port),
                                          30) as client:
                client.sendall(b"POST /api/v2/process HTTP/1.1\r\nHost: t\r\n"
                               b"Content-Length: " + value + b"\r\n\r\n")
                response = http.client.HTTPResponse(client)
                response.begin()
                self.assertIn(response.status, (400, 413), value)

    def test_client_that_promises_more_and_leaves_harms_nobody(self):
        for _ in range(20):
            with socket.create_connection(
                    ("127.0.0.1", self.server.port), 30) as client:
                client.sendall(b"POST /api/v2/process HTTP/1.1\r\nHost: t\r\n"
                               b"Content-Type: image/jpeg\r\n"
                               b"Content-Length: 100000\r\n\r\nshort")
        self.assertEqual(self.server.get("/livez").status, 200)

    def test_slow_heads_keep_no_one_waiting(self):
        slow = [socket.create_connection(("127.0.0.1", self.server.port), 30)
                for _ in range(50)]
        try:
            for client in slow:
                client.sendall(b"POST /api/v2/process HTTP/1.1\r\nHo")
            self.assertEqual(self.server.get("/health").status, 200)
            # The oldest is given up by the server within its head timeout.
            slow[0].settimeout(40)
            self.assertIn(b" 408 ", slow[0].recv(4096))
        finally:
            for client in slow:
                client.close()

    def test_unknown_path_and_method_are_problems(self):
        self.problem(self.server.get("/nowhere"), 404)
        reply = self.server.request("DELETE", "/api/v2/process")
        self.problem(reply, 405)
        self.assertIn("POST", reply.headers["allow"])


if __name__ == "__main__":
    unittest.main()
