"""What a year of 1,000 policies costs the program `plan`, with reading them
and writing all of it: seconds of one CPU.

    python3 plan_program.py --program PROGRAM [--rounds 5] [--out FILE]
"""
import argparse
import json
import os
import resource
import statistics
import subprocess
import tempfile

POLICIES = 1000
POLICY = """apiVersion: prewarm.dev/v1alpha1
kind: PrewarmPolicy
metadata: {{name: policy-{number}, namespace: shop}}
spec:
  targetRef: {{kind: Deployment, name: server-{number}}}
  timeZone: {zone}
  replicas: {{max: 20}}
  windows:
  - {{name: hours, days: [Mon-Fri], from: "09:00", to: "18:00", replicas: 3}}
  - {{name: drop, cron: "0 20 * * THU", duration: 90m, replicas: 10}}
"""
ZONES = ["Europe/Berlin", "America/New_York", "Asia/Tokyo",
         "Australia/Lord_Howe", "UTC"]


def seconds_of(command, out):
    """CPU time of a command whose output goes to the file `out`."""
    def used():
        now = resource.getrusage(resource.RUSAGE_CHILDREN)
        return now.ru_utime + now.ru_stime
    before = used()
    with open(out, "wb") as file:
        subprocess.run(command, stdout=file, check=True)
    return used() - before


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--program", required=True)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--out")
    options = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for number in range(POLICIES):
            files.append(os.path.join(folder, f"{number}.yaml"))
            with open(files[-1], "w", encoding="utf-8") as file:
                file.write(POLICY.format(number=number,
                                         zone=ZONES[number % len(ZONES)]))
        report = {"policies": POLICIES}
        for form in ("json", "table", "ics"):
            out = os.path.join(folder, "plan")
            command = [options.program, "plan", "--from", "2026-01-01",
                       "--until", "2027-01-01", "--output", form, "--policy",
                       *files]
            times = [seconds_of(command, out) for _ in range(options.rounds)]
            report[form] = {"cpu_s": {"least": round(min(times), 2),
                                      "median": round(
                                          statistics.median(times), 2),
                                      "most": round(max(times), 2)},
                            "bytes": os.path.getsize(out)}
            if form == "json":
                with open(out, encoding="utf-8") as file:
                    report["transitions"] = len(json.load(file)["transitions"])
    text = json.dumps(report, indent=2)
    print(text)
    if options.out:
        with open(options.out, "w", encoding="utf-8") as file:
            file.write(text + "\n")


if __name__ == "__main__":
    main()
