"""What the users of the cluster asked of the API server, from its audit log:
shows that a program needs no more rights than it has, and no fewer."""
import collections
import datetime
import json
import os

# Only accounts: the control plane and the tests' admin would fill the disk.
POLICY = """\
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: Metadata
  userGroups: ["system:serviceaccounts"]
- level: None
"""

# resource as RBAC writes it: pods, pods/status; a path where there is none.
# at: when it came to the server, in seconds of its clock.
Call = collections.namedtuple("Call",
                              "verb group resource namespace code name at",
                              defaults=["", 0])


class Log:
    """Of one cluster. A line may come a moment after its answer: wait for what
    has to be there, and read what must not be there after that."""

    def __init__(self, path):
        self.path = path
        # (begin, end) of starts of the server: until it knows its own roles, it
        # refuses everybody.
        self.starts = []

    def calls(self, user):
        """Every Call of user, in order; a watch shows up when it begins and
        again when it ends."""
        return list(self._calls(f'"username":"{user}"'))

    def calls_of_all(self, account):
        """Of the accounts of that name, whatever their namespace."""
        return list(self._calls(f':{account}","'))

    def _calls(self, part):
        if not os.path.exists(self.path):
            return
        with open(self.path, encoding="utf-8") as file:
            for line in file:
                # Most lines are others'; the last one may be half written.
                if part in line and line.endswith("\n"):
                    event = json.loads(line)
                    if part in f'"username":"{event["user"]["username"]}","':
                        yield _call(event)

    def used(self, user):
        """The rights that user made use of: {(verb, group, resource)}."""
        return {(call.verb, call.group, call.resource)
                for call in self.calls(user) if call.code != 403}

    def refused(self, user):
        return [call for call in self.calls(user) if call.code == 403 and
                not any(begin <= call.at <= end for begin, end in self.starts)]


def _call(event):
    subject = event.get("objectRef", {})
    resource = subject.get("resource", event["requestURI"].split("?")[0])
    if subject.get("subresource"):
        resource += "/" + subject["subresource"]
    return Call(event["verb"], subject.get("apiGroup", ""), resource,
                subject.get("namespace", ""),
                event.get("responseStatus", {}).get("code", 0),
                subject.get("name", ""),
                _seconds(event["requestReceivedTimestamp"]))


def _seconds(text):
    return datetime.datetime.strptime(
        text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(
            tzinfo=datetime.timezone.utc).timestamp()
