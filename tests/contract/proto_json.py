"""Whether a JSON value is a message of a protocol buffer's description.

`Descriptors` reads what protobufjs writes (protos.json in Google's npm
packages); the rules are those of the ProtoJSON format: lowerCamelCase names,
int64 as text, enums by name.
"""
import json
import re

INTEGERS = {"int32": (-2**31, 2**31 - 1), "uint32": (0, 2**32 - 1),
            "sint32": (-2**31, 2**31 - 1), "fixed32": (0, 2**32 - 1),
            "sfixed32": (-2**31, 2**31 - 1)}
LONG = {"int64", "uint64", "sint64", "fixed64", "sfixed64"}
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?"
                     r"(Z|[+-]\d\d:\d\d)$")
DURATION = re.compile(r"-?\d{1,12}(\.\d{1,9})?s$")


class Descriptors:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.root = json.load(file)

    def _at(self, names):
        node = self.root
        for name in names:
            node = node.get("nested", {}).get(name)
            if node is None:
                return None
        return node

    def find(self, name, scope=()):
        """(path, node) of a type's name as it is used within `scope`."""
        parts = name.lstrip(".").split(".")
        for end in range(len(scope), -1, -1):
            path = list(scope[:end]) + parts
            node = self._at(path)
            if node is not None and ("fields" in node or "values" in node):
                return path, node
        raise KeyError(f"{name} in {'.'.join(scope)}")

    def complaints(self, name, value, is_request=False):
        """What is wrong with `value` as a message `name`; [] if nothing is.
        A request must not set what only an answer has."""
        path, node = self.find(name)
        found = []
        self._message(path, node, value, path[-1], is_request, found)
        return found

    def mask_complaints(self, name, mask):
        """Of a field mask of a message, as ProtoJSON writes it."""
        found = []
        for text in mask.split(","):
            path, node = self.find(name)
            for part in text.split("."):
                field = node.get("fields", {}).get(part) if node else None
                if field is None:
                    found.append(f"mask {text}: no field {part}")
                    break
                if _is_output(field):
                    found.append(f"mask {text}: {part} is output only")
                if "keyType" in field or field.get("rule") == "repeated":
                    node = None
                    continue
                try:
                    path, node = self.find(field["type"], path)
                except KeyError:
                    node = None
        return found

    def _message(self, path, node, value, where, is_request, found):
        special = self._well_known(".".join(path), value, where, is_request,
                                   found)
        if special:
            return
        if not isinstance(value, dict):
            found.append(f"{where}: no object")
            return
        fields = node.get("fields", {})
        for name, item in value.items():
            field = fields.get(name)
            if field is None:
                found.append(f"{where}.{name}: there is no such field")
            elif is_request and _is_output(field) and item is not None:
                found.append(f"{where}.{name}: output only")
            else:
                self._field(path, field, item, f"{where}.{name}", is_request,
                            found)
        for one in node.get("oneofs", {}).values():
            given = [name for name in one["oneof"] if name in value]
            if len(given) > 1:
                found.append(f"{where}: {' and '.join(given)} at once")

    def _field(self, path, field, value, where, is_request, found):
        if "keyType" in field:
            if not isinstance(value, dict):
                found.append(f"{where}: no map")
                return
            for key, item in value.items():
                self._value(path, field["type"], item, f"{where}[{key}]",
                            is_request, found)
        elif field.get("rule") == "repeated":
            if not isinstance(value, list):
                found.append(f"{where}: no list")
                return
            for number, item in enumerate(value):
                self._value(path, field["type"], item, f"{where}[{number}]",
                            is_request, found)
        else:
            self._value(path, field["type"], value, where, is_request, found)

    def _value(self, path, kind, value, where, is_request, found):
        if kind in INTEGERS:
            low, high = INTEGERS[kind]
            if not isinstance(value, int) or isinstance(value, bool) or \
                    not low <= value <= high:
                found.append(f"{where}: no {kind}: {value!r}")
        elif kind in LONG:
            if not (isinstance(value, str) and re.fullmatch(r"-?\d+", value)):
                found.append(f"{where}: no {kind} as text: {value!r}")
        elif kind in ("string", "bytes"):
            if not isinstance(value, str):
                found.append(f"{where}: no {kind}: {value!r}")
        elif kind == "bool":
            if not isinstance(value, bool):
                found.append(f"{where}: no bool: {value!r}")
        elif kind in ("double", "float"):
            if not isinstance(value, (int, float)) or isinstance(value, bool):
                found.append(f"{where}: no {kind}: {value!r}")
        else:
            at, node = self.find(kind, path)
            if "values" in node:
                if value not in node["values"]:
                    found.append(f"{where}: no {at[-1]}: {value!r}")
            else:
                self._message(at, node, value, where, is_request, found)

    def _well_known(self, name, value, where, is_request, found):
        """True where the type has a JSON form of its own."""
        if name == "google.protobuf.Timestamp":
            if not (isinstance(value, str) and INSTANT.match(value)):
                found.append(f"{where}: no instant: {value!r}")
        elif name == "google.protobuf.Duration":
            if not (isinstance(value, str) and DURATION.match(value)):
                found.append(f"{where}: no duration: {value!r}")
        elif name == "google.protobuf.FieldMask":
            if not isinstance(value, str):
                found.append(f"{where}: no field mask: {value!r}")
        elif name == "google.protobuf.Any":
            kind = value.get("@type") if isinstance(value, dict) else None
            if not isinstance(kind, str) or "/" not in kind:
                found.append(f"{where}: no @type")
                return True
            rest = {key: item for key, item in value.items()
                    if key != "@type"}
            path, node = self.find(kind.split("/", 1)[1])
            self._message(path, node, rest, where, is_request, found)
        else:
            return False
        return True


def _is_output(field):
    return "OUTPUT_ONLY" in str(
        field.get("options", {}).get("(google.api.field_behavior)", ""))
