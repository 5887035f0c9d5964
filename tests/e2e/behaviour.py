"""What a test wants of the pods that the test kubelet runs."""
import dataclasses
import random


@dataclasses.dataclass(frozen=True)
class Behaviour:
    # From the binding to the container's start: image, volumes.
    start_delay: float = 0
    # Fake pods only: accepts connections and never answers.
    silent: bool = False
    # Fake pods only: how long POST /warmup takes.
    warm_seconds: float = 0.05
    # No node takes it: PodScheduled False, Unschedulable.
    unschedulable: bool = False
    # The container never starts; it waits for this reason (ErrImagePull).
    stuck: str = ""


def usual(_pod):
    return Behaviour()


def slow_starts(median, sigma=0.5, seed=1, **more):
    """Start-up delays as measured ones fall: lognormal, long to the right.
    The same for the same pod name and seed."""
    def of(pod):
        dice = random.Random(f"{seed}/{pod['metadata']['name']}")
        factor = dice.lognormvariate(0, sigma)
        return Behaviour(start_delay=median * factor, **more)
    return of
