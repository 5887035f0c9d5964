"""The software bill of materials of an image: SPDX 2.3 as JSON. The same
packages and files give the same bytes: no clock, no random numbers."""
import hashlib
import json
import re
import time
import urllib.parse

NONE = "NOASSERTION"


def identifier(kind, name):
    """SPDX allows letters, digits, dots and dashes; + and _ are not the same."""
    return f"SPDXRef-{kind}-" + re.sub(
        r"[^A-Za-z0-9.-]", lambda match: f".{ord(match[0]):02x}.", name)


def purl(package):
    quote = urllib.parse.quote
    return (f"pkg:deb/debian/{quote(package.name, safe='.-')}@"
            f"{quote(package.version, safe='.-~')}"
            f"?arch={package.architecture}&distro=debian-12")


def _package(kind, name, version, **more):
    return {"SPDXID": identifier(kind, name), "name": name,
            "versionInfo": version, "downloadLocation": NONE,
            "filesAnalyzed": False, "licenseConcluded": NONE,
            "licenseDeclared": NONE, "copyrightText": NONE, **more}


def _debian(package, licences):
    entry = _package(
        "Debian", package.name, package.version,
        supplier="Organization: Debian",
        sourceInfo=f"of the source package {package.source} "
                   f"{package.source_version}",
        externalRefs=[{"referenceCategory": "PACKAGE-MANAGER",
                       "referenceType": "purl",
                       "referenceLocator": purl(package)}])
    if licences:
        entry["licenseComments"] = (f"{package.copyright} in the image names: "
                                    + ", ".join(licences))
    return entry


def _file(path, checksums, comment):
    entry = {"SPDXID": identifier("File", path.lstrip("/")),
             "fileName": "." + path,
             "checksums": [{"algorithm": name, "checksumValue": value}
                           for name, value in sorted(checksums.items())],
             "licenseConcluded": NONE, "copyrightText": NONE}
    if comment:
        entry["comment"] = comment
    return entry


def _of_others(file):
    return file["fileName"].startswith("./opt/")


def make(image, version, epoch, packages, own_files, others=()):
    """`packages`: (debian.Package, its licences). `own_files`: (path, {"SHA1":
    ..., "SHA256": ...}, comment). `others`: (name, version, comment) of what is
    neither Debian's nor ours, whose files are below /opt."""
    top = _package("Image", image, version, primaryPackagePurpose="CONTAINER",
                   supplier="Organization: Prewarm")
    ours = _package("Package", "prewarm", version, licenseDeclared="Apache-2.0",
                    supplier="Organization: Prewarm",
                    primaryPackagePurpose="APPLICATION")
    debian = [_debian(package, licences) for package, licences in sorted(
        packages, key=lambda pair: pair[0].name)]
    others = [_package("Other", name, other_version, comment=comment)
              for name, other_version, comment in sorted(others)]
    files = [_file(*file) for file in sorted(own_files)]

    def related(subject, what, objects):
        return [{"spdxElementId": subject["SPDXID"], "relationshipType": what,
                 "relatedSpdxElement": each["SPDXID"]} for each in objects]
    document = {
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT", "name": f"{image}-{version}",
        "creationInfo": {
            "created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(epoch)),
            "creators": ["Organization: Prewarm",
                         "Tool: prewarm-deploy-images"]},
        "packages": [top, ours] + debian + others,
        "files": files,
    }
    document["relationships"] = (
        related(document, "DESCRIBES", [top])
        + related(top, "CONTAINS", [ours] + debian + others)
        + related(ours, "CONTAINS", [file for file in files
                                     if not _of_others(file)])
        + [each for other in others
           for each in related(other, "CONTAINS",
                               [file for file in files if _of_others(file)])])
    # A name of its own for each content.
    content = hashlib.sha256(json.dumps(document, sort_keys=True).encode())
    document["documentNamespace"] = (
        f"https://prewarm.dev/spdx/{image}-{version}-{content.hexdigest()}")
    return json.dumps(document, indent=1, sort_keys=True) + "\n"
