"""Where the time of a picture goes, from what `troupe-engine render --json` printed."""

import json
import pathlib


def add_arguments(parser):
    parser.add_argument("reports", type=pathlib.Path, nargs="+", help="files of troupe-engine render --json")


def run(options):
    return {report.name: by_stage(json.loads(report.read_text())) for report in options.reports}


def by_stage(report):
    """Seconds a picture, in all and by stage that ran; models are loaded once, which counts apart."""
    reused = report.get("reused", {})
    runs = {name: max(1, report["jobs"] - reused.get(name, 0)) for name in report["stages"]}
    stages = {name: round(seconds / runs[name], 4) for name, seconds in report["stages"].items() if name != "load"}
    return {
        "pictures": report["jobs"] - report["failed"],
        "seconds_a_picture": round(report["seconds_per_job"], 4),
        "stages": stages,
        "load_seconds": round(report["load_seconds"], 2),
    }
