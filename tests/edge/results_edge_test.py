"""Shared results behind a real nginx and a real Varnish: cached by their key,
for as long as the origin says, and nothing else cached."""
import re
import unittest

import edges
import pictures
import server

PATH = "/api/v2/results/"
SHOP = "https://shop.example"


class Behind:
    """Of the server `origin`, behind an edge of its class."""

    @classmethod
    def start(cls, *arguments):
        """The one of these arguments, warm, for all tests here."""
        if arguments not in cls.origins:
            origin = edges.Origin("--results", "asked", *arguments)
            unittest.addModuleCleanup(origin.stop)
            origin.server.warm()
            cls.origins[arguments] = origin
        cls.origin = cls.origins[arguments]
    origins = {}

    def picture(self, color=(200, 60, 40)):
        """One that no test of this class had before: of a size of its own.
        Other classes may have had it: that saves their inferences."""
        type(self).pictures_made += 1
        return pictures.png(40 + self.pictures_made, 30, color)
    pictures_made = 0

    def upload(self, picture, query="?share=true", edge=None):
        reply = (edge or self.edge).request(
            "POST", "/api/v2/process" + query, picture,
            {"Content-Type": "image/png"})
        self.assertEqual(reply.status, 200, reply.body[:300])
        return reply

    def share(self, edge=None):
        """The path of a new result, and its bytes."""
        reply = self.upload(self.picture(), edge=edge)
        return reply.headers["content-location"], reply.body

    def remove(self, path):
        self.assertEqual(
            self.origin.server.request("DELETE", path).status, 204)


class Kept(Behind):
    edge_kind = None

    @classmethod
    def setUpClass(cls):
        cls.start("--cors-origin", SHOP)
        cls.edge = cls.edge_kind(cls.origin.server.port)
        cls.addClassCleanup(cls.edge.stop)

    def test_ten_visitors_cost_the_origin_one_question(self):
        path, body = self.share()
        before = self.origin.gets()
        seen = []
        for _ in range(10):
            reply = self.edge.get(path)
            self.assertEqual(reply.status, 200)
            self.assertEqual(reply.body, body)
            seen.append(reply.headers["x-cache"])
        self.assertEqual(seen, ["MISS"] + ["HIT"] * 9)
        self.assertEqual(self.origin.gets() - before, 1)

    def test_neither_query_nor_host_nor_cookies_make_another_copy(self):
        path, body = self.share()
        self.edge.get(path)
        before = self.origin.gets()
        for target, headers in (
                (path + "?utm_source=mail", {}),
                (path, {"Host": "cdn.example"}),
                (path, {"Cookie": "session=1"}),
                (path, {"Authorization": "Bearer of-a-visitor"}),
                (path, {"X-Api-Key": "of-a-shop"})):
            reply = self.edge.get(target, headers)
            self.assertEqual(reply.headers["x-cache"], "HIT", headers)
            self.assertEqual(reply.body, body)
            self.assertNotIn("set-cookie", reply.headers)
        self.assertEqual(self.origin.gets(), before)

    def test_first_visitor_with_cookies_gets_what_all_may_have(self):
        path, body = self.share()
        first = self.edge.get(path, {"Cookie": "session=1",
                                     "Authorization": "Bearer of-a-visitor"})
        self.assertEqual(first.headers["x-cache"], "MISS")
        other = self.edge.get(path)
        self.assertEqual(other.headers["x-cache"], "HIT")
        self.assertEqual(other.body, body)

    def test_browser_that_has_it_gets_304_of_the_edge(self):
        path, _ = self.share()
        tag = self.edge.get(path).headers["etag"]
        before = self.origin.gets()
        reply = self.edge.get(path, {"If-None-Match": tag})
        self.assertEqual((reply.status, reply.body), (304, b""))
        self.assertEqual(reply.headers["etag"], tag)
        self.assertEqual(self.origin.gets(), before)

    def test_head_is_answered_of_the_same_copy(self):
        path, body = self.share()
        self.edge.get(path)
        reply = self.edge.request("HEAD", path)
        self.assertEqual((reply.status, reply.body), (200, b""))
        self.assertEqual(int(reply.headers["content-length"]), len(body))
        self.assertEqual(reply.headers["x-cache"], "HIT")

    def test_private_results_reach_no_cache(self):
        picture = self.picture()
        before = self.origin.metric(
            'prewarm_requests_total{code="200",mode="base"}')
        replies = [self.upload(picture, query) for query in (
            "", "", "?share=false")]
        self.assertEqual(len({r.headers["x-request-id"] for r in replies}), 3)
        for reply in replies:
            self.assertEqual(reply.headers["cache-control"],
                             "private, no-store")
            self.assertNotIn("content-location", reply.headers)
            self.assertNotIn("x-cache", reply.headers)
            self.assertEqual(reply.body, replies[0].body)
        self.assertEqual(self.origin.metric(
            'prewarm_requests_total{code="200",mode="base"}') - before, 3)

    def test_replies_of_shared_uploads_are_no_copies_of_one_another(self):
        color = self.edge_kind.__name__.encode()[:3]  # nobody else's
        first, second = self.picture(color), self.picture(color)
        replies = [self.upload(p) for p in (first, second, first)]
        sizes = [pictures.png_header(r.body)[0] for r in replies]
        self.assertEqual(sizes[0] + 1, sizes[1])
        self.assertEqual(sizes[0], sizes[2])
        self.assertEqual(
            [r.headers["x-prewarm-result"] for r in replies],
            ["miss", "miss", "hit"])
        self.assertEqual(len({r.headers["x-request-id"] for r in replies}), 3)

    def test_status_is_never_cached(self):
        ids = {self.edge.get(path).headers["x-request-id"]
               for path in ("/health", "/health", "/warmup", "/warmup")}
        self.assertEqual(len(ids), 4)

    def test_result_that_is_missing_is_not_remembered_as_missing(self):
        picture = self.picture()
        path = self.upload(picture).headers["content-location"]
        self.remove(path)
        for _ in range(2):
            gone = self.edge.get(path)
            self.assertEqual(gone.status, 404)
            self.assertEqual(gone.headers["content-type"],
                             "application/problem+json")
        self.upload(picture)
        self.assertEqual(self.edge.get(path).status, 200)
        self.assertEqual(self.edge.get(path).headers["x-cache"], "HIT")

    def test_purge_removes_one_copy_and_the_origin_decides_again(self):
        path, _ = self.share()
        other, _ = self.share()
        for each in (path, other):
            self.edge.get(each)
        self.remove(path)
        # Without a purge a copy lives as long as it was told to.
        self.assertEqual(self.edge.get(path).headers["x-cache"], "HIT")
        told = self.edge.purge(path.removeprefix(PATH))
        self.assertIn(told, (None, f"removed: {path.removeprefix(PATH)}\n"))
        self.assertEqual(self.edge.get(path).status, 404)
        self.assertEqual(self.edge.get(other).headers["x-cache"], "HIT")

    def test_visitors_remove_nothing_and_see_no_metrics(self):
        path, body = self.share()
        self.edge.get(path)
        for method, target in (("DELETE", path),
                               ("DELETE", "/api/v2/results"),
                               ("GET", "/metrics"), ("POST", "/warmup")):
            reply = self.edge.request(method, target)
            self.assertEqual(reply.status, 403, (method, target))
        self.assertEqual(self.origin.server.get(path).body, body)

    def test_pages_of_the_shop_may_read_it_and_others_may_not(self):
        path, _ = self.share()
        for round_of in ("MISS", "HIT"):
            for origin, allowed in ((SHOP, SHOP), ("https://evil.example",
                                                   None), (None, None)):
                headers = {"Origin": origin} if origin else {}
                reply = self.edge.get(path, headers)
                self.assertEqual(reply.status, 200)
                self.assertEqual(
                    reply.headers.get("access-control-allow-origin"), allowed)
                self.assertEqual(reply.headers["x-cache"], round_of, origin)


class KeptByNginx(Kept, unittest.TestCase):
    edge_kind = edges.Nginx

    def test_purge_script_refuses_what_is_no_key(self):
        for key in ("../../etc", "*", "", "0000", "0" * 81):
            with self.assertRaises(edges.subprocess.CalledProcessError):
                self.edge.purge(key)


    def test_purge_script_says_whether_there_was_a_copy(self):
        key = "0" * 16 + "-" + "0" * 64
        self.assertEqual(self.edge.purge(key), f"no copy: {key}\n")


class KeptByVarnish(Kept, unittest.TestCase):
    edge_kind = edges.Varnish

    def test_ban_removes_the_copies_of_a_tenant(self):
        path, _ = self.share()
        self.edge.get(path)
        tenant = path.removeprefix(PATH)[:16]
        for header, status in (("x", 400), ("0" * 16, 200)):
            self.assertEqual(self.edge.request("BAN", "/", headers={
                "X-Prewarm-Tenant": header}).status, status)
        self.assertEqual(self.edge.get(path).headers["x-cache"], "HIT")
        self.assertEqual(self.edge.request("BAN", "/", headers={
            "X-Prewarm-Tenant": tenant}).status, 200)
        self.assertEqual(self.edge.get(path).headers["x-cache"], "MISS")


class Short(Behind, unittest.TestCase):
    """Copies of a second, results of six, of both edges at once."""

    @classmethod
    def setUpClass(cls):
        cls.start("--results-max-age", "1", "--results-ttl", "6")
        cls.edges = [edges.Nginx(cls.origin.server.port),
                     edges.Varnish(cls.origin.server.port)]
        for each in cls.edges:
            cls.addClassCleanup(each.stop)

    def statuses(self, path):
        """What the origin has answered for it."""
        return re.findall(rf"path={re.escape(path)} status=(\d+)",
                          self.origin.server.log_text())

    def share_with_each(self):
        """A result for each edge, which has a copy of it now."""
        shared = []
        for edge in self.edges:
            path, body = self.share(edge)
            reply = edge.get(path)
            self.assertEqual((reply.status, reply.body), (200, body))
            shared.append((edge, path, body))
        return shared

    def wait_until_gone(self, shared):
        server.wait_for(lambda: all(edge.get(path).status == 404
                                    for edge, path, _ in shared),
                        "the end of the copies", 30)

    def test_copy_is_asked_for_by_its_tag_until_the_result_is_gone(self):
        shared = self.share_with_each()

        def revalidated():
            for edge, path, body in shared:
                self.assertEqual(edge.get(path).body, body)
            return all("304" in self.statuses(path) for _, path, _ in shared)
        server.wait_for(revalidated, "a 304 of the origin", 5)
        for _, path, _ in shared:
            # The bytes came once only.
            self.assertEqual(self.statuses(path).count("200"), 1)

        self.wait_until_gone(shared)
        for _, path, _ in shared:
            self.assertEqual(self.origin.server.get(path).status, 404)

    def test_removed_result_leaves_the_edge_when_its_copy_is_old(self):
        shared = self.share_with_each()
        for _, path, _ in shared:
            self.remove(path)
        self.wait_until_gone(shared)
        for _, path, _ in shared:
            # It is logged when the reply has left.
            server.wait_for(lambda path=path: "404" in self.statuses(path),
                            "the origin's answer", 10)


if __name__ == "__main__":
    unittest.main()
