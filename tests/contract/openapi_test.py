"""openapi.json is well formed, and says no more and no less than is served."""
import re
import unittest

import pictures
import server

METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}
# The page's own parts, and no interface.
UNDOCUMENTED = r"/([a-z]+\.(js|css|svg)|shop\.json|storefront/[\w/]+\.js)?$"


class OpenApi(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = server.shared()
        cls.api = cls.server.get("/openapi.json").json()

    def operations(self):
        for path, item in self.api["paths"].items():
            for method, operation in item.items():
                yield path, method, operation

    def resolve(self, node):
        while "$ref" in node:
            at = self.api
            for step in node["$ref"].removeprefix("#/").split("/"):
                at = at[step]
            node = at
        return node

    def test_top_level_is_openapi_3_1(self):
        self.assertRegex(self.api["openapi"], r"^3\.1\.\d+$")
        self.assertLessEqual(
            set(self.api),
            {"openapi", "info", "servers", "paths", "components", "tags",
             "security", "externalDocs", "webhooks", "jsonSchemaDialect"})
        for name in ("title", "version"):
            self.assertIsInstance(self.api["info"][name], str)

    def test_operations_have_what_the_specification_demands(self):
        ids = []
        for path, method, operation in self.operations():
            where = f"{method} {path}"
            self.assertTrue(path.startswith("/"), where)
            self.assertIn(method, METHODS, where)
            ids.append(operation["operationId"])
            self.assertTrue(operation["responses"], where)
            for status, response in operation["responses"].items():
                self.assertRegex(status, r"^([1-5]\d\d|[1-5]XX|default)$")
                self.assertIn("description", self.resolve(response), where)
            seen = set()
            for parameter in map(self.resolve,
                                 operation.get("parameters", [])):
                self.assertIn(parameter["in"],
                              ("query", "header", "path", "cookie"), where)
                self.assertEqual(("schema" in parameter) +
                                 ("content" in parameter), 1, where)
                key = (parameter["name"], parameter["in"])
                self.assertNotIn(key, seen, where)
                seen.add(key)
            for need in operation.get("security", []):
                for name in need:
                    self.assertIn(name,
                                  self.api["components"]["securitySchemes"])
        self.assertEqual(len(ids), len(set(ids)))

    def test_schemas_are_well_formed(self):
        types = {"string", "number", "integer", "boolean", "object", "array",
                 "null"}

        def check(schema):
            if "$ref" in schema:
                schema = self.resolve(schema)
                return
            kinds = schema.get("type", [])
            for kind in [kinds] if isinstance(kinds, str) else kinds:
                self.assertIn(kind, types)
            self.assertLessEqual(set(schema.get("required", [])),
                                 set(schema.get("properties", {})) or set())
            if "default" in schema and "enum" in schema:
                self.assertIn(schema["default"], schema["enum"])
            for inner in schema.get("properties", {}).values():
                check(inner)
            for inner in schema.get("allOf", []):
                check(inner)
            if "items" in schema:
                check(schema["items"])

        def walk(node):
            if isinstance(node, dict):
                if isinstance(node.get("schema"), dict):
                    check(node["schema"])
                for value in node.values():
                    walk(value)
            elif isinstance(node, list):
                for value in node:
                    walk(value)
        walk(self.api["paths"])
        for schema in self.api["components"]["schemas"].values():
            check(schema)

    def test_every_described_path_answers_its_methods_and_no_other(self):
        for path, item in self.api["paths"].items():
            allow = self.server.request("OPTIONS", path).headers["allow"]
            served = {m.strip().lower() for m in allow.split(",")}
            self.assertEqual(served - {"options", "head"}, set(item), path)

    def test_paths_that_are_not_described_are_not_served(self):
        for path in ("/api", "/api/v1/process", "/api/v2", "/api/v2/process/",
                     "/warmup/", "/debug", "/admin", "/index.html",
                     "/page/index.html", "/health/x", "/.git/config"):
            self.assertNotIn(path, self.api["paths"])
            self.assertEqual(self.server.get(path).status, 404, path)
        page = self.server.get("/").body.decode()
        for link in re.findall(r'(?:src|href)="(/?[\w./-]+)"', page):
            path = "/" + link.lstrip("./")
            self.assertTrue(re.match(UNDOCUMENTED, path)
                            or path in self.api["paths"], path)

    def test_every_described_option_is_known_and_all_known_are_described(self):
        operation = self.api["paths"]["/api/v2/process"]["post"]
        query = {p["name"] for p in operation["parameters"]
                 if p["in"] == "query"}
        form = set(operation["requestBody"]["content"]["multipart/form-data"]
                   ["schema"]["properties"])
        self.assertEqual(form - {"image", "background"}, query)
        jpeg = pictures.load("figure.jpg")
        refusal = self.server.process_raw(jpeg, "?nonsense=1").json()
        known = set(re.search(r"known are: ([\w, ]+)",
                              refusal["detail"])[1].split(", "))
        self.assertEqual(known, query | {"background"})
        # Every value of an enumeration is taken.
        for parameter in operation["parameters"]:
            for value in parameter["schema"].get("enum", []):
                more = "&output=white" if parameter["name"] == "format" else ""
                reply = self.server.process_raw(
                    jpeg, f"?{parameter['name']}={value}{more}")
                # Known, but IS-Net has one size, and is the only model here.
                fix = {"dynamic": "send resize=static",
                       "fast": "leave mode out"}.get(value)
                if fix:
                    self.assertEqual(reply.status, 400)
                    self.assertIn(fix, reply.json()["detail"])
                    continue
                self.assertEqual(reply.status, 200, reply.body[:200])

    def test_replies_have_the_described_fields(self):
        for method, path, name in (("GET", "/warmup", "WarmStatus"),
                                   ("POST", "/warmup", "WarmUpReport"),
                                   ("GET", "/health", "WarmStatus"),
                                   ("GET", "/nowhere", "Problem")):
            schema = self.api["components"]["schemas"][name]
            body = self.server.request(method, path).json()
            for field in schema["required"]:
                self.assertIn(field, body, path)
            if path != "/health":
                self.assertLessEqual(set(body), set(schema["properties"]),
                                     path)

    def test_json_of_a_picture_has_the_described_fields(self):
        schema = self.api["components"]["schemas"]["CutOut"]
        body = self.server.request(
            "POST", "/api/v2/process", pictures.load("figure.jpg"),
            {"Content-Type": "image/jpeg",
             "Accept": "application/json"}).json()
        self.assertEqual(set(schema["required"]), set(schema["properties"]))
        self.assertEqual(set(body), set(schema["properties"]))
        image = schema["properties"]["image"]
        self.assertEqual(set(body["image"]), set(image["properties"]))
        self.assertEqual(set(body["image"]), set(image["required"]))

    def test_statuses_met_in_practice_are_described(self):
        described = set(self.api["paths"]["/api/v2/process"]["post"]
                        ["responses"])
        jpeg = pictures.load("figure.jpg")
        for body, query in ((jpeg, ""), (b"", ""), (b"text", ""),
                            (jpeg[:90], ""), (pictures.png_bomb(), ""),
                            (jpeg, "?x=1")):
            status = self.server.process_raw(body, query).status
            self.assertIn(str(status), described)


if __name__ == "__main__":
    unittest.main()
