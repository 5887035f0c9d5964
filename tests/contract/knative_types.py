"""Whether a YAML document is what the Knative API of Cloud Run takes, by the
types that Google publishes for it (run_v1.ts of npm's @googleapis/run).

Of a field the types say its name, its kind and, in words, whether Cloud Run
supports it and which annotations belong where.
"""
import re

INTERFACE = re.compile(r"export interface Schema\$(\w+) \{\n(.*?)\n  \}", re.S)
FIELD = re.compile(r"(?:    /\*\*((?:(?!\*/).)*)\*/\n)?    '?([\w$-]+)'?\?: (.*?);\n", re.S)
ACCEPTED = re.compile(r"`((?:run\.googleapis\.com|autoscaling\.knative\.dev)"
                      r"/[\w-]+)`: ([A-Z][\w, ]*)")


class KnativeTypes:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        self.types = {}
        for name, body in INTERFACE.findall(text):
            self.types[name] = {
                field: (kind, " ".join(words.split()))
                for words, field, kind in FIELD.findall(body + "\n")}
        words = self.types["ObjectMeta"]["annotations"][1]
        self.annotations = {}
        for key, kinds in ACCEPTED.findall(words):
            self.annotations.setdefault(key, set()).update(
                kind.strip() for kind in kinds.split(","))

    def complaints(self, service):
        """Of a document that is to be a Service; [] if nothing is wrong."""
        found = []
        if service.get("apiVersion") != "serving.knative.dev/v1" or \
                service.get("kind") != "Service":
            found.append("no Service of serving.knative.dev/v1")
        self._object("Service", service, "Service", found)
        self._annotations("Service", service.get("metadata", {}), found)
        template = service.get("spec", {}).get("template", {})
        self._annotations("Revision", template.get("metadata", {}), found)
        return found

    def _annotations(self, kind, metadata, found):
        for key, value in metadata.get("annotations", {}).items():
            if not isinstance(value, str):
                found.append(f"annotation {key}: no text: {value!r}")
            google = key.startswith(("run.googleapis.com/",
                                     "autoscaling.knative.dev/"))
            if google and kind not in self.annotations.get(key, ()):
                found.append(f"annotation {key} is none of a {kind}")

    def _object(self, name, value, where, found):
        if not isinstance(value, dict):
            found.append(f"{where}: no {name}")
            return
        fields = self.types[name]
        for key, item in value.items():
            if key not in fields:
                found.append(f"{where}.{key}: there is no such field")
                continue
            kind, words = fields[key]
            if words.strip("* ").startswith("Not supported by Cloud Run"):
                found.append(f"{where}.{key}: not supported by Cloud Run")
            self._value(kind.replace(" | null", ""), item, f"{where}.{key}",
                        found)

    def _value(self, kind, value, where, found):
        if kind.endswith("[]"):
            if not isinstance(value, list):
                found.append(f"{where}: no list")
                return
            for number, item in enumerate(value):
                self._value(kind[:-2], item, f"{where}[{number}]", found)
        elif kind.startswith("Schema$"):
            self._object(kind[len("Schema$"):], value, where, found)
        elif kind.startswith("{[key: string]: string}"):
            if not isinstance(value, dict) or not all(
                    isinstance(item, str) for item in value.values()):
                found.append(f"{where}: no map of texts: {value!r}")
        elif kind in ("string", "number", "boolean"):
            wanted = {"string": str, "number": (int, float),
                      "boolean": bool}[kind]
            if not isinstance(value, wanted) or (
                    kind == "number" and isinstance(value, bool)):
                found.append(f"{where}: no {kind}: {value!r}")
        else:
            found.append(f"{where}: of a kind that is not known: {kind}")
