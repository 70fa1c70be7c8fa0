#!/usr/bin/env python3
"""What the light programs cost: prints one JSON line. Not a timed test: machines differ and are noisy.

    tests/bench/figures.py [--bin build/release/bin] [--idle-seconds 10] [--pack DIR --reference SCRIPT --python PYTHON]

help_ms, plan_10m_s   median wall time of `troupe --help`, and of `troupe plan` over ten million cells
floor_ms              the same for /bin/true: what starting any process costs on this machine
idle_rss_mb, idle_cpu of a coordinator that has nothing to do: resident memory, share of one core
unet, vae, text       with --pack: seconds of troupe-engine bench over those of the reference script, run in turns (below 1 is
                      faster than the reference)
"""
import argparse
import json
import os
import pathlib
import signal
import statistics
import subprocess
import tempfile
import time

MANIFEST = """troupe: 1
name: big
pack: pocket
characters:
  mia: {prompt: "mia"}
  leo: {prompt: "leo"}
prompt: "photo of {character}"
sweep:
  axes: {character: [mia, leo], seed: {from: 1, count: 5000000}}
chain:
  - generate: {size: [128, 128], steps: 20}
output: {path: "{character}/{seed}.png"}
"""


def median_seconds(command, times, environment):
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mb(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("the coordinator is gone")


def idle(troupe, environment, seconds):
    """Resident megabytes and the share of a core of a coordinator without work."""
    server = subprocess.Popen([troupe, "server", "start", "--port", "0"], env=environment, stderr=subprocess.DEVNULL)
    try:
        info = [troupe, "server", "info", "--output", "quiet"]
        deadline = time.monotonic() + 20
        while subprocess.run(info, env=environment, capture_output=True).returncode != 0:
            if time.monotonic() > deadline:
                raise RuntimeError("the coordinator does not answer")
        before = cpu_seconds(server.pid)
        time.sleep(seconds)
        return resident_mb(server.pid), (cpu_seconds(server.pid) - before) / seconds
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()


def last_json(command):
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])


def against_reference(engine, pack, python, reference, rounds=3):
    """Medians of our seconds over the reference's, the two taken in turns."""
    ratios = {"unet_step_s": [], "vae_decode_s": [], "text_encode_s": []}
    for _ in range(rounds):
        ours = last_json([engine, "bench", "--pack", pack, "--json", "--size", "256", "--threads", "2", "--steps", "7"])
        theirs = last_json([python, reference, "--pack", pack, "--size", "256", "--threads", "2", "--steps", "7", "--parts", "unet,vae,text"])
        for key, values in ratios.items():
            values.append(ours[key] / theirs[key])
    return {key.split("_")[0]: round(statistics.median(values), 3) for key, values in ratios.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", default="build/release/bin")
    parser.add_argument("--idle-seconds", type=float, default=10)
    parser.add_argument("--pack")
    parser.add_argument("--reference")
    parser.add_argument("--python", default=".venv/bin/python")
    options = parser.parse_args()
    troupe = os.path.join(options.bin, "troupe")
    with tempfile.TemporaryDirectory() as folder:
        environment = dict(os.environ, TROUPE_STATE=os.path.join(folder, "state"), TROUPE_SERVER="")
        manifest = os.path.join(folder, "big.yaml")
        pathlib.Path(manifest).write_text(MANIFEST)
        report = {
            "what": "figures",
            "floor_ms": round(1000 * median_seconds(["/bin/true"], 21, environment), 2),
            "help_ms": round(1000 * median_seconds([troupe, "--help"], 21, environment), 2),
            "plan_10m_s": round(median_seconds([troupe, "plan", manifest], 7, environment), 4),
        }
        rss, share = idle(troupe, environment, options.idle_seconds)
        report.update(idle_rss_mb=round(rss, 1), idle_cpu=round(share, 4))
    if options.pack and options.reference:
        report.update(against_reference(os.path.join(options.bin, "troupe-engine"), options.pack, options.python, options.reference))
    print(json.dumps(report))


if __name__ == "__main__":
    main()
