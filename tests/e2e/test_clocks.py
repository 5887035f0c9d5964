"""Clocks that jump: the operator's own is set to the night of summer time."""
import datetime
import zoneinfo

from objects import deployment
from operating import Clock
from waiting import wait_for

ZONE = zoneinfo.ZoneInfo("Europe/Berlin")
DAY = datetime.timedelta(days=1)


def next_gap():
    """The instant at which the clocks of the zone are next put forward."""
    noon = datetime.datetime.now(ZONE).replace(hour=12)
    while (noon + DAY).utcoffset() <= noon.utcoffset():
        noon += DAY
    midnight = (noon + DAY).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight.astimezone(datetime.timezone.utc) + 2 * datetime.timedelta(
        hours=1)


def test_window_that_begins_in_the_gap_opens_after_it(
        cluster, kubelet, view, namespace, shop):
    gap = next_gap()
    cluster.apply(deployment("server", namespace, replicas=0),
                  deployment("other", namespace, replicas=0))
    # From half past two, which that night does not have.
    window = {"name": "night", "from": "02:30", "to": "04:00", "replicas": 2}
    zone = {"timeZone": ZONE.key, "leadTime": {"mode": "fixed",
                                               "fixed": "6s"}}
    shop.declare("shifted", windows=[window], dst={"gap": "shift"}, **zone)
    shop.declare("skipped", windows=[window], dst={"gap": "skip"}, **zone,
                 targetRef={"kind": "Deployment", "name": "other"})
    shop.operator(clock=Clock.of(gap, 12))
    opens = f"{gap:%Y-%m-%dT%H:%M:%SZ}"
    wait_for(lambda: shop.status("shifted").get("cause") == "window",
             "the opening", 60)
    shop.expect("Warm", name="shifted")
    opening = wait_for(lambda: shop.status("shifted").get("lastOpening"),
                       "the opening in the status")
    assert opening["due"] == opens and not opening["missed"]
    assert opening["warmSecondsBefore"] >= 0
    closes = gap + datetime.timedelta(hours=1)
    assert shop.status("shifted")["nextTransition"] == \
        f"{closes:%Y-%m-%dT%H:%M:%SZ}"
    # Of the other one that night has nothing.
    assert shop.replicas("other") == 0
    night = gap + datetime.timedelta(days=1, minutes=-30)
    assert shop.status("skipped")["nextTransition"] == \
        f"{night:%Y-%m-%dT%H:%M:%SZ}"
